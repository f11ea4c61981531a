"""What the forms of a meeting's pages send, as the actions take it, and refusals to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.refusals import Refusals, refusals_of

__all__ = ["Reader", "attendance", "consent", "plain", "refusals", "roll_call"]

Reader = Callable[[Mapping[str, str]], list[dict[str, Any]]]
"""From a form to the data of one call of the action, or of several."""

PRESENCE, LEFT, BALLOT, REASON, REVISION = (
    "presence-",
    "left-",
    "ballot-",
    "reason-",
    "revision-",
)
"""What the names of fields begin with that are there for each member or each request."""


def plain(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read a form whose fields are those of the action."""
    return [_own(form)]


def attendance(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read who is present, and when they left on the meeting's `day`: a call for each member."""
    left = {member: time for member, time in _by_id(form, LEFT).items() if time}
    return [
        {
            "member": member,
            "presence": presence,
            "left_at": f"{form.get('day', '')}T{left[member]}" if member in left else "",
        }
        for member, presence in _by_id(form, PRESENCE).items()
    ]


def roll_call(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read the votes on one request; members without a choice did not vote."""
    reasons = _by_id(form, REASON)
    votes = [
        {"member": member, "ballot": ballot, "reason": reasons.get(member, "")}
        for member, ballot in _by_id(form, BALLOT).items()
        if ballot
    ]
    return [{**_own(form), "votes": votes}]


def consent(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read the one motion on the consent agenda; who said nothing else voted for it."""
    votes = [{"member": m, "ballot": b} for m, b in _by_id(form, BALLOT).items() if b]
    revisions = [
        {"request": request, "revision_id": revision}
        for request, revision in _by_id(form, REVISION).items()
    ]
    return [{**_own(form), "votes": votes, "revisions": revisions}]


def refusals(function: Callable[[], Any]) -> Refusals:
    """Call an action; return its refusals as (field, sentence), none where it worked."""
    try:
        return refusals_of(function)
    except tk.ObjectNotFound as error:
        return [("", str(error) or tk._("There is no such meeting."))]


def _own(form: Mapping[str, str]) -> dict[str, Any]:
    """The fields without those of CKAN's form protection and those of single members."""
    several = (PRESENCE, LEFT, BALLOT, REASON, REVISION)
    return {k: v for k, v in form.items() if not k.startswith(("_", *several))}


def _by_id(form: Mapping[str, str], start: str) -> dict[str, str]:
    return {k.removeprefix(start): v for k, v in form.items() if k.startswith(start)}
