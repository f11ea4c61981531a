"""Tables of the committee's meetings, all written by ``service.py`` alone.

Votes are not here: they are governance's ballots, which name the meeting they were given in.
Minutes are append-only; triggers made in the migration refuse to change them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.committee import clock
from ckanext.indep.db import Base

__all__ = ["AgendaItem", "Attendance", "Meeting", "Minutes"]


def _uuid() -> str:
    return str(uuid.uuid4())


class Meeting(Base):
    """A meeting from plan to approved minutes.

    `members` and `quorum` are the committee as it was when the meeting was opened: a list of
    `user_id`, `name` and `office`, and how many of them had to be present. `sequence` counts
    the changes that calendars have to learn of. `minutes_seq` is the version of the minutes
    that was approved, `minutes_approved_at_meeting` the number of the meeting that did it.
    """

    __tablename__ = "indep_meeting"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    number: Mapped[int] = mapped_column(Integer, Identity(), unique=True)
    title: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)
    ends_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    location: Mapped[str] = mapped_column(Text, default="")
    online_url: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, index=True)
    called_by: Mapped[str] = mapped_column(Text)
    called_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    agenda_posted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    good_cause: Mapped[str] = mapped_column(Text, default="")
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    adjourned_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    members: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    quorum: Mapped[int | None] = mapped_column(Integer)
    minutes_seq: Mapped[int | None] = mapped_column(BigInteger)
    minutes_approved_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    minutes_approved_by: Mapped[str | None] = mapped_column(Text)
    minutes_approved_at_meeting: Mapped[int | None] = mapped_column(Integer)


class AgendaItem(Base):
    """One item of a meeting's agenda: a request, or a matter with a title of its own.

    `posted_at` is when the public was told of it; before that no vote can be taken on it.
    `moved_by` and `seconded_by` are user ids, of the motion to release.
    """

    __tablename__ = "indep_agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "request_id"),)
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_uuid)
    meeting_id: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    section: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text, index=True)
    title: Mapped[str] = mapped_column(Text, default="")
    presenter: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    moved_by: Mapped[str | None] = mapped_column(Text)
    seconded_by: Mapped[str | None] = mapped_column(Text)
    posted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class Attendance(Base):
    """Whether a member took part in a meeting; times where they came late or left early."""

    __tablename__ = "indep_attendance"
    meeting_id: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    presence: Mapped[str] = mapped_column(Text)
    arrived_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    left_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class Minutes(Base):
    """A version of the minutes, as ``drafting.draft`` made it. Never changed."""

    __tablename__ = "indep_minutes"
    __table_args__ = (UniqueConstraint("meeting_id", "version"),)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    drafted_by: Mapped[str] = mapped_column(Text)
    drafted_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
