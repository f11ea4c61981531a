"""Performance meetings and what was agreed in them: append-only tables."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["ActionMark", "AgreedAction", "PerformanceMeeting"]


def _now() -> sa.TextClause:
    return sa.text("clock_timestamp()")


class PerformanceMeeting(Base):
    """A meeting as it was planned, moved, held or cancelled; the highest revision holds.

    ``number`` is what people call it by, ``departments`` are the ids of the organizations
    that are invited.
    """

    __tablename__ = "indep_performance_meeting"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)
    revision: Mapped[int] = mapped_column(sa.Integer)
    quarter: Mapped[str] = mapped_column(sa.Text)
    starts_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    place: Mapped[str] = mapped_column(sa.Text)
    departments: Mapped[list[str]] = mapped_column(JSONB)
    is_public: Mapped[bool] = mapped_column(sa.Boolean)
    state: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text)
    changed_by: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())

    __table_args__ = (
        sa.UniqueConstraint("number", "revision"),
        sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
    )


class AgreedAction(Base):
    """What a meeting agreed that a department does, and by when.

    ``department`` is the id of the organization; ``assignee`` the name of an account in it,
    empty where the whole department answers.
    """

    __tablename__ = "indep_meeting_action"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    meeting: Mapped[int] = mapped_column(sa.Integer)
    text: Mapped[str] = mapped_column(sa.Text)
    department: Mapped[str] = mapped_column(sa.Text)
    assignee: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date] = mapped_column(sa.Date)
    recorded_by: Mapped[str] = mapped_column(sa.Text)
    recorded_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())

    __table_args__ = (sa.Index("ix_indep_meeting_action_department", "department"),)


class ActionMark(Base):
    """That an action was done, dropped or opened again; the last mark holds."""

    __tablename__ = "indep_meeting_action_mark"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    action_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("indep_meeting_action.id"), index=True
    )
    state: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text)
    marked_by: Mapped[str] = mapped_column(sa.Text)
    marked_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())

    __table_args__ = (sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),)
