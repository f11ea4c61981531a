"""What was private or a draft before governance, as the workspace of a request; and back.

Nothing of it may become public by turning governance on or off, and nothing may be lost.
"""

from __future__ import annotations

import ckan.model as ckan_model
from ckan.lib.munge import munge_title_to_name
from sqlalchemy import select, update

from ckanext.indep.governance import audit, permissions
from ckanext.indep.governance.drafting import workspace
from ckanext.indep.governance.model import ChangeRequest, Event, WorkspaceResource
from ckanext.indep.governance.states import OPEN, State

__all__ = ["end_lost", "give_back", "hide_again", "open_requests"]

ADOPTED = "draft_taken_over"


def open_requests(package_ids: list[str], actor: str) -> int:
    """Make each package the workspace of a new request of its department; return how many.

    Who made it and who may edit it are its contributors: they go on with it, and somebody
    else decides.
    """
    session = ckan_model.Session
    for package_id in package_ids:
        package = session.get(ckan_model.Package, package_id)
        assert package, "the survey named it"
        before = {"name": package.name, "state": package.state, "private": bool(package.private)}
        if _asked_for(package.name):
            package.name = workspace.free_slug(package.name)
        maker = ckan_model.User.get(package.creator_user_id)
        request = workspace.register(package, maker.id if maker else actor)
        for user_id in sorted(permissions.staff_of(str(package.owner_org), "editor")):
            workspace.add_contributor(request, user_id)
        package.state, package.private = "draft", True
        audit.append(ADOPTED, request.id, actor, package=package_id, before=before)
    session.flush()
    return len(package_ids)


def hide_again() -> int:
    """Hide the workspaces that were given back when governance was turned off."""
    packages = [
        package for package in _workspaces() if package.state != "deleted" and _is_readable(package)
    ]
    for package in packages:
        package.name, package.state, package.private = workspace.name(), "draft", True
    _show_shared_tables(True)
    ckan_model.Session.flush()
    return len(packages)


def give_back() -> int:
    """Make the workspaces ordinary private drafts with readable names; return how many.

    What was private but no draft before governance is so again. Nothing becomes public.
    """
    done = 0
    were_active = set(
        ckan_model.Session.execute(
            select(Event.subject).where(
                Event.event == ADOPTED, Event.data["before"]["state"].astext == "active"
            )
        ).scalars()
    )
    for package in _workspaces():
        request = workspace.of_package(package.id)
        assert request, "a workspace has its request"
        if package.state == "deleted" or _is_readable(package):
            continue
        package.name = _readable_name(request)
        package.private = True
        package.state = "active" if request.id in were_active else "draft"
        # One by one: the next name may not be this one.
        ckan_model.Session.flush()
        done += 1
    _show_shared_tables(False)
    return done


def end_lost(request_ids: list[str], actor: str) -> int:
    """Withdraw requests whose workspace went away, or became public, while governance was off.

    The package is left alone: what became public stays as it is, and is grandfathered.
    """
    for request_id in request_ids:
        ckan_model.Session.execute(
            update(ChangeRequest)
            .where(ChangeRequest.id == request_id)
            .values(state=State.WITHDRAWN.value)
        )
        audit.append("withdrawn", request_id, actor, reason="Its workspace is gone.")
    return len(request_ids)


def _workspaces() -> list[ckan_model.Package]:
    return list(
        ckan_model.Session.execute(
            select(ckan_model.Package)
            .join(ChangeRequest, ChangeRequest.workspace_id == ckan_model.Package.id)
            .where(ChangeRequest.state.in_(OPEN))
            .order_by(ChangeRequest.number)
        ).scalars()
    )


def _is_readable(package: ckan_model.Package) -> bool:
    return not package.name.startswith(workspace.PREFIX)


def _readable_name(request: ChangeRequest) -> str:
    """Return the address that the steward chose, or the title with the request's number."""
    if request.kind == "create" and not ckan_model.Package.get(request.slug):
        return request.slug
    return f"{munge_title_to_name(request.title)[:80]}-request-{request.number}"


def _show_shared_tables(shown: bool) -> None:
    """Note on copies of unchanged files whether they have a table: only governance shares it."""
    resources = ckan_model.Session.execute(
        select(ckan_model.Resource)
        .join(WorkspaceResource, WorkspaceResource.resource_id == ckan_model.Resource.id)
        .where(WorkspaceResource.shares_table.is_(True))
    ).scalars()
    for resource in resources:
        resource.extras = {**(resource.extras or {}), "datastore_active": shown}
    ckan_model.Session.flush()


def _asked_for(slug: str) -> bool:
    return bool(
        ckan_model.Session.execute(
            select(ChangeRequest.id).where(
                ChangeRequest.slug == slug,
                ChangeRequest.kind == "create",
                ChangeRequest.state.in_(OPEN),
            )
        ).first()
    )
