"""Pages of release: data for staff, ratifications, and the forms that go back."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from flask import Blueprint
from sqlalchemy import select
from werkzeug.wrappers import Response

from ckanext.indep.callers import signed_in
from ckanext.indep.governance.model import Ratification
from ckanext.indep.governance.pages.lookup import no_request, request_id
from ckanext.indep.governance.publishing import retiring
from ckanext.indep.refusals import sentences

__all__ = ["indep_release"]

indep_release = Blueprint("indep_release", __name__)

ROWS = 20
PAGES = ("dataset.read", "measure.read", "dataset_resource.read", "measure_resource.read")

# what a form on a dataset's page is called -> its action, and what is said when it is done
PROPOSALS = {
    "roll-back": ("indep_roll_back", "The earlier version is proposed; the data owner decides."),
    "retire": ("indep_retire", "The retirement is proposed."),
}


@indep_release.before_app_request
def tombstone() -> Any:
    """At the address of retired data say since when and why, with the status 410."""
    if tk.request.endpoint not in PAGES or tk.request.method not in ("GET", "HEAD"):
        return None
    name = str((tk.request.view_args or {}).get("id", ""))
    stone = retiring.tombstone(name)
    if stone is None or _may_see(name):
        return None
    return tk.render("indep_governance/retired.html", {"stone": stone}), 410


@indep_release.route("/staff-data")
def staff_data() -> str:
    """Search in what is released to city staff only."""
    context = signed_in()
    asked = {key: tk.request.args.get(key, "") for key in ("q", "department")}
    page = max(1, tk.request.args.get("page", 1, type=int))
    try:
        found = tk.get_action("indep_staff_data_search")(
            context, {**asked, "rows": ROWS, "start": (min(page, 10_000) - 1) * ROWS}
        )
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))
    last = max(1, -(-found["count"] // ROWS))
    return tk.render(
        "indep_governance/staff_data.html",
        {"found": found, "asked": asked, "page_number": page, "last_page": last},
    )


@indep_release.route("/ratifications")
def ratifications() -> str:
    """What one person did at once: waiting for the committee, and decided."""
    try:
        rows = tk.get_action("indep_ratification_list")(signed_in(), {"which": "all"})
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))
    return tk.render("indep_governance/ratifications.html", {"rows": rows})


@indep_release.route("/ratification/<int:number>")
def ratification(number: int) -> str:
    """One ratification: what happened, the votes, and the vote to give."""
    return _page(number)


@indep_release.route("/ratification/<int:number>", methods=["POST"])
def ratification_vote(number: int) -> Response | tuple[str, int]:
    """Record a vote; a refusal is shown on the page with the text kept."""
    form = {key: tk.request.form.get(key, "") for key in ("ballot", "reason")}
    data = {**form, "id": _ratification_id(number)}
    try:
        tk.get_action("indep_ratification_vote")(signed_in(), data)
    except tk.ValidationError as error:
        return _page(number, list(sentences(error.error_dict)), form), 409
    except tk.NotAuthorized as error:
        return _page(number, [str(error)], form), 403
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such ratification, or you may not see it."))
    tk.h.flash_success(tk._("Your vote is recorded."))
    return tk.redirect_to("indep_release.ratification", number=number)


@indep_release.route("/propose/<id>/<proposal>", methods=["POST"])
def propose(id: str, proposal: str) -> Response:
    """Propose to go back to an earlier release, or to retire; go to the request."""
    signed_in()
    if proposal not in PROPOSALS:
        tk.abort(404)
    action, done = PROPOSALS[proposal]
    form = {key: tk.request.form.get(key, "") for key in ("version", "reason")}
    request = _on_dataset(id, action, form)
    if not request:
        return tk.redirect_to("dataset.read", id=id)
    tk.h.flash_success(tk._(done))
    return tk.redirect_to("indep_governance.request_read", number=request["number"])


@indep_release.route("/request/<int:number>/schedule", methods=["POST"])
def schedule(number: int) -> Response:
    """Choose the day of release."""
    day = tk.request.form.get("release_on", "")
    return _on_request(number, "indep_request_schedule", tk._("The day is set."), release_on=day)


@indep_release.route("/request/<int:number>/unschedule", methods=["POST"])
def unschedule(number: int) -> Response:
    """Forget the day of release."""
    return _on_request(number, "indep_request_unschedule", tk._("It waits for no day any longer."))


@indep_release.route("/request/<int:number>/break-glass", methods=["POST"])
def break_glass(number: int) -> Response:
    """Release without the approvals that are missing."""
    reason = tk.request.form.get("reason", "")
    done = tk._("It is released. The committee has to ratify this.")
    return _on_request(number, "indep_break_glass", done, reason=reason)


def _on_request(number: int, action: str, done: str, **data: str) -> Response:
    """Call an action on a request, and say on its page how it went."""
    context = signed_in()
    try:
        tk.get_action(action)(context, {**data, "id": request_id(number)})
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(sentences(error.error_dict)))
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))
    except tk.ObjectNotFound:
        no_request()
    else:
        tk.h.flash_success(done)
    return tk.redirect_to("indep_governance.request_read", number=number)


@indep_release.route("/take-down/<id>", methods=["POST"])
def take_down(id: str) -> Response:
    """Hide something released at once."""
    taken = _on_dataset(id, "indep_take_down", {"reason": tk.request.form.get("reason", "")})
    if not taken:
        return tk.redirect_to("dataset.read", id=id)
    tk.h.flash_success(tk._("It is taken down. The committee has to ratify this."))
    return tk.redirect_to("indep_release.ratification", number=taken["number"])


def _on_dataset(package_id: str, action: str, data: dict[str, str]) -> dict[str, Any] | None:
    """Call an action on a dataset; return what it made, or None with the refusal flashed."""
    try:
        return tk.get_action(action)(signed_in(), {**data, "id": package_id})
    except tk.ObjectNotFound:
        tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(sentences(error.error_dict)))
    return None


def _may_see(package_id: str) -> bool:
    try:
        return bool(tk.h.check_access("package_show", {"id": package_id}))
    except tk.ObjectNotFound:
        return False


def _page(number: int, errors: list[str] | None = None, form: dict[str, str] | None = None) -> str:
    context = signed_in()
    try:
        row = tk.get_action("indep_ratification_show")(context, {"id": _ratification_id(number)})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("There is no such ratification, or you may not see it."))
    may_vote = row["state"] in ("pending", "overdue") and bool(
        tk.h.check_access("indep_ratification_vote", {"id": row["id"]})
    )
    return tk.render(
        "indep_governance/ratification.html",
        {"row": row, "may_vote": may_vote, "errors": errors or [], "form": form or {}},
    )


def _ratification_id(number: int) -> str:
    found = ckan_model.Session.execute(
        select(Ratification.id).where(Ratification.number == number)
    ).scalar()
    if not found:
        tk.abort(404, tk._("There is no such ratification, or you may not see it."))
    return found
