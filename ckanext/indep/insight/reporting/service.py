"""The sole writer of the sign-offs; and publication of what was signed off.

Each function is one unit of work. Who may call them is decided by the actions.
"""

from __future__ import annotations

import ckan.model as model

from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import service
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.reporting import desks
from ckanext.indep.insight.reporting.model import SignOff
from ckanext.indep.insight.reporting.progress import Desk

__all__ = ["publish", "sign_off"]


def sign_off(department: str, quarter: Period, note: str, actor: str) -> Desk:
    """Note that a department stands by its figures of a quarter, and return how it stands.

    Signing again what is signed changes nothing. Raises ConflictError while figures are
    missing, or if nothing waits.
    """
    with service.unit_of_work():
        desk = desks.desk(department, quarter)
        if desk.missing:
            raise ConflictError(
                f"{desk.missing} figures of {quarter.label} are missing. "
                "Enter them, or mark them as not collected and say why."
            )
        if desk.is_signed:
            return desk
        if not desk.waiting:
            raise ConflictError(f"Nothing of {quarter.label} waits to be signed off.")
        model.Session.add(
            SignOff(
                department=desk.department,
                quarter=quarter.key,
                figures=sorted(desk.waiting),
                note=note,
                signed_by=actor,
            )
        )
    return desks.desk(department, quarter)


def publish(quarter: Period, actor: str) -> tuple[int, int, list[str]]:
    """Publish the figures of a quarter that are signed off, at once and under one version.

    Returns the version, the number of results, and the titles of the departments that are
    left out, because what they handed in is not signed off. Raises ConflictError if nothing
    can be published.
    """
    left_out: list[str] = []

    def signed() -> set[str]:
        everything = desks.all_desks(quarter)
        left_out[:] = [one.title for one in everything if one.waiting and not one.is_signed]
        if left_out and not any(one.waiting and one.is_signed for one in everything):
            raise ConflictError(
                f"No department has signed off its figures of {quarter.label}: "
                f"{', '.join(left_out)}."
            )
        return {task.measure.id for one in everything if one.is_signed for task in one.tasks}

    version, results = service.publish([quarter], actor, only=signed)
    return version, results, left_out
