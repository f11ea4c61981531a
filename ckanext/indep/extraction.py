"""Lets Babel find the texts in the metadata schema's YAML files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import IO, Any

import yaml

__all__ = ["extract_schema"]

_TEXT_KEYS = ("label", "legend", "intro", "facet", "help_text")

Message = tuple[int, str, str, list[str]]


def extract_schema(
    fileobj: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Message]:
    """Yield what a schema file shows to people, as Babel's extractors do.

    Each item is line number (of the text's key), function name, text, comments.
    """
    root = yaml.compose(fileobj)
    if root is not None:
        yield from _texts(root)


def _texts(node: yaml.Node) -> Iterator[Message]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _texts(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in _pairs(node):
            if key.value in _TEXT_KEYS and isinstance(value, yaml.ScalarNode):
                yield key.start_mark.line + 1, "gettext", value.value, []
            else:
                yield from _texts(value)


def _pairs(node: yaml.MappingNode) -> Iterable[tuple[yaml.ScalarNode, yaml.Node]]:
    return ((key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))
