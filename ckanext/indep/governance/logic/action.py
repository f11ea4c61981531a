"""The actions that change something: everything the pages can do, for programs as well.

Each takes and gives plain dictionaries. What the workflow refuses is answered with
ValidationError (409) or NotAuthorized (403), with the state it is in and what is possible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.governance import appointments
from ckanext.indep.governance.approving.votes import Ballot as BallotKind
from ckanext.indep.governance.logic import answers, review_schema, rights, schema
from ckanext.indep.governance.model import (
    ChangeRequest,
)
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.governance.review import deciding
from ckanext.indep.governance.submission import submitting

__all__ = [
    "indep_appointment_create",
    "indep_request_changes",
    "indep_request_comment",
    "indep_request_decide",
    "indep_request_decline",
    "indep_request_open",
    "indep_request_release",
    "indep_request_submit",
    "indep_request_vote",
    "indep_request_withdraw",
]


def indep_request_open(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Open a change request on a public dataset; edit its workspace, then submit.

    :param id: id or name of the public dataset
    :returns: the request, with ``workspace_id``, the package to edit
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_open", context, data)
    package = rights.package_of(context, data["id"])
    return answers.request_dict(
        answers.answer(lambda: submitting.open_edit(package.id, answers.user_of(context)))
    )


def indep_request_submit(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Freeze the workspace and hand the request to the data owner.

    :param id: id of the request
    :param checklist: answers, id of each question → answer, besides those that were saved
    :param mitigation: what was done so that nobody is harmed; optional
    """
    data = answers.validated(review_schema.submission(), context, data_dict)
    tk.check_access("indep_request_submit", context, data)
    return answers.request_dict(
        answers.answer(
            lambda: submitting.submit(
                data["id"], answers.user_of(context), data["checklist"], data.get("mitigation")
            )
        )
    )


def indep_request_decide(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Approve a request as data owner.

    :param id: id of the request
    :param revision_id: the revision that was read
    :param reason: optional
    """
    data = answers.validated(schema.decision(), context, data_dict)
    tk.check_access("indep_request_decide", context, data)
    return answers.request_dict(
        answers.answer(
            lambda: deciding.decide(
                data["id"], answers.user_of(context), data["revision_id"], data["reason"]
            )
        )
    )


def indep_request_vote(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Vote as a member of the committee; the vote that decides also releases.

    :param id: id of the request
    :param revision_id: the revision that was read
    :param ballot: ``for``, ``against``, ``abstain`` or ``recuse`` (which needs a reason)
    :param reason: optional otherwise
    :param on_behalf_of: name or id of the member who delegated his or her vote to the caller
    """
    data = answers.validated(schema.vote(), context, data_dict)
    tk.check_access("indep_request_vote", context, data)
    actor = answers.user_of(context)
    voter = ckan_model.User.get(data["on_behalf_of"]) if data.get("on_behalf_of") else actor
    if voter is None:
        raise tk.ValidationError({"on_behalf_of": [tk._("There is no such user.")]})
    return answers.request_dict(
        answers.answer(
            lambda: deciding.vote(
                data["id"],
                voter,
                data["revision_id"],
                BallotKind(data["ballot"]),
                data["reason"],
                cast_by=actor if voter.id != actor.id else None,
            )
        )
    )


def indep_request_changes(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send a request back for changes, or take back one's own.

    :param id: id of the request
    :param reason: what has to change
    """
    return _with_reason("indep_request_changes", deciding.request_changes, context, data_dict)


def indep_request_decline(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Decline a request as data owner.

    :param id: id of the request
    :param reason: why
    """
    return _with_reason("indep_request_decline", deciding.decline, context, data_dict)


def indep_request_withdraw(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """End a request without releasing it; its workspace is removed.

    :param id: id of the request
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_withdraw", context, data)
    return answers.request_dict(
        answers.answer(lambda: deciding.withdraw(data["id"], answers.user_of(context)))
    )


def indep_request_comment(context: Any, data_dict: dict[str, Any]) -> None:
    """Add a remark to a request's discussion.

    :param id: id of the request
    :param reason: the remark
    """
    data = answers.validated(schema.reason(), context, data_dict)
    tk.check_access("indep_request_comment", context, data)
    if not data["reason"].strip():
        raise tk.ValidationError({"reason": [tk._("Write something first.")]})
    answers.answer(
        lambda: deciding.comment(data["id"], answers.user_of(context), data["reason"].strip())
    )


def indep_request_release(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Release an approved request whose release did not happen with the last vote.

    :param id: id of the request
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_release", context, data)
    return answers.request_dict(
        answers.answer(lambda: releasing.release_approved(data["id"], answers.user_of(context)))
    )


def indep_appointment_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Appoint somebody to an office of the committee.

    :param user: name or id
    :param office: chair, member, secretary, privacy_reviewer, records_custodian or auditor
    :param starts_on: ISO date, today by default
    :param ends_on: ISO date, open by default
    """
    data = answers.validated(schema.appointment(), context, data_dict)
    tk.check_access("indep_appointment_create", context, data)
    user = ckan_model.User.get(data["user"])
    if user is None or user.state != "active":
        raise tk.ValidationError({"user": [tk._("There is no such user.")]})
    starts_on = answers.date_of(data, "starts_on") or city_time.today()
    ends_on = answers.date_of(data, "ends_on")
    actor = ckan_model.User.get(context.get("user"))
    row = answers.answer(
        lambda: appointments.appoint(
            user.id, data["office"], starts_on, ends_on, actor.id if actor else ""
        )
    )
    return {"id": row.id, "user": user.name, "office": row.office}


def _with_reason(
    name: str, function: Callable[..., ChangeRequest], context: Any, data_dict: dict[str, Any]
) -> dict[str, Any]:
    data = answers.validated(schema.reason(), context, data_dict)
    tk.check_access(name, context, data)
    return answers.request_dict(
        answers.answer(lambda: function(data["id"], answers.user_of(context), data["reason"]))
    )
