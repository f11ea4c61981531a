"""The council reports that were made as PDF."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["Report"]


class Report(Base):
    """One PDF of a quarter's report in one language; a trigger refuses every change.

    ``version`` is INsight's version whose figures it shows, ``measures`` are the ids of the
    measures in it. The newest of a quarter and language is served; the others tell what was
    handed out.
    """

    __tablename__ = "indep_report"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    quarter: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column(sa.BigInteger)
    measures: Mapped[list[str]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(sa.Text)
    size: Mapped[int] = mapped_column(sa.Integer)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    made_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    __table_args__ = (sa.Index("ix_indep_report_quarter", "quarter", "language", "id"),)
