"""CKAN's own actions and permission checks, made to keep to the workflow.

New packages become workspaces; workspaces can be written to while their request allows it;
what is released can be changed by a release only. Sysadmins and privileged contexts are no
exception: the actions refuse before the database does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchIndexError
from ckan.logic.auth import get_package_object
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from ckanext.indep import outage
from ckanext.indep.errors import IndepError
from ckanext.indep.governance import deciding, outbox, permissions, tables, workspace
from ckanext.indep.governance.logic.refusals import is_refusal, released_sentence
from ckanext.indep.governance.model import ChangeRequest, Publication, WorkspaceResource
from ckanext.indep.governance.states import EDITABLE, OPEN, State
from ckanext.indep.schema.fields import PACKAGE_TYPES

__all__ = ["ACTIONS", "AUTH_FUNCTIONS"]


@tk.chained_action
def package_create(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Create a package as the workspace of a new change request."""
    package_type = data_dict.setdefault("type", "dataset")
    if package_type not in PACKAGE_TYPES:
        raise tk.ValidationError(
            {
                "type": [
                    tk._("There is no kind of dataset called '{type}'.").format(type=package_type)
                ]
            }
        )
    data_dict["owner_org"] = data_dict.get("owner_org") or _only_department(context)
    if not data_dict["owner_org"]:
        raise tk.ValidationError({"owner_org": [tk._("Choose the department this belongs to.")]})
    _refuse_resource_ids(data_dict, known=set())
    data_dict["name"] = workspace.title_to_slug(data_dict)
    return _write(next_action, _hidden(context, data_dict), data_dict)


