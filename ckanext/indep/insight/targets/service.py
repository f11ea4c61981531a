"""The sole writer of proposals and of what is decided about them.

Each function is one unit of work. Who may call them is decided by the actions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import ckan.model as model

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.insight import service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.targets import book, given
from ckanext.indep.insight.targets.cases import Case, Step, follow
from ckanext.indep.insight.targets.model import Decision, Proposal

__all__ = ["propose_baseline", "propose_targets", "take"]


def propose_targets(
    measure: Definition, values: Mapping[str, Mapping[str, Any]], reason: str, actor: str
) -> list[Case]:
    """Propose targets of periods and fiscal years, all or none.

    Raises WrongError with all that is wrong.
    """
    with service.unit_of_work():
        wanted = given.targets(
            measure,
            values,
            reason,
            book.in_force(measure.id),
            _open_places(measure),
            city_time.today(),
        )
        shared = _shared(measure, reason, actor)
        rows = [
            Proposal(
                kind="target",
                period=one.period.key,
                value=one.target.value,
                low=one.target.low,
                high=one.target.high,
                based_on=book.revision_in_force(measure.id, one.period),
                **shared,
            )
            for one in wanted
        ]
        return _written(rows)


def propose_baseline(
    measure: Definition, values: Mapping[str, Any], reason: str, actor: str
) -> list[Case]:
    """Propose a baseline. Raises WrongError with all that is wrong."""
    with service.unit_of_work():
        wanted = given.baseline(measure, values, reason, _open_places(measure))
        row = Proposal(
            kind="baseline",
            period=wanted.first.key,
            last_period=wanted.last.key,
            value=wanted.value,
            based_on=book.revision_in_force(measure.id, None),
            **_shared(measure, reason, actor),
        )
        return _written([row])


def take(
    measure: Definition, proposal_ids: Sequence[int], step: Step, note: str, actor: str
) -> list[Case]:
    """Take a step with proposals for a measure, with all of them or with none.

    An approval puts target or baseline into force. Raises ConflictError if one of them is
    in another state, or if what is in force has changed since it was proposed.
    """
    with service.unit_of_work():
        for one in [_case(number) for number in proposal_ids]:
            follow(one.state, step)
            revision = _put_into_force(measure, one, actor) if step is Step.APPROVE else None
            model.Session.add(
                Decision(
                    proposal_id=one.id, step=step.value, note=note, revision=revision, made_by=actor
                )
            )
        model.Session.flush()
        return [_case(number) for number in proposal_ids]


def _put_into_force(measure: Definition, one: Case, actor: str) -> int:
    if one.last is not None:
        _check_unchanged(one, book.revision_in_force(measure.id, None), "The baseline")
        revision = service.write_baseline(
            measure, one.period, one.last, one.value, one.reason, actor
        )
    else:
        assert one.target is not None
        name = f"The target of {one.period.label}"
        if one.period.end < city_time.today():
            raise RefusedError(f"{one.period.label} has ended; its target can no longer be set.")
        _check_unchanged(one, book.revision_in_force(measure.id, one.period), name)
        revision = service.write_target(measure, one.period, one.target, one.reason, actor)
    if not revision:
        raise ConflictError("This is in force already. Decline the proposal.")
    return revision


def _check_unchanged(one: Case, revision: int, name: str) -> None:
    if one.based_on != revision:
        raise ConflictError(
            f"{name} was changed after this was proposed. Send it back, and compare anew."
        )


def _case(proposal_id: int) -> Case:
    found = book.case(proposal_id)
    if found is None:
        raise ConflictError("There is no such proposal.")
    return found


def _open_places(measure: Definition) -> set[str]:
    return {one.place for one in book.cases([measure.id]) if one.is_open}


def _shared(measure: Definition, reason: str, actor: str) -> dict[str, Any]:
    return {
        "measure_id": measure.id,
        "reason": reason.strip(),
        "department": measure.department_title or measure.department,
        "batch": uuid4().hex,
        "proposed_by": actor,
    }


def _written(rows: Sequence[Proposal]) -> list[Case]:
    model.Session.add_all(rows)
    model.Session.flush()
    return [_case(row.id) for row in rows]
