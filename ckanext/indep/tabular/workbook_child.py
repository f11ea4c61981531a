"""The child process that reads one workbook: `python -m … WORKBOOK OUTPUT ROWS COLUMNS [exact]`.

It writes the first visible sheet as CSV in UTF-8: the sheet's row number, an error code
such as ``#DIV/0!`` (or nothing) and the number of the column with it, then the cells, in
which errors stand in their places. With ``exact`` what a sheet shows as 81% is so written, and
a formula without a value as the formula.
Standard output gets one JSON object: the sheet's name and the number of sheets, or the
code and facts of what is wrong.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from ckanext.indep.tabular.limited import limit_this_process
from ckanext.indep.tabular.notes import NotedError
from ckanext.indep.tabular.sheet_xml import (
    SheetScan,
    first_sheet,
    percent_styles,
    scan_sheet,
)

__all__ = ["cell_text", "main", "percentage"]

Cell = int | float | str | bool | time | date | datetime | timedelta


def main(arguments: list[str]) -> None:
    """Read the workbook under limits that a malicious one cannot pass."""
    limit_this_process()
    path, output = Path(arguments[0]), Path(arguments[1])
    try:
        exact = "exact" in arguments[4:]
        answer = _convert(path, output, int(arguments[2]), int(arguments[3]), exact)
    except NotedError as error:
        answer = error.note.as_dict()
    sys.stdout.write(json.dumps(answer))


def cell_text(cell: Cell) -> str:
    """A cell's value in the one spelling that type inference reads."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    # NUL cannot be stored by PostgreSQL, and no spreadsheet shows it.
    return str(cell).replace("\0", "")


def percentage(cell: int | float) -> str:
    """What a cell with a percent format shows, without loss: 0.81 as ``81.00%``."""
    return f"{Decimal(repr(cell)) * 100:f}%"


def _convert(
    path: Path, output: Path, max_rows: int, max_columns: int, exact: bool
) -> dict[str, object]:
    sheet = first_sheet(path)
    scan = scan_sheet(path, sheet.part, percent_styles(path) if exact else None)
    if scan.last_column > max_columns:
        raise NotedError("too_many_columns", columns=scan.last_column, limit=max_columns)
    if scan.last_row > max_rows + 1:
        raise NotedError("too_many_rows", limit=max_rows)
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for line, cells in _rows(path, sheet.name, scan):
            if any(cells) or line in scan.errors:
                writer.writerow([line, *_fault(scan, line), *cells])
    return {"sheet": sheet.name, "sheets": sheet.count}


def _fault(scan: SheetScan, line: int) -> tuple[str, str]:
    found = scan.errors.get(line)
    if found is None:
        return "", ""
    first = min(found)
    return found[first], str(first)


def _rows(path: Path, name: str, scan: SheetScan) -> Iterator[tuple[int, list[str]]]:
    # Imported under the limits; it may end the process instead of raising.
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = workbook.get_sheet_by_name(name)
        table = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, ValueError, KeyError, OSError) as error:
        raise NotedError("workbook_unreadable") from error
    for line, cells in enumerate(table, start=1):
        texts = [cell_text(cell) for cell in cells]
        for column in scan.percentages.get(line, ()):
            cell = cells[column - 1] if column <= len(cells) else None
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                texts[column - 1] = percentage(cell)
        errors = {**scan.formulas.get(line, {}), **scan.errors.get(line, {})}
        texts += [""] * (max(errors, default=0) - len(texts))
        for column, error in errors.items():
            texts[column - 1] = error
        yield line, texts


if __name__ == "__main__":
    main(sys.argv[1:])
