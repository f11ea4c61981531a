"""The actions of release and its way back: schedule, roll back, retire, ratify."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance.approving.votes import Ballot as BallotKind
from ckanext.indep.governance.emergency import (
    break_glass,
    ratifying,
    rolling_back,
    taking_down,
)
from ckanext.indep.governance.logic import answers, release_schema, rights, schema
from ckanext.indep.governance.logic.release_reading import ratification_dict
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.publishing import releasing, retiring, scheduling
from ckanext.indep.governance.submission import submitting

__all__ = [
    "indep_break_glass",
    "indep_ratification_vote",
    "indep_request_schedule",
    "indep_request_unschedule",
    "indep_retire",
    "indep_roll_back",
    "indep_take_down",
]


def indep_request_schedule(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say when an open request is to be released, once it is approved.

    :param id: id of the request
    :param release_on: ISO date, or date with time; the city's time unless it has an offset
    """
    data = answers.validated(release_schema.schedule(), context, data_dict)
    tk.check_access("indep_request_schedule", context, data)
    return answers.request_dict(
        answers.answer(
            lambda: scheduling.schedule(data["id"], answers.user_of(context), data["release_on"])
        )
    )


def indep_request_unschedule(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Forget the day of release; what is approved is released now, unless under embargo.

    :param id: id of the request
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_unschedule", context, data)
    user = answers.user_of(context)
    approved = answers.answer(lambda: scheduling.unschedule(data["id"], user))
    if approved:
        answers.answer(lambda: releasing.release_approved(data["id"], user))
    request = ckan_model.Session.get(ChangeRequest, data["id"])
    assert request, "requests are never deleted"
    return answers.request_dict(request)


def indep_roll_back(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Propose to go back to an earlier release; its content, files and tables are submitted.

    :param id: id or name of the dataset
    :param version: the number of the release, as ``indep_publication_history`` gives it
    :param reason: why
    :returns: the request, submitted, or a draft while a table is read from its file again
    """
    data = answers.validated(release_schema.roll_back(), context, data_dict)
    tk.check_access("indep_roll_back", context, data)
    package = rights.package_of(context, data["id"])
    return answers.request_dict(
        answers.answer(
            lambda: rolling_back.propose(
                package.id, data["version"], answers.user_of(context), data["reason"]
            )
        )
    )


def indep_retire(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Propose to retire a dataset: it leaves the portal, and its page says why.

    :param id: id or name of the dataset
    :param reason: why; everyone will read it
    :returns: the request, submitted
    """
    data = answers.validated(schema.reason(), context, data_dict)
    tk.check_access("indep_retire", context, data)
    package = rights.package_of(context, data["id"])
    user = answers.user_of(context)
    request = answers.answer(lambda: retiring.open_request(package.id, user, data["reason"]))
    return answers.request_dict(answers.answer(lambda: submitting.submit(request.id, user)))


def indep_take_down(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Hide something released at once; nothing of it is deleted. The committee ratifies it.

    :param id: id or name of the dataset
    :param reason: why
    :returns: the ratification that is asked for
    """
    data = answers.validated(schema.reason(), context, data_dict)
    tk.check_access("indep_take_down", context, data)
    package = rights.package_of(context, data["id"])
    return ratification_dict(
        answers.answer(
            lambda: taking_down.take_down(package.id, answers.user_of(context), data["reason"])
        )
    )


def indep_break_glass(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Release what is under review without the approvals it lacks; the committee ratifies it.

    :param id: id of the request
    :param reason: why it cannot wait, in at least 20 letters
    """
    data = answers.validated(schema.reason(), context, data_dict)
    tk.check_access("indep_break_glass", context, data)
    return answers.request_dict(
        answers.answer(
            lambda: break_glass.release_now(data["id"], answers.user_of(context), data["reason"])
        )
    )


def indep_ratification_vote(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Vote on what one person did at once: for keeps it, against undoes it.

    :param id: id of the ratification
    :param ballot: ``for``, ``against``, ``abstain`` or ``recuse`` (which needs a reason)
    :param reason: optional otherwise
    """
    data = answers.validated(release_schema.ratification_vote(), context, data_dict)
    tk.check_access("indep_ratification_vote", context, data)
    return ratification_dict(
        answers.answer(
            lambda: ratifying.vote(
                data["id"],
                answers.user_of(context),
                BallotKind(data["ballot"]),
                data["reason"],
            )
        )
    )
