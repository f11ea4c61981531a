"""Tables of governance. Who writes which is listed in ``tests/test_architecture.py``.

What has been decided is append-only; triggers made in the migration refuse to change it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Identity,
    Index,
    Integer,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep import city_time
from ckanext.indep.db import Base
from ckanext.indep.governance.states import OPEN

__all__ = [
    "Appointment",
    "Ballot",
    "Blob",
    "ChangeRequest",
    "Checklist",
    "Comment",
    "Condition",
    "ConditionMark",
    "Contributor",
    "Delegation",
    "DelegationEnd",
    "Event",
    "Outbox",
    "PolicyVersion",
    "Publication",
    "Ratification",
    "RatificationBallot",
    "ResourceFile",
    "Revision",
    "TableDiff",
    "WorkspaceResource",
]

OPEN_STATES = ", ".join(sorted(f"'{state.value}'" for state in OPEN))


def _uuid() -> str:
    return str(uuid.uuid4())


def now() -> dt.datetime:
    """Return the present moment, in UTC, with its time zone."""
    return city_time.now()


class PolicyVersion(Base):
    """A policy as it was loaded; the newest is in force."""

    __tablename__ = "indep_policy"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    loaded_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    loaded_by: Mapped[str] = mapped_column(Text)


class Appointment(Base):
    """A person's office: committee member, chair, secretary, auditor, for a term."""

    __tablename__ = "indep_appointment"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    user_id: Mapped[str] = mapped_column(Text, index=True)
    office: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[dt.date] = mapped_column(Date)
    ends_on: Mapped[dt.date | None] = mapped_column(Date)
    appointed_by: Mapped[str] = mapped_column(Text)


