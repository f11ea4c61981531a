"""Tables of the portal itself, which belong to no domain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Text
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["EndedSession"]


class EndedSession(Base):
    """A session that somebody signed out of: its cookie is worth nothing, wherever it is.

    The row is needed for as long as the cookie would otherwise have been good.
    """

    __tablename__ = "indep_ended_session"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
