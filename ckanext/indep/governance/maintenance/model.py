"""Tables of maintenance: attestations, reminders, the inbox and how people want their mail."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, DateTime, Identity, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep.db import Base
from ckanext.indep.governance.model import now

__all__ = ["Attestation", "MailPreference", "Message", "Reminder"]

MOMENT = DateTime(timezone=True)


class Attestation(Base):
    """Somebody looked at released data and said that it is still right. Never changed."""

    __tablename__ = "indep_attestation"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    package_id: Mapped[str] = mapped_column(Text, index=True)
    revision_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    attested_at: Mapped[dt.datetime] = mapped_column(MOMENT, default=now)


class Reminder(Base):
    """That somebody was reminded of this, for this period: so nobody is reminded twice."""

    __tablename__ = "indep_reminder"
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    sent_at: Mapped[dt.datetime] = mapped_column(MOMENT, default=now)


class Message(Base):
    """One line of somebody's inbox. It names what it is about and holds nothing of its content.

    A message of another domain (``events.notice``) brings its own sentence and page.
    """

    __tablename__ = "indep_message"
    __table_args__ = (
        Index("ix_indep_message_inbox", "user_id", "seq"),
        Index("ix_indep_message_unmailed", "user_id", postgresql_where=text("mailed_at IS NULL")),
    )
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    request_number: Mapped[int | None] = mapped_column(Integer)
    package_id: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[dt.datetime] = mapped_column(MOMENT, default=now)
    read_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    mailed_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)


class MailPreference(Base):
    """How somebody wants the inbox by mail: at_once, daily, weekly or never."""

    __tablename__ = "indep_mail_preference"
    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    mail: Mapped[str] = mapped_column(Text)