@tk.chained_action
def package_update(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Update a workspace; anything released is changed through a change request."""
    package = ckan_model.Package.get(data_dict.get("id") or data_dict.get("name"))
    if package is None:
        return next_action(context, data_dict)
    request = _locked_request(package.id)
    if request is None or State(request.state) not in EDITABLE:
        # CKAN checks permission itself; a refusal of ours must not come before that.
        tk.check_access("package_update", context, {**data_dict, "id": package.id})
        _refuse_released(package.id)
    if request is None:
        return _write(next_action, context, data_dict)
    _refuse_frozen(request)
    _refuse_resource_ids(data_dict, known={r.id for r in package.resources_all})
    _follow_workspace(request, package, data_dict)
    if not _is_site(context):
        workspace.add_contributor(request, _user_id(context))
    return _write(next_action, _hidden(context, data_dict), data_dict)


@tk.chained_action
def package_delete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Withdraw the request of a workspace; a released package is taken down, not deleted."""
    package = ckan_model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None:
        return next_action(context, data_dict)
    tk.check_access("package_delete", context, {"id": package.id})
    _refuse_released(package.id)
    request = workspace.of_package(package.id)
    if request is None or State(request.state) not in OPEN:
        return _write(next_action, context, data_dict)
    user = ckan_model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Only a person can withdraw a request."))
    deciding.withdraw(request.id, user)
    return None


@tk.chained_action
def dataset_purge(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Purge what governance has no record of; its records are never purged."""
    package = ckan_model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is not None:
        tk.check_access("dataset_purge", context, {"id": package.id})
        _refuse_released(package.id)
        if workspace.of_package(package.id):
            raise tk.NotAuthorized(
                tk._("Withdraw the change request instead; its workspace then goes by itself.")
            )
    return _write(next_action, context, data_dict)


def _translated(name: str) -> Any:
    """Return a chained action that answers a refusal of the database with a plain 403."""

    def action(next_action: Any, context: Any, data_dict: Any) -> Any:
        return _write(next_action, context, data_dict)

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, which cannot change what is released."
    return tk.chained_action(action)


def _resource_writer(name: str, key: str) -> Any:
    """Return a chained action that refuses to write to a released resource.

    `key` names the resource in the request: DataStore tables, dictionaries and views belong
    to the revision that was approved.
    """

    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        resource_id = _resource_of(name, data_dict.get(key) or data_dict.get("id"))
        package_id = (data_dict.get("resource") or {}).get("package_id") or _package_of(resource_id)
        if package_id:
            package = ckan_model.Package.get(package_id)
            _refuse_released(package.id if package else package_id)
            request = workspace.of_package(package.id if package else package_id)
            if request:
                _refuse_frozen(request)
        if name.startswith("datastore_"):
            if data_dict.get("aliases"):
                raise tk.ValidationError(
                    {"aliases": [tk._("Aliases are not supported: use the resource's id.")]}
                )
            _own_table(resource_id)
        return _write(next_action, context, data_dict)

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, for workspaces only."
    return tk.chained_action(action)


def _table_reader(name: str) -> Any:
    """Return a chained action that reads the shared table of an unchanged workspace file."""

    @tk.side_effect_free
    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        resource_id = data_dict.get("resource_id") or data_dict.get("id") or ""
        missing = tk.ObjectNotFound(tk._("Resource was not found."))
        if str(resource_id).startswith("_"):
            raise missing
        mapping = ckan_model.Session.get(WorkspaceResource, str(resource_id))
        try:
            if not (mapping and mapping.shares_table):
                return next_action(context, data_dict)
            tk.check_access(name, context, {**data_dict})
            key = "resource_id" if "resource_id" in data_dict else "id"
            # The table is the released one's; whether it may be read was decided just now.
            result = next_action(
                {**context, "ignore_auth": True}, {**data_dict, key: mapping.live_resource_id}
            )
        except tk.ObjectNotFound as error:
            raise missing from error
        if "resource_id" in result:
            result["resource_id"] = resource_id
        return result

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}; what may not be known does not exist."
    return tk.chained_action(action)


def _public_tags_only(name: str) -> Any:
    """Return a chained action that leaves out tags which only unreleased packages have."""

    @tk.side_effect_free
    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        result = next_action(context, data_dict)
        public = _public_tags()
        if name == "tag_show":
            if result["name"] not in public:
                raise tk.ObjectNotFound()
            return result
        rows = result["results"] if isinstance(result, dict) else result
        rows = [r for r in rows if (r["name"] if isinstance(r, dict) else r) in public]
        return {**result, "results": rows, "count": len(rows)} if isinstance(result, dict) else rows

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, of released packages."
    return tk.chained_action(action)


@tk.chained_action
@tk.side_effect_free
def format_autocomplete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Return formats that released resources have, most frequent first."""
    resource = ckan_model.Resource
    public = set(
        ckan_model.Session.execute(
            select(resource.format)
            .join(Publication, Publication.package_id == resource.package_id)
            .where(Publication.state == "live", resource.state == "active")
            .distinct()
        ).scalars()
    )
    lower = {str(f).lower() for f in public}
    return [f for f in next_action(context, data_dict) if str(f).lower() in lower]


@tk.chained_action
@tk.side_effect_free
def member_list(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Return members of a group; packages only where the asker may know of them."""
    rows = next_action(context, data_dict)
    live = set(
        ckan_model.Session.execute(
            select(Publication.package_id).where(Publication.state == "live")
        ).scalars()
    )
    return [row for row in rows if str(row[1]).lower() != "package" or row[0] in live]


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_show_auth(next_auth: Any, context: Any, data_dict: Any) -> Any:
    """Let nobody tell a hidden package from one that does not exist."""
    result = next_auth(context, data_dict)
    if not result["success"]:
        raise tk.ObjectNotFound()
    return result


@tk.chained_auth_function
@tk.auth_sysadmins_check
def package_update_auth(next_auth: Any, context: Any, data_dict: Any) -> Any:
    """Allow writing to open workspaces only, to sysadmins as well."""
    package = get_package_object(context, data_dict)
    publication = ckan_model.Session.get(Publication, package.id)
    if publication and publication.state == "live":
        return {"success": False, "msg": released_sentence()}
    may_edit = next_auth(context, data_dict)
    if not may_edit["success"]:
        user = context.get("auth_user_obj") or ckan_model.User.get(context.get("user"))
        if not set(permissions.dataset_labels(package)) & set(permissions.user_labels(user)):
            raise tk.ObjectNotFound()
        return may_edit
    if publication:
        return {"success": False, "msg": released_sentence()}
    request = workspace.of_package(package.id)
    refusal = workspace.edit_refusal(request) if request else None
    return {"success": False, "msg": refusal} if refusal else may_edit


def _write(next_action: Callable[..., Any], context: Any, data_dict: Any) -> Any:
    """Call the next action; a refusal leaves nothing half written, in no store."""
    try:
        return next_action(context, data_dict)
    except IndepError as error:
        ckan_model.Session.rollback()
        raise tk.ValidationError({"message": [error.message]}) from error
    except DBAPIError as error:
        ckan_model.Session.rollback()
        ckan_model.Session.expire_all()
        if not is_refusal(error):
            raise
        _repair_index(data_dict)
        raise tk.NotAuthorized(released_sentence()) from error
    except SearchIndexError as error:
        # CKAN writes to the search engine before it commits, so nothing was saved.
        ckan_model.Session.rollback()
        outage.note_search_away()
        raise SearchIndexError(
            tk._("The search engine does not answer, so nothing was saved. Try again in a minute.")
        ) from error
    except Exception:
        ckan_model.Session.rollback()
        raise


def _repair_index(data_dict: Any) -> None:
    """Index again what CKAN wrote to the search engine before the database refused it."""
    keys = [data_dict.get("id"), data_dict.get("object"), *(data_dict.get("datasets") or [])]
    for key in filter(None, keys):
        package = ckan_model.Package.get(str(key))
        if package:
            outbox.add("index", package_id=package.id)
    ckan_model.Session.commit()
    outbox.drain("index")


def _refuse_released(package_id: str) -> None:
    if ckan_model.Session.get(Publication, package_id):
        raise tk.NotAuthorized(released_sentence())


def _refuse_frozen(request: ChangeRequest) -> None:
    refusal = workspace.edit_refusal(request)
    if refusal:
        ckan_model.Session.rollback()
        raise tk.ValidationError({"state": [refusal]})


def _refuse_resource_ids(data_dict: dict[str, Any], known: set[str]) -> None:
    """Refuse ids that a client made up: another resource's old file could hide behind one."""
    for resource in data_dict.get("resources") or []:
        if resource.get("id") and resource["id"] not in known:
            raise tk.ValidationError(
                {
                    "resources": [
                        tk._("Leave out the id of a new resource; the portal gives it one.")
                    ]
                }
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
    return ckan_model.Session.execute(
        select(ChangeRequest)
        .where(ChangeRequest.workspace_id == package_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar()


def _only_department(context: Any) -> str | None:
    user_id = _user_id(context)
    found = permissions.departments(user_id, "admin", "editor") if user_id else set()
    return next(iter(found)) if len(found) == 1 else None


def _user_id(context: Any) -> str:
    user = ckan_model.User.get(context.get("user"))
    return user.id if user else ""


def _is_site(context: Any) -> bool:
    """Whether the portal itself writes, as when it notes that a file has a table."""
    return context.get("user") == tk.config["ckan.site_id"]


def _resource_of(action: str, key: str | None) -> str:
    """Return the resource's id; actions on one view name the view."""
    if action in ("resource_view_update", "resource_view_delete"):
        view = ckan_model.Session.get(ckan_model.ResourceView, key) if key else None
        return view.resource_id if view else ""
    return key or ""


def _package_of(resource_id: str) -> str | None:
    resource = ckan_model.Session.get(ckan_model.Resource, resource_id) if resource_id else None
    return resource.package_id if resource else None


def _own_table(resource_id: str) -> None:
    """Give a workspace file its own copy of the released table before it is written to."""
    mapping = ckan_model.Session.get(WorkspaceResource, resource_id)
    if mapping and mapping.shares_table:
        tables.copy(mapping.live_resource_id, resource_id)
        mapping.shares_table = False
        ckan_model.Session.commit()


def _public_tags() -> set[str]:
    tag, link = ckan_model.Tag, ckan_model.PackageTag
    return set(
        ckan_model.Session.execute(
            select(tag.name)
            .join(link, link.tag_id == tag.id)
            .join(Publication, Publication.package_id == link.package_id)
            .where(Publication.state == "live", link.state == "active")
            .distinct()
        ).scalars()
    )


RESOURCE_WRITERS = {
    "datastore_create": "resource_id",
    "datastore_upsert": "resource_id",
    "datastore_delete": "resource_id",
    "datastore_records_delete": "resource_id",
    "datastore_run_triggers": "resource_id",
    "resource_view_create": "resource_id",
    "resource_view_update": "id",
    "resource_view_delete": "id",
    "resource_view_clear": "resource_id",
    "resource_view_reorder": "id",
}
TRANSLATED = (
    "bulk_update_delete",
    "bulk_update_private",
    "bulk_update_public",
    "group_create",
    "group_delete",
    "group_purge",
    "group_update",
    "member_create",
    "member_delete",
    "organization_delete",
    "organization_purge",
    "organization_update",
    "package_owner_org_update",
    "package_relationship_create",
    "package_relationship_delete",
    "package_relationship_update",
    "resource_delete",
)
ACTIONS: dict[str, Any] = {
    **{f.__name__: f for f in (package_create, package_update, package_delete, dataset_purge)},
    **{f.__name__: f for f in (format_autocomplete, member_list)},
    **{name: _translated(name) for name in TRANSLATED},
    **{name: _resource_writer(name, key) for name, key in RESOURCE_WRITERS.items()},
    **{name: _table_reader(name) for name in ("datastore_search", "datastore_info")},
    **{name: _public_tags_only(name) for name in ("tag_list", "tag_search", "tag_autocomplete")},
    "tag_show": _public_tags_only("tag_show"),
}
AUTH_FUNCTIONS: dict[str, Any] = {
    "package_show": package_show_auth,
    "package_update": package_update_auth,
}
