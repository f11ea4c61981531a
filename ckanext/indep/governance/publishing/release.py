"""Making a frozen revision public, in one transaction of CKAN's database.

The content comes from the revision, never from "what is there now". What cannot be part of
the transaction (DataStore, search index, messages) is asked for in the outbox, which the
same commit makes durable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ckan.model as ckan_model
from ckan.logic.action.update import package_update
from sqlalchemy import delete, func, select, update

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audiences, files, outbox, tables
from ckanext.indep.governance.drafting import ckan_writes
from ckanext.indep.governance.model import (
    ChangeRequest,
    Publication,
    ResourceFile,
    Revision,
    WorkspaceResource,
    now,
)
from ckanext.indep.schema.fields import staff_only, staff_only_of_resources

__all__ = ["apply", "check_live", "hide", "lock_package", "public_package", "show_again"]

NOT_COLUMNS = ("file", "table", "views")


def apply(request: ChangeRequest, revision: Revision, user: ckan_model.User) -> None:
    """Write the revision into the live package, inside the caller's transaction.

    The caller has locked the request. Raises ConflictError when the live package is no
    longer the one that the revision was made from; commits nothing.
    """
    session = ckan_model.Session
    live_id = request.live_id
    publication = lock_package(request)
    check_live(request)
    before = _before(publication)
    publication = _publish(publication, request, revision)
    if not session.get(ckan_model.Package, live_id):
        _create_row(request, revision)
    _move_resources(request, revision)
    _update(public_package(request, revision, publication), user)
    # CKAN's update leaves the type alone.
    session.get_one(ckan_model.Package, live_id).type = request.package_type
    _move_views(revision, request)
    session.flush()
    session.execute(
        update(Publication)
        .where(Publication.package_id == live_id)
        .values(fingerprint=func.indep_fingerprint(live_id))
    )
    _ask_for_the_rest(request, revision, before)


def check_live(request: ChangeRequest) -> None:
    """Raise ConflictError where the package is gone that a request is to change.

    Only somebody who went past all guards can have removed it. What was approved as a change of it
    does not bring it back: people first have to know.
    """
    session = ckan_model.Session
    is_there = select(ckan_model.Package.id).where(ckan_model.Package.id == request.live_id)
    if session.get(Publication, request.live_id) and not session.execute(is_there).first():
        raise ConflictError(
            "The dataset that this request changes is gone from the database, though nobody took "
            "it down, so nothing of the request is released. Tell an administrator, who can "
            "bring it back from a backup; or withdraw the request and propose the data anew.",
            state=request.state,
            possible=["withdraw"],
        )


def lock_package(request: ChangeRequest) -> Publication | None:
    """Lock the live package of a request and return its publication, as it is now.

    Raises ConflictError where it is no longer the one that the request was made from.
    """
    session = ckan_model.Session
    live_id = request.live_id
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(live_id, 0))))
    session.execute(
        select(ckan_model.Package.id).where(ckan_model.Package.id == live_id).with_for_update()
    )
    session.expire_all()
    publication = session.get(Publication, live_id)
    if (publication.content_hash if publication else None) != request.base_hash:
        raise ConflictError(
            "What is public has changed since this request was opened. "
            "Bring the request up to date, then submit it again."
        )
    return publication


def public_package(
    request: ChangeRequest, revision: Revision, publication: Publication
) -> dict[str, Any]:
    """Return the package dictionary of a revision as it is written to the live package.

    Staff-only fields stay behind: what is not there cannot leak. `issued` is the day of the
    first release; `modified` is the day the data changed, as the steward gave it, else the
    day of the release that changed the files.
    """
    content = revision.content
    hidden = staff_only(request.package_type)
    package = {k: v for k, v in content.items() if k not in hidden}
    left_out = staff_only_of_resources(request.package_type) | set(NOT_COLUMNS)
    package["resources"] = [
        {k: v for k, v in r.items() if k not in left_out} | {"datastore_active": "table" in r}
        for r in content.get("resources", [])
    ]
    package["tags"] = [{"name": tag} for tag in content.get("tags", [])]
    package["groups"] = [{"name": group} for group in content.get("groups", [])]
    package.setdefault("issued", publication.first_released_at.date().isoformat())
    package.setdefault("modified", _data_changed(publication, content).isoformat())
    package.update(
        id=request.live_id,
        name=request.slug,
        type=request.package_type,
        state="active",
        private=publication.state != audiences.LIVE,
    )
    return package


def hide(publication: Publication, state: str = audiences.WITHDRAWN) -> None:
    """Take a package off the portal, inside the caller's transaction; nothing is deleted.

    Nothing of it changes but who may see it, so that it can be shown again as it was.
    """
    session = ckan_model.Session
    package = session.get(ckan_model.Package, publication.package_id, with_for_update=True)
    was_live = publication.state == audiences.LIVE
    publication.state = state
    session.flush()
    if package:
        package.private = True
        session.flush()
    outbox.add("index", package_id=publication.package_id)
    if was_live:
        _tell_withdrawn(publication)


def show_again(publication: Publication, state: str) -> None:
    """Show a hidden package to whom it was released, inside the caller's transaction.

    Raises ConflictError where it is not, to the last letter, what was released.
    """
    session = ckan_model.Session
    package = session.get(ckan_model.Package, publication.package_id, with_for_update=True)
    assert package, "a publication has its package"
    publication.state = state
    session.flush()
    package.private = state != audiences.LIVE
    session.flush()
    now_is = session.execute(select(func.indep_fingerprint(package.id))).scalar()
    if now_is != publication.fingerprint:
        raise ConflictError("It is not as it was released, so it comes back by a request only.")
    outbox.add("index", package_id=publication.package_id)
    if state == audiences.LIVE:
        _tell_released(publication)


def _publish(
    publication: Publication | None, request: ChangeRequest, revision: Revision
) -> Publication:
    """Write the publication first: the database asks for it when the package turns public."""
    moment = now()
    if publication:
        publication.version += 1
        publication.state = audiences.publication_state(revision.content)
        publication.revision_id = revision.id
        publication.content_hash = revision.content_hash
        publication.released_at = moment
    else:
        publication = Publication(
            package_id=request.live_id,
            package_type=request.package_type,
            state=audiences.publication_state(revision.content),
            revision_id=revision.id,
            content_hash=revision.content_hash,
            first_released_at=moment,
            released_at=moment,
            version=1,
        )
        ckan_model.Session.add(publication)
    ckan_model.Session.flush()
    return publication


def _create_row(request: ChangeRequest, revision: Revision) -> None:
    """Insert the bare live package, hidden, so that first and later releases go one way."""
    taken = ckan_model.Package.get(request.slug)
    if taken:
        raise ConflictError(f"The address '{request.slug}' is taken by another dataset.")
    ckan_model.Session.add(
        ckan_model.Package(
            id=request.live_id,
            name=request.slug,
            title=revision.content.get("title"),
            type=request.package_type,
            owner_org=revision.content.get("owner_org"),
            state="draft",
            private=True,
            extras={},
            creator_user_id=request.opened_by,
        )
    )
    ckan_model.Session.flush()


def _move_resources(request: ChangeRequest, revision: Revision) -> None:
    """Give new resources to the live package with their ids, and point all at their bytes."""
    session = ckan_model.Session
    for resource in revision.content.get("resources", []):
        session.execute(
            update(ckan_model.Resource)
            .where(
                ckan_model.Resource.id == resource["id"],
                ckan_model.Resource.package_id == request.workspace_id,
            )
            .values(package_id=request.live_id)
        )
        if "file" in resource:
            files.set_file(
                resource["id"], request.live_id, resource["file"]["sha256"], resource["url"]
            )
        else:
            session.execute(
                delete(ResourceFile).where(
                    ResourceFile.resource_id == resource["id"],
                    ResourceFile.package_id == request.live_id,
                )
            )
    session.expire_all()


def _update(package: dict[str, Any], user: ckan_model.User) -> None:
    """Run CKAN's own update, not the chain that guards it: this is what the guards wait for.

    Permission was decided by the vote; the person who released is on record.
    """
    context: Any = {**ckan_writes.context(user, replaced=package["id"]), "ignore_auth": True}
    package_update(context, package)


def _move_views(revision: Revision, request: ChangeRequest) -> None:
    """Replace the views of resources that stand for a live one by those that were approved."""
    session, view = ckan_model.Session, ckan_model.ResourceView
    for resource in revision.content.get("resources", []):
        session.execute(delete(view).where(view.resource_id == resource["id"]))
        for order, frozen in enumerate(resource.get("views", [])):
            session.add(
                view(
                    resource_id=resource["id"],
                    order=order,
                    title=frozen.get("title", ""),
                    description=frozen.get("description", ""),
                    view_type=frozen["view_type"],
                    config=frozen.get("config", {}),
                )
            )


def _before(publication: Publication | None) -> dict[str, Any]:
    """Return what the release replaces: its state, and its tables by resource."""
    if not publication:
        return {"state": None, "tables": {}}
    revision = ckan_model.Session.get(Revision, publication.revision_id)
    assert revision, "a publication names its revision"
    found = {r["id"]: r["table"] for r in revision.content.get("resources", []) if "table" in r}
    return {"state": publication.state, "tables": found}


def _ask_for_the_rest(request: ChangeRequest, revision: Revision, before: dict[str, Any]) -> None:
    session = ckan_model.Session
    replaced = session.execute(
        select(WorkspaceResource).where(
            WorkspaceResource.request_id == request.id,
            WorkspaceResource.shares_table.is_(False),
        )
    ).scalars()
    wanted = {r["id"] for r in revision.content.get("resources", []) if "table" in r}
    lives: list[str] = []
    for mapping in replaced:
        live = mapping.live_resource_id
        lives.append(live)
        outbox.add(
            "swap" if live in wanted else "retire",
            after=[live],
            live=live,
            staging=mapping.resource_id,
            hidden=tables.kept_name(live, before["tables"].get(live)),
        )
        outbox.add("analyze", after=[live], live=live)
    outbox.add("index", package_id=request.live_id)
    outbox.add("discard", after=lives, workspace_id=request.workspace_id)
    publication = session.get(Publication, request.live_id)
    assert publication, "it was written just now"
    if publication.state == audiences.LIVE:
        _tell_released(publication, after=lives)
    elif before["state"] == audiences.LIVE:
        _tell_withdrawn(publication)


def _tell_released(publication: Publication, after: Sequence[str] = ()) -> None:
    outbox.add(
        "released",
        after=after,
        package_id=publication.package_id,
        package_type=publication.package_type,
        revision_id=publication.revision_id,
    )


def _tell_withdrawn(publication: Publication) -> None:
    outbox.add(
        "withdrawn", package_id=publication.package_id, package_type=publication.package_type
    )


def _data_changed(publication: Publication, content: dict[str, Any]) -> dt.date:
    session = ckan_model.Session
    earlier = session.execute(
        select(Revision.content, Revision.created_at)
        .where(Revision.live_id == publication.package_id, Revision.id != publication.revision_id)
        .order_by(Revision.created_at.desc())
        .limit(1)
    ).first()
    live = session.get(ckan_model.Package, publication.package_id)
    before = (live.extras or {}).get("modified") if live else None
    if earlier and before and _data(earlier.content) == _data(content):
        return dt.date.fromisoformat(str(before)[:10])
    return publication.released_at.date()


def _data(content: dict[str, Any]) -> list[Any]:
    return [(r["id"], r.get("file"), r.get("url")) for r in content.get("resources", [])]
