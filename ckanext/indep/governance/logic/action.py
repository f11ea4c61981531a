"""The actions of governance: everything the pages can do, for programs as well.

Each takes and gives plain dictionaries. What the workflow refuses is answered with
ValidationError (409) or NotAuthorized (403), with the state it is in and what is possible.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import func, or_, select

from ckanext.indep.errors import IndepError, RefusedError
from ckanext.indep.governance import appointments, diff, permissions, policies, service
from ckanext.indep.governance.logic import schema
from ckanext.indep.governance.model import (
    Ballot,
    ChangeRequest,
    Comment,
    Contributor,
    Revision,
)
from ckanext.indep.governance.states import EDITABLE, OPEN, State
from ckanext.indep.governance.votes import Ballot as BallotKind

__all__ = [
    "indep_appointment_create",
    "indep_policy_show",
    "indep_publication_history",
    "indep_request_changes",
    "indep_request_comment",
    "indep_request_decide",
    "indep_request_decline",
    "indep_request_list",
    "indep_request_open",
    "indep_request_release",
    "indep_request_show",
    "indep_request_submit",
    "indep_request_vote",
    "indep_request_withdraw",
    "indep_take_down",
]

T = TypeVar("T")


@tk.side_effect_free
def indep_policy_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the open data policy in force.

    :returns: ``version``, ``sha256``, ``loaded_at`` and ``content``, the policy as data
    """
    tk.check_access("indep_policy_show", context, data_dict)
    version, _policy = _answer(policies.in_force)
    return {
        "version": version.id,
        "sha256": version.sha256,
        "loaded_at": version.loaded_at.isoformat(),
        "content": version.content,
    }


