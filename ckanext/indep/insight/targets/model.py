"""What departments propose for their measures, and what was said and decided about it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["Decision", "Proposal"]


class Proposal(Base):
    """A target of a period or fiscal year, or a baseline; never changed.

    A baseline runs from ``period`` to ``last_period``, and without a value it is being set.
    ``batch`` is shared by what was proposed at once. ``based_on`` is the revision that was in
    force then (0: none), ``department`` the title of the proposer's department at that time.
    """

    __tablename__ = "indep_target_proposal"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    measure_id: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.Text)
    period: Mapped[str] = mapped_column(sa.Text)
    last_period: Mapped[str | None] = mapped_column(sa.Text)
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    low: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    high: Mapped[Decimal | None] = mapped_column(sa.Numeric)
    reason: Mapped[str] = mapped_column(sa.Text)
    department: Mapped[str] = mapped_column(sa.Text)
    batch: Mapped[str] = mapped_column(sa.Text)
    based_on: Mapped[int] = mapped_column(sa.Integer)
    proposed_by: Mapped[str] = mapped_column(sa.Text)
    proposed_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    __table_args__ = (
        sa.CheckConstraint("kind IN ('target', 'baseline')", name="kind"),
        sa.CheckConstraint(
            "CASE kind WHEN 'baseline'"
            " THEN last_period IS NOT NULL AND low IS NULL AND high IS NULL"
            " ELSE last_period IS NULL AND ((value IS NOT NULL AND low IS NULL AND high IS NULL)"
            " OR (value IS NULL AND low IS NOT NULL AND high IS NOT NULL AND low <= high)) END",
            name="shape",
        ),
        sa.Index("ix_indep_target_proposal_measure_id", "measure_id", "period"),
    )


class Decision(Base):
    """A step of a proposal, with a note for those concerned; never changed.

    ``revision`` is that of the target or baseline which the approval put into force.
    """

    __tablename__ = "indep_target_decision"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("indep_target_proposal.id")
    )
    step: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int | None] = mapped_column(sa.Integer)
    made_by: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    __table_args__ = (
        sa.CheckConstraint(
            "step IN ('recommend', 'send_back', 'approve', 'decline', 'withdraw', 'note')",
            name="step",
        ),
        sa.CheckConstraint("(step = 'approve') = (revision IS NOT NULL)", name="revision"),
        sa.Index("ix_indep_target_decision_proposal_id", "proposal_id"),
        sa.Index(
            "uq_indep_target_decision_closed",
            "proposal_id",
            unique=True,
            postgresql_where=sa.text("step IN ('send_back', 'approve', 'decline', 'withdraw')"),
        ),
    )
