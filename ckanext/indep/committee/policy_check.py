"""What a policy says of the committee's regular days, checked before it is put in force."""

from __future__ import annotations

from ckanext.indep.committee import recurrence
from ckanext.indep.errors import PolicyError
from ckanext.indep.governance import policy

__all__ = ["check_meetings"]


@policy.check
def check_meetings(given: policy.Policy) -> None:
    """Raise PolicyError where `meetings` has a rule that no calendar can follow."""
    meetings = given.meetings
    if not meetings.rule:
        return
    try:
        recurrence.parse(meetings.rule, meetings.time)
    except ValueError as error:
        raise PolicyError(
            f"meetings: rule: {meetings.rule} cannot be used: {error}",
            path=("meetings", "rule"),
        ) from error
