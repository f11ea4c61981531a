"""From a draft to a frozen revision with the data owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import (
    audiences,
    audit,
    notifications,
    outbox,
    permissions,
    policies,
    requests,
    states,
    tables,
)
from ckanext.indep.governance.approving import refreshing, scanned, standing
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.comparing import diff, table_diff
from ckanext.indep.governance.drafting import (
    freeze,
    prepared,
    rebase,
    workspace,
)
from ckanext.indep.governance.model import ChangeRequest, PolicyVersion, Publication, Revision
from ckanext.indep.governance.policy import Lane, Policy
from ckanext.indep.governance.publishing import finishing, release
from ckanext.indep.governance.states import State
from ckanext.indep.governance.submission import checklist

__all__ = ["open_edit", "submit"]


def open_edit(live_id: str, user: ckan_model.User) -> ChangeRequest:
    """Open a change request on a public package and return it, with its workspace made."""
    ckan_model.Session.rollback()
    request = workspace.open_copy(live_id, user)
    ckan_model.Session.commit()
    return request


def submit(
    request_id: str,
    user: ckan_model.User,
    answers: Mapping[str, str] | None = None,
    mitigation: str | None = None,
) -> ChangeRequest:
    """Freeze the workspace into a revision and hand it to the data owner.

    `answers` to the checklist (question id → answer) are added to those that were saved.
    Raises ValidationError with every field that is missing or wrong and every question that is
    open, and ConflictError while a file is still being read or when nothing differs from what
    is public. What a standing approval covers is released without the checklist, as soon as it
    has been scanned for personal data.
    """
    request = requests.lock(request_id)
    transition = states.check("submit", State(request.state))
    rebase.check_current(request)
    release.check_live(request)
    checklist.add(request, user, answers or {}, mitigation)
    route = _route(request, _content(request), user)
    if not route.covered:
        _check_questions(request)
    revision = _frozen(request, route.content, user)
    barred = requests.contributors(request.id)
    answers_sha256 = checklist.bind(request, revision.id, user)
    request.revision_id = revision.id
    request.escalated_at = None
    request.owner_org = str(route.content["owner_org"])
    request.title = str(route.content["title"])
    request.snapshot = _snapshot(request, route, barred)
    table_diff.ask(request, revision)
    requests.move(request, transition)
    audit.append(
        "submitted",
        request.id,
        user.id,
        revision=revision.id,
        content_hash=revision.content_hash,
        checklist_sha256=answers_sha256,
        lane=route.lane.name,
        policy=route.version.sha256,
    )
    outbox.add("scan", revision_id=revision.id)
    if route.covered:
        requests.move(request, states.check("approve", State(request.state)))
        audit.append("approved", request.id, user.id, revision=revision.id, by="standing approval")
        return finishing.finish(request, user)
    owners = permissions.staff_of(request.owner_org, "admin")
    notifications.tell(owners - barred, "submitted", request)
    ckan_model.Session.commit()
    outbox.wake()
    return request


@dataclass(frozen=True)
class _Route:
    """What is submitted, and the way that the policy in force gives it.

    Args:
        content: what is to be frozen.
        run: the refresh under a standing approval that this is, if it is one.
        covered: whether that approval lets it pass without review.
    """

    content: dict[str, Any]
    version: PolicyVersion
    policy: Policy
    lane: Lane
    run: dict[str, Any] | None
    covered: bool


def _route(request: ChangeRequest, content: dict[str, Any], user: ckan_model.User) -> _Route:
    """Compare with what is public and find the lane; raises ConflictError where nothing differs."""
    base = _shown_revision(request.live_id)
    changes = diff.compare(base.content if base else None, content)
    if not changes:
        raise ConflictError("Nothing differs from what is public, so there is nothing to submit.")
    version, policy = policies.in_force()
    _check_standing(content, policy)
    audience = audiences.of(content)
    # What only city staff could see is new to everyone else, whatever differs.
    is_new = not base or audience == audiences.PUBLIC != audiences.of(base.content)
    changed = {"*"} if is_new else diff.changed_fields(changes)
    run = refreshing.facts(request, base, content, user)
    covered = run is not None and not run["outside"]
    lane = standing.LANE if covered else policy.lane_for(changed, request.kind, audience)
    return _Route(content, version, policy, lane, run, covered)


def _frozen(request: ChangeRequest, content: dict[str, Any], user: ckan_model.User) -> Revision:
    """Add the next revision of the request; its author has worked on it, whatever came before."""
    revision = Revision(
        request_id=request.id,
        number=requests.count(Revision, request.id) + 1,
        live_id=request.live_id,
        content=content,
        content_hash=content_hash(content),
        created_by=user.id,
    )
    ckan_model.Session.add(revision)
    workspace.add_contributor(request, user.id)
    ckan_model.Session.flush()
    return revision


def _snapshot(request: ChangeRequest, route: _Route, barred: set[str]) -> dict[str, Any]:
    """The rules and the people of this moment, by which the request is decided later."""
    lane, policy = route.lane, route.policy
    electorate = sorted(permissions.voters() - barred)
    return {
        **{fact: request.snapshot[fact] for fact in prepared.FACTS if fact in request.snapshot},
        "policy": route.version.id,
        "policy_sha256": route.version.sha256,
        "lane": lane.name,
        "stages": list(lane.stages),
        "stage": next(iter(lane.stages), None),
        "standing": route.run,
        "quorum": lane.quorum or policy.quorum,
        "tie": policy.tie,
        "electronic_votes": policy.electronic_votes,
        "delegation": policy.delegation,
        # What is retired becomes public no further.
        scanned.FACT: policy.scan_before_release and request.kind != prepared.RETIRE,
        "electorate": electorate,
        "chair": next(iter(sorted(permissions.holders("chair") & set(electorate))), None),
    }


def _content(request: ChangeRequest) -> dict[str, Any]:
    """Return what is to be frozen; raises ValidationError with all that is missing."""
    if request.kind in prepared.KINDS:
        return prepared.content(request)
    errors = freeze.complete_errors(request)
    if errors:
        errors |= _open_questions(request)
        ckan_model.Session.rollback()
        raise tk.ValidationError(errors)
    _check_tables_read(request)
    return freeze.content(request)


def _check_standing(content: dict[str, Any], policy: Policy) -> None:
    """Refuse a standing approval that the policy does not allow to be asked for."""
    reasons: Any = list(standing.too_wide(content, city_time.today(), policy.refresh))
    if reasons:
        ckan_model.Session.rollback()
        raise tk.ValidationError({"refresh_by": reasons})


def _check_questions(request: ChangeRequest) -> None:
    """Refuse while a question of the checklist is open; preparations have none."""
    errors: Any = {} if request.kind in prepared.KINDS else _open_questions(request)
    if errors:
        ckan_model.Session.rollback()
        raise tk.ValidationError(errors)


def _open_questions(request: ChangeRequest) -> dict[str, list[str]]:
    questions = checklist.unanswered(request)
    sentence = tk._("Not answered: {question}")
    return {"checklist": [sentence.format(question=q) for q in questions]} if questions else {}


def _check_tables_read(request: ChangeRequest) -> None:
    """Refuse while a file is still being read: reviewers must see its table.

    A new file that is no table leaves none behind, not even the columns of the one before.
    """
    for resource in freeze.show(request.workspace_id)["resources"]:
        if resource.get("url_type") != "upload":
            continue
        report: Any = tk.get_action("indep_table_report")(
            {"ignore_auth": True}, {"id": resource["id"]}
        )
        state = report.get("state")
        unread = state is None and outbox.is_waiting("file_stored", resource_id=resource["id"])
        if unread or state in ("pending", "loading"):
            raise ConflictError(
                f"'{resource.get('name') or resource['url']}' is still being read into a table. "
                "Try again in a moment."
            )
        if state in ("failed", "not_a_table") and not report.get("loaded_sha256"):
            tables.drop(resource["id"])


def _shown_revision(live_id: str) -> Revision | None:
    publication = ckan_model.Session.get(Publication, live_id)
    if not publication or publication.state not in audiences.SHOWN:
        return None
    return ckan_model.Session.get(Revision, publication.revision_id)
