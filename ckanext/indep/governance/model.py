"""Tables of governance. Who writes which is listed in ``tests/test_architecture.py``.

What has been decided is append-only; triggers made in the migration refuse to change it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base
from ckanext.indep.governance.states import OPEN

__all__ = [
    "Appointment",
    "Ballot",
    "Blob",
    "ChangeRequest",
    "Comment",
    "Contributor",
    "Event",
    "Outbox",
    "PolicyVersion",
    "Publication",
    "ResourceFile",
    "Revision",
    "WorkspaceResource",
]

OPEN_STATES = ", ".join(sorted(f"'{state.value}'" for state in OPEN))


def _uuid() -> str:
    return str(uuid.uuid4())


def now() -> dt.datetime:
    """Return the present moment, in UTC, with its time zone."""
    return dt.datetime.now(dt.timezone.utc)


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
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
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
