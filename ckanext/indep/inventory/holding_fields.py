"""The fields of a holding: which there are, what each accepts, and what is wrong. Pure.

The form, the API and an uploaded table are all judged here, so that they say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.indep.inventory import plain
from ckanext.indep.inventory.states import HoldingStatus
from ckanext.indep.schema import vocabularies

__all__ = ["COLUMNS", "PUBLIC", "STAFF_ONLY", "Problem", "clean"]

PUBLIC = (
    "title",
    "description",
    "status",
    "planned_on",
    "withheld_reason",
    "withheld_law",
    "public_note",
    "dataset",
    "format",
    "volume",
    "update_frequency",
)
STAFF_ONLY = ("source_system", "steward", "classification", "internal_notes")
COLUMNS = PUBLIC + STAFF_ONLY

LONGEST = {"description": 4000, "public_note": 2000, "internal_notes": 4000}
LONGEST_LINE = 200
TERMS = {
    "status": tuple(status.value for status in HoldingStatus),
    "withheld_reason": tuple(vocabularies.values("withheld_reason")),
    "update_frequency": tuple(vocabularies.values("update_frequency")),
    "classification": tuple(vocabularies.values("classification")),
}
NEEDED_BY = {
    HoldingStatus.RELEASED.value: ("dataset", "Name the public dataset."),
    HoldingStatus.PLANNED.value: ("planned_on", "Say when, such as 2027-06-30."),
    HoldingStatus.WITHHELD.value: ("withheld_reason", "Say why it is withheld."),
}
"""Status -> the field that it cannot do without, and what to do."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value, and what to do about it."""

    column: str
    value: str
    problem: str
    remedy: str

    @property
    def sentence(self) -> str:
        """Problem and remedy in one line."""
        return f"{self.problem} {self.remedy}"


def clean(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of all fields, ready to be stored, and all that is wrong with them.

    What is missing or blank becomes the empty text, `planned_on` a date or None.
    """
    cleaned: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in COLUMNS:
        raw = values.get(column)
        text = "" if raw is None else str(raw)
        value, problem = _clean_one(column, text)
        cleaned[column] = value
        if problem:
            problems.append(problem)
    return cleaned, problems + _missing(cleaned, {p.column for p in problems})


def _clean_one(column: str, text: str) -> tuple[Any, Problem | None]:
    if plain.has_unstorable(text):
        shown = text.encode("ascii", "replace").decode()[:40]
        return "", Problem(column, shown, "It holds control characters.", "Type it anew.")
    text = plain.paragraphs(text) if column in LONGEST else plain.line(text)
    longest = LONGEST.get(column, LONGEST_LINE)
    if len(text) > longest:
        return "", Problem(
            column,
            f"{text[:40]}…",
            f"It has {len(text)} characters, more than {longest}.",
            "Shorten it.",
        )
    if column in TERMS and text:
        return _term(column, text)
    if column == "planned_on":
        return _date(column, text)
    return text, None


def _term(column: str, text: str) -> tuple[str, Problem | None]:
    known = TERMS[column]
    wanted = text if text in known else text.lower().replace(" ", "_").replace("-", "_")
    if wanted in known:
        return wanted, None
    remedy = f"Write one of: {', '.join(known)}."
    return "", Problem(column, text[:40], "It is not in the list.", remedy)


def _date(column: str, text: str) -> tuple[dt.date | None, Problem | None]:
    if not text:
        return None, None
    try:
        return dt.date.fromisoformat(text), None
    except ValueError:
        return None, Problem(column, text[:40], "It is not a date.", "Write it as 2027-06-30.")


def _missing(cleaned: Mapping[str, Any], faulty: set[str]) -> list[Problem]:
    """What a holding needs and does not have; a value that is wrong is not missing as well."""
    needed = [("title", "Give it a title."), ("status", f"One of: {', '.join(TERMS['status'])}.")]
    if cleaned["status"] in NEEDED_BY:
        needed.append(NEEDED_BY[cleaned["status"]])
    return [
        Problem(column, "", "It is missing.", remedy)
        for column, remedy in needed
        if not cleaned[column] and column not in faulty
    ]
