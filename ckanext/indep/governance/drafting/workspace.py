"""Hidden packages to edit in: registered for new packages, copied for live ones."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.lib.munge import munge_title_to_name
from ckan.logic.action.create import package_create
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit, files, outbox
from ckanext.indep.governance.drafting import ckan_writes, prepared, schema_fit
from ckanext.indep.governance.model import (
    ChangeRequest,
    Contributor,
    Publication,
    Revision,
    WorkspaceResource,
    now,
)
from ckanext.indep.governance.states import EDITABLE, OPEN, State, words
from ckanext.indep.schema.fields import PACKAGE_TYPES

__all__ = [
    "add_contributor",
    "edit_refusal",
    "free_slug",
    "name",
    "of_package",
    "open_copy",
    "open_on",
    "open_request_of",
    "register",
    "register_new",
    "slug_taken",
    "title_to_slug",
    "wake_for_file",
]


PREFIX = "ws-"


def name() -> str:
    """Return a name for a workspace that tells nothing and cannot be guessed."""
    return f"{PREFIX}{secrets.token_hex(12)}"


def of_package(package_id: str) -> ChangeRequest | None:
    """Return the request whose workspace this package is."""
    return ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.workspace_id == package_id)
    ).scalar()


def open_request_of(live_id: str) -> ChangeRequest | None:
    """Return the open request on a live package."""
    return ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.live_id == live_id, ChangeRequest.state.in_(OPEN))
    ).scalar()


def free_slug(title: str) -> str:
    """Return an address made from `title` that no package and no open request has."""
    base = munge_title_to_name(title)[:80] or "dataset"
    taken = set(
        ckan_model.Session.execute(
            select(ckan_model.Package.name).where(ckan_model.Package.name.startswith(base))
        ).scalars()
    ) | set(
        ckan_model.Session.execute(
            select(ChangeRequest.slug).where(
                ChangeRequest.slug.startswith(base), ChangeRequest.state.in_(OPEN)
            )
        ).scalars()
    )
    candidates = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)


def slug_taken(slug: str, request_id: str | None) -> bool:
    """Whether another package or open request has this address already."""
    package = ckan_model.Session.execute(
        select(ckan_model.Package.id).where(ckan_model.Package.name == slug)
    ).first()
    other = ckan_model.Session.execute(
        select(ChangeRequest.id).where(
            ChangeRequest.slug == slug,
            ChangeRequest.state.in_(OPEN),
            or_(ChangeRequest.kind == "create"),
            ChangeRequest.id != (request_id or ""),
        )
    ).first()
    return bool(package or other)


def register(package: ckan_model.Package, user_id: str) -> ChangeRequest:
    """Open a request for a package that is being created, inside that transaction.

    The name that the steward chose is kept for the release; the package takes a hidden one.
    """
    request = ChangeRequest(
        id=str(uuid.uuid4()),
        kind="create",
        package_type=package.type,
        live_id=str(uuid.uuid4()),
        workspace_id=package.id,
        owner_org=package.owner_org,
        slug=package.name,
        title=package.title or package.name,
        state=State.DRAFT.value,
        opened_by=user_id,
        snapshot={},
    )
    package.name = name()
    _insert(request, user_id)
    return request


def open_copy(
    live_id: str, user: ckan_model.User, earlier: Revision | None = None
) -> ChangeRequest:
    """Open a request on a released package: copy its last revision into a workspace.

    What was taken down comes back the same way, by a new request. With an `earlier` revision it
    is a request to roll back to that.

    Copies no bytes and no rows: files are shared by hash, tables until they are replaced.
    Raises ConflictError when a request is open already; commits nothing.
    """
    session = ckan_model.Session
    publication = session.get(Publication, live_id)
    if not publication:
        raise ConflictError("Only what has been released can be changed by a change request.")
    revision = earlier or session.get(Revision, publication.revision_id)
    live = session.get(ckan_model.Package, live_id)
    assert revision, "a publication names its revision"
    assert live, "a publication has its package"
    if live.type not in PACKAGE_TYPES:
        raise ConflictError(
            f"The portal has no form for '{live.type}', so this can be taken down but not changed."
        )
    request = open_on(live, publication, prepared.ROLL_BACK if earlier else "edit", user)
    _create(request, revision.content, user)
    return request


def open_on(
    live: ckan_model.Package,
    publication: Publication,
    kind: str,
    user: ckan_model.User,
    **snapshot: str,
) -> ChangeRequest:
    """Open a request on a released package; its workspace is not there yet. Commits nothing.

    Raises ConflictError when a request is open already.
    """
    request = ChangeRequest(
        id=str(uuid.uuid4()),
        kind=kind,
        package_type=live.type,
        live_id=live.id,
        workspace_id=str(uuid.uuid4()),
        owner_org=live.owner_org,
        slug=live.name,
        title=live.title,
        state=State.DRAFT.value,
        opened_by=user.id,
        base_hash=publication.content_hash,
        snapshot=snapshot,
    )
    _insert(request, user.id)
    return request


def add_contributor(request: ChangeRequest, user_id: str) -> None:
    """Note that somebody worked on the request's content, in the caller's transaction."""
    session = ckan_model.Session
    if user_id and not session.get(Contributor, (request.id, user_id)):
        session.add(Contributor(request_id=request.id, user_id=user_id))
        session.flush()


def edit_refusal(request: ChangeRequest) -> str | None:
    """Return why the workspace may not be written to now, or None where it may."""
    if request.kind in prepared.KINDS:
        return (
            f"Request {request.number} follows from the records, so there is nothing to edit. "
            "Withdraw it and propose a change instead."
        )
    if State(request.state) in EDITABLE:
        return None
    return (
        f"Request {request.number} is {words(request.state)}: what was submitted is frozen. "
        "Take it back, or wait until changes are requested, to edit it."
    )


def _insert(request: ChangeRequest, user_id: str) -> None:
    session = ckan_model.Session
    session.add(request)
    try:
        session.flush()
    except IntegrityError as error:
        session.rollback()
        raise ConflictError(
            "Another change request for this dataset, or for this address, is open already.",
        ) from error
    session.add(Contributor(request_id=request.id, user_id=user_id, since=now()))
    audit.append("request_opened", request.id, user_id, kind=request.kind, live_id=request.live_id)


def _create(request: ChangeRequest, content: dict[str, Any], user: ckan_model.User) -> None:
    """Create the workspace package of a copy with CKAN's own function, without indexing it.

    Authorization was checked by the action; the workspace takes an id of our choice, which
    CKAN allows to nobody but a privileged context.
    """
    session = ckan_model.Session
    resources = content.get("resources", [])
    new = [ckan_writes.resource(frozen) for frozen in resources]
    package = ckan_writes.workspace_package(request, content, name(), new)
    context: Any = {**ckan_writes.context(user), "ignore_auth": True}
    errors = schema_fit.refused(context, package)
    package_create(context, schema_fit.accepted(package, errors) if errors else package)
    session.flush()
    live = session.get(ckan_model.Package, request.live_id)
    workspace = session.get(ckan_model.Package, request.workspace_id)
    if errors and live and workspace:
        schema_fit.put_back(live, workspace, errors)
    created = session.execute(
        select(ckan_model.Resource)
        .where(ckan_model.Resource.package_id == request.workspace_id)
        .order_by(ckan_model.Resource.position)
    ).scalars()
    for resource, frozen in zip(created, resources, strict=True):
        session.add(
            WorkspaceResource(
                resource_id=resource.id,
                request_id=request.id,
                live_resource_id=frozen["id"],
                shares_table="table" in frozen,
            )
        )
        if "file" in frozen:
            files.set_file(
                resource.id, request.workspace_id, frozen["file"]["sha256"], frozen["url"]
            )
        for order, view in enumerate(frozen.get("views", [])):
            session.add(ckan_model.ResourceView(resource_id=resource.id, order=order, **view))
    session.flush()


def title_to_slug(data: dict[str, Any]) -> str:
    """Return the address for new package data: the given name, or one made from the title."""
    given = str(data.get("name") or "").strip()
    if given and slug_taken(given, None):
        raise tk.ValidationError(
            {"name": [tk._("The address '{name}' is taken; choose another.").format(name=given)]}
        )
    return given or free_slug(str(data.get("title") or ""))


def register_new(context: Any, package_id: str) -> None:
    """Register a package that CKAN is creating, unless its request was there first (a copy)."""
    if of_package(package_id):
        return
    package = ckan_model.Session.get(ckan_model.Package, package_id)
    user = ckan_model.User.get(context.get("user"))
    assert package, "CKAN has flushed the package"
    register(package, user.id if user else "")


def wake_for_file(resource: dict[str, Any]) -> None:
    """After an upload is committed, have the worker read it."""
    if resource.get("url_type") == "upload":
        outbox.wake()
