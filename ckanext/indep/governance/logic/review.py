"""The actions of reviewers beside the vote: conditions, checklist, assignment, escalation."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance.logic import answers, review_schema, schema
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.review import assigning, conditioning, escalation, scan_answering
from ckanext.indep.governance.submission import checklist

__all__ = [
    "indep_checklist_review",
    "indep_checklist_save",
    "indep_condition_meet",
    "indep_condition_set",
    "indep_condition_withdraw",
    "indep_request_assign",
    "indep_request_escalate",
    "indep_scan_answer",
]


def indep_condition_set(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Make the approval of a request that is under review hang on a condition.

    :param id: id of the request
    :param kind: ``blocking`` (met before the release) or ``due`` (met by a day)
    :param text: what has to be done
    :param due_on: ISO date, for ``due`` only; without it the policy's number of days from now
    :returns: ``id`` of the condition
    """
    data = answers.validated(review_schema.condition(), context, data_dict)
    tk.check_access("indep_condition_set", context, data)
    due_on = answers.date_of(data, "due_on")
    row = answers.answer(
        lambda: conditioning.attach(
            data["id"], answers.user_of(context), data["text"], data["kind"], due_on
        )
    )
    return {"id": row.id}


def indep_condition_meet(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Confirm that a condition is met; the last blocking one of an approval releases.

    :param id: id of the condition
    :param note: how that was seen
    """
    return _mark("indep_condition_meet", conditioning.meet, context, data_dict)


def indep_condition_withdraw(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take one's own condition back, before the request is approved.

    :param id: id of the condition
    :param note: why it is not needed
    """
    return _mark("indep_condition_withdraw", conditioning.withdraw, context, data_dict)


def indep_checklist_save(context: Any, data_dict: dict[str, Any]) -> None:
    """Keep a steward's answers to the checklist while the request is a draft.

    :param id: id of the request
    :param checklist: id of each question → answer; those that are left out stay as they are
    :param mitigation: what was done so that nobody is harmed, in words; left out it stays as it is
    """
    data = answers.validated(review_schema.checklist(), context, data_dict)
    tk.check_access("indep_checklist_save", context, data)
    answers.answer(
        lambda: checklist.save(
            data["id"], answers.user_of(context), data["checklist"], data.get("mitigation")
        )
    )


def indep_checklist_review(context: Any, data_dict: dict[str, Any]) -> None:
    """Record, as a reviewer, how one would answer the checklist; it stands beside the steward's.

    :param id: id of the request
    :param checklist: id of each question → answer; any of them
    :param mitigation: what else should be done, in words
    """
    data = answers.validated(review_schema.checklist(), context, data_dict)
    tk.check_access("indep_checklist_review", context, data)
    answers.answer(
        lambda: checklist.assess_again(
            data["id"], answers.user_of(context), data["checklist"], data.get("mitigation") or ""
        )
    )


def indep_request_assign(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give a request to the reviewer who looks at it first.

    :param id: id of the request
    :param user: name or id of a member or privacy reviewer; empty for nobody
    """
    data = answers.validated(review_schema.assignment(), context, data_dict)
    tk.check_access("indep_request_assign", context, data)
    reviewer = ckan_model.User.get(data["user"]) if data.get("user") else None
    if data.get("user") and reviewer is None:
        raise tk.ValidationError({"user": [tk._("There is no such user.")]})
    return answers.request_dict(
        answers.answer(lambda: assigning.assign(data["id"], answers.user_of(context), reviewer))
    )


def indep_request_escalate(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Tell chair, secretary and auditor that a request does not get on.

    :param id: id of the request
    :param reason: why
    """
    data = answers.validated(schema.reason(), context, data_dict)
    tk.check_access("indep_request_escalate", context, data)
    return answers.request_dict(
        answers.answer(
            lambda: escalation.escalate(data["id"], answers.user_of(context).id, data["reason"])
        )
    )


def indep_scan_answer(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record why a revision may be released with what the scan for personal data found.

    Said by a privacy reviewer it also says that what the scan could not read was looked at.

    :param id: id of the request
    :param revision_id: the revision whose findings were read
    :param reason: why it may be released, or what was looked at by hand
    """
    data = answers.validated(schema.decision(), context, data_dict)
    tk.check_access("indep_scan_answer", context, data)
    user = answers.user_of(context)
    return answers.request_dict(
        answers.answer(
            lambda: scan_answering.answer(data["id"], user, data["revision_id"], data["reason"])
        )
    )


def _mark(name: str, function: Any, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    data = answers.validated(review_schema.mark(), context, data_dict)
    tk.check_access(name, context, data)
    request: ChangeRequest = answers.answer(
        lambda: function(data["id"], answers.user_of(context), data["note"])
    )
    return answers.request_dict(request)
