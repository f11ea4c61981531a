"""The charts that departments suggest, what was decided about them, and their drawings."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["Suggestion", "SuggestionDecision", "SuggestionDrawing"]


class Suggestion(Base):
    """A Vega-Lite specification for the published rows of a measure; a trigger refuses changes.

    ``explanation`` says in words what the chart shows. ``department`` is the title that the
    suggesting department had at that time.
    """

    __tablename__ = "indep_suggestion"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    measure_id: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    explanation: Mapped[str] = mapped_column(sa.Text)
    specification: Mapped[str] = mapped_column(sa.Text)
    department: Mapped[str] = mapped_column(sa.Text)
    suggested_by: Mapped[str] = mapped_column(sa.Text)
    suggested_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    __table_args__ = (sa.Index("ix_indep_suggestion_measure_id", "measure_id"),)


class SuggestionDecision(Base):
    """A step of a suggestion, with a note for those concerned; a trigger refuses changes."""

    __tablename__ = "indep_suggestion_decision"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("indep_suggestion.id"))
    step: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text)
    made_by: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    __table_args__ = (
        sa.CheckConstraint("step IN ('accept', 'decline', 'withdraw', 'retire')", name="step"),
        sa.UniqueConstraint("suggestion_id", "step"),
        sa.Index(
            "uq_indep_suggestion_decision_decided",
            "suggestion_id",
            unique=True,
            postgresql_where=sa.text("step <> 'retire'"),
        ),
    )


class SuggestionDrawing(Base):
    """The last attempt to draw a suggestion: an SVG for each width of screen, or the problem.

    ``source_sha256`` is that of everything it was drawn from, so that a drawing of other
    figures is never taken for one of these. ``version`` is INsight's version at that time.
    """

    __tablename__ = "indep_suggestion_drawing"

    suggestion_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("indep_suggestion.id"), primary_key=True
    )
    source_sha256: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column(sa.BigInteger)
    wide: Mapped[str | None] = mapped_column(sa.Text)
    narrow: Mapped[str | None] = mapped_column(sa.Text)
    problem: Mapped[str | None] = mapped_column(sa.Text)
    drawn_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    __table_args__ = (
        sa.CheckConstraint(
            "(wide IS NULL) = (narrow IS NULL) AND (wide IS NULL) <> (problem IS NULL)",
            name="outcome",
        ),
    )
