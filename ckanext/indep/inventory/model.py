"""Tables of the inventory and of the residents' data requests.

What was said to the public, and who did what, is append-only; triggers made in the migration
refuse to change it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.indep import city_time
from ckanext.indep.db import Base

__all__ = ["Answer", "DataRequest", "Holding", "HoldingVersion", "RequestEvent", "Second", "now"]


def now() -> dt.datetime:
    """Return the present moment, in UTC, with its time zone."""
    return city_time.now()


class Holding(Base):
    """Something that a department holds, whether it is public or not.

    `source_system`, `steward`, `classification` and `internal_notes` are for staff; `version`
    grows with each change, so that two people cannot overwrite each other unseen.
    """

    __tablename__ = "indep_holding"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_org: Mapped[str] = mapped_column(Text, index=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(Text, index=True)
    planned_on: Mapped[dt.date | None] = mapped_column(Date)
    withheld_reason: Mapped[str] = mapped_column(Text, default="")
    withheld_law: Mapped[str] = mapped_column(Text, default="")
    public_note: Mapped[str] = mapped_column(Text, default="")
    package_id: Mapped[str | None] = mapped_column(Text, index=True)
    format: Mapped[str] = mapped_column(Text, default="")
    volume: Mapped[str] = mapped_column(Text, default="")
    update_frequency: Mapped[str] = mapped_column(Text, default="")
    source_system: Mapped[str] = mapped_column(Text, default="")
    steward: Mapped[str] = mapped_column(Text, default="")
    classification: Mapped[str] = mapped_column(Text, default="")
    internal_notes: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class HoldingVersion(Base):
    """A holding as it was saved, by whom and when. Never changed."""

    __tablename__ = "indep_holding_version"
    holding_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class DataRequest(Base):
    """What a resident asks for. Public once a person has accepted it, but for who asked and why.

    `mailed_answer` is the number (`Answer.seq`) of the last answer that was mailed, -1 once
    nothing more is to be mailed. `requester_name`, `requester_email` and `why` are removed
    some days after the answer.
    """

    __tablename__ = "indep_data_request"
    __table_args__ = (
        Index("ix_indep_data_request_days", "state", "answered_on", "received_on"),
        Index("ix_indep_data_request_received_at", "received_at"),
        Index("ix_indep_data_request_owner_org", "owner_org"),
        Index("ix_indep_data_request_merged_into", "merged_into"),
    )
    number: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    edited: Mapped[bool] = mapped_column(Boolean, default=False)
    wanted_format: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    requester_name: Mapped[str] = mapped_column(Text, default="")
    requester_email: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(Text, default="en")
    state: Mapped[str] = mapped_column(Text)
    owner_org: Mapped[str | None] = mapped_column(Text)
    holding_id: Mapped[int | None] = mapped_column(BigInteger)
    package_id: Mapped[str | None] = mapped_column(Text)
    change_request: Mapped[int | None] = mapped_column(Integer)
    merged_into: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[int] = mapped_column(Integer, default=0)
    received_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    received_on: Mapped[dt.date] = mapped_column(Date)
    answered_on: Mapped[dt.date | None] = mapped_column(Date)
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
    receipt_mailed: Mapped[bool] = mapped_column(Boolean, default=False)
    mailed_answer: Mapped[int] = mapped_column(BigInteger, default=0)
    mail_failures: Mapped[int] = mapped_column(Integer, default=0)


class Answer(Base):
    """What the city answered to a request, for everybody to read. Never changed."""

    __tablename__ = "indep_data_request_answer"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_number: Mapped[int] = mapped_column(Integer, index=True)
    outcome: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    package_id: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)


class Second(Base):
    """That somebody wants the same; `voter` is a hash that leads back to nobody."""

    __tablename__ = "indep_data_request_second"
    request_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    voter: Mapped[str] = mapped_column(Text, primary_key=True)


class RequestEvent(Base):
    """What happened to a request, who did it and when; never what a resident wrote."""

    __tablename__ = "indep_data_request_event"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_number: Mapped[int] = mapped_column(Integer, index=True)
    event: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), default=now)
