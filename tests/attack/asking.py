"""Arguments for the search in a table that no table can answer, or that mean another one."""

from __future__ import annotations

from typing import Any

__all__ = ["DOWNLOADS", "QUESTIONS", "ROWS", "SAYS_SQL"]

INJECTIONS = (
    "name; DROP TABLE x", "pg_sleep(2)", "(select version())", '"_id" desc, (select 1)',
    "_full_text", "'", '"', "%s", "%(x)s", "_id\ndesc", "x" * 3_000,
)  # fmt: skip
FILTERS: tuple[Any, ...] = (
    "x", "null", [], 5, {"": 1}, {"x": 1}, {"_full_text": "x"}, {"' or 1=1 --": 1},
    {"name": "' or 1=1 --"}, {"name": {"a": "b"}}, {"name": [None]}, {"_id": "x"}, {"_id": {}},
    {"_id": {"gt": "x"}}, {"_id": {"gt": {"a": 1}}}, {"_id": [{"gt": 1}, {"lt": "x"}]},
    {"_id": 10**30}, {"_id": "1e400"}, {"$or": []}, {"$or": 1}, {"$and": [{"_id": "x"}]},
)  # fmt: skip
WORDS: tuple[Any, ...] = (
    "'", "a & ", "& |", "(", "a:b:c", "\\", "a' ||", [], 5, "x" * 3_000, {"name": "a & "},
    {"name": ["a"]}, {"x": "y"}, {'"': "x"}, {"name": None},
)  # fmt: skip
OTHERS: dict[str, tuple[Any, ...]] = {
    "sort": ("_id desc nulls", "_id,,", ["_id", "x"], {"a": 1}, 5, [[]], [None]),
    "fields": ("x", "count(*)", "_id as x", ["(select 1)"], {}, [{}], [[]], 5),
    "full_text": ("'", {}, [], 5),
    "plain": ("x", 5, [], {}),
    "distinct": ("x", 5, [], {}),
    "limit": (-1, "x", 10**30, [], {}, 1.5),
    "offset": (-1, "x", 10**30, [], 2**63),
    "records_format": ("x", 5, [], {}),
    "include_next_page": ("x", []),
    "connection_url": ("postgresql://x",),
}
QUESTIONS: list[dict[str, Any]] = [
    *({key: text} for key in ("sort", "fields") for text in INJECTIONS),
    *({"filters": filters} for filters in FILTERS),
    *({"q": words, "plain": plain} for words in WORDS for plain in (True, False)),
    *({"q": "a", "language": name} for name in ("klingon", "'; drop", "%s", 5, [], "x" * 400)),
    *({key: value} for key, values in OTHERS.items() for value in values),
    {"distinct": True, "fields": "name", "sort": "_id"},
    {"distinct": True, "q": "a", "fields": "name"},
    {"records_format": "csv", "sort": "x"},
]
"""Further arguments of ``datastore_search``; some are answered, with rows or with none."""
ROWS: list[dict[str, str]] = [
    *({key: value} for key in ("draw", "start", "length") for value in ("x", "-1", "9" * 40, "")),
    *({"order[0][column]": value} for value in ("x", "99", "-99")),
    {"order[0][dir]": "; drop"},
    {"search[value]": "' & ("},
    {"columns[0][search][value]": "a"},
    {"columns[0][search][value]": "a", "columns[0][name]": "<script>alert(1)</script>"},
    {"columns[0][search][value]": "a", "columns[0][name]": 'x" or 1=1'},
]
"""Fields of the form by which a view asks for the rows of a page, beside the usual ones."""
DOWNLOADS: list[Any] = [
    None, [], 5, {"search": 1}, {"order": 5}, {"order": [{}]}, {"visible": 3}, {"columns": [1]},
    {"order": [{"column": "x", "dir": 1}]}, {"order": [{"column": 99, "dir": 1}]},
    {"columns": [{"search": {"value": 5}, "name": "x"}]},
]  # fmt: skip
"""What a view's download names, in place of the columns and their order."""
SAYS_SQL = ("SELECT", "FROM", "WHERE", "tsquery", "LINE 1", "psycopg", "sqlalchemy", "Traceback")
"""Words that stand in a refusal only if it repeats the statement or the error."""
