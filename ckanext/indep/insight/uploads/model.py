"""The uploads of histories: who brought which file, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["HistoryUpload"]


class HistoryUpload(Base):
    """A file of results. ``content`` is kept until it is loaded, refused or too old.

    ``measure_id`` is set where the whole file is about one measure. ``report`` is what was found
    in it, ``problems`` every problem with its place; ``rows`` are those read so far.
    """

    __tablename__ = "indep_history_upload"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    uploaded_by: Mapped[str] = mapped_column(sa.Text)
    loaded_by: Mapped[str | None] = mapped_column(sa.Text)
    organization: Mapped[str] = mapped_column(sa.Text)
    measure_id: Mapped[str | None] = mapped_column(sa.Text)
    file_name: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.Text)
    size: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.Text)
    only_good: Mapped[bool] = mapped_column(sa.Boolean)
    attempts: Mapped[int] = mapped_column(sa.Integer)
    rows: Mapped[int] = mapped_column(sa.Integer)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    uploaded_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('to_check', 'checking', 'checked', 'refused', 'to_load', 'loading',"
            " 'loaded', 'broken', 'expired')",
            name="state",
        ),
        sa.Index("ix_indep_history_upload_organization", "organization", "uploaded_at"),
    )
