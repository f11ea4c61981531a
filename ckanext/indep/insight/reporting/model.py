"""The departments' word that their figures of a quarter are complete."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["SignOff"]


class SignOff(Base):
    """One sign-off; it holds as long as the figures that wait are those that it names.

    ``department`` is the id of the organization, ``figures`` are the ids of the observations
    and of the comments (negative) that waited to be published. Never changed.
    """

    __tablename__ = "indep_sign_off"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    department: Mapped[str] = mapped_column(sa.Text)
    quarter: Mapped[str] = mapped_column(sa.Text)
    figures: Mapped[list[int]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(sa.Text)
    signed_by: Mapped[str] = mapped_column(sa.Text)
    signed_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    __table_args__ = (sa.Index("ix_indep_sign_off_quarter", "quarter", "department"),)
