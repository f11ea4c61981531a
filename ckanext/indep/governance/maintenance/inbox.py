"""Reading the inbox, and how its owner wants it by mail."""

from __future__ import annotations

from collections.abc import Collection

import ckan.model as ckan_model
from sqlalchemy import func, select, update

from ckanext.indep.governance.maintenance.model import MailPreference, Message
from ckanext.indep.governance.model import now
from ckanext.indep.governance.notifications import AT_ONCE

__all__ = ["mail_preference", "mark_read", "messages", "set_mail_preference", "unread"]

LONGEST = 200


def messages(user_id: str) -> list[Message]:
    """Return somebody's latest messages, newest first."""
    query = select(Message).where(Message.user_id == user_id)
    return list(
        ckan_model.Session.execute(query.order_by(Message.seq.desc()).limit(LONGEST)).scalars()
    )


def unread(user_id: str) -> int:
    """Return how many messages somebody has not read."""
    return ckan_model.Session.execute(
        select(func.count()).where(Message.user_id == user_id, Message.read_at.is_(None))
    ).scalar_one()


def mark_read(user_id: str, seqs: Collection[int] | None = None) -> int:
    """Note that somebody has read these messages of his or her own, or all; commits."""
    statement = (
        update(Message)
        .where(Message.user_id == user_id, Message.read_at.is_(None))
        .values(read_at=now())
    )
    if seqs is not None:
        statement = statement.where(Message.seq.in_(seqs))
    done = ckan_model.Session.connection().execute(statement).rowcount
    ckan_model.Session.commit()
    return done


def mail_preference(user_id: str) -> str:
    """Return how somebody wants the inbox by mail; at once where nothing was chosen."""
    chosen = ckan_model.Session.get(MailPreference, user_id)
    return chosen.mail if chosen else AT_ONCE


def set_mail_preference(user_id: str, mail: str) -> None:
    """Note how somebody wants the inbox by mail, one of ``notifications.MAIL``; commits."""
    session = ckan_model.Session
    session.merge(MailPreference(user_id=user_id, mail=mail))
    session.commit()
