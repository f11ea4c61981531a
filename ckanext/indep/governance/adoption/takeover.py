"""Turning governance on over a portal that exists: what is public stays public, as released.

Everything slow happens before the lock: files are stored under their hash, the content of
each dataset is frozen. Under the lock only what moved meanwhile is frozen again, and one
commit makes all of it known to governance, or nothing. The live datasets are not touched,
so strangers see what they saw before. What was not public becomes a draft of its
department. Called again, it brings governance in line with what changed while it was off.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import ckan.model as ckan_model
import sqlalchemy as sa
from sqlalchemy import func, insert, select, update

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit
from ckanext.indep.governance.adoption import (
    grandfathered,
    guard_switch,
    hidden_drafts,
    portal_lock,
    portal_survey,
    stock_files,
)
from ckanext.indep.governance.adoption.portal_survey import Survey
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.drafting import freeze
from ckanext.indep.governance.model import ChangeRequest, Publication, Revision, now
from ckanext.indep.governance.states import State
from ckanext.indep.schema import fields

__all__ = ["Outcome", "take_over"]

BATCH = 100

Frozen = tuple[str, dict[str, Any]]
"""The database's fingerprint of a package, taken before its content, and the content."""


@dataclass
class Outcome:
    """What was done, in numbers; `moved` were frozen again because they changed meanwhile."""

    released: int = 0
    drafts: int = 0
    ended: int = 0
    files: int = 0
    moved: int = 0
    guards: int = 0
    skipped: list[str] = field(default_factory=list)


def take_over(actor: str, department: str | None = None) -> Outcome:
    """Bring every dataset of the portal under governance and commit once.

    :param actor: id of the user on whose word it is done, or the name of the command
    :param department: id of the organization that answers for datasets without one
    Raises ConflictError where datasets have no department and none is given; nothing is
    changed then. The search index is left to the caller.
    """
    session = ckan_model.Session
    session.rollback()
    survey = portal_survey.survey()
    _check_departments(survey, department)
    outcome = Outcome()
    outcome.files = stock_files.adopt([*survey.public, *survey.hidden])
    frozen = _freeze(survey.public)
    session.rollback()
    portal_lock.lock()
    outcome.guards = guard_switch.switch(on=True)
    survey = portal_survey.survey()
    _check_departments(survey, department)
    moved = _moved(survey, frozen)
    if moved:
        outcome.files += _freeze_again(moved, frozen)
    _adopt_into(department, survey.without_department)
    _grandfather({pid: frozen[pid][1] for pid in survey.public}, department, survey, actor)
    outcome.drafts = hidden_drafts.open_requests(survey.hidden, actor)
    outcome.ended = hidden_drafts.end_lost(survey.lost, actor) + _end_gone(survey.gone, actor)
    hidden_drafts.hide_again()
    outcome.released, outcome.moved = len(survey.public), len(moved)
    outcome.skipped = survey.unknown_type
    if survey.is_work or outcome.guards:
        facts = {"public": outcome.released, "drafts": outcome.drafts, "ended": outcome.ended}
        audit.append(portal_lock.ON, portal_lock.SUBJECT, actor, **facts)
    session.commit()
    return outcome


def _check_departments(survey: Survey, department: str | None) -> None:
    if survey.without_department and not department:
        names = portal_survey.names(survey.without_department[:5])
        raise ConflictError(
            f"{len(survey.without_department)} datasets have no department, so nobody could "
            f"decide on them: {', '.join(names)}. Say which department answers for them with "
            "--department NAME. Nothing was changed."
        )


def _freeze(package_ids: Iterable[str]) -> dict[str, Frozen]:
    """Return fingerprint and content of each package, reading without a lock."""
    session, result = ckan_model.Session, {}
    for number, package_id in enumerate(package_ids, start=1):
        result[package_id] = _frozen(package_id)
        if number % BATCH == 0:
            # Objects that the session remembers would fill the memory of a large portal.
            session.rollback()
            session.expunge_all()
    return result


def _frozen(package_id: str) -> Frozen:
    """Freeze a public package as if it were a workspace: the content is the same kind."""
    fingerprint = ckan_model.Session.execute(
        select(func.indep_fingerprint(package_id))
    ).scalar_one()
    return fingerprint, freeze.content(ChangeRequest(workspace_id=package_id))


def _moved(survey: Survey, frozen: dict[str, Frozen]) -> list[str]:
    """Return the packages that changed since they were frozen, or are new."""
    now_there = dict(
        ckan_model.Session.execute(
            select(ckan_model.Package.id, func.indep_fingerprint(ckan_model.Package.id)).where(
                ckan_model.Package.id.in_(survey.public)
            )
        )
        .tuples()
        .all()
    )
    return [pid for pid in survey.public if frozen.get(pid, ("", {}))[0] != now_there[pid]]


def _freeze_again(package_ids: list[str], frozen: dict[str, Frozen]) -> int:
    """Freeze under the lock what moved; return how many files that took."""
    stored = stock_files.adopt(package_ids, commit=False)
    ckan_model.Session.expire_all()
    for package_id in package_ids:
        frozen[package_id] = _frozen(package_id)
    return stored


