"""What is read of a review beside the votes: conditions, answers, and what the reader may do."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import (
    names,
    permissions,
    policies,
    requests,
    states,
)
from ckanext.indep.governance.approving import conditions, scanned
from ckanext.indep.governance.logic import answers, review_schema, rights
from ckanext.indep.governance.model import ChangeRequest, Checklist, Revision
from ckanext.indep.governance.review import assigning, delegations
from ckanext.indep.governance.states import State
from ckanext.indep.governance.submission import benefit_risk, checklist, scanning

__all__ = ["indep_condition_list"]


@tk.side_effect_free
def indep_condition_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the conditions of a request, or those with a day that are still to be met.

    :param id: id of the request; without it the open ones with a day are listed, the earliest
        first: a department's own, and all of them for reviewers
    """
    data = answers.validated(review_schema.conditions(), context, data_dict)
    tk.check_access("indep_condition_list", context, data)
    if data.get("id"):
        return _conditions(rights.request_of(data["id"]))
    user = answers.user_of(context)
    own = permissions.departments(user.id, "admin", "editor")
    sees_all = bool(permissions.offices(user.id) & permissions.REVIEWING_OFFICES)
    return [
        {
            "id": condition.id,
            "text": condition.text,
            "due_on": condition.due_on.isoformat() if condition.due_on else None,
            "request": request.number,
            "title": request.title,
        }
        for condition, request in conditions.open_due()
        if sees_all or request.owner_org in own
    ]


def details(
    request: ChangeRequest, revision: Revision | None, user: ckan_model.User
) -> dict[str, Any]:
    """Return what a request's page shows of its review, besides votes and discussion."""
    lenders = delegations.principals(request, user.id) if request.revision_id else set()
    people = names.of_all(lenders | ({request.assigned_to} if request.assigned_to else set()))
    return {
        "conditions": _conditions(request),
        "checklist": _checklist(request),
        "scan": scanning.findings(revision) if revision else [],
        "scan_answers": _scan_answers(request),
        "scan_left": _scan_left(request, user),
        "assigned": people.get(request.assigned_to or ""),
        "reviewers": _reviewers(request),
        "escalated_at": request.escalated_at.isoformat() if request.escalated_at else None,
        "electronic_votes": request.snapshot.get("electronic_votes", True),
        "votes_for": [{"id": key, "name": people[key]} for key in sorted(lenders)],
    }


def _conditions(request: ChangeRequest) -> list[dict[str, Any]]:
    standings = conditions.of(request)
    people = names.of_all(
        {s.condition.set_by for s in standings} | {s.mark.marked_by for s in standings if s.mark}
    )
    return [
        {
            "id": s.condition.id,
            "kind": s.condition.kind,
            "text": s.condition.text,
            "due_on": s.condition.due_on.isoformat() if s.condition.due_on else None,
            "set_by": people.get(s.condition.set_by, ""),
            "set_at": s.condition.set_at.isoformat(),
            "state": s.state,
            "note": s.mark.note if s.mark else "",
            "marked_by": people.get(s.mark.marked_by, "") if s.mark else "",
            "marked_at": s.mark.marked_at.isoformat() if s.mark else None,
        }
        for s in standings
    ]


def _checklist(request: ChangeRequest) -> dict[str, Any] | None:
    """Return questions with the steward's answers, and what reviewers answered otherwise."""
    editable = State(request.state) in states.EDITABLE
    rows = [] if editable else checklist.of(request)
    own = next((row for row in rows if row.kind == checklist.STEWARD), None)
    if editable:
        try:
            version, policy = policies.in_force()
        except ConflictError:
            return None
        given = checklist.draft(request)
        said, mitigation, policy_id = given.answers, given.mitigation, version.id
    elif own:
        policy = policies.by_id(own.policy_id)
        said, mitigation, policy_id = own.answers, own.mitigation, own.policy_id
    else:
        return None
    people = names.of_all({row.answered_by for row in rows})
    return {
        "policy": policy_id,
        "questions": [
            {
                "id": question.id,
                "question": question.question,
                "help": question.help,
                "answers": list(question.answers),
                "scan": question.scan,
                "answer": said.get(question.id, ""),
            }
            for question in policy.checklist
        ],
        "mitigation": mitigation,
        "assessment": _assessment(said),
        "reviews": [_review(row, said, people) for row in rows if row.kind == checklist.REVIEW],
    }


def _review(row: Checklist, said: dict[str, str], people: dict[str, str]) -> dict[str, Any]:
    return {
        "user": people.get(row.answered_by, ""),
        "answers": row.answers,
        "mitigation": row.mitigation,
        "assessment": _assessment({**said, **row.answers}),
        "answered_at": row.answered_at.isoformat(),
    }


def _scan_answers(request: ChangeRequest) -> list[dict[str, str]]:
    rows = scanned.answers(request) if request.revision_id else []
    people = names.of_all({row.answered_by for row in rows})
    return [
        {
            "user": people.get(row.answered_by, ""),
            "reason": row.mitigation,
            "answered_at": row.answered_at.isoformat(),
        }
        for row in rows
    ]


def _scan_left(request: ChangeRequest, user: ckan_model.User) -> dict[str, Any] | None:
    """Return what of the scan keeps the request from being approved, and who can do something."""
    if State(request.state) not in states.UNDER_REVIEW | states.DECIDED:
        return None
    left = scanned.left(request)
    if not left:
        return None
    return {
        "awaited": left.awaited,
        "found": len(left.found),
        "unread": len(left.unread),
        "sentence": left.sentence(),
        "is_mine": not left.awaited
        and bool(left.found or user.id in permissions.holders("privacy_reviewer")),
    }


def _assessment(said: dict[str, str]) -> dict[str, str] | None:
    found = benefit_risk.assess(said)
    return found and {
        "benefit": found.benefit,
        "risk": found.risk,
        "recommendation": found.recommendation.value,
    }


def _reviewers(request: ChangeRequest) -> list[dict[str, str]]:
    """Return who may be asked to look first, while the request is under review."""
    if State(request.state) not in states.UNDER_REVIEW:
        return []
    able = permissions.holders(*assigning.FIRST_LOOK) - requests.contributors(request.id)
    return [
        {"id": key, "name": name}
        for key, name in sorted(names.of_all(able).items(), key=lambda pair: pair[1])
    ]
