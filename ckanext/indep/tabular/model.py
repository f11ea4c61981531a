"""The table `indep_table_load`: one row for each uploaded file that may be a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["TableLoad"]


class TableLoad(Base):
    """The latest load of a resource's file.

    ``sha256`` is the file that the state and the report are about; ``loaded_sha256`` the
    file whose rows stand in the DataStore, which after a failure is an earlier one.
    """

    __tablename__ = "indep_table_load"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'loading', 'loaded', 'failed', 'not_a_table')",
            name="state",
        ),
    )

    resource_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str | None] = mapped_column(Text)
    loaded_sha256: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, index=True)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    requested_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now()
    )
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