class ChangeRequest(Base):
    """A proposal to publish or change one package, from draft to its end.

    `workspace_id` is the hidden package that is edited, `live_id` the public one, which does
    not exist before the first release. `snapshot` keeps policy version, lane and electorate
    as they were at submission. `assigned_to` is the reviewer who looks at it first,
    `release_on` when it is to become public, if not at once.
    """

    __tablename__ = "indep_change_request"
    __table_args__ = (
        Index(
            "uq_indep_change_request_open",
            "live_id",
            unique=True,
            postgresql_where=text(f"state IN ({OPEN_STATES})"),
        ),
        Index(
            "uq_indep_change_request_slug",
            "slug",
            unique=True,
            postgresql_where=text(f"kind = 'create' AND state IN ({OPEN_STATES})"),
        ),
    )
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    number: Mapped[int] = mapped_column(Integer, Identity(), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    package_type: Mapped[str] = mapped_column(Text)
    live_id: Mapped[str] = mapped_column(Text, index=True)
    workspace_id: Mapped[str] = mapped_column(Text, unique=True)
    owner_org: Mapped[str] = mapped_column(Text, index=True)
    slug: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, index=True)
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    changed_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), default=now, index=True
    )
    base_hash: Mapped[str | None] = mapped_column(Text)
    revision_id: Mapped[str | None] = mapped_column(Text)
    assigned_to: Mapped[str | None] = mapped_column(Text)
    escalated_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    release_on: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class Contributor(Base):
    """Somebody who worked on a request's content, and so has no say in its approval."""

    __tablename__ = "indep_contributor"
    request_id: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    since: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Revision(Base):
    """What was submitted: the frozen content and its hash. Never changed."""

    __tablename__ = "indep_revision"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    request_id: Mapped[str] = mapped_column(Text, index=True)
    number: Mapped[int] = mapped_column(Integer)
    live_id: Mapped[str] = mapped_column(Text, index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    created_by: Mapped[str] = mapped_column(Text)


class Ballot(Base):
    """A vote or a data owner's decision on one revision. Never changed; the last one counts.

    `user_id` is whose vote it is; `cast_by` who entered it, where that is somebody else: a
    delegate, or the secretary in the meeting `meeting_id`.
    """

    __tablename__ = "indep_ballot"
    __table_args__ = (Index("ix_indep_ballot_revision_id_user_id", "revision_id", "user_id"),)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_id: Mapped[str] = mapped_column(Text, index=True)
    revision_id: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    ballot: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    cast_by: Mapped[str | None] = mapped_column(Text)
    meeting_id: Mapped[str | None] = mapped_column(Text)
    cast_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Comment(Base):
    """A remark in the discussion of a request. Never changed."""

    __tablename__ = "indep_comment"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_id: Mapped[str] = mapped_column(Text, index=True)
    user_id: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Condition(Base):
    """Something that an approval hangs on: before the release (`blocking`) or by a day (`due`).

    Never changed; what became of it stands in ConditionMark.
    """

    __tablename__ = "indep_condition"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    request_id: Mapped[str] = mapped_column(Text, index=True)
    revision_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    set_by: Mapped[str] = mapped_column(Text)
    set_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class ConditionMark(Base):
    """That a condition was `met` by a revision, or `withdrawn`, by whom and why. Never changed."""

    __tablename__ = "indep_condition_mark"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    condition_id: Mapped[str] = mapped_column(Text, index=True)
    revision_id: Mapped[str] = mapped_column(Text)
    mark: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    marked_by: Mapped[str] = mapped_column(Text)
    marked_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Delegation(Base):
    """That one member votes in another's place, from the first to the last day. Never changed."""

    __tablename__ = "indep_delegation"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    from_user: Mapped[str] = mapped_column(Text, index=True)
    to_user: Mapped[str] = mapped_column(Text, index=True)
    starts_on: Mapped[dt.date] = mapped_column(Date)
    ends_on: Mapped[dt.date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class DelegationEnd(Base):
    """That a delegation was ended before its last day. Never changed."""

    __tablename__ = "indep_delegation_end"
    delegation_id: Mapped[str] = mapped_column(Text, primary_key=True)
    ended_by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Checklist(Base):
    """Answers to the policy's questions, or to the scan for personal data. Never changed.

    `kind` is steward or review, whose answers to the questions these are (the last row of each
    person counts), or scan: then `answers` has the places of the findings with the content that
    was there (see ``approving/scanned.py``), every row counts, and `mitigation` is the reason.
    `revision_id` is empty while the steward still edits; `policy_id` is the version of the policy
    whose questions were answered.
    """

    __tablename__ = "indep_checklist"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_id: Mapped[str] = mapped_column(Text, index=True)
    revision_id: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    policy_id: Mapped[int] = mapped_column(Integer)
    answers: Mapped[dict[str, str]] = mapped_column(JSONB)
    mitigation: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Publication(Base):
    """What is public of a package: the last released revision, or that it was taken down.

    The database's guards compare the package with `fingerprint`; see the migration.
    """

    __tablename__ = "indep_publication"
    package_id: Mapped[str] = mapped_column(Text, primary_key=True)
    package_type: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    revision_id: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(Text)
    first_released_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    released_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)


class WorkspaceResource(Base):
    """Which live resource a workspace's resource stands for, and whether it shares its table."""

    __tablename__ = "indep_workspace_resource"
    resource_id: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[str] = mapped_column(Text, index=True)
    live_resource_id: Mapped[str] = mapped_column(Text)
    shares_table: Mapped[bool] = mapped_column(Boolean)


class TableDiff(Base):
    """Which rows differ between two tables of a resource, by the hashes of their digests.

    `key` is the comma list of columns that the steward named, empty where there was none;
    `result` is what ``row_diff.RowDiff`` holds.
    """

    __tablename__ = "indep_table_diff"
    resource_id: Mapped[str] = mapped_column(Text, primary_key=True)
    before: Mapped[str] = mapped_column(Text, primary_key=True)
    after: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    computed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Blob(Base):
    """A file's bytes, stored once under their hash; `size` in bytes."""

    __tablename__ = "indep_blob"
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class ResourceFile(Base):
    """Which bytes a resource of a package has. Written by ``files.py`` and ``release.py`` only."""

    __tablename__ = "indep_resource_file"
    resource_id: Mapped[str] = mapped_column(Text, primary_key=True)
    package_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)


class Event(Base):
    """The audit log: each row carries the hash of the one before it. Never changed."""

    __tablename__ = "indep_event"
    __table_args__ = (Index("ix_indep_event_event_at", "event", "at"),)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class Outbox(Base):
    """Work that a committed change still asks for; done at least once, in order."""

    __tablename__ = "indep_outbox"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    done_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


class Ratification(Base):
    """An act of one person that the committee has to confirm by `due_on`.

    `kind` is take_down or break_glass, `state` pending, ratified or rejected; `revision_id` what
    was taken down, or released. `electorate` and `quorum` are as they were when it happened,
    without who did it.
    """

    __tablename__ = "indep_ratification"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    number: Mapped[int] = mapped_column(Integer, Identity(), unique=True)
    kind: Mapped[str] = mapped_column(Text)
    package_id: Mapped[str] = mapped_column(Text, index=True)
    request_id: Mapped[str | None] = mapped_column(Text, index=True)
    revision_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    due_on: Mapped[dt.date] = mapped_column(Date)
    electorate: Mapped[list[Any]] = mapped_column(JSONB)
    quorum: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(Text, index=True)
    decided_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class RatificationBallot(Base):
    """A vote on a ratification. Never changed; the last one of a member counts."""

    __tablename__ = "indep_ratification_ballot"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ratification_id: Mapped[str] = mapped_column(Text, index=True)
    user_id: Mapped[str] = mapped_column(Text)
    ballot: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    cast_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
