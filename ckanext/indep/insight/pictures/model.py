"""The charts of the measures as PNG files."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base

__all__ = ["ChartPicture"]


class ChartPicture(Base):
    """The PNG of one chart of a measure in one language; a newer one takes its place.

    ``drawing_sha256`` is that of the SVG it was made of, so that a picture of other figures is
    never served. ``version`` is INsight's version at that time.
    """

    __tablename__ = "indep_chart_picture"

    measure_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    language: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    version: Mapped[int] = mapped_column(sa.BigInteger)
    drawing_sha256: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    made_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )
