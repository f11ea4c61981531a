"""Pure: encoding, line endings and delimiter of a file of delimited text.

The rules are few and fixed, because a guess that is right most of the time spoils data
unseen: a byte order mark is believed; else the whole file is UTF-8 or it is not; else it
is Windows-1252, which is what office programs of the region write.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.indep.tabular.notes import NotedError

__all__ = ["DELIMITERS", "TextFacts", "detect_delimiter", "scan"]

DELIMITERS = (",", ";", "\t", "|")
"""The delimiters that are looked for; an earlier one wins a draw."""

_BYTE_ORDER_MARKS = (
    # UTF-32 little endian begins with the mark of UTF-16, so it is asked first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


@dataclass(frozen=True)
class TextFacts:
    """How a file's bytes become lines of text.

    ``codec`` is Python's name of the encoding; ``decided_by`` is ``bom``, ``utf-8`` or
    ``fallback``; ``line_ending`` is the most frequent one: ``LF``, ``CRLF``, ``CR``, or
    ``none`` in a file of one line.
    """

    codec: str
    decided_by: str
    line_ending: str


def scan(chunks: Iterable[bytes]) -> TextFacts:
    """Read all bytes of a file once and say how to decode it.

    :param chunks: the file's bytes in order, the first piece with any byte order mark whole.
    :raises NotedError: ``empty_file``, ``nul_bytes`` (a binary file, or UTF-16 without a
        byte order mark) or ``unknown_encoding``.
    """
    reader = _Scanner()
    for chunk in chunks:
        reader.feed(chunk)
    return reader.finish()


def detect_delimiter(sample: str, complete: bool) -> str:
    """The delimiter that gives most records as many cells as the first record has.

    Quoted cells are honoured. A file in which no delimiter gives two cells is a table of
    one column, and a comma is returned.

    :param sample: the beginning of the file as text.
    :param complete: whether the sample is the whole file; if not, its last record may be
        cut off and is not counted.
    """
    best = ","
    best_score = (0.0, 0)
    for delimiter in DELIMITERS:
        counts = _cell_counts(sample, delimiter)
        if not complete and len(counts) > 1:
            counts.pop()
        if not counts or counts[0] < 2:
            continue
        score = (counts.count(counts[0]) / len(counts), counts[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _cell_counts(sample: str, delimiter: str) -> list[int]:
    """Cells of each record; 0 where the quotes do not fit the delimiter."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
    counts: list[int] = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return counts
        except csv.Error:
            counts.append(0)
        else:
            if cells:
                counts.append(len(cells))


class _Scanner:
    """Keeps what must be known from one piece of the file to the next."""

    def __init__(self) -> None:
        self._started = False
        self._marked: str | None = None
        self._utf8 = True
        self._cp1252 = True
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._endings: Counter[str] = Counter()
        self._after_return = False

    def feed(self, chunk: bytes) -> None:
        if not chunk:
            return
        if not self._started:
            self._started = True
            self._believe_mark(chunk)
        text = self._decode(chunk, final=False)
        plain = chunk if text is None or self._marked is None else text.encode("utf-8")
        self._look_at(plain)
        if self._cp1252 and any(byte in chunk for byte in _UNDEFINED_IN_CP1252):
            self._cp1252 = False

    def finish(self) -> TextFacts:
        if not self._started:
            raise NotedError("empty_file")
        self._decode(b"", final=True)
        if self._after_return:
            self._endings["CR"] += 1
        ending, count = self._endings.most_common(1)[0]
        if count == 0:
            ending = "none"
        if self._marked:
            return TextFacts(self._marked, "bom", ending)
        if self._utf8:
            return TextFacts("utf-8", "utf-8", ending)
        if self._cp1252:
            return TextFacts("cp1252", "fallback", ending)
        raise NotedError("unknown_encoding")

    def _believe_mark(self, chunk: bytes) -> None:
        for mark, codec in _BYTE_ORDER_MARKS:
            if chunk.startswith(mark):
                self._marked = codec
                self._decoder = codecs.getincrementaldecoder(codec)()
                return

    def _decode(self, chunk: bytes, final: bool) -> str | None:
        if not self._utf8:
            return None
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            if self._marked:
                raise NotedError("broken_encoding", codec=self._marked) from error
            self._utf8 = False
            return None

    def _look_at(self, plain: bytes) -> None:
        """Count line endings and refuse NUL bytes, in any encoding that extends ASCII."""
        nul = plain.find(b"\0")
        if nul >= 0:
            line = self._endings.total() + plain[:nul].count(b"\n") + 1
            raise NotedError("nul_bytes", line=line)
        if self._after_return:
            if plain.startswith(b"\n"):
                self._endings["CRLF"] += 1
                plain = plain[1:]
            else:
                self._endings["CR"] += 1
        self._after_return = plain.endswith(b"\r")
        if self._after_return:
            plain = plain[:-1]
        pairs = plain.count(b"\r\n")
        self._endings["CRLF"] += pairs
        self._endings["LF"] += plain.count(b"\n") - pairs
        self._endings["CR"] += plain.count(b"\r") - pairs
