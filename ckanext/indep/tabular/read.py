"""Which reader a file needs: delimited text, a workbook, or none as it is no table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ckanext.indep.tabular.delimited import open_delimited
from ckanext.indep.tabular.limits import Limits
from ckanext.indep.tabular.notes import NotedError
from ckanext.indep.tabular.source import TableSource
from ckanext.indep.tabular.workbook import is_workbook, open_workbook

__all__ = ["claims_table", "open_table"]

_TABLE_FORMATS = frozenset({"csv", "tsv", "tab", "xlsx"})


def claims_table(format_name: str, file_name: str) -> bool:
    """Whether a resource says, by its format or else its file's name, that it is a table.

    :param format_name: the resource's format, such as ``CSV``; may be empty.
    :param file_name: the name or URL of its file.
    """
    if format_name.strip():
        words = format_name.lower().replace(".", " ").split()
        return bool(_TABLE_FORMATS.intersection(words))
    return Path(file_name).suffix.lower().lstrip(".") in _TABLE_FORMATS


@contextmanager
def open_table(path: Path, limits: Limits, exact: bool = False) -> Iterator[TableSource]:
    """Open a file that claims to be a table; its content decides how it is read.

    :param exact: see `open_workbook`; text is always exact.
    :raises NotedError: it is missing, too large, or not what it claims to be.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise NotedError("file_missing") from error
    if size > limits.bytes:
        raise NotedError("too_large", size=size, limit=limits.bytes)
    if is_workbook(path):
        with open_workbook(path, limits.bytes, limits.rows, limits.columns, exact) as source:
            yield source
    else:
        yield open_delimited(path)
