"""Packages: a new one becomes a workspace, a released one is changed by a release only."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance import permissions
from ckanext.indep.governance.drafting import seen, workspace
from ckanext.indep.governance.logic.guards.writing import (
    must_see,
    refuse_frozen,
    refuse_released,
    user_id,
    write,
)
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.review import deciding
from ckanext.indep.governance.states import EDITABLE, OPEN, State
from ckanext.indep.schema import fields
from ckanext.indep.schema.fields import PACKAGE_TYPES

__all__ = ["ACTIONS"]

RELATIONSHIPS = ("relationships_as_subject", "relationships_as_object")


@tk.chained_action
def package_create(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Create a package as the workspace of a new change request."""
    package_type = data_dict.setdefault("type", "dataset")
    data_dict["owner_org"] = data_dict.get("owner_org") or _only_department(context)
    # First who may, then what is wrong: "that address is taken" is not for strangers.
    tk.check_access("package_create", context, {**data_dict})
    if package_type not in PACKAGE_TYPES:
        raise tk.ValidationError(
            {
                "type": [
                    tk._("There is no kind of dataset called '{type}'.").format(type=package_type)
                ]
            }
        )
    if not data_dict["owner_org"]:
        raise tk.ValidationError({"owner_org": [tk._("Choose the department this belongs to.")]})
    _refuse_resource_ids(data_dict, known=set())
    _refuse_relationships(data_dict)
    data_dict["name"] = workspace.title_to_slug(data_dict)
    return write(next_action, _hidden(context, data_dict), data_dict)


@tk.chained_action
def package_update(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Update a workspace; anything released is changed through a change request."""
    key = data_dict.get("id") or data_dict.get("name")
    package = ckan_model.Package.get(key) if isinstance(key, str) else None
    if package is None:
        raise tk.ObjectNotFound()
    # Before anything is noted or locked: a stranger must not even look like a contributor.
    # With the package, or CKAN would take the groups that it is in for new ones.
    known: Any = {**context, "package": package}
    tk.check_access("package_update", known, {**data_dict, "id": package.id})
    request = _locked_request(package.id)
    if request is None or State(request.state) not in EDITABLE:
        refuse_released(package.id)
    if request is None:
        return write(next_action, context, data_dict)
    refuse_frozen(request)
    _refuse_unseen(context, package, data_dict)
    _refuse_resource_ids(data_dict, known={r.id for r in package.resources_all})
    _refuse_relationships(data_dict)
    _follow_workspace(request, package, data_dict)
    if not _is_site(context):
        workspace.add_contributor(request, user_id(context))
    return write(next_action, _hidden(context, data_dict), data_dict)


@tk.chained_action
def package_delete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Withdraw the request of a workspace; a released package is taken down, not deleted."""
    package = must_see(context, tk.get_or_bust(data_dict, "id"))
    tk.check_access("package_delete", context, {"id": package.id})
    refuse_released(package.id)
    request = workspace.of_package(package.id)
    if request is None or State(request.state) not in OPEN:
        return write(next_action, context, data_dict)
    user = ckan_model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Only a person can withdraw a request."))
    deciding.withdraw(request.id, user)
    return None


@tk.chained_action
def dataset_purge(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Purge what governance has no record of; its records are never purged."""
    package = must_see(context, tk.get_or_bust(data_dict, "id"))
    tk.check_access("dataset_purge", context, {"id": package.id})
    refuse_released(package.id)
    if workspace.of_package(package.id):
        raise tk.NotAuthorized(
            tk._("Withdraw the change request instead; its workspace then goes by itself.")
        )
    return write(next_action, context, data_dict)


def _refuse_unseen(context: Any, package: ckan_model.Package, data_dict: dict[str, Any]) -> None:
    """Refuse a form that was opened before somebody else saved the same draft.

    Without its marks the answers come back with new ones, so that saving again is a choice.
    """
    opened = data_dict.pop(seen.FIELD, None)
    if not isinstance(opened, str):
        return
    # Read before the lock, it may be older than what the lock waited for.
    ckan_model.Session.expire_all()
    caller = {key: context[key] for key in ("user", "auth_user_obj") if key in context}
    uncached: Any = {**caller, "use_cache": False}
    now = tk.get_action("package_show")(uncached, {"id": package.id})
    changed = seen.changed(opened, seen.marks(now, fields.names(package.type)))
    if not changed:
        return
    ckan_model.Session.rollback()
    raise tk.ValidationError({name: [_unseen(name, now)] for name in changed})


def _unseen(name: str, now: dict[str, Any]) -> str:
    tags = ", ".join(tag["name"] for tag in now.get("tags") or [])
    value = tags if name == "tag_string" else now.get(name)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return tk._(
        "Somebody else saved this draft since you opened it; here it now says “{value}”. "
        "Save again to put your answer in its place."
    ).format(value=text)


def _refuse_resource_ids(data_dict: dict[str, Any], known: set[str]) -> None:
    """Refuse ids that a client made up: another resource's old file could hide behind one."""
    resources = data_dict.get("resources") or []
    if not isinstance(resources, list) or not all(isinstance(each, dict) for each in resources):
        raise tk.ValidationError({"resources": [tk._("Send a list of resources.")]})
    for resource in resources:
        if resource.get("id") and resource["id"] not in known:
            raise tk.ValidationError(
                {
                    "resources": [
                        tk._("Leave out the id of a new resource; the portal gives it one.")
                    ]
                }
            )


def _refuse_relationships(data_dict: dict[str, Any]) -> None:
    """Refuse CKAN's relationships: they change two datasets, and only one is being edited."""
    for key in RELATIONSHIPS:
        if data_dict.pop(key, None):
            raise tk.ValidationError(
                {key: [tk._("Relationships are not supported: name other datasets in the text.")]}
            )


def _hidden(context: Any, data_dict: dict[str, Any]) -> Any:
    data_dict["state"] = "draft"
    data_dict["private"] = True
    context["allow_state_change"] = True
    return context


def _follow_workspace(
    request: ChangeRequest, package: ckan_model.Package, data_dict: dict[str, Any]
) -> None:
    """Keep the hidden name on the package, and the chosen address on the request."""
    chosen = str(data_dict.get("name") or package.name)
    if chosen != package.name and request.kind == "create":
        if workspace.slug_taken(chosen, request.id):
            raise tk.ValidationError(
                {"name": [tk._("The address '{name}' is taken.").format(name=chosen)]}
            )
        request.slug = chosen
    data_dict["name"] = package.name
    request.title = str(data_dict.get("title") or request.title)
    request.owner_org = data_dict.get("owner_org") or request.owner_org


def _locked_request(package_id: str) -> ChangeRequest | None:
    """Lock the package, then its request: in the order in which package_patch comes here."""
    package = ckan_model.Package
    ckan_model.Session.execute(select(package.id).where(package.id == package_id).with_for_update())
    return ckan_model.Session.execute(
        select(ChangeRequest)
        .where(ChangeRequest.workspace_id == package_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar()


def _only_department(context: Any) -> str | None:
    person = user_id(context)
    found = permissions.departments(person, "admin", "editor") if person else set()
    return next(iter(found)) if len(found) == 1 else None


def _is_site(context: Any) -> bool:
    """Whether the portal itself writes, as when it notes that a file has a table."""
    return context.get("user") == tk.config["ckan.site_id"]


ACTIONS: dict[str, Any] = {
    function.__name__: function
    for function in (package_create, package_update, package_delete, dataset_purge)
}
