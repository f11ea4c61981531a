"""Mail to residents who asked: that a request came in, and what was answered.

There is no queue besides the requests themselves: what is not mailed yet can be read from them,
so a mail is neither lost nor sent for a change that was rolled back. A job is woken after each
change, and ``ckan indep tick`` does what is left.
"""

from __future__ import annotations

import logging

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.lib.mailer import MailerException
from flask_babel import force_locale
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from ckanext.indep import waking
from ckanext.indep.inventory import data_requests
from ckanext.indep.inventory.model import Answer, DataRequest
from ckanext.indep.inventory.states import RequestState

__all__ = ["send_waiting", "wake"]

log = logging.getLogger(__name__)

MOST_FAILURES = 10


def wake() -> None:
    """Have the worker send what is waiting; without Redis the next tick does it."""
    waking.wake(send_waiting, "indep mail about data requests")


def send_waiting() -> int:
    """Send all mail that is waiting; return how many were sent. Safe to run twice at once.

    One that fails is tried again by the next call, ten times in all. A portal without a sender's
    address (``smtp.mail_from``) sends none.
    """
    waking.begun(send_waiting)
    if not tk.config.get("smtp.mail_from"):
        return 0
    sent, after = 0, 0
    session = ckan_model.Session
    while True:
        session.rollback()
        request = _next(after)
        if request is None:
            return sent
        after = request.number
        sent += _send(request)
        session.commit()


def _next(after: int) -> DataRequest | None:
    """Lock the next request about which something is to be mailed."""
    root = func.coalesce(DataRequest.merged_into, DataRequest.number)
    reply = aliased(Answer)
    answered = (
        select(reply.seq)
        .where(reply.request_number == root, reply.seq > DataRequest.mailed_answer)
        .exists()
    )
    return ckan_model.Session.execute(
        select(DataRequest)
        .where(
            DataRequest.number > after,
            DataRequest.requester_email != "",
            DataRequest.state != RequestState.SPAM.value,
            DataRequest.mail_failures < MOST_FAILURES,
            or_(DataRequest.receipt_mailed.is_(False), answered),
        )
        .order_by(DataRequest.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar()


def _send(request: DataRequest) -> int:
    replies = list(
        ckan_model.Session.execute(
            select(Answer)
            .where(
                Answer.request_number == (request.merged_into or request.number),
                Answer.seq > request.mailed_answer,
            )
            .order_by(Answer.seq)
        ).scalars()
    )
    with force_locale(request.language):
        subject, body = _answered(request, replies) if replies else _received(request)
    try:
        tk.mail_recipient(
            request.requester_name or request.requester_email,
            request.requester_email,
            subject,
            body,
        )
    except (MailerException, OSError) as error:
        log.warning("mailing: request %s: %s", request.number, error)
        data_requests.mark_mailed(request, failed=True)
        return 0
    last = replies[-1].seq if replies else 0
    data_requests.mark_mailed(request, receipt=True, answer=last)
    return 1


def _received(request: DataRequest) -> tuple[str, str]:
    subject = tk._("We received your data request {number}").format(number=request.number)
    body = tk._(
        "Thank you for your request. A person will read it; then it is public at the address"
        " below, without your name and address, and we write again when it is answered."
    )
    return subject, f"{body}\n\n{_address(request.number, request.language)}\n"


def _answered(request: DataRequest, replies: list[Answer]) -> tuple[str, str]:
    subject = tk._("Your data request {number} is answered").format(number=request.number)
    closing = tk._("Your name and address will be deleted from our records in some days.")
    text = "\n\n".join(reply.text for reply in replies)
    number = request.merged_into or request.number
    return subject, f"{text}\n\n{_address(number, request.language)}\n\n{closing}\n"


def _address(number: int, language: str) -> str:
    return tk.h.url_for(
        "indep_inventory.request_read", number=number, locale=language, qualified=True
    )
