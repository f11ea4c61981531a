"""Messages about requests: short, with a link, and never with content of a draft."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.indep.governance import outbox
from ckanext.indep.governance.model import ChangeRequest

__all__ = ["MESSAGES", "render", "tell"]

MESSAGES = {
    "submitted": "A request waits for your review as data owner",
    "in_review": "A request waits for the committee's vote",
    "changes_requested": "Changes are requested",
    "declined": "Your request was declined",
    "withdrawn": "A request was withdrawn",
    "released": "Your request is released",
    "stale": "Your request has to be renewed: the public version changed meanwhile",
    "taken_down": "A dataset was taken down and waits for ratification",
}


def tell(user_ids: set[str], message: str, request: ChangeRequest) -> None:
    """Put a message to each user in the outbox, in the caller's transaction."""
    for user_id in sorted(user_ids):
        outbox.add("mail", user_id=user_id, message=message, number=request.number)


def render(message: str, number: int) -> tuple[str, str]:
    """Return subject and body of a message about the request with this number."""
    url = tk.h.url_for("indep_governance.request_read", number=number, qualified=True)
    sentence = MESSAGES[message]
    return f"{sentence} (request {number})", f"{sentence}.\n\n{url}\n"
