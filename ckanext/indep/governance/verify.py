"""The invariants of the portal, checked on the real database: one sentence a breach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import ckan.model as ckan_model
from ckan.lib import search
from sqlalchemy import func, select

from ckanext.indep.governance import (
    audiences,
    audit,
    files,
    tables,
)
from ckanext.indep.governance.adoption import grandfathered, guard_switch
from ckanext.indep.governance.approving import approvals, scanned
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.emergency import excuses
from ckanext.indep.governance.model import Ballot, ChangeRequest, Event, Publication, Revision
from ckanext.indep.governance.states import State

__all__ = ["breaches"]


def breaches() -> Iterator[str]:
    """Yield a sentence for each breach; nothing when all holds."""
    yield from _visible_without_release()
    yield from _content()
    yield from _approvals()
    yield from grandfathered.breaches()
    if not guard_switch.are_on():
        yield "the database's guards are switched off"
    yield from audit.breaks()
    yield from _record()
    yield from _stores()


def _visible_without_release() -> Iterator[str]:
    package = ckan_model.Package
    rows = ckan_model.Session.execute(
        select(package.id)
        .outerjoin(
            Publication, (Publication.package_id == package.id) & (Publication.state == "live")
        )
        .where(
            package.state == "active",
            package.private.is_not(True),
            Publication.package_id.is_(None),
        )
    ).scalars()
    for package_id in rows:
        yield f"package {package_id} is public without a release"


def _content() -> Iterator[str]:
    rows = ckan_model.Session.execute(
        select(
            Publication.package_id,
            Publication.fingerprint,
            func.indep_fingerprint(Publication.package_id),
            Publication.content_hash,
            Revision.content,
        )
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Publication.state.in_(audiences.SHOWN))
    )
    for package_id, stamped, actual, approved, content in rows:
        if stamped != actual:
            yield f"package {package_id} differs from its released revision"
        if content_hash(content) != approved:
            yield f"the released revision of package {package_id} was altered"


def _approvals() -> Iterator[str]:
    released = ckan_model.Session.execute(
        select(ChangeRequest).where(
            ChangeRequest.state == State.RELEASED.value, ChangeRequest.kind != grandfathered.KIND
        )
    ).scalars()
    for request in released:
        found = (
            excuses.shortcomings(request)
            if excuses.of(request)
            else chain(approvals.shortcomings(request), scanned.breaches(request))
        )
        yield from (f"request {request.number} {sentence}" for sentence in found)


def _record() -> Iterator[str]:
    """Compare the audit log with what it is a record of, in case its end was cut off."""
    session = ckan_model.Session
    noted = {
        (row.subject, row.event): row.number
        for row in session.execute(
            select(Event.subject, Event.event, func.count().label("number"))
            .where(Event.event.in_(["ballot", "released"]))
            .group_by(Event.subject, Event.event)
        )
    }
    ballots = session.execute(
        select(Ballot.request_id, func.count()).group_by(Ballot.request_id)
    ).tuples()
    for request_id, number in ballots:
        if noted.get((request_id, "ballot"), 0) != number:
            yield f"audit: the ballots of request {request_id} are not those in the log"
    released = session.execute(
        select(ChangeRequest.id, ChangeRequest.number).where(
            ChangeRequest.state == State.RELEASED.value,
            ChangeRequest.kind != grandfathered.KIND,
        )
    ).tuples()
    for request_id, number in released:
        if not noted.get((request_id, "released")):
            yield f"audit: the release of request {number} is not in the log"


def _stores() -> Iterator[str]:
    rows = ckan_model.Session.execute(
        select(Publication.package_id, Publication.state, Revision.content).join(
            Revision, Revision.id == Publication.revision_id
        )
    ).all()
    indexed = _indexed()
    for package_id, state, content in rows:
        if (package_id in indexed) != (state == audiences.LIVE):
            yield f"package {package_id} is {state}, but the search index says otherwise"
        if state not in audiences.SHOWN:
            continue
        for resource in content.get("resources", []):
            file = resource.get("file")
            stored = files.file_of(resource["id"], package_id)
            if file and (not stored or stored.sha256 != file["sha256"]):
                yield f"resource {resource['id']} does not have the file that was approved"
            elif file and not files.blob_path(file["sha256"]).is_file():
                yield f"the file of resource {resource['id']} is missing from the storage"
            if "table" in resource and tables.digest(resource["id"]) != resource["table"]:
                yield f"the table of resource {resource['id']} differs from what was approved"
    known = {row[0] for row in rows}
    for package_id in indexed - known:
        yield f"package {package_id} is in the search index without a release"


def _indexed() -> set[str]:
    """Return the ids of all packages that the search engine shows to anybody."""
    return set(search.query_for(ckan_model.Package).get_all_entity_ids(max_results=1_000_000))