def _adopt_into(department: str | None, package_ids: list[str]) -> None:
    """Give packages without a department to one, as `package_owner_org_update` would."""
    if not department or not package_ids:
        return
    session, member = ckan_model.Session, ckan_model.Member
    session.execute(
        update(member)
        .where(
            member.table_name == "package",
            member.capacity == "organization",
            member.table_id.in_(package_ids),
        )
        .values(state="deleted")
    )
    session.execute(
        update(ckan_model.Package)
        .where(ckan_model.Package.id.in_(package_ids))
        .values(owner_org=department)
    )
    session.execute(
        insert(member),
        [
            {
                "id": str(uuid.uuid4()),
                "table_name": "package",
                "table_id": package_id,
                "group_id": department,
                "capacity": "organization",
                "state": "active",
            }
            for package_id in package_ids
        ],
    )
    session.expire_all()


def _grandfather(
    contents: dict[str, dict[str, Any]], department: str | None, survey: Survey, actor: str
) -> None:
    """Record each public package as released: request, revision, publication, audit event."""
    if not contents:
        return
    for package_id in set(survey.without_department) & set(contents):
        contents[package_id]["owner_org"] = department
    _keep_staff_fields(contents)
    session = ckan_model.Session
    rows = [
        _records(package, contents[package.id], actor)
        for package in session.execute(_described(contents)).all()
    ]
    requests, revisions, publications = zip(*rows, strict=True)
    session.execute(insert(ChangeRequest), list(requests))
    session.execute(insert(Revision), list(revisions))
    known = set(
        session.execute(
            select(Publication.package_id).where(Publication.package_id.in_(contents))
        ).scalars()
    )
    new = [row for row in publications if row["package_id"] not in known]
    if new:
        session.execute(insert(Publication), new)
    for row in publications:
        if row["package_id"] in known:
            _publish_again(row)
    session.execute(
        update(Publication)
        .where(Publication.package_id.in_(contents))
        .values(fingerprint=func.indep_fingerprint(Publication.package_id))
    )
    audit.append_all(
        grandfathered.EVENT,
        actor,
        [
            (
                revision["live_id"],
                {
                    "revision": revision["id"],
                    "content_hash": revision["content_hash"],
                    "request": revision["request_id"],
                },
            )
            for revision in revisions
        ],
    )


def _keep_staff_fields(contents: dict[str, dict[str, Any]]) -> None:
    """Take over from the last revision what never was in the live package: fields for staff."""
    earlier = ckan_model.Session.execute(
        select(Publication.package_id, Publication.package_type, Revision.content)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(
            Publication.package_id.in_(contents),
            Publication.package_type.in_(fields.PACKAGE_TYPES),
        )
    ).tuples()
    for package_id, package_type, content in earlier:
        for name in fields.staff_only(package_type) & set(content):
            contents[package_id].setdefault(name, content[name])


def _described(package_ids: Iterable[str]) -> sa.Select[Any]:
    package = ckan_model.Package
    return (
        select(
            package.id,
            package.name,
            package.title,
            package.type,
            package.owner_org,
            package.private,
            func.timezone("UTC", package.metadata_created).label("created"),
            func.timezone("UTC", package.metadata_modified).label("modified"),
        )
        .where(package.id.in_(list(package_ids)))
        .order_by(package.metadata_created, package.id)
    )


def _records(
    package: Any, content: dict[str, Any], actor: str
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the rows of request, revision and publication of one package.

    It has been public since it was made, and as it is since it was last modified; when
    governance took note of it is told by the audit event.
    """
    moment = now()
    request_id, revision_id = str(uuid.uuid4()), str(uuid.uuid4())
    digest = content_hash(content)
    since, changed = package.created or moment, package.modified or moment
    request = {
        "id": request_id,
        "kind": grandfathered.KIND,
        "package_type": package.type,
        "live_id": package.id,
        # There never was a workspace; this is the id of none, as after a release.
        "workspace_id": str(uuid.uuid4()),
        "owner_org": package.owner_org,
        "slug": package.name,
        "title": package.title or package.name,
        "state": State.RELEASED.value,
        "opened_by": actor,
        "opened_at": moment,
        "changed_at": changed,
        "revision_id": revision_id,
        "snapshot": {},
    }
    revision = {
        "id": revision_id,
        "request_id": request_id,
        "number": 1,
        "live_id": package.id,
        "content": content,
        "content_hash": digest,
        "created_at": moment,
        "created_by": actor,
    }
    publication = {
        "package_id": package.id,
        "package_type": package.type,
        "state": "staff" if package.private else "live",
        "revision_id": revision_id,
        "content_hash": digest,
        "first_released_at": since,
        "released_at": changed,
        "version": 1,
    }
    return request, revision, publication


def _publish_again(row: dict[str, Any]) -> None:
    """Note what became public while governance was off, after what it had released."""
    ckan_model.Session.execute(
        update(Publication)
        .where(Publication.package_id == row["package_id"])
        .values(
            state=row["state"],
            revision_id=row["revision_id"],
            content_hash=row["content_hash"],
            released_at=row["released_at"],
            version=Publication.version + 1,
        )
    )


def _end_gone(package_ids: list[str], actor: str) -> int:
    """Note what was hidden or deleted while governance was off as taken down."""
    ckan_model.Session.execute(
        update(Publication).where(Publication.package_id.in_(package_ids)).values(state="withdrawn")
    )
    audit.append_all(
        "taken_down",
        actor,
        [
            (pid, {"reason": "It was no longer public when governance began."})
            for pid in package_ids
        ],
    )
    return len(package_ids)
