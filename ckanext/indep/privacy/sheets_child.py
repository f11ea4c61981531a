"""The child process that reads a workbook for the scan: `python -m … WORKBOOK FOLDER`.

It writes each sheet as ``0.csv``, ``1.csv`` … in UTF-8, without blank rows. Standard output gets
the names of the sheets as JSON, or ``null`` if it is no workbook.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from ckanext.indep.tabular.limited import limit_this_process
from ckanext.indep.tabular.workbook_child import cell_text

__all__ = ["main"]


def main(arguments: list[str]) -> None:
    """Read the workbook under limits that a malicious one cannot pass."""
    limit_this_process()
    sys.stdout.write(json.dumps(_convert(Path(arguments[0]), Path(arguments[1]))))


def _convert(path: Path, folder: Path) -> list[str] | None:
    # Imported under the limits; it may end the process instead of raising.
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        for number, name in enumerate(workbook.sheet_names):
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            with (folder / f"{number}.csv").open("w", encoding="utf-8", newline="") as file:
                texts = ([cell_text(cell) for cell in row] for row in rows)
                csv.writer(file).writerows(row for row in texts if any(row))
    except (python_calamine.CalamineError, ValueError, KeyError, OSError):
        return None
    return workbook.sheet_names


if __name__ == "__main__":
    main(sys.argv[1:])
