"""The actions that read: the policy, requests, and the history of releases."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance import names, policies, requests
from ckanext.indep.governance.approving import ballots
from ckanext.indep.governance.comparing import diff
from ckanext.indep.governance.logic import answers, lists, review_reading, rights, schema
from ckanext.indep.governance.model import (
    Ballot,
    ChangeRequest,
    Comment,
    Revision,
)

__all__ = [
    "indep_policy_show",
    "indep_request_list",
    "indep_request_show",
]

LONGEST = 200
"""How many requests one answer holds at most."""


@tk.side_effect_free
def indep_policy_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the open data policy in force.

    :returns: ``version``, ``sha256``, ``loaded_at`` and ``content``, the policy as data
    """
    tk.check_access("indep_policy_show", context, data_dict)
    version, _policy = answers.answer(policies.in_force)
    return {
        "version": version.id,
        "sha256": version.sha256,
        "loaded_at": version.loaded_at.isoformat(),
        "content": version.content,
    }


@tk.side_effect_free
def indep_request_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return change requests that the caller may see, newest first.

    :param which: ``mine`` (worked on by me), of these ``open`` or ``ended``, ``to_decide``
        (waiting for my decision), ``to_answer`` (for the privacy reviewer: whose scan waits for
        an answer), ``assigned`` (given to me for a first look), ``without_committee`` (released
        in the last 90 days without the committee's vote, for those who review) or ``all`` that I
        may see and that have not ended (default)
    :param start: how many to pass over, 0 by default
    :param rows: how many at most, 200 by default and at most
    """
    data = answers.validated(schema.listing(), context, data_dict)
    tk.check_access("indep_request_list", context, data)
    conditions = lists.LISTS[data.get("which") or "all"](answers.user_of(context))
    query = (
        select(ChangeRequest)
        .where(*conditions)
        .order_by(ChangeRequest.changed_at.desc(), ChangeRequest.number.desc())
        .offset(data["start"])
        .limit(min(data["rows"], LONGEST))
    )
    return [answers.request_dict(row) for row in ckan_model.Session.execute(query).scalars()]


@tk.side_effect_free
def indep_request_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one request with its revision, what it changes, its votes and its discussion.

    :param id: id of the request
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_show", context, data)
    session = ckan_model.Session
    request = rights.request_of(data["id"])
    result = answers.request_dict(request)
    revision = session.get(Revision, request.revision_id) if request.revision_id else None
    result["revision"] = revision and {
        "id": revision.id,
        "number": revision.number,
        "content": revision.content,
        "content_hash": revision.content_hash,
        "created_at": revision.created_at.isoformat(),
    }
    result["changes"] = [
        vars(c)
        for c in (diff.compare(_base_content(request), revision.content) if revision else [])
    ]
    result["contributors"] = sorted(names.of_all(requests.contributors(request.id)).values())
    result["standing"] = request.snapshot.get("standing")
    result["tally"] = None
    if request.snapshot.get("electorate") is not None:
        result["tally"] = answers.tally_dict(ballots.tally_of(request))
    result["ballots"] = _ballot_list(request)
    result["comments"] = [
        {"user": name, "text": row.text, "written_at": row.written_at.isoformat()}
        for row, name in session.execute(
            select(Comment, names.displayed())
            .join(ckan_model.User, ckan_model.User.id == Comment.user_id)
            .where(Comment.request_id == request.id)
            .order_by(Comment.seq)
        )
    ]
    result.update(review_reading.details(request, revision, answers.user_of(context)))
    return result


def _base_content(request: ChangeRequest) -> dict[str, Any] | None:
    """Return the content that the request was made from, whatever became public since."""
    if not request.base_hash:
        return None
    return ckan_model.Session.execute(
        select(Revision.content)
        .where(Revision.live_id == request.live_id, Revision.content_hash == request.base_hash)
        .limit(1)
    ).scalar()


def _ballot_list(request: ChangeRequest) -> list[dict[str, Any]]:
    rows = ckan_model.Session.execute(
        select(Ballot, names.displayed())
        .join(ckan_model.User, ckan_model.User.id == Ballot.user_id)
        .where(Ballot.request_id == request.id)
        .order_by(Ballot.seq)
    ).all()
    people = names.of_all({row.cast_by for row, _name in rows if row.cast_by})
    return [
        {
            "user": name,
            "cast_by": people.get(row.cast_by),
            "in_meeting": row.meeting_id is not None,
            "stage": row.stage,
            "ballot": row.ballot,
            "reason": row.reason,
            "revision_id": row.revision_id,
            "cast_at": row.cast_at.isoformat(),
        }
        for row, name in rows
    ]
