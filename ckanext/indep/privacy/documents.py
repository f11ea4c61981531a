"""Pure: tables out of text that is no table: lines, JSON, HTML."""

# pyright: strict
from __future__ import annotations

import html
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from ckanext.indep.privacy.table import Table
from ckanext.indep.tabular.notes import NotedError

__all__ = [
    "CONTACTS",
    "STOCK_CONTACT",
    "html_table",
    "is_html",
    "is_json",
    "json_table",
    "lines_table",
    "metadata_table",
]

CONTACTS = frozenset({"contact_name", "contact_email"})
"""The fields of the schema that are there to be published: nobody is found in them."""
STOCK_CONTACT = "author, maintainer"
"""What the contact in CKAN's own fields is found in, all of it as one column."""

_TEXT = "text"
_HTML_BEGINNINGS = ("<!doctype html", "<html", "<head", "<body")
_POSITIONS = "coordinates"
_STOCK_FIELDS = ("author", "author_email", "maintainer", "maintainer_email")


def lines_table(name: str, lines: Iterable[str]) -> Table:
    """A table with a row for each line of a text."""
    return Table(name, [_TEXT], ([line] for line in lines))


def is_json(beginning: str) -> bool:
    """Whether a text that begins so may be JSON: an object or a list."""
    return beginning.lstrip()[:1] in {"{", "["}


def json_table(name: str, text: str) -> Table:
    """A table with a column for each key, wherever in the document it is.

    Positions of GeoJSON are left out. A text that is no JSON, but each line of which is, is read
    as such. Row numbers count the values of a key.

    :raises NotedError: ``json_unreadable``.
    """
    columns: dict[str, list[str]] = {}
    for document in _documents(text):
        for key, value in _leaves(document):
            columns.setdefault(key, []).append(value)
    return Table(name, list(columns), itertools.zip_longest(*columns.values()))


def is_html(beginning: str) -> bool:
    """Whether a text that begins so is a page of HTML."""
    return beginning.lstrip()[:20].lower().startswith(_HTML_BEGINNINGS)


def html_table(name: str, text: str) -> Table:
    """A table with a row for each line of a page's source, character references resolved.

    Comments, scripts and links are published with the page, so they are looked at too.
    """
    return lines_table(name, html.unescape(text).splitlines())


def metadata_table(name: str, content: Mapping[str, object]) -> Table:
    """A table of the texts that describe a dataset and its files, a column for each.

    The contact is left out, since it is there to be published. What data from before the schema
    says of its author and maintainer is one column, a row for each field: it is one question.
    """
    described: dict[str, str] = {}
    for key, value in content.items():
        if isinstance(value, str) and key not in CONTACTS and key not in _STOCK_FIELDS:
            described[key] = value
    resources = cast("list[Mapping[str, object]]", content.get("resources") or [])
    for number, resource in enumerate(resources, 1):
        for key in ("name", "description"):
            value = resource.get(key)
            if isinstance(value, str):
                described[f"{key} {number}"] = value
    columns = [[value] for value in described.values()]
    stock = [str(content[key]) for key in _STOCK_FIELDS if content.get(key)]
    if stock:
        described[STOCK_CONTACT] = ""
        columns.append(stock)
    rows = itertools.zip_longest(*columns, fillvalue="")
    return Table(name, list(described), (list(row) for row in rows))


def _documents(text: str) -> list[object]:
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise NotedError("json_unreadable") from error


def _leaves(document: object) -> Iterator[tuple[str, str]]:
    """Texts and numbers with the key that they stand under, in the order of the document."""
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            items = cast("dict[str, object]", value).items()
            waiting += [(name, inner) for name, inner in reversed(items) if name != _POSITIONS]
        elif isinstance(value, list):
            waiting += [(key, inner) for inner in reversed(cast("list[object]", value))]
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield key, str(value)
