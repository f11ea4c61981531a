"""The versions of targets and baselines, as the public reads them (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest

from ckanext.indep.insight import periods
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.records import BaselineVersion, TargetChange
from ckanext.indep.insight.status import Target

__all__ = ["Shown", "of_baselines", "of_targets"]


@dataclass(frozen=True)
class Shown:
    """One version: what, why, who proposed and who approved it, and until when it held.

    ``target`` is None for a baseline, which runs to the period ``last``.
    """

    period: Period
    last: Period | None
    target: Target | None
    value: Decimal | None
    revision: int
    reason: str
    approved_by: str
    approved_at: datetime | None
    department: str
    replaced_at: datetime | None


def of_targets(
    changes: Sequence[TargetChange], departments: Mapping[tuple[str, int], str]
) -> list[Shown]:
    """All versions of all targets, those of the latest period first, its last version on top."""
    following: dict[Period, list[TargetChange]] = defaultdict(list)
    for change in changes:
        following[change.period].append(change)
    shown: list[Shown] = []
    for change in reversed(changes):
        later = [one for one in following[change.period] if one.revision > change.revision]
        shown.append(
            Shown(
                period=change.period,
                last=None,
                target=change.target,
                value=None,
                revision=change.revision,
                reason=change.reason,
                approved_by=change.approved_by,
                approved_at=change.approved_at,
                department=departments.get((change.period.key, change.revision), ""),
                replaced_at=later[0].approved_at if later else None,
            )
        )
    return shown


def of_baselines(
    found: Sequence[BaselineVersion], departments: Mapping[tuple[str, int], str]
) -> list[Shown]:
    """All versions of the baseline, newest first."""
    return [
        Shown(
            period=periods.parse(one.first_period),
            last=periods.parse(one.last_period),
            target=None,
            value=one.value,
            revision=one.revision,
            reason=one.reason,
            approved_by=one.approved_by,
            approved_at=one.approved_at,
            department=departments.get(("baseline", one.revision), ""),
            replaced_at=later.approved_at if later else None,
        )
        for one, later in reversed(list(zip_longest(found, found[1:])))
    ]
