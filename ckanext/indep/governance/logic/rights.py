"""What the functions that decide permission share."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance import permissions, requests
from ckanext.indep.governance.model import ChangeRequest

__all__ = ["answer", "holds", "is_owner", "request_of", "uninvolved", "user_of"]


def request_of(request_id: Any) -> ChangeRequest:
    """Return a request by its id; raises ObjectNotFound."""
    request = ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.id == str(request_id))
    ).scalar()
    if request is None:
        raise tk.ObjectNotFound(tk._("Request not found"))
    return request


def user_of(context: Any) -> ckan_model.User:
    """Return the signed-in person; raises NotAuthorized where nobody is."""
    user = ckan_model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def is_owner(user: ckan_model.User, request: ChangeRequest) -> bool:
    """Whether the user is the data owner: an administrator of the request's department."""
    return request.owner_org in permissions.departments(user.id, "admin")


def holds(user: ckan_model.User, *offices: str) -> bool:
    """Whether the user holds one of the offices today."""
    return bool(permissions.offices(user.id) & set(offices))


def answer(allowed: bool) -> dict[str, Any]:
    """Return CKAN's answer for a right that comes with an office."""
    return {"success": allowed, "msg": tk._("You do not have the office that this needs.")}


def uninvolved(user: ckan_model.User, request: ChangeRequest, allowed: bool) -> dict[str, Any]:
    """Return CKAN's answer for a right that nobody has on his or her own work."""
    if user.id in requests.contributors(request.id):
        return {
            "success": False,
            "msg": tk._("You worked on this request, so somebody else has to decide."),
        }
    return answer(allowed)
