"""The mails of the committee, sent by governance's outbox."""

from __future__ import annotations

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.committee import reading
from ckanext.indep.committee.states import MeetingState
from ckanext.indep.governance import outbox

__all__: list[str] = []


@outbox.handler
def meeting_mail(user_id: str, number: int) -> None:
    """Mail one person when and where a meeting is, or that it is not; nothing of its agenda.

    A portal without a sender's address (``smtp.mail_from``) sends no mail.
    """
    user = ckan_model.User.get(user_id)
    if not (tk.config.get("smtp.mail_from") and user and user.email and user.state == "active"):
        return
    meeting = reading.meeting(number)
    when = f"{meeting.starts_at.astimezone(city_time.ZONE):%A, %B %-d, %Y, %-I:%M %p}"
    cancelled = meeting.state == MeetingState.CANCELLED.value
    sentence = (
        f"The meeting of {when} is cancelled" if cancelled else f"The agenda of {when} is posted"
    )
    url = tk.h.url_for("indep_committee.meeting", number=number, qualified=True)
    place = "" if cancelled else f"{meeting.location} {meeting.online_url}".strip()
    body = "\n\n".join(filter(None, (f"{sentence}.", place, url)))
    tk.mail_recipient(
        user.fullname or user.name, user.email, f"{sentence} (meeting {number})", f"{body}\n"
    )
