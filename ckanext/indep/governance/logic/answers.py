"""What all actions of governance share: checked input, and answers in CKAN's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.errors import IndepError, RefusedError
from ckanext.indep.governance.approving.votes import Tally
from ckanext.indep.governance.model import ChangeRequest

__all__ = ["answer", "date_of", "request_dict", "tally_dict", "user_of", "validated"]

T = TypeVar("T")


def answer(function: Callable[[], T]) -> T:
    """Call the service; say its refusals in CKAN's words, with nothing left half done."""
    try:
        return function()
    except RefusedError as error:
        ckan_model.Session.rollback()
        raise tk.NotAuthorized(error.message) from error
    except IndepError as error:
        ckan_model.Session.rollback()
        raise tk.ValidationError(
            {str(error.facts.get("field", "state")): [error.message]}
        ) from error


def validated(rules: Any, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the checked input; raises ValidationError with each field that is wrong."""
    data, errors = tk.navl_validate(dict(data_dict), rules, context)
    if errors:
        raise tk.ValidationError(errors)
    return data


def user_of(context: Any) -> ckan_model.User:
    """Return the signed-in person; raises NotAuthorized where nobody is."""
    user = ckan_model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def date_of(data: dict[str, Any], key: str) -> dt.date | None:
    """Return the ISO date under `key`, None where it is empty."""
    if not data.get(key):
        return None
    try:
        return dt.date.fromisoformat(data[key])
    except ValueError as error:
        raise tk.ValidationError({key: [tk._("Write the date as 2026-07-01.")]}) from error


def request_dict(request: ChangeRequest) -> dict[str, Any]:
    """Return a request as the actions answer it: plain values, without its content."""
    group = ckan_model.Session.get(ckan_model.Group, request.owner_org)
    return {
        "id": request.id,
        "number": request.number,
        "kind": request.kind,
        "type": request.package_type,
        "title": request.title,
        "state": request.state,
        "stage": request.snapshot.get("stage"),
        "lane": request.snapshot.get("lane"),
        "stages": request.snapshot.get("stages"),
        "department": group.title if group else "",
        "owner_org": request.owner_org,
        "live_id": request.live_id,
        "name": request.slug,
        "workspace_id": request.workspace_id,
        "revision_id": request.revision_id,
        "assigned_to": request.assigned_to,
        "release_on": request.release_on.isoformat() if request.release_on else None,
        "opened_at": request.opened_at.isoformat(),
        "changed_at": request.changed_at.isoformat(),
    }


def tally_dict(tally: Tally) -> dict[str, Any]:
    """Return the count of ballots as the actions answer it."""
    return {
        "for": tally.for_,
        "against": tally.against,
        "abstain": tally.abstain,
        "recused": tally.recused,
        "missing": tally.missing,
        "quorum": tally.quorum,
        "outcome": tally.outcome.value,
    }
