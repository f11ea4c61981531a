"""Links for a new password, which tell nobody who has an account.

CKAN answers 404 where there is no account and 403 where there is one and the key is wrong. And it
says that a mail could not be sent, which only happens where there is an account to send it to.
"""

from __future__ import annotations

import logging
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.lib import mailer
from ckan.types import CKANApp

__all__ = ["install", "notify"]

log = logging.getLogger(__name__)

TOPIC = "request_password_reset"
"""What CKAN calls the wish for such a link when it tells plugins of it."""
PAGE = "user.perform_reset"


def install(app: CKANApp) -> None:
    """Have `app` give one answer to all links that lead to no new password."""
    app.before_request_funcs.setdefault(None, []).append(_refuse_useless)


def notify(topic: str, details: dict[str, Any]) -> bool:
    """Mail a link if `topic` is that somebody wants one, and return whether it was.

    What goes wrong with the mail is for the log, as the page would tell of the account.
    """
    if topic != TOPIC:
        return False
    user = details["user"]
    try:
        mailer.send_reset_link(user)
    except mailer.MailerException:
        log.exception("The link for a new password of %s was not sent", user.name)
    return True


def _refuse_useless() -> None:
    if tk.request.endpoint != PAGE:
        return
    user = ckan_model.User.get((tk.request.view_args or {})["id"])
    if user is None or not mailer.verify_reset_link(user, tk.request.args.get("key")):
        tk.abort(400, tk._("This link is not valid any more. Ask for a new one where you sign in."))
