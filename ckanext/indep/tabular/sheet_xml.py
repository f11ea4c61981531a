"""What must be known of a sheet before a library may build its cells in memory.

The parts of the archive are read as they are: which sheet is the first visible one, how
far its cells reach, and which cells hold an error, for which the library gives a blank.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from ckanext.indep.tabular.notes import NotedError

__all__ = [
    "SheetPart",
    "SheetScan",
    "column_number",
    "first_sheet",
    "percent_styles",
    "scan_sheet",
]

_CHUNK_BYTES = 1 << 20
_LONGEST_CELL = 1 << 15
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,4})([0-9]{1,9})\"[^>]*>")
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?=[^>]*\bt=\"e\")[^>]*\br=\"([A-Z]{1,4})([0-9]{1,9})\"[^>]*>"
    rb"(?:(?!</(?:\w+:)?c>).){0,2000}?<(?:\w+:)?v>([^<]{1,40})</",
    re.DOTALL,
)
_TAG = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*)>")
_PLACE = re.compile(rb"\br=\"([A-Z]{1,4})([0-9]{1,9})\"")
_STYLE = re.compile(rb"\bs=\"([0-9]{1,6})\"")
_IS_ERROR = re.compile(rb"\bt=\"e\"")
# A formula of at most 8,192 characters, as spreadsheet programs have them, and no value; texts
# (t="str") may be empty by what the formula says.
_FORMULA_ONLY = re.compile(
    rb"<(?:\w+:)?c\s(?![^>]*\bt=\"str\")[^>]*\br=\"([A-Z]{1,4})([0-9]{1,9})\"[^>]*>\s*"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]{0,16384})</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_UNNAMED_ERROR = "#ERROR!"
_QUOTED = re.compile(r'"[^"]*"|\\.')
_PERCENT_FORMATS = frozenset({"9", "10"})
_UNREADABLE = (KeyError, zipfile.BadZipFile, zlib.error, OSError, RuntimeError)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class SheetPart:
    """A sheet's name, its part in the archive, and how many sheets there are."""

    name: str
    part: str
    count: int


@dataclass
class SheetScan:
    """How far cells reach, from 1; what is in certain cells, by row and column.

    ``errors`` by their names; ``formulas`` that nobody has calculated; ``percentages`` are the
    cells that are shown as such.
    """

    last_row: int = 0
    last_column: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    percentages: dict[int, set[int]] = field(default_factory=dict)


def column_number(letters: bytes) -> int:
    """``A`` is 1, ``XFD`` is 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def first_sheet(path: Path) -> SheetPart:
    """The first worksheet that is not hidden.

    :raises NotedError: ``no_sheet`` or ``workbook_unreadable``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
            relations = ElementTree.fromstring(  # noqa: S314
                archive.read("xl/_rels/workbook.xml.rels")
            )
            members = set(archive.namelist())
    except (
        KeyError,
        ElementTree.ParseError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        RuntimeError,
    ) as error:
        raise NotedError("workbook_unreadable") from error
    targets = {element.get("Id"): element.get("Target", "") for element in relations}
    sheets = [element for element in book.iter() if element.tag.endswith("}sheet")]
    for sheet in sheets:
        target = targets.get(sheet.get(_RELATION), "")
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        if sheet.get("state", "visible") == "visible" and part in members:
            return SheetPart(sheet.get("name", ""), part, len(sheets))
    raise NotedError("no_sheet")


def percent_styles(path: Path) -> frozenset[bytes]:
    """The numbers of the cell styles that show a stored 0.81 as 81%.

    :raises NotedError: ``workbook_unreadable``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if "xl/styles.xml" not in archive.namelist():
                return frozenset()
            styles = ElementTree.fromstring(archive.read("xl/styles.xml"))  # noqa: S314
    except (*_UNREADABLE, ElementTree.ParseError) as error:
        raise NotedError("workbook_unreadable") from error
    percent = set(_PERCENT_FORMATS)
    for element in styles.iter():
        if element.tag.endswith("}numFmt"):
            shown = "%" in _QUOTED.sub("", element.get("formatCode", ""))
            (percent.add if shown else percent.discard)(element.get("numFmtId", ""))
    formats = next((e for e in styles.iter() if e.tag.endswith("}cellXfs")), ())
    return frozenset(
        str(number).encode()
        for number, element in enumerate(formats)
        if element.get("numFmtId") in percent
    )


def scan_sheet(path: Path, part: str, percent: frozenset[bytes] | None = None) -> SheetScan:
    """Go through a sheet's XML in pieces, without building anything from it.

    :param percent: styles whose cells are noted as percentages; if given, each cell has to
        name its place, since it could not be matched otherwise, and formulas without a value
        are noted too.
    :raises NotedError: ``workbook_unreadable``.
    """
    scan = SheetScan()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as file:
            rest = b""
            while chunk := file.read(_CHUNK_BYTES):
                window = rest + chunk
                _look_at(window, scan)
                if percent is not None:
                    _look_for_percentages(window, percent, scan)
                    _look_for_formulas(window, scan)
                rest = window[-_LONGEST_CELL:]
    except _UNREADABLE as error:
        raise NotedError("workbook_unreadable") from error
    return scan


def _look_at(window: bytes, scan: SheetScan) -> None:
    for letters, digits in _CELL.findall(window):
        scan.last_row = max(scan.last_row, int(digits))
        scan.last_column = max(scan.last_column, column_number(letters))
    for attributes in _TAG.findall(window):
        place = _PLACE.search(attributes) if _IS_ERROR.search(attributes) else None
        if place is not None:
            row = scan.errors.setdefault(int(place[2]), {})
            row.setdefault(column_number(place[1]), _UNNAMED_ERROR)
    for letters, digits, error in _ERROR_CELL.findall(window):
        row = scan.errors.setdefault(int(digits), {})
        row[column_number(letters)] = error.decode("ascii", "replace")


def _look_for_percentages(window: bytes, percent: frozenset[bytes], scan: SheetScan) -> None:
    for attributes in _TAG.findall(window):
        place = _PLACE.search(attributes)
        if place is None:
            raise NotedError("workbook_unreadable")
        style = _STYLE.search(attributes)
        if style is not None and style[1] in percent:
            scan.percentages.setdefault(int(place[2]), set()).add(column_number(place[1]))


def _look_for_formulas(window: bytes, scan: SheetScan) -> None:
    for letters, digits, formula in _FORMULA_ONLY.findall(window):
        row = scan.formulas.setdefault(int(digits), {})
        row[column_number(letters)] = f"={html.unescape(formula.decode('utf-8', 'replace'))}"
