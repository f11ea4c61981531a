"""The words for what a scan found, and for what it cannot find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckan.common import _, ungettext

from ckanext.indep.privacy.documents import STOCK_CONTACT
from ckanext.indep.privacy.service import ResourceScan

__all__ = ["described", "kind_label", "limits", "sentence"]


def described(scans: Iterable[ResourceScan]) -> list[dict[str, Any]]:
    """The scans in words, as the template `indep_privacy/findings.html` shows them."""
    return [
        {
            "name": scan.name or _("Description of the dataset"),
            "state": scan.state,
            "state_label": _state_label(scan.state),
            "parts": [_part(part) for part in scan.report.get("parts", [])],
            "not_scanned": [sentence(note) for note in scan.report.get("not_scanned", [])],
        }
        for scan in scans
    ]


def kind_label(kind: str) -> str:
    """A kind of personal data in words."""
    return {
        "address": _("Street address"),
        "birth_date": _("Date of birth"),
        "card": _("Payment card"),
        "email": _("E-mail address"),
        "person_name": _("Name of a person"),
        "phone": _("Telephone number"),
        "ssn": _("Social Security number"),
    }[kind]


def sentence(note: Mapping[str, Any]) -> str:
    """The sentence for a stored note: why a column is listed, or why something was not read."""
    return {**_reasons(), **_obstacles()}[note["code"]].format(**note["facts"])


def limits() -> list[str]:
    """What the scan does not find; to be shown beside every result."""
    return [
        _(
            "The scan finds telephone numbers, e-mail addresses, Social Security numbers and card "
            "numbers by their form. Read the column before you decide: case, parcel and permit "
            "numbers can look the same."
        ),
        _(
            "It finds only some names of people (by the heading, a title or a frequent given "
            "name), only addresses that name the kind of street, and dates of birth only where "
            "a heading or a word says so. That nothing was found does not mean that nothing is "
            "there."
        ),
        _(
            "It does not read PDF files, pictures, archives, comments in workbooks, links to other "
            "sites, or numbers and names written in unusual ways."
        ),
    ]


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": part["name"],
        "cells": part["cells"],
        "findings": [_finding(finding) for finding in part["findings"]],
        "groups": _groups(part["groups"]) if part["groups"] else "",
    }


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    labels = {"high": _("Likely"), "medium": _("Possible"), "low": _("Doubtful")}
    return {
        "kind": kind_label(finding["kind"]),
        "column": finding["column"],
        "cells": _("{cells} of {filled}").format(**finding),
        "rows": ", ".join(map(str, finding["rows"])),
        "samples": finding["samples"],
        "confidence": labels[finding["confidence"]],
        "tone": {"high": "bad", "medium": "warn", "low": "none"}[finding["confidence"]],
        "why": sentence(finding["why"]),
        "remedy": _remedy(finding["column"]),
    }


def _remedy(column: str) -> str:
    if column != STOCK_CONTACT:
        return ""
    return _(
        "These are CKAN's own fields, from before this portal had a contact. Ask for changes, so "
        "that the steward empties them at the end of the draft's form; or record why they may stay."
    )


def _groups(groups: Mapping[str, Any]) -> str:
    facts = {**groups, "columns": ", ".join(groups["columns"])}
    if groups["smallest"] is None:
        template = _("Taken together, {columns} set nearly every row apart from the others.")
    else:
        template = ungettext(
            "The smallest group with the same {columns} has {smallest} row.",
            "The smallest group with the same {columns} has {smallest} rows.",
            groups["smallest"],
        )
        template += " " + _("{small_rows} of {rows} rows are in groups of fewer than {bound}.")
    return template.format(**facts)


def _state_label(state: str) -> str:
    return {
        "pending": _("Waiting to be scanned"),
        "scanning": _("Being scanned"),
        "done": _("Scanned"),
        "failed": _("The scan broke off"),
        "link": _("Not scanned: a link to another place"),
        "missing": _("Not scanned yet"),
    }[state]


def _reasons() -> dict[str, str]:
    return {
        "addresses": _("Many cells are street addresses, of people or of places."),
        "check_digits": _("First digits, length and check digit are those of payment cards."),
        "digits_only": _("Ten digits with area codes that are in use, not counted up."),
        "email_cells": _("Cells with an e-mail address."),
        "given_names": _("Many cells begin with, or end in, a frequent given name."),
        "heading_and_shape": _("The heading says so, and the cells look like it."),
        "home_addresses": _("Street addresses under a heading that speaks of people."),
        "in_sentences": _("Found in sentences."),
        "most_cells": _("Most cells have this form."),
        "reference_but_all_given": _(
            "The heading speaks of an office's own numbers, but all could be Social Security "
            "numbers."
        ),
        "shape_only": _("The form fits, but some of these numbers were never given to anybody."),
        "some_cells": _("Some cells have this form."),
        "told_birth": _("The text says that somebody was born on this day."),
        "told_names": _("A title, a phrase or a frequent given name stands before it."),
        "years_like_ages": _("The days lie {years} years apart, as dates of birth do."),
    }


def _obstacles() -> dict[str, str]:
    return {
        "broken_encoding": _("Not scanned: the file's text is damaged."),
        "empty_file": _("The file is empty."),
        "file_missing": _("Not scanned: the file is not in the storage."),
        "is_archive": _("Not scanned: an archive. Look at the files in it yourself."),
        "is_image": _("Not scanned: a picture. Look at it yourself."),
        "is_old_office": _("Not scanned: an old office format. Save it as XLSX or CSV."),
        "is_pdf": _("Not scanned: a PDF file. Read it yourself."),
        "json_unreadable": _("Not scanned: the file begins like JSON but is none."),
        "nul_bytes": _("Not scanned: this is no text file."),
        "open_quote": _("Not scanned from line {line} on: a quotation mark is never closed."),
        "rows_unread": _("{rows} rows could not be read, the first on line {line}."),
        "table_missing": _("Not scanned: the table is not in the DataStore."),
        "too_large": _("Not scanned: {size} bytes are more than {limit}."),
        "unknown_encoding": _("Not scanned: the encoding of the text is not known."),
        "workbook_extras": _(
            "All sheets were scanned, the hidden ones too; comments, pictures and properties of "
            "the workbook were not."
        ),
        "workbook_too_costly": _("Not scanned: the workbook needs too much memory or time."),
        "workbook_unreadable": _("Not scanned: the workbook is damaged."),
    }
