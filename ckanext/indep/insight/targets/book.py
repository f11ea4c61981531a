"""Reads the proposals, for those who may know of them; and who proposed what is in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import ckan.model as model
import sqlalchemy as sa

from ckanext.indep.insight import periods
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.model import Baseline, TargetVersion
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.summary import Summary
from ckanext.indep.insight.targets.cases import Case, Said, Step
from ckanext.indep.insight.targets.model import Decision, Proposal
from ckanext.indep.insight.targets.stretch import Past

__all__ = [
    "batch",
    "case",
    "cases",
    "departments",
    "holding",
    "in_force",
    "measure_of",
    "past",
    "revision_in_force",
]

LARGEST_ID = 2**63 - 1


def cases(measure_ids: Sequence[str]) -> list[Case]:
    """All proposals for these measures, newest first."""
    return _cases(Proposal.measure_id.in_(measure_ids))


def case(proposal_id: int) -> Case | None:
    """One proposal."""
    if not 0 < proposal_id <= LARGEST_ID:
        return None
    return next(iter(_cases(Proposal.id == proposal_id)), None)


def batch(one: Case) -> list[Case]:
    """What was proposed at once with a proposal, itself included, in the order of periods."""
    found = _cases(sa.and_(Proposal.batch == one.batch, Proposal.measure_id == one.measure_id))
    return sorted(found, key=lambda case: (case.period.end, case.period.kind.months))


def measure_of(proposal_id: int) -> str | None:
    """Id of the measure that a proposal is for."""
    found = case(proposal_id)
    return found.measure_id if found else None


def in_force(measure_id: str) -> dict[Period, Target]:
    """The targets of a measure that are in force."""
    rows = model.Session.scalars(
        sa.select(TargetVersion)
        .where(TargetVersion.measure_id == measure_id)
        .order_by(TargetVersion.revision)
    )
    return {periods.parse(row.period): Target(row.value, row.low, row.high) for row in rows}


def holding(
    measure: Definition, targets: Mapping[Period, Target], period: Period
) -> tuple[Period, Target] | None:
    """The target that a period is judged by, with whose it is: its own or the fiscal year's."""
    return next(((one, targets[one]) for one in measure.judged_by(period) if one in targets), None)


def revision_in_force(measure_id: str, period: Period | None) -> int:
    """The latest revision of a target, or without a period of the baseline; 0 if none."""
    if period is None:
        chosen = sa.select(sa.func.max(Baseline.revision)).where(Baseline.measure_id == measure_id)
    else:
        chosen = sa.select(sa.func.max(TargetVersion.revision)).where(
            TargetVersion.measure_id == measure_id, TargetVersion.period == period.key
        )
    return model.Session.scalar(chosen) or 0


def departments(measure_id: str) -> dict[tuple[str, int], str]:
    """Who proposed what was approved: (period key or ``baseline``, revision) -> department."""
    rows = model.Session.execute(
        sa.select(Proposal.kind, Proposal.period, Proposal.department, Decision.revision)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .where(Proposal.measure_id == measure_id, Decision.revision.is_not(None))
    )
    return {
        ("baseline" if row.kind == "baseline" else row.period, row.revision): row.department
        for row in rows
    }


def past(summary: Summary) -> list[Past]:
    """The published figures of a measure, as the pure part wants them.

    A measure without a regular period keeps those of its latest period's length.
    """
    kind = summary.latest.period.kind if summary.latest else None
    return [
        Past(line.period, line.result.value, line.result.numerator, line.result.denominator)
        for line in summary.lines
        if line.result and line.result.value is not None and line.period.kind is kind
    ]


def _cases(which: sa.ColumnElement[bool]) -> list[Case]:
    rows = list(
        model.Session.scalars(sa.select(Proposal).where(which).order_by(Proposal.id.desc()))
    )
    steps: dict[int, list[Said]] = defaultdict(list)
    for row in model.Session.scalars(
        sa.select(Decision)
        .where(Decision.proposal_id.in_([row.id for row in rows]))
        .order_by(Decision.id)
    ):
        steps[row.proposal_id].append(
            Said(Step(row.step), row.note, row.made_by, row.made_at, row.revision)
        )
    return [_case(row, steps[row.id]) for row in rows]


def _case(row: Proposal, steps: Sequence[Said]) -> Case:
    is_target = row.kind == "target"
    return Case(
        id=row.id,
        measure_id=row.measure_id,
        period=periods.parse(row.period),
        last=periods.parse(row.last_period) if row.last_period else None,
        target=Target(row.value, row.low, row.high) if is_target else None,
        value=None if is_target else row.value,
        reason=row.reason,
        department=row.department,
        batch=row.batch,
        based_on=row.based_on,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        steps=tuple(steps),
    )
