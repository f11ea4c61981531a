"""The controlled vocabularies of the city: ``vocabularies/NAME.yaml``, read once.

Each file is a list of terms. A term has a ``value`` (what is stored, and never changes),
a ``label`` in English, a ``label_es`` in Spanish and, where it helps, a ``description``
or the ``url`` that stands for the term in exports.

This module is pure: it imports neither CKAN nor a database.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

import yaml

from ckanext.indep.errors import IndepError

__all__ = ["Term", "VocabularyError", "choices", "label", "names", "term", "url", "values"]

_FOLDER = Path(__file__).parent / "vocabularies"
_NAME = re.compile(r"[a-z][a-z_]*")
_REQUIRED_KEYS = frozenset({"value", "label", "label_es"})
_OPTIONAL_KEYS = frozenset({"description", "url"})


class VocabularyError(IndepError):
    """A vocabulary is unknown or its file is not well-formed."""


class _Labelled(TypedDict):
    value: str
    label: str
    label_es: str


class Term(_Labelled, total=False):
    """One term of a vocabulary."""

    description: str
    url: str


def names() -> list[str]:
    """The names of all vocabularies, in order of the alphabet."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def choices(name: str) -> tuple[Term, ...]:
    """The terms of the vocabulary ``name``, in the order of its file.

    :raises VocabularyError: if there is no such vocabulary, or its file is malformed
    """
    return _read(name)


def values(name: str) -> list[str]:
    """The values of the vocabulary ``name``, in the order of its file."""
    return [known["value"] for known in choices(name)]


def term(name: str, value: str) -> Term | None:
    """The term of ``name`` that has ``value``, or None."""
    return next((known for known in choices(name) if known["value"] == value), None)


def label(name: str, value: str, lang: str = "en") -> str:
    """The words for ``value``: Spanish for ``es``, English for any other language.

    An unknown value is its own label, so that old data can still be shown.
    """
    known = term(name, value)
    if known is None:
        return value
    return known["label_es"] if lang == "es" else known["label"]


def url(name: str, value: str) -> str | None:
    """The web address that stands for ``value`` in exports, or None if it has none."""
    known = term(name, value)
    return known.get("url") if known else None


@cache
def _read(name: str) -> tuple[Term, ...]:
    path = _FOLDER / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise VocabularyError(
            f"There is no vocabulary '{name}'. Known are: {', '.join(names())}.", name=name
        )
    return parse(name, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> tuple[Term, ...]:
    """Turn the text of a vocabulary file into terms.

    :param name: the vocabulary's name, for the error message
    :raises VocabularyError: if a term lacks a key, has an unknown key, or repeats a value
    """
    entries: object = yaml.safe_load(text)
    if not isinstance(entries, list) or not entries:
        raise VocabularyError(f"The vocabulary '{name}' must be a list of terms.", name=name)
    found: dict[str, Term] = {}
    for entry in cast("list[object]", entries):
        known = _term(name, entry)
        value = known["value"]
        if value in found:
            raise VocabularyError(
                f"The vocabulary '{name}' lists the value '{value}' twice.", name=name
            )
        found[value] = known
    return tuple(found.values())


def _term(name: str, entry: object) -> Term:
    if not isinstance(entry, dict):
        raise VocabularyError(f"A term of the vocabulary '{name}' is not a mapping.", name=name)
    fields = cast("dict[str, object]", entry)
    missing = _REQUIRED_KEYS - fields.keys()
    unknown = fields.keys() - _REQUIRED_KEYS - _OPTIONAL_KEYS
    if missing or unknown:
        raise VocabularyError(
            f"A term of the vocabulary '{name}' lacks {sorted(missing)} "
            f"or has unknown keys {sorted(unknown)}.",
            name=name,
        )
    if not all(isinstance(words, str) and words for words in fields.values()):
        raise VocabularyError(
            f"The vocabulary '{name}' holds something that is not text in {fields}. "
            "Put quotes around numbers, yes and no.",
            name=name,
        )
    return cast("Term", fields)
