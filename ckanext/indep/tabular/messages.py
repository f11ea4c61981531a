"""The sentences for the codes of notes: what happened, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan.common import _

from ckanext.indep.tabular.report import State

__all__ = ["heading_change", "sentence", "state_label", "type_label"]


def sentence(note: Mapping[str, Any]) -> str:
    """The sentence for a stored note, in the visitor's language.

    :param note: ``code`` and ``facts``; the facts fill the places of the sentence.
    """
    template = {**_file_sentences(), **_row_sentences(), **_column_sentences()}[note["code"]]
    return template.format(**note["facts"])


def state_label(state: str) -> str:
    """A state of a load in words."""
    return {
        State.PENDING: _("Waiting to be loaded"),
        State.LOADING: _("Being loaded"),
        State.LOADED: _("Loaded as a table"),
        State.FAILED: _("Not loaded"),
        State.NOT_A_TABLE: _("Not a table"),
    }[state]


def type_label(kind: str) -> str:
    """A column's type in words."""
    return {
        "text": _("Text"),
        "integer": _("Whole number"),
        "numeric": _("Number"),
        "date": _("Date"),
        "timestamp": _("Date and time"),
        "boolean": _("True or false"),
    }[kind]


def heading_change(change: str) -> str:
    """What was done to a column's name to make it valid."""
    return {
        "empty": _("The column had no name in the file."),
        "characters": _("Characters that a column name cannot have were replaced by spaces."),
        "underscore": _("A column name cannot begin with an underscore."),
        "reserved": _("The database keeps this name for itself, so an underscore was added."),
        "too_long": _("The name was cut to 63 bytes, the longest a column name can be."),
        "duplicate": _("Another column has the same name, so a number was added."),
    }[change]


def _file_sentences() -> dict[str, str]:
    return {
        "empty_file": _("The file is empty."),
        "file_missing": _("The file is not in the storage. Upload it again."),
        "too_large": _(
            "The file takes {size} bytes (unpacked, if it is a workbook); at most {limit} are "
            "loaded as a table. Split it, or leave it for download only."
        ),
        "too_many_rows": _("The table has more than {limit} rows. Split the file."),
        "too_many_columns": _(
            "The table has {columns} columns; at most {limit} are loaded. Look for stray cells "
            "far to the right."
        ),
        "nul_bytes": _(
            "Line {line} has NUL bytes, so this is no text file, or it is UTF-16 without a byte "
            "order mark. Save it as CSV in UTF-8."
        ),
        "unknown_encoding": _("The text is neither UTF-8 nor Windows-1252. Save it as UTF-8."),
        "broken_encoding": _(
            "The file says by its first bytes that it is {codec}, but not all of it is. "
            "Save it as UTF-8."
        ),
        "open_quote": _(
            "On line {line} begins a cell whose quotation mark is never closed, or that is longer "
            "than 131,072 characters."
        ),
        "bad_header": _("The header on line {line} has a quotation mark out of place."),
        "too_many_bad_rows": _(
            "{bad} of {total} rows cannot be read, which is more than {limit} %. Nothing was "
            "loaded."
        ),
        "workbook_unreadable": _("The workbook is damaged or is no XLSX file. Save it again."),
        "workbook_too_costly": _(
            "The workbook could not be read with the memory and time allowed. Save the sheet as "
            "CSV."
        ),
        "no_sheet": _("The workbook has no visible sheet of cells."),
        "database_refused": _(
            "The database did not take the rows. Nothing was changed; the portal's log says more."
        ),
        "unexpected": _(
            "Something went wrong in the portal itself. Nothing was changed; its log says more."
        ),
        "encoding_fallback": _(
            "The text is not UTF-8 and was read as Windows-1252. Check the accents in the preview."
        ),
        "first_sheet": _(
            "The workbook has {sheets} sheets; the first visible one, “{sheet}”, was loaded."
        ),
        "no_rows": _("The file has a header and no rows."),
    }


def _row_sentences() -> dict[str, str]:
    return {
        "wrong_width": _("The row has {cells} cells, the header has {columns}."),
        "misplaced_quote": _("A quotation mark is out of place."),
        "wrong_value": _("“{value}” in column “{column}” is not of the type {type}."),
        "cell_error": _("The cell in column {column} holds the error {error}."),
    }


def _column_sentences() -> dict[str, str]:
    return {
        "column_empty": _("All cells are empty."),
        "leading_zero": _("Text, because values such as {example} begin with a zero."),
        "long_digits": _("Text, because values such as {example} have more than 15 digits."),
        "currency": _("Text, because values such as {example} have a currency sign."),
        "separators": _("Text, because values such as {example} have thousands separators."),
        "percent": _("Text, because values such as {example} have a percent sign."),
        "time_zone": _("Text, because values such as {example} carry a time zone."),
        "short_year": _("Text, because values such as {example} have a year of two digits."),
        "mixed_values": _("Text, because of values such as “{example}” among others."),
        "mixed_day_month": _("Text, because the day comes first in some dates, last in others."),
        "ambiguous_dates": _(
            "Text, because nothing tells the month from the day. Write dates as YYYY-MM-DD."
        ),
        "month_first": _("Dates were read with the month first; no other reading fits."),
        "day_first": _("Dates were read with the day first; no other reading fits."),
        "code_name": _("Text, because the name says that these are codes, not amounts."),
        "code_width": _("Text, because numbers of this length are codes, not amounts."),
        "dictionary_type": _("The type was chosen in the data dictionary."),
    }
