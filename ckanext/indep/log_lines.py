"""Log entries that are one line each, whatever visitors write.

CKAN logs the address that was asked for as it was meant: a ``%0a`` in it is a line break, and what
follows would stand in the log as an entry of its own. Names of files, titles and messages of
errors come into the log as well. So characters that do not print are written as escapes, in the
text of each entry and in the message of an error below it.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

__all__ = ["Entry", "install", "printable"]


class Entry(logging.LogRecord):
    """A log entry whose text is one line; an error's lines below it are indented."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0] is not None:
            # Formatters take the text of an error from here if there is one.
            lines = "".join(traceback.format_exception(*self.exc_info)).split("\n")
            self.exc_text = "\n".join(f"  {printable(line)}" for line in lines if line)

    def getMessage(self) -> str:
        """The text with its arguments, on one line."""
        return printable(super().getMessage())


def install() -> None:
    """Have all loggers of this process make such entries, whatever their handlers are."""
    logging.setLogRecordFactory(Entry)


def printable(text: str) -> str:
    """Return the text with each character that does not print, a line break too, as an escape."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
