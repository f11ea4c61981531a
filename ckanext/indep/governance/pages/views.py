"""Pages of governance: my work, the review queue, one request, and the public policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import Blueprint
from werkzeug.wrappers import Response

from ckanext.indep.callers import signed_in
from ckanext.indep.governance.pages.lookup import no_request, request_id
from ckanext.indep.privacy import messages
from ckanext.indep.privacy.service import ResourceScan
from ckanext.indep.refusals import refusals_of

__all__ = ["indep_governance"]

indep_governance = Blueprint("indep_governance", __name__)

# what a form's button is called -> the action it calls
DECISIONS = {
    "submit": "indep_request_submit",
    "approve": "indep_request_decide",
    "decline": "indep_request_decline",
    "vote": "indep_request_vote",
    "changes": "indep_request_changes",
    "comment": "indep_request_comment",
    "checklist": "indep_checklist_save",
    "assess": "indep_checklist_review",
    "scan": "indep_scan_answer",
    "condition": "indep_condition_set",
    "meet": "indep_condition_meet",
    "drop": "indep_condition_withdraw",
    "assign": "indep_request_assign",
    "escalate": "indep_request_escalate",
    "withdraw": "indep_request_withdraw",
    "release": "indep_request_release",
}
# state -> the decision that it waits for
DUE = {"submitted": DECISIONS["approve"], "in_review": DECISIONS["vote"]}
ANSWER = "answer-"
DONE = {
    "submit": "Submitted. What you submitted is frozen until it is decided.",
    "approve": "Your approval is recorded.",
    "decline": "The request is declined.",
    "vote": "Your vote is recorded.",
    "changes": "The request went back for changes.",
    "comment": "Your remark is added.",
    "checklist": "Your answers are kept.",
    "assess": "Your assessment is recorded.",
    "scan": "Your answer to the scan is recorded.",
    "condition": "The condition is set.",
    "meet": "It is recorded that the condition is met.",
    "drop": "The condition is taken back.",
    "assign": "The first look is assigned.",
    "escalate": "Chair, secretary and auditor are told.",
    "withdraw": "The request is withdrawn.",
    "release": "The request is released.",
}


PAGE = 50
"""How many requests a list on a page shows."""


@indep_governance.route("/work")
def work() -> str:
    """Everything that the signed-in person has under way."""
    context = signed_in()
    mine, later = _part(context, "open", "from")
    ended, older = _part(context, "ended", "ended")
    waiting, more = _part(context, "to_decide", "waiting")
    scans = tk.get_action("indep_request_list")(context, {"which": "to_answer"})
    conditions = tk.get_action("indep_condition_list")(context, {})
    return tk.render(
        "indep_governance/work.html",
        {
            "mine": mine,
            "later": later,
            "ended": ended,
            "older": older,
            "waiting": waiting,
            "more": more,
            "scans": scans,
            "conditions": conditions,
        },
    )


@indep_governance.route("/review")
def review() -> str:
    """What waits for the reader's decision, and what else is under review."""
    context = signed_in()
    waiting, more = _part(context, "to_decide", "waiting")
    rest, older = _part(context, "all", "from")
    known = {r["id"] for r in waiting}
    return tk.render(
        "indep_governance/review.html",
        {
            "waiting": waiting,
            "more": more,
            "older": older,
            "scans": tk.get_action("indep_request_list")(context, {"which": "to_answer"}),
            "assigned": tk.get_action("indep_request_list")(context, {"which": "assigned"}),
            "conditions": tk.get_action("indep_condition_list")(context, {}),
            "others": [r for r in rest if r["id"] not in known],
            "without_committee": tk.get_action("indep_request_list")(
                context, {"which": "without_committee"}
            ),
        },
    )


@indep_governance.route("/request/<int:number>")
def request_read(number: int) -> str:
    """One request: what changes, the checks, the discussion, and the decision to take."""
    return _page(number)


@indep_governance.route("/request/<int:number>/<decision>", methods=["POST"])
def request_act(number: int, decision: str) -> Response | str | tuple[str, int]:
    """Take one decision; a refusal is shown on the request's page with the text kept."""
    context = signed_in()
    if decision not in DECISIONS:
        tk.abort(404)
    form = {key: value for key, value in tk.request.form.items() if not key.startswith("_")}
    data = _data(number, form)
    # What the steward answered on the way is kept, even where the submission is refused.
    steps = ["checklist", decision] if decision == "submit" and "checklist" in data else [decision]
    errors = _try(lambda: [tk.get_action(DECISIONS[step])(context, data) for step in steps])
    if errors:
        return _page(number, errors=errors, form=form), 409
    tk.h.flash_success(tk._(DONE[decision]))
    if decision == "withdraw":
        return tk.redirect_to("indep_governance.work")
    # What goes back to its steward is a draft again, which not everybody who sends it back may see.
    if not _may("indep_request_show", data["id"]):
        return tk.redirect_to("indep_governance.review")
    return tk.redirect_to("indep_governance.request_read", number=number)