@tk.side_effect_free
def indep_publication_history(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the releases of a public dataset or measure, newest first.

    :param id: id or name of the dataset
    :returns: list of ``request``, ``released_at``, ``version``, ``sha256``
    """
    data = _validated(schema.request_id(), context, data_dict)
    package = ckan_model.Package.get(data["id"])
    if package is None:
        raise tk.ObjectNotFound()
    tk.check_access("indep_publication_history", context, {"id": package.id})
    rows = ckan_model.Session.execute(
        select(ChangeRequest.number, ChangeRequest.changed_at, Revision.content_hash)
        .join(Revision, Revision.id == ChangeRequest.revision_id)
        .where(
            ChangeRequest.live_id == package.id,
            ChangeRequest.state == State.RELEASED.value,
        )
        .order_by(ChangeRequest.changed_at)
    ).all()
    return [
        {
            "version": version,
            "request": row.number,
            "released_at": row.changed_at.isoformat(),
            "sha256": row.content_hash,
        }
        for version, row in reversed(list(enumerate(rows, start=1)))
    ]


def indep_request_open(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Open a change request on a public dataset; edit its workspace, then submit.

    :param id: id or name of the public dataset
    :returns: the request, with ``workspace_id``, the package to edit
    """
    data = _validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_open", context, data)
    package = ckan_model.Package.get(data["id"])
    assert package, "checked by the auth function"
    return _request_dict(_answer(lambda: service.open_edit(package.id, _user(context))))


@tk.side_effect_free
def indep_request_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return change requests that the caller may see, newest first.

    :param which: ``mine`` (worked on by me), ``to_decide`` (waiting for my decision) or
        ``all`` that I may see and that have not ended (default)
    """
    data = _validated(schema.listing(), context, data_dict)
    tk.check_access("indep_request_list", context, data)
    user = _user(context)
    which = data.get("which") or "all"
    owned = permissions.departments(user.id, "admin")
    held = permissions.offices(user.id)
    own = select(Contributor.request_id).where(Contributor.user_id == user.id)
    query = select(ChangeRequest).order_by(ChangeRequest.changed_at.desc()).limit(200)
    if which == "mine":
        query = query.where(ChangeRequest.id.in_(own))
    elif which == "to_decide":
        stage = ChangeRequest.snapshot["stage"].astext
        committee = ChangeRequest.snapshot["electorate"].contains([user.id])
        voted = select(Ballot.request_id).where(
            Ballot.user_id == user.id, Ballot.revision_id == ChangeRequest.revision_id
        )
        query = query.where(
            ChangeRequest.id.not_in(own),
            ChangeRequest.id.not_in(voted),
            or_(
                (ChangeRequest.state == State.SUBMITTED.value)
                & (stage == "data_owner")
                & ChangeRequest.owner_org.in_(owned),
                (ChangeRequest.state == State.IN_REVIEW.value)
                & (stage == "committee")
                & committee
                & bool(held & permissions.VOTING_OFFICES),
            ),
        )
    else:
        query = query.where(ChangeRequest.state.in_(OPEN))
        if not user.sysadmin:
            reviewer = bool(held & permissions.REVIEWING_OFFICES)
            query = query.where(
                or_(
                    ChangeRequest.id.in_(own),
                    ChangeRequest.owner_org.in_(owned),
                    ChangeRequest.state.not_in(EDITABLE) & reviewer,
                )
            )
    return [_request_dict(row) for row in ckan_model.Session.execute(query).scalars()]


@tk.side_effect_free
def indep_request_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one request with its revision, what it changes, its votes and its discussion.

    :param id: id of the request
    """
    data = _validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_show", context, data)
    session = ckan_model.Session
    request = session.get(ChangeRequest, data["id"])
    assert request, "checked by the auth function"
    result = _request_dict(request)
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
    result["contributors"] = sorted(_names(service.contributors(request.id)))
    result["tally"] = None
    if request.snapshot.get("electorate") is not None:
        tally = service.tally_of(request)
        result["tally"] = {
            "for": tally.for_,
            "against": tally.against,
            "abstain": tally.abstain,
            "recused": tally.recused,
            "missing": tally.missing,
            "quorum": tally.quorum,
            "outcome": tally.outcome.value,
        }
    result["ballots"] = _ballot_list(request)
    result["comments"] = [
        {"user": name, "text": row.text, "written_at": row.written_at.isoformat()}
        for row, name in session.execute(
            select(Comment, _display_name())
            .join(ckan_model.User, ckan_model.User.id == Comment.user_id)
            .where(Comment.request_id == request.id)
            .order_by(Comment.seq)
        )
    ]
    return result


def indep_request_submit(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Freeze the workspace and hand the request to the data owner.

    :param id: id of the request
    """
    data = _validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_submit", context, data)
    return _request_dict(_answer(lambda: service.submit(data["id"], _user(context))))


def indep_request_decide(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Approve a request as data owner.

    :param id: id of the request
    :param revision_id: the revision that was read
    :param reason: optional
    """
    data = _validated(schema.decision(), context, data_dict)
    tk.check_access("indep_request_decide", context, data)
    return _request_dict(
        _answer(
            lambda: service.decide(data["id"], _user(context), data["revision_id"], data["reason"])
        )
    )


def indep_request_vote(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Vote as a member of the committee; the vote that decides also releases.

    :param id: id of the request
    :param revision_id: the revision that was read
    :param ballot: ``for``, ``against``, ``abstain`` or ``recuse`` (which needs a reason)
    :param reason: optional otherwise
    """
    data = _validated(schema.vote(), context, data_dict)
    tk.check_access("indep_request_vote", context, data)
    return _request_dict(
        _answer(
            lambda: service.vote(
                data["id"],
                _user(context),
                data["revision_id"],
                BallotKind(data["ballot"]),
                data["reason"],
            )
        )
    )


def indep_request_changes(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send a request back for changes, or take back one's own.

    :param id: id of the request
    :param reason: what has to change
    """
    return _with_reason("indep_request_changes", service.request_changes, context, data_dict)


def indep_request_decline(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Decline a request as data owner.

    :param id: id of the request
    :param reason: why
    """
    return _with_reason("indep_request_decline", service.decline, context, data_dict)


def indep_request_withdraw(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """End a request without releasing it; its workspace is removed.

    :param id: id of the request
    """
    data = _validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_withdraw", context, data)
    return _request_dict(_answer(lambda: service.withdraw(data["id"], _user(context))))


def indep_request_comment(context: Any, data_dict: dict[str, Any]) -> None:
    """Add a remark to a request's discussion.

    :param id: id of the request
    :param reason: the remark
    """
    data = _validated(schema.reason(), context, data_dict)
    tk.check_access("indep_request_comment", context, data)
    if not data["reason"].strip():
        raise tk.ValidationError({"reason": [tk._("Write something first.")]})
    _answer(lambda: service.comment(data["id"], _user(context), data["reason"].strip()))


def indep_request_release(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Release an approved request whose release did not happen with the last vote.

    :param id: id of the request
    """
    data = _validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_release", context, data)
    return _request_dict(_answer(lambda: service.release_approved(data["id"], _user(context))))


def indep_take_down(context: Any, data_dict: dict[str, Any]) -> None:
    """Hide something public at once; nothing of it is deleted.

    :param id: id or name of the dataset
    :param reason: why
    """
    data = _validated(schema.reason(), context, data_dict)
    tk.check_access("indep_take_down", context, data)
    package = ckan_model.Package.get(data["id"])
    assert package, "checked by the auth function"
    _answer(lambda: service.take_down(package.id, _user(context), data["reason"]))


def indep_appointment_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Appoint somebody to an office of the committee.

    :param user: name or id
    :param office: chair, member, secretary, privacy_reviewer or auditor
    :param starts_on: ISO date, today by default
    :param ends_on: ISO date, open by default
    """
    data = _validated(schema.appointment(), context, data_dict)
    tk.check_access("indep_appointment_create", context, data)
    user = ckan_model.User.get(data["user"])
    if user is None or user.state != "active":
        raise tk.ValidationError({"user": [tk._("There is no such user.")]})
    row = appointments.appoint(
        user.id,
        data["office"],
        _date(data, "starts_on") or dt.date.today(),
        _date(data, "ends_on"),
        context.get("user") or "",
    )
    return {"id": row.id, "user": user.name, "office": row.office}


def _with_reason(
    name: str, function: Callable[..., ChangeRequest], context: Any, data_dict: dict[str, Any]
) -> dict[str, Any]:
    data = _validated(schema.reason(), context, data_dict)
    tk.check_access(name, context, data)
    return _request_dict(_answer(lambda: function(data["id"], _user(context), data["reason"])))


def _answer(function: Callable[[], T]) -> T:
    """Call the service; say its refusals in CKAN's words, with nothing left half done."""
    try:
        return function()
    except RefusedError as error:
        ckan_model.Session.rollback()
        raise tk.NotAuthorized(error.message) from error
    except IndepError as error:
        ckan_model.Session.rollback()
        raise tk.ValidationError(
            {str(error.facts.get("field", "state")): [error.message]}
        ) from error


def _validated(rules: Any, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    data, errors = tk.navl_validate(dict(data_dict), rules, context)
    if errors:
        raise tk.ValidationError(errors)
    return data


def _user(context: Any) -> ckan_model.User:
    user = ckan_model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Sign in first."))
    return user


def _date(data: dict[str, Any], key: str) -> dt.date | None:
    if not data.get(key):
        return None
    try:
        return dt.date.fromisoformat(data[key])
    except ValueError as error:
        raise tk.ValidationError({key: [tk._("Write the date as 2026-07-01.")]}) from error


def _request_dict(request: ChangeRequest) -> dict[str, Any]:
    group = ckan_model.Session.get(ckan_model.Group, request.owner_org)
    return {
        "id": request.id,
        "number": request.number,
        "kind": request.kind,
        "type": request.package_type,
        "title": request.title,
        "state": request.state,
        "stage": request.snapshot.get("stage"),
        "lane": request.snapshot.get("lane"),
        "stages": request.snapshot.get("stages"),
        "department": group.title if group else "",
        "owner_org": request.owner_org,
        "live_id": request.live_id,
        "name": request.slug,
        "workspace_id": request.workspace_id,
        "revision_id": request.revision_id,
        "opened_at": request.opened_at.isoformat(),
        "changed_at": request.changed_at.isoformat(),
    }


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
        select(Ballot, _display_name())
        .join(ckan_model.User, ckan_model.User.id == Ballot.user_id)
        .where(Ballot.request_id == request.id)
        .order_by(Ballot.seq)
    )
    return [
        {
            "user": name,
            "stage": row.stage,
            "ballot": row.ballot,
            "reason": row.reason,
            "revision_id": row.revision_id,
            "cast_at": row.cast_at.isoformat(),
        }
        for row, name in rows
    ]


def _names(user_ids: set[str]) -> list[str]:
    return list(
        ckan_model.Session.execute(
            select(_display_name()).where(ckan_model.User.id.in_(user_ids))
        ).scalars()
    )


def _display_name() -> Any:
    return func.coalesce(func.nullif(ckan_model.User.fullname, ""), ckan_model.User.name)
