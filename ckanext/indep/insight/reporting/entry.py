"""Reads what a department typed into the form of a quarter (pure).

Everything is read before anything is written: all problems are told at once, each with the
field that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.indep.errors import IndepError
from ckanext.indep.insight import rules
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import STATES, Entry, Row
from ckanext.indep.insight.reporting.progress import Task
from ckanext.indep.insight.uploads import figures
from ckanext.indep.insight.uploads.problems import ProblemError

__all__ = ["FIELDS", "NUMBERS", "Given", "read"]

NUMBERS = ("value", "numerator", "denominator", "margin")
FIELDS = (*NUMBERS, "state", "provisional", "comment", "reason")
"""What can be given for a measure and a period."""

LONGEST_TEXT = 2000


@dataclass
class Given:
    """What is to be recorded, and what is wrong: field -> sentences."""

    rows: list[tuple[Definition, Row]] = field(default_factory=list[tuple[Definition, Row]])
    errors: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def read(tasks: Sequence[Task], values: Mapping[str, Mapping[str, Any]]) -> Given:
    """Read the values given by task: ``values[task.key][field]``, numbers as people type them.

    A task without a figure, a state and a comment is left as it is.
    """
    given = Given()
    for task in tasks:
        problems: dict[str, str] = {}
        row = _row(task, values.get(task.key, {}), problems)
        if row and not problems:
            _check(task, row, problems)
        for name, problem in problems.items():
            where = f"{task.measure.title}, {task.period.label}"
            given.errors.setdefault(f"{task.key}.{name}", []).append(f"{where}: {problem}")
        if row and not problems:
            given.rows.append((task.measure, row))
    return given


def _row(task: Task, values: Mapping[str, Any], problems: dict[str, str]) -> Row | None:
    texts = {name: str(values.get(name) or "").strip() for name in FIELDS}
    numbers: dict[str, Any] = {}
    for name in NUMBERS:
        units = figures.Units.of(task.measure.unit) if name in ("value", "margin") else NO_UNITS
        try:
            number = figures.read(texts[name], units)
        except ProblemError as error:
            problems[name] = f"{error.problem} {error.remedy}"
        else:
            numbers[name] = number.value if number else None
    for name in ("comment", "reason"):
        if len(texts[name]) > LONGEST_TEXT or "\0" in texts[name]:
            problems[name] = f"Write at most {LONGEST_TEXT} characters."
    state = texts["state"] or "reported"
    if state not in STATES:
        problems["state"] = f"Choose one of: {', '.join(STATES)}."
    has_figure = any(value is not None for value in numbers.values())
    if not has_figure and state == "reported" and not texts["comment"] and not problems:
        return None
    entry = None
    if has_figure or state != "reported":
        entry = Entry(
            period=task.period,
            state=state,
            provisional=texts["provisional"].lower() in {"true", "yes", "1", "on"},
            source=_source(task),
            reason=texts["reason"] or None,
            **numbers,
        )
    return Row(task.period, entry, None, "", texts["comment"])


def _source(task: Task) -> Mapping[str, Any]:
    """Where the figure comes from: as it stands, so that saving the form again is no news."""
    if task.standing is not None:
        return task.standing.source
    return {"system": task.measure.source_system} if task.measure.source_system else {}


def _check(task: Task, row: Row, problems: dict[str, str]) -> None:
    """Note what the measure cannot have, and a correction without a reason."""
    if row.entry is None:
        return
    if task.is_computed:
        problems["value"] = "This figure is computed from a released dataset."
        return
    try:
        rules.change(task.measure, row.entry, task.standing)
    except IndepError as error:
        is_correction = bool(task.standing and task.standing.public and not row.entry.reason)
        name = "reason" if is_correction else "value"
        problems[name] = error.message


NO_UNITS = figures.Units()
