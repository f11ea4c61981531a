"""What the functions that decide permission share."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance import permissions, requests
from ckanext.indep.governance.logic import answers
from ckanext.indep.governance.model import ChangeRequest, Ratification

__all__ = [
    "answer",
    "by_office",
    "holds",
    "is_owner",
    "is_steward",
    "package_of",
    "ratification_of",
    "request_of",
    "uninvolved",
]

Answer = dict[str, Any]
Owned = ChangeRequest | ckan_model.Package
"""What a department answers for."""


def request_of(request_id: Any) -> ChangeRequest:
    """Return a request by its id; raises ObjectNotFound."""
    request = ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.id == str(request_id))
    ).scalar()
    if request is None:
        raise tk.ObjectNotFound(tk._("Request not found"))
    return request


def ratification_of(ratification_id: Any) -> Ratification:
    """Return a ratification by its id; raises ObjectNotFound."""
    found = ckan_model.Session.get(Ratification, str(ratification_id))
    if found is None:
        raise tk.ObjectNotFound(tk._("Ratification not found"))
    return found


def package_of(context: Any, package_id: Any) -> ckan_model.Package:
    """Return a package that the caller may see; raises ObjectNotFound where there is none."""
    package = ckan_model.Package.get(package_id)
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    tk.check_access("package_show", context, {"id": package.id})
    return package


def is_owner(user: ckan_model.User, owned: Owned) -> bool:
    """Whether the user is the data owner: an administrator of its department."""
    return owned.owner_org in permissions.departments(user.id, "admin")


def is_steward(user: ckan_model.User, owned: Owned) -> bool:
    """Whether the user is a steward of its department, or the data owner."""
    return owned.owner_org in permissions.departments(user.id, "admin", "editor")


def holds(user: ckan_model.User, *offices: str) -> bool:
    """Whether the user holds one of the offices today."""
    return bool(permissions.offices(user.id) & set(offices))


def answer(allowed: bool) -> Answer:
    """Return CKAN's answer for a right that comes with an office."""
    return {"success": allowed, "msg": tk._("You do not have the office that this needs.")}


def by_office(context: Any, *offices: str) -> Answer:
    """Return CKAN's answer for a right of all who hold one of the offices."""
    return answer(holds(answers.user_of(context), *offices))


def uninvolved(user: ckan_model.User, request: ChangeRequest, allowed: bool) -> Answer:
    """Return CKAN's answer for a right that nobody has on his or her own work."""
    if user.id in requests.contributors(request.id):
        return {
            "success": False,
            "msg": tk._("You worked on this request, so somebody else has to decide."),
        }
    return answer(allowed)
