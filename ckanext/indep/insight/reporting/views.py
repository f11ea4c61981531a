"""Pages for departments and the performance office: what is due, the figures, publishing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from flask import Blueprint, make_response

from ckanext.indep import city_time
from ckanext.indep.insight import periods, reader, rights
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.reporting import desks, entry
from ckanext.indep.insight.reporting.progress import Progress
from ckanext.indep.insight.staff import context, page

__all__ = ["blueprint"]

EARLIER_QUARTERS = 8

blueprint = Blueprint("indep_reporting", __name__, url_prefix="/insight/staff")


@blueprint.route("")
@page
def overview() -> str:
    """What the reader's departments owe, and for the office how far all are."""
    quarter = _quarter(tk.request.args.get("period", ""))
    in_office = rights.is_in_office(context())
    found = _searched(lambda: desks.all_desks(quarter))
    own = [desk for desk in found if rights.role_in(context(), desk.name) in rights.ENTERS]
    if not own and not in_office:
        raise tk.NotAuthorized(
            tk._("These pages are for departments with measures and for the performance office.")
        )
    return tk.render(
        "indep_insight/staff/overview.html",
        {
            "quarter": quarter,
            "quarters": _quarters(),
            "dates": desks.dates(quarter),
            "today": city_time.today(),
            "own": own,
            "desks": found if in_office else [],
            "in_office": in_office,
            "published": reader.is_published(quarter),
            "ready": [desk for desk in found if desk.waiting and desk.is_signed],
            "left_out": [desk for desk in found if desk.waiting and not desk.is_signed],
        },
    )


@blueprint.route("/figures/<department>/<period>", methods=["GET", "POST"])
@page
def figures(department: str, period: str) -> Any:
    """The form with all figures of a department for a quarter."""
    quarter = _quarter(period)
    data = {"department": department, "period": quarter.key}
    tk.check_access("indep_figures_show", context(), data)
    may_enter = rights.role_in(context(), department) in rights.ENTERS
    desk = _searched(lambda: desks.desk(department, quarter))
    errors: Mapping[str, Any] = {}
    values = {task.key: _standing(task) for task in desk.tasks}
    if tk.request.method == "POST":
        values = {task.key: _typed(task.key) for task in desk.tasks if not task.is_computed}
        try:
            done = tk.get_action("indep_figures_record")(context(), {**data, "figures": values})
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            model.Session.expire_all()
            tk.h.flash_success(
                tk._("Saved. Nothing is public before the quarter is published.")
                if done["recorded"]
                else tk._("Nothing was new.")
            )
            return tk.redirect_to(
                "indep_reporting.figures", department=department, period=quarter.key
            )
    body = tk.render(
        "indep_insight/staff/figures.html",
        {
            "desk": desk,
            "values": values,
            "errors": errors,
            "may_enter": may_enter,
            "may_sign": rights.role_in(context(), department) == "admin",
            "today": city_time.today(),
            "Progress": Progress,
            "FIELDS": entry.FIELDS,
        },
    )
    return make_response(body, 409 if errors else 200)


@blueprint.route("/sign-off/<department>/<period>", methods=["POST"])
@page
def sign_off(department: str, period: str) -> Any:
    """Sign off what waits."""
    note = tk.request.form.get("note", "")
    _done(
        "indep_quarter_sign_off",
        {"department": department, "period": period, "note": note},
        tk._("Signed off. The performance office can publish these figures."),
    )
    return tk.redirect_to("indep_reporting.figures", department=department, period=period)


@blueprint.route("/publish/<period>", methods=["POST"])
@page
def publish(period: str) -> Any:
    """Publish what is signed off of a quarter, at once."""
    _done(
        "indep_cycle_publish",
        {"period": period},
        tk._("Published. All pages, the data and the feed show it now."),
    )
    return tk.redirect_to("indep_reporting.overview", period=period)


def _done(action: str, data: dict[str, Any], words: str) -> None:
    """Act and say so, or say why not."""
    try:
        _searched(lambda: tk.get_action(action)(context(), data))
    except tk.ValidationError as error:
        messages: list[Any] = list(error.error_dict.values())
        for sentences in messages:
            for message in sentences:
                tk.h.flash_error(message)
    else:
        tk.h.flash_success(words)


def _searched(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except SearchError:
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))


def _quarter(text: str) -> Period:
    if not text:
        return desks.current_quarter()
    try:
        period = periods.parse(text)
    except periods.PeriodError:
        period = None
    if period is None or period.kind is not Kind.QUARTER or period.end >= city_time.today():
        raise tk.ObjectNotFound(tk._("There is no such quarter to report."))
    return period


def _quarters() -> list[Period]:
    found = [desks.current_quarter()]
    while len(found) < EARLIER_QUARTERS:
        found.append(found[-1].previous())
    return found


def _standing(task: Any) -> dict[str, str]:
    """What stands in the record, as the form's fields."""
    standing = task.standing
    if standing is None:
        return {"comment": task.comment}
    numbers = {
        name: "" if getattr(standing, name) is None else f"{getattr(standing, name):f}"
        for name in entry.NUMBERS
    }
    if standing.numerator is not None:
        numbers["value"] = ""
    return {
        **numbers,
        "state": standing.state,
        "provisional": "yes" if standing.provisional else "",
        "comment": task.comment,
    }


def _typed(key: str) -> dict[str, str]:
    return {name: tk.request.form.get(f"{key}.{name}", "") for name in entry.FIELDS}
