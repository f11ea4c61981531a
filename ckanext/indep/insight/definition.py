"""A measure's definition, read from its package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.status import Aggregation, Direction

__all__ = ["ILLUSTRATIVE", "Definition", "of_package"]

ILLUSTRATIVE = "illustrative"
"""The tag of measures whose figures are made up."""

MOST_DECIMALS = 6


@dataclass(frozen=True)
class Definition:
    """What the pure parts need to know about a measure.

    ``kind`` is the length of its periods, None where it reports at irregular times, such as
    a resident survey.
    """

    id: str
    name: str
    title: str
    code: str
    notes: str
    why_it_matters: str
    goal: str
    department: str
    department_title: str
    unit: str
    precision: int
    direction: Direction
    aggregation: Aggregation
    kind: Kind | None
    tolerance: Decimal | None
    minimum_denominator: Decimal | None
    seasonal: bool
    numerator_label: str
    denominator_label: str
    method: str
    source_system: str
    linked_dataset: str
    derivation: str
    illustrative: bool

    @property
    def is_percent(self) -> bool:
        """Whether values are percentages."""
        return self.unit.strip().lower() in {"%", "percent"}

    @property
    def scale(self) -> Decimal:
        """What a ratio of numerator and denominator is multiplied by."""
        return Decimal(100) if self.is_percent else Decimal(1)

    def accepts(self, kind: Kind) -> bool:
        """Whether the measure reports by periods of this length; irregular ones never by month."""
        return kind is self.kind if self.kind else kind is not Kind.MONTH

    def judged_by(self, period: Period) -> tuple[Period, ...]:
        """The periods whose target holds for a period: its own, else that of its fiscal year.

        Where the year is the sum of its periods, its target is no target of theirs.
        """
        if period.kind is Kind.YEAR or self.aggregation is Aggregation.SUM:
            return (period,)
        return (period, period.year())

    def ratio(self, numerator: Decimal, denominator: Decimal) -> Decimal:
        """The value of a ratio, to 28 significant digits."""
        return numerator / denominator * self.scale


def of_package(package: Mapping[str, Any]) -> Definition:
    """Read a package of type ``measure``.

    A draft may lack any field, and a field may hold a word that is no longer in its
    vocabulary: the definition then has the most careful meaning (direction none, last value).
    """
    organization = package.get("organization") or {}
    tags = {tag.get("name") for tag in package.get("tags") or []}

    def text(field: str) -> str:
        return str(package.get(field) or "").strip()

    return Definition(
        id=text("id"),
        name=text("name"),
        title=text("title") or text("name"),
        code=text("code"),
        notes=text("notes"),
        why_it_matters=text("why_it_matters"),
        goal=text("strategic_goal"),
        department=str(organization.get("name") or ""),
        department_title=str(organization.get("title") or ""),
        unit=text("unit"),
        precision=min(max(int(_decimal(text("precision")) or 0), 0), MOST_DECIMALS),
        direction=_choice(Direction, text("direction"), Direction.NONE),
        aggregation=_choice(Aggregation, text("aggregation"), Aggregation.LAST),
        kind=_choice(Kind, text("frequency"), None),
        tolerance=_decimal(text("tolerance")),
        minimum_denominator=_decimal(text("minimum_denominator")),
        seasonal=text("seasonal").lower() in {"true", "yes", "1"},
        numerator_label=text("numerator_label"),
        denominator_label=text("denominator_label"),
        method=text("method"),
        source_system=text("source_system"),
        linked_dataset=text("linked_dataset"),
        derivation=text("derivation"),
        illustrative=ILLUSTRATIVE in tags,
    )


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _choice(kind: Any, text: str, otherwise: Any) -> Any:
    try:
        return kind(text)
    except ValueError:
        return otherwise
