"""Sessions that end when they should: at sign-out, and when the account's password changes.

CKAN's session is a signed cookie. Deleting it in one browser leaves every copy of it good, so
each session has an id that sign-out puts on a list, and a mark of the password it was begun
with. Both are looked up when a request comes with a session of an account, and only then:
who is not signed in has no session and costs nothing. A session without them, such as one
that a remember-me cookie would begin, is none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.common import request, session
from ckan.types import CKANApp, SignalMapping
from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ckanext.indep.model import EndedSession

__all__ = ["install", "subscriptions"]

ID = "indep_session"
MARK = "indep_password_mark"
ACCOUNT = "_user_id"
"""Where Flask-Login keeps the id of the account in the session."""
SPARE = dt.timedelta(days=1)


def install(app: CKANApp) -> None:
    """Look at the session before anything else asks who it is that comes."""
    app.before_request_funcs.setdefault(None, []).insert(0, _end_if_over)


def subscriptions() -> SignalMapping:
    """Signals and their receivers, for `ISignal`."""
    return {tk.signals.user_logged_in: [_begin], tk.signals.user_logged_out: [_end]}


def _begin(_app: Any, user: ckan_model.User, **_more: Any) -> None:
    session[ID] = secrets.token_urlsafe(16)
    session[MARK] = _mark(user.password)


def _end(_app: Any, **_more: Any) -> None:
    """Put the session on the list, in a transaction of its own, and forget old entries."""
    ended = session.pop(ID, None)
    session.pop(MARK, None)
    if not ended:
        return
    now = dt.datetime.now(dt.timezone.utc)
    forgotten = now - current_app.permanent_session_lifetime - SPARE
    with Session(ckan_model.Session.get_bind()) as own:
        own.execute(delete(EndedSession).where(EndedSession.ended_at < forgotten))
        own.merge(EndedSession(id=ended, ended_at=now))
        own.commit()


def _end_if_over() -> None:
    if ACCOUNT in session and not _holds():
        session.clear()
    if current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token") in request.cookies:
        # Flask-Login's word for "do not sign in by this cookie, and delete it".
        session["_remember"] = "clear"


def _holds() -> bool:
    if not isinstance(session.get(ID), str) or not isinstance(session.get(MARK), str):
        return False
    user = ckan_model.user_table.c
    with Session(ckan_model.Session.get_bind()) as own:
        found = own.execute(
            select(user.password, EndedSession.id)
            .select_from(ckan_model.user_table)
            .outerjoin(EndedSession, EndedSession.id == session[ID])
            .where(user.id == session[ACCOUNT], user.state == "active")
        ).first()
    if found is None or found[1] is not None:
        return False
    return hmac.compare_digest(session[MARK], _mark(found[0]))


def _mark(password: str | None) -> str:
    """Return what changes with the stored password and does not tell it."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, (password or "").encode(), hashlib.sha256).hexdigest()
