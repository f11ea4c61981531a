"""Files of delimited text, read as a stream of records with their line numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ckanext.indep.tabular.detect import TextFacts, detect_delimiter, scan
from ckanext.indep.tabular.notes import Note, NotedError
from ckanext.indep.tabular.source import BadRow, Row

__all__ = ["DelimitedSource", "open_delimited"]

_CHUNK_BYTES = 1 << 18
_SAMPLE_CHARACTERS = 1 << 16
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


class DelimitedSource:
    """A file whose encoding and delimiter are known."""

    def __init__(self, path: Path, text: TextFacts, delimiter: str) -> None:
        self._path = path
        self._text = text
        self._delimiter = delimiter

    @property
    def facts(self) -> dict[str, str]:
        return {
            "format": "CSV",
            "encoding": self._text.codec,
            "encoding_decided_by": self._text.decided_by,
            "delimiter": _DELIMITER_NAMES[self._delimiter],
            "line_ending": self._text.line_ending,
        }

    @property
    def notes(self) -> list[Note]:
        if self._text.decided_by == "fallback":
            return [Note("encoding_fallback")]
        return []

    def rows(self) -> Iterator[Row | BadRow]:
        """All records, the header row first.

        :raises NotedError: ``open_quote``: a quotation mark is never closed, so that what
            follows it cannot be told apart.
        """
        with self._path.open(encoding=self._text.codec, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield self._misquoted(line, error)
                    continue
                if len(cells) > 1 or (cells and (cells[0].strip() or self._is_quoted(cells))):
                    yield Row(line, cells)

    @staticmethod
    def _is_quoted(cells: list[str]) -> bool:
        """A line of white space is blank; a single empty cell that is quoted is a row."""
        return cells == [""]

    @staticmethod
    def _misquoted(line: int, error: csv.Error) -> BadRow:
        reason = str(error)
        if "end of data" in reason or "field limit" in reason:
            raise NotedError("open_quote", line=line) from error
        return BadRow(line, Note("misplaced_quote"))


def open_delimited(path: Path) -> DelimitedSource:
    """Look through the file once and find out how it is to be read.

    :raises NotedError: if it is empty or no text.
    """
    with path.open("rb") as file:
        text = scan(_chunks(file))
    with path.open(encoding=text.codec, newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
        complete = not file.read(1)
    return DelimitedSource(path, text, detect_delimiter(sample, complete))


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk
