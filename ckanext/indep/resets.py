"""Mails with links for a new password, which tell nobody who has an account.

CKAN says on its page that a mail could not be sent, which only happens where there is an account to
send it to.
"""

from __future__ import annotations

import logging
from typing import Any

from ckan.lib import mailer

__all__ = ["notify"]

log = logging.getLogger(__name__)

TOPIC = "request_password_reset"
"""What CKAN calls the wish for such a link when it tells plugins of it."""


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
