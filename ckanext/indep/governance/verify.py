"""The invariants of the portal, checked on the real database: one sentence a breach."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.model as ckan_model
from ckan.lib import search
from sqlalchemy import func, select

from ckanext.indep.governance import (
    audit,
    files,
    grandfathered,
    guard_switch,
    policies,
    tables,
)
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.model import (
    Ballot,
    ChangeRequest,
    Contributor,
    Publication,
    Revision,
)
from ckanext.indep.governance.states import State
from ckanext.indep.governance.votes import Ballot as BallotKind
from ckanext.indep.governance.votes import Outcome, tally

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
        .where(Publication.state == "live")
    )
    for package_id, stamped, actual, approved, content in rows:
        if stamped != actual:
            yield f"package {package_id} differs from its released revision"
        if content_hash(content) != approved:
            yield f"the released revision of package {package_id} was altered"


def _approvals() -> Iterator[str]:
    session = ckan_model.Session
    released = session.execute(
        select(ChangeRequest).where(
            ChangeRequest.state == State.RELEASED.value, ChangeRequest.kind != grandfathered.KIND
        )
    ).scalars()
    for request in released:
        ballots = (
            session.execute(
                select(Ballot).where(Ballot.revision_id == request.revision_id).order_by(Ballot.seq)
            )
            .scalars()
            .all()
        )
        workers = set(
            session.execute(
                select(Contributor.user_id).where(Contributor.request_id == request.id)
            ).scalars()
        )
        if workers & {b.user_id for b in ballots}:
            yield f"request {request.number} was decided on by somebody who worked on it"
        lane = policies.by_id(request.snapshot["policy"]).lane(request.snapshot["lane"])
        if "data_owner" in lane.stages and not any(
            b.stage == "data_owner" and b.ballot == BallotKind.FOR.value for b in ballots
        ):
            yield f"request {request.number} was released without the data owner"
        if "committee" in lane.stages:
            votes = {b.user_id: BallotKind(b.ballot) for b in ballots if b.stage == "committee"}
            count = tally(request.snapshot["electorate"], votes, request.snapshot["quorum"])
            if count.outcome is not Outcome.CARRIED:
                yield f"request {request.number} was released without the committee"


def _stores() -> Iterator[str]:
    rows = ckan_model.Session.execute(
        select(Publication.package_id, Publication.state, Revision.content).join(
            Revision, Revision.id == Publication.revision_id
        )
    ).all()
    indexed = _indexed()
    for package_id, state, content in rows:
        if (package_id in indexed) != (state == "live"):
            yield f"package {package_id} is {state}, but the search index says otherwise"
        if state != "live":
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
