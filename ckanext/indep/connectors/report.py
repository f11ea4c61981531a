"""Departmental report: a CSV or XLSX file on this machine, with a layout file beside it.

The layout says what the department calls its columns, so a department keeps its own headings.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ckanext.indep.connectors import layout
from ckanext.indep.connectors.base import Delivery, Rejected, Row, Settings, connector
from ckanext.indep.errors import UnreadableError
from ckanext.indep.tabular import limits, messages
from ckanext.indep.tabular.notes import NotedError
from ckanext.indep.tabular.read import open_table
from ckanext.indep.tabular.source import BadRow

__all__ = ["departmental_report"]


@connector("departmental-report", settings=("path", "layout"))
def departmental_report(settings: Settings) -> Delivery:
    """Read the file at ``path`` by the layout at ``layout``.

    Encoding and delimiter are found out as for an upload.
    """
    declared = layout.parse(_existing(settings["layout"]).read_text("utf-8"))
    records = _records(_existing(settings["path"]))
    header = next(records, None)
    if not isinstance(header, Row):
        raise UnreadableError("The report has no header that can be read.")
    return Delivery(declared, header.cells, records)


def _existing(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise UnreadableError(f"There is no file “{name}”.")
    return path


def _records(path: Path) -> Iterator[Row | Rejected]:
    """The records of a file, its header first."""
    try:
        with open_table(path, limits.configured()) as source:
            for record in source.rows():
                if isinstance(record, BadRow):
                    yield Rejected(record.line, messages.sentence(record.note.as_dict()))
                else:
                    yield Row(record.line, record.cells)
    except NotedError as error:
        raise UnreadableError(messages.sentence(error.note.as_dict())) from error