@indep_governance.route("/propose/<id>", methods=["POST"])
def propose(id: str) -> Response:
    """Open a change request on something public and go to its form."""
    context = signed_in()
    request: dict[str, Any] = {}
    errors = _try(lambda: request.update(tk.get_action("indep_request_open")(context, {"id": id})))
    if errors:
        tk.h.flash_error(" ".join(message for _field, message in errors))
        return tk.redirect_to("indep_governance.work")
    return tk.redirect_to(f"{request['type']}.edit", id=request["workspace_id"])


@indep_governance.route("/open-data-policy")
def policy() -> str:
    """The policy in force, for everybody."""
    try:
        shown = tk.get_action("indep_policy_show")({}, {})
    except tk.ValidationError:
        shown = None
    return tk.render("indep_governance/policy.html", {"policy": shown})


def _part(context: Any, which: str, name: str) -> tuple[list[dict[str, Any]], str]:
    """Return one page of a list of requests, and the address of the next; empty at the end.

    `name` is the parameter of the address that says where this list begins.
    """
    chosen = tk.request.args.get(name, "")
    start = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0
    wanted = {"which": which, "start": start, "rows": PAGE + 1}
    rows = tk.get_action("indep_request_list")(context, wanted)
    if len(rows) <= PAGE:
        return rows, ""
    here = {**tk.request.args.to_dict(), name: start + PAGE}
    return rows[:PAGE], tk.h.url_for(tk.request.endpoint, **here)


def _page(
    number: int,
    errors: list[tuple[str, str]] | None = None,
    form: dict[str, str] | None = None,
) -> str:
    context = signed_in()
    try:
        shown = tk.get_action("indep_request_show")(context, {"id": request_id(number)})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        no_request()
    may = {name: bool(_may(action, shown["id"])) for name, action in DECISIONS.items()}
    for condition in shown["conditions"]:
        condition["may"] = _may_about(condition, shown["state"])
    return tk.render(
        "indep_governance/request.html",
        {
            "request_": shown,
            "may": may,
            "why": _why_not(context, shown),
            "scans": messages.described(ResourceScan(**scan) for scan in shown["scan"]),
            "limits": messages.limits(),
            "errors": errors or [],
            "form": form or {},
        },
    )


def _data(number: int, form: dict[str, str]) -> dict[str, Any]:
    """Return what a form's action takes: answers to the checklist are one value of it."""
    about = request_id(number)
    checklist = {
        key.removeprefix(ANSWER): value for key, value in form.items() if key.startswith(ANSWER)
    }
    data: dict[str, Any] = {**form, "id": form.get("condition") or about}
    return {**data, "checklist": checklist} if checklist else data


def _may_about(condition: dict[str, Any], state: str) -> dict[str, bool]:
    """Return whether the reader may meet or take back a condition, in this state."""
    if condition["state"] != "open":
        return {"meet": False, "drop": False}
    under_review = state in ("submitted", "in_review")
    decided = state == "approved_with_conditions" or (
        condition["kind"] == "due" and state in ("approved", "scheduled", "released")
    )
    return {
        "meet": (under_review or decided) and _may(DECISIONS["meet"], condition["id"]),
        "drop": under_review and _may(DECISIONS["drop"], condition["id"]),
    }


def _why_not(context: Context, shown: dict[str, Any]) -> str | None:
    """Return why the reader cannot take the decision that is due, None where he or she can."""
    action = DUE.get(shown["state"])
    if not action:
        return None
    try:
        tk.check_access(action, context, {"id": shown["id"]})
    except tk.NotAuthorized as error:
        return str(error.message)
    return None


def _may(action: str, about: str) -> bool:
    try:
        return bool(tk.h.check_access(action, {"id": about}))
    except tk.ObjectNotFound:
        return False


def _try(function: Callable[[], Any]) -> list[tuple[str, str]]:
    """Call an action; return its refusals as (field, sentence), none where it worked."""
    try:
        return refusals_of(function)
    except tk.ObjectNotFound:
        no_request()
