"""The record of the measures: append-only tables.

Nothing is ever changed or taken out: a new figure for a period, a new target or a new date is
a new row with the next ``revision``. The triggers of migration ``indep_002`` hold to it even
against this program; they let through one update only, which stamps a row that was not yet
public with the version that publishes it. ``measure_id`` is the id of the CKAN package of type
``measure``; without a foreign key, so that the record outlives the package.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = [
    "Baseline",
    "Commentary",
    "Observation",
    "ReportingCycle",
    "TargetVersion",
    "Version",
]


def _now() -> sa.TextClause:
    return sa.text("clock_timestamp()")


class Version(Base):
    """One change of what the public sees; the highest id is the version of all pages."""

    __tablename__ = "indep_insight_version"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    made_by: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())

    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('publication', 'target', 'baseline', 'calendar', 'measure')", name="kind"
        ),
        sa.Index("ix_indep_insight_version_kind_subject", "kind", "subject"),
    )


class Observation(Base):
    """A result of one measure for one period, as reported at one time."""

    __tablename__ = "indep_observation"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    measure_id: Mapped[str] = mapped_column(sa.Text)
    period: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[str] = mapped_column(sa.Text)
    numerator: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    margin: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    provisional: Mapped[bool] = mapped_column(sa.Boolean)
    source: Mapped[dict[str, Any]] = mapped_column(JSONB)
    correction_reason: Mapped[str | None] = mapped_column(sa.Text)
    recorded_by: Mapped[str] = mapped_column(sa.Text)
    recorded_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())
    published_version: Mapped[int | None] = mapped_column(
        sa.BigInteger, sa.ForeignKey("indep_insight_version.id")
    )
    published_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.UniqueConstraint("measure_id", "period", "revision"),
        sa.CheckConstraint(
            "state IN ('reported', 'not_collected', 'suppressed', 'retired')", name="state"
        ),
        sa.CheckConstraint("(state = 'reported') = (value IS NOT NULL)", name="value"),
        sa.CheckConstraint(
            "(published_version IS NULL) = (published_at IS NULL)", name="published"
        ),
        sa.Index(
            "ix_indep_observation_pending",
            "period",
            postgresql_where=sa.text("published_version IS NULL"),
        ),
    )


class TargetVersion(Base):
    """A target for a period, with who approved it and why.

    The highest revision is in force; it supersedes the one before at its ``approved_at``.
    """

    __tablename__ = "indep_target"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    measure_id: Mapped[str] = mapped_column(sa.Text)
    period: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(sa.Integer)
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    low: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    high: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    reason: Mapped[str] = mapped_column(sa.Text)
    approved_by: Mapped[str] = mapped_column(sa.Text)
    approved_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())

    __table_args__ = (
        sa.UniqueConstraint("measure_id", "period", "revision"),
        sa.CheckConstraint(
            "(value IS NOT NULL AND low IS NULL AND high IS NULL)"
            " OR (value IS NULL AND low IS NOT NULL AND high IS NOT NULL AND low <= high)",
            name="shape",
        ),
    )


class Baseline(Base):
    """Where a measure stood before its targets; without a value it is still being set."""

    __tablename__ = "indep_baseline"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    measure_id: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(sa.Integer)
    first_period: Mapped[str] = mapped_column(sa.Text)
    last_period: Mapped[str] = mapped_column(sa.Text)
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    reason: Mapped[str] = mapped_column(sa.Text)
    approved_by: Mapped[str] = mapped_column(sa.Text)
    approved_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())

    __table_args__ = (sa.UniqueConstraint("measure_id", "revision"),)


class Commentary(Base):
    """What a department says about a result; public with the period's publication."""

    __tablename__ = "indep_commentary"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    measure_id: Mapped[str] = mapped_column(sa.Text)
    period: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(sa.Integer)
    text: Mapped[str] = mapped_column(sa.Text)
    written_by: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())
    published_version: Mapped[int | None] = mapped_column(
        sa.BigInteger, sa.ForeignKey("indep_insight_version.id")
    )
    published_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.UniqueConstraint("measure_id", "period", "revision"),
        sa.CheckConstraint(
            "(published_version IS NULL) = (published_at IS NULL)", name="published"
        ),
    )


class ReportingCycle(Base):
    """The dates of one quarter's reporting; the highest revision holds."""

    __tablename__ = "indep_reporting_cycle"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    period: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(sa.Integer)
    period_end: Mapped[date] = mapped_column(sa.Date)
    data_due: Mapped[date] = mapped_column(sa.Date)
    review_on: Mapped[date] = mapped_column(sa.Date)
    council_on: Mapped[date] = mapped_column(sa.Date)
    set_by: Mapped[str] = mapped_column(sa.Text)
    set_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=_now())

    __table_args__ = (
        sa.UniqueConstraint("period", "revision"),
        sa.CheckConstraint(
            "period_end < data_due AND data_due <= review_on AND review_on <= council_on",
            name="order",
        ),
    )
