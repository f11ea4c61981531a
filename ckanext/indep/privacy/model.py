"""The table `indep_scan`: one row for each content that was, or is to be, scanned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["Scan"]


class Scan(Base):
    """A scan of one content by one version of the detectors.

    ``subject`` names the content by its digest, so a file that many resources have is scanned
    once. ``source`` says where a worker finds it; ``findings`` and ``cells`` count what the
    report lists.
    """

    __tablename__ = "indep_scan"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'scanning', 'done', 'failed')", name="state"),
    )

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text, index=True)
    source: Mapped[dict[str, Any]] = mapped_column(JSONB)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    findings: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    cells: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    requested_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
