"""What loading a file would change, told before it is loaded (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import rules
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import Entry
from ckanext.indep.insight.rules import Standing
from ckanext.indep.insight.uploads.checking import Good
from ckanext.indep.insight.uploads.problems import Problem

__all__ = ["PREVIEWED", "Plan", "plan"]

PREVIEWED = 20
"""Lines of the preview."""

NEEDS_REASON = "Say why in a column “reason”, or give one reason for the whole file."


@dataclass
class Plan:
    """How many results are new, change a figure or repeat one; the first lines of the file; and
    the corrections that lack a reason."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    targets: int = 0
    comments: int = 0
    measures: int = 0
    preview: list[dict[str, str | int]] = field(default_factory=list)
    good: list[Good] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers for the page."""
        names = ("new", "changed", "unchanged", "targets", "comments", "measures")
        return {name: getattr(self, name) for name in names}


def plan(good: Sequence[Good], standing: Mapping[tuple[str, str], Standing]) -> Plan:
    """Compare what a file says with what stands.

    :param standing: the latest observation by measure's id and period's key.
    """
    found = Plan()
    for one in good:
        entry = one.content.entry
        effect, before = "", None
        if entry is not None:
            before = standing.get((one.measure.id, one.content.period.key))
            try:
                columns = rules.change(one.measure, entry, before, one.content.columns)
            except ConflictError as error:
                problem = error.message.partition(". ")[0] + "."
                found.problems.append(
                    Problem(one.row, one.label, shown(one.measure, entry), problem, NEEDS_REASON)
                )
                continue
            effect = "unchanged" if columns is None else "changed" if before else "new"
            setattr(found, effect, getattr(found, effect) + 1)
        found.targets += one.content.target is not None
        found.comments += bool(one.content.comment)
        found.good.append(one)
        if len(found.preview) < PREVIEWED:
            found.preview.append(_line(one, effect, before))
    bad = {problem.row for problem in found.problems}
    if bad:
        found.good = [one for one in found.good if one.row not in bad]
    found.measures = len({one.measure.id for one in found.good})
    return found


def shown(measure: Definition, entry: Entry) -> str:
    """A result as the preview shows it."""
    if entry.state != "reported":
        return entry.state.replace("_", " ")
    parts = f"{_digits(entry.numerator)} of {_digits(entry.denominator)}"
    if entry.value is None:
        return parts
    unit = f" {measure.unit}" if measure.unit else ""
    value = f"{_digits(entry.value)}{unit}"
    return f"{value} ({parts})" if entry.numerator is not None else value


def _line(one: Good, effect: str, before: Standing | None) -> dict[str, Any]:
    entry = one.content.entry
    target = one.content.target
    earlier = ""
    if before is not None and effect == "changed":
        earlier = "" if before.value is None else _digits(before.value.normalize())
    limits = (target.value, target.low, target.high) if target else ()
    return {
        "row": one.row,
        "measure": one.measure.title,
        "period": one.content.period.label,
        "from": one.content.period.start.isoformat(),
        "to": one.content.period.end.isoformat(),
        "result": "" if entry is None else shown(one.measure, entry),
        "target": " to ".join(_digits(number) for number in limits if number is not None),
        "comment": one.content.comment[:200],
        "effect": effect,
        "before": earlier,
    }


def _digits(number: Decimal | None) -> str:
    return "?" if number is None else f"{number:f}"
