"""The checklist: the steward's answers to the policy's questions, and what reviewers say to them.

Each saving is a row; the last one counts. At submission the steward's answers are written once
more, bound to the revision, so that reviewers read what was said about exactly that. A change
of what is public begins with the answers that were given for it before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import ColumnElement, select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import (
    audit,
    policies,
    requests,
    states,
)
from ckanext.indep.governance.approving import scanned
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.drafting import workspace
from ckanext.indep.governance.model import ChangeRequest, Checklist
from ckanext.indep.governance.policy import Policy, Question
from ckanext.indep.governance.states import State

__all__ = [
    "REVIEW",
    "STEWARD",
    "Draft",
    "add",
    "add_scan_answer",
    "assess_again",
    "bind",
    "draft",
    "of",
    "save",
    "unanswered",
]

STEWARD, REVIEW = "steward", "review"


@dataclass(frozen=True)
class Draft:
    """The steward's answers as they are now (question id → answer), and the mitigation."""

    answers: dict[str, str]
    mitigation: str


def draft(request: ChangeRequest) -> Draft:
    """Return the steward's answers so far: to this request, else to the last one on this data.

    Answers to questions that the policy in force does not ask, or not so, are left out.
    """
    _version, policy = policies.in_force()
    last = _last(Checklist.request_id == request.id) or _last(
        Checklist.request_id.in_(
            select(ChangeRequest.id).where(
                ChangeRequest.live_id == request.live_id,
                ChangeRequest.state == State.RELEASED.value,
            )
        )
    )
    if not last:
        return Draft({}, "")
    asked = {question.id: question for question in policy.checklist}
    fitting = {k: v for k, v in last.answers.items() if k in asked and _fits(asked[k], v)}
    return Draft(fitting, last.mitigation)


def save(
    request_id: str, user: ckan_model.User, answers: Mapping[str, str], mitigation: str | None
) -> None:
    """Keep the steward's answers while the request is a draft; they need not be complete."""
    request = requests.lock(request_id)
    if State(request.state) not in states.EDITABLE:
        raise ConflictError(
            f"This request is {states.words(request.state)}: its answers are frozen."
        )
    add(request, user, answers, mitigation)
    workspace.add_contributor(request, user.id)
    ckan_model.Session.commit()


def add(
    request: ChangeRequest,
    user: ckan_model.User,
    answers: Mapping[str, str],
    mitigation: str | None,
) -> None:
    """Add answers to those there are, in the caller's transaction; an empty one takes one back.

    Raises ValidationError where one answers no question of the policy, or not as it asks.
    """
    version, policy = policies.in_force()
    checked = _checked(policy, answers)
    before = draft(request)
    taken_back = {key for key, answer in answers.items() if not answer.strip()}
    merged = {k: v for k, v in {**before.answers, **checked}.items() if k not in taken_back}
    text = before.mitigation if mitigation is None else mitigation.strip()
    if Draft(merged, text) != before:
        _add(request, None, STEWARD, version.id, merged, text, user)


def unanswered(request: ChangeRequest) -> list[str]:
    """Return the policy's questions that the steward has not answered yet."""
    _version, policy = policies.in_force()
    given = draft(request).answers
    return [question.question for question in policy.checklist if question.id not in given]


def bind(request: ChangeRequest, revision_id: str, user: ckan_model.User) -> str:
    """Bind the answers to the revision that is being made, and return their SHA-256."""
    version, _policy = policies.in_force()
    given = draft(request)
    _add(request, revision_id, STEWARD, version.id, given.answers, given.mitigation, user)
    return content_hash([given.answers, given.mitigation])


def assess_again(
    request_id: str, user: ckan_model.User, answers: Mapping[str, str], mitigation: str
) -> None:
    """Record how a reviewer would answer, beside the steward; any of the questions."""
    request = requests.lock(request_id)
    if State(request.state) not in states.UNDER_REVIEW:
        raise ConflictError(
            f"This request is {states.words(request.state)}: it is not assessed now."
        )
    requests.check_independent(request, user)
    policy_id = request.snapshot["policy"]
    checked = _checked(policies.by_id(policy_id), answers)
    if not checked and not mitigation.strip():
        raise ConflictError("Answer at least one question.", field="checklist")
    _add(request, request.revision_id, REVIEW, policy_id, checked, mitigation.strip(), user)
    audit.append("assessed", request.id, user.id, revision=request.revision_id)
    ckan_model.Session.commit()


def add_scan_answer(
    request: ChangeRequest, user: ckan_model.User, places: Mapping[str, str], reason: str
) -> None:
    """Add what a reviewer says to the scan, in the caller's transaction.

    `places` are those of `scanned.Left`, each with the content that is there.
    """
    policy_id = request.snapshot["policy"]
    _add(request, request.revision_id, scanned.ANSWER, policy_id, dict(places), reason, user)


def of(request: ChangeRequest) -> list[Checklist]:
    """Return the answers to the present revision: the steward's, then the last of each reviewer."""
    rows = ckan_model.Session.execute(
        select(Checklist)
        .where(
            Checklist.request_id == request.id,
            Checklist.revision_id == request.revision_id,
            Checklist.kind.in_([STEWARD, REVIEW]),
        )
        .order_by(Checklist.seq)
    ).scalars()
    last = {(row.kind, row.answered_by if row.kind == REVIEW else ""): row for row in rows}
    return sorted(last.values(), key=lambda row: (row.kind == REVIEW, row.seq))


def _checked(policy: Policy, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that say something, in plain words; empty ones are left out."""
    asked = {question.id: question for question in policy.checklist}
    given = {key: str(value).strip() for key, value in answers.items() if str(value).strip()}
    errors = [
        tk._("The policy does not ask '{id}'.").format(id=key) for key in given if key not in asked
    ] + [
        tk._("'{answer}' is no answer to: {question}").format(
            answer=value, question=asked[key].question
        )
        for key, value in given.items()
        if key in asked and not _fits(asked[key], value)
    ]
    if errors:
        ckan_model.Session.rollback()
        raise tk.ValidationError({"checklist": errors})
    return given


def _fits(question: Question, answer: str) -> bool:
    return answer in question.answers if question.answers else bool(answer)


def _last(which: ColumnElement[bool]) -> Checklist | None:
    return ckan_model.Session.execute(
        select(Checklist)
        .where(which, Checklist.kind == STEWARD)
        .order_by(Checklist.seq.desc())
        .limit(1)
    ).scalar()


def _add(
    request: ChangeRequest,
    revision_id: str | None,
    kind: str,
    policy_id: int,
    answers: dict[str, str],
    mitigation: str,
    user: ckan_model.User,
) -> None:
    ckan_model.Session.add(
        Checklist(
            request_id=request.id,
            revision_id=revision_id,
            kind=kind,
            policy_id=policy_id,
            answers=answers,
            mitigation=mitigation,
            answered_by=user.id,
        )
    )
    ckan_model.Session.flush()
