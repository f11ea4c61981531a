"""The record as plain values, as the pure parts and the pages use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Target

__all__ = ["BaselineVersion", "Record", "Result", "TargetChange"]


@dataclass(frozen=True)
class Result:
    """A published observation. ``revision`` counts from 1 as they were recorded.

    ``version`` is the number of the publication that made it public.
    """

    period: Period
    revision: int
    state: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    margin: Decimal | None
    provisional: bool
    source: Mapping[str, Any]
    correction_reason: str | None
    published_at: datetime
    version: int = 0


@dataclass(frozen=True)
class TargetChange:
    """An approved target of a quarter, a month or a year."""

    period: Period
    revision: int
    target: Target
    reason: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True)
class BaselineVersion:
    """A baseline; without a value it is being set."""

    first_period: str
    last_period: str
    value: Decimal | None
    reason: str
    revision: int = 1
    approved_by: str = ""
    approved_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    """Everything that the public may know about one measure, oldest first.

    ``waiting`` are the periods whose figure was handed in and is not public yet.
    """

    results: tuple[Result, ...] = ()
    targets: tuple[TargetChange, ...] = ()
    baseline: BaselineVersion | None = None
    comments: Mapping[str, str] = field(default_factory=dict[str, str])
    waiting: frozenset[Period] = frozenset()
