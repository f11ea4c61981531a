"""Pages where departments propose targets, the office reviews and the city manager decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from flask import Blueprint, make_response

from ckanext.indep import city_time
from ckanext.indep.insight import listing, periods, reader, rights
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.staff import context, page
from ckanext.indep.insight.status import Direction, Target
from ckanext.indep.insight.targets import book, given, sight, stretch, versions, words
from ckanext.indep.insight.targets.cases import OPEN, TRANSITIONS, Case, State, Step

__all__ = ["blueprint"]

YEARS_AHEAD = 2
CLOSED_SHOWN = 30
COUNTED = OPEN | {State.APPROVED}
"""What counts when the targets of a year are added up."""

ACTION = {
    Step.RECOMMEND: "indep_target_review",
    Step.SEND_BACK: "indep_target_review",
    Step.APPROVE: "indep_target_decide",
    Step.DECLINE: "indep_target_decide",
    Step.WITHDRAW: "indep_target_withdraw",
    Step.NOTE: "indep_target_note",
}
"""By which action each step is taken."""

blueprint = Blueprint("indep_targets", __name__, url_prefix="/insight/staff")


@dataclass(frozen=True)
class Row:
    """A period in the form, with what is known of it.

    ``in_force`` is whose target holds for it, its own or the fiscal year's, and that target.
    """

    period: Period
    in_force: tuple[Period, Target] | None
    year_ago: Decimal | None
    waiting: Case | None


@blueprint.route("/targets")
@page
def overview() -> str:
    """The proposals that the reader may see, and the measures to propose for."""
    measures = _searched(lambda: sight.visible(context()))
    in_office = rights.is_in_office(context())
    if not measures and not in_office:
        raise tk.NotAuthorized(
            tk._("These pages are for departments with measures and for the performance office.")
        )
    by_id = {measure.id: measure for measure in measures}
    found = [(by_id[case.measure_id], case) for case in book.cases(list(by_id))]
    mine = [pair for pair in found if _waits_for_reader(pair[1])]
    return tk.render(
        "indep_insight/staff/targets.html",
        {
            "groups": [
                (tk._("Waiting for you"), mine),
                (
                    tk._("In progress"),
                    [pair for pair in found if pair[1].is_open and pair not in mine],
                ),
                (
                    tk._("Decided lately"),
                    [pair for pair in found if not pair[1].is_open][:CLOSED_SHOWN],
                ),
            ],
            "measures": measures,
            "words": words,
        },
    )


@blueprint.route("/targets/<measure>", methods=["GET", "POST"])
@page
def measure(measure: str) -> Any:
    """A measure's record beside the forms to propose targets and a baseline."""
    found = listing.public_measure(measure)
    tk.check_access("indep_target_proposal_list", context(), {"id": found.id})
    values, errors = _proposed_before(found), {}
    if tk.request.method == "POST":
        values = {name: str(text) for name, text in tk.request.form.items()}
        try:
            told = _propose(found, values)
        except tk.ValidationError as error:
            prefix = "baseline." if values.get("form") == "baseline" else ""
            errors = {f"{prefix}{name}": said for name, said in error.error_dict.items()}
        else:
            tk.h.flash_success(told)
            return tk.redirect_to("indep_targets.measure", measure=found.name)
    body = tk.render(
        "indep_insight/staff/measure_targets.html",
        {**_measure_page(found), "values": values, "errors": errors},
    )
    return make_response(body, 409 if errors else 200)


@blueprint.route("/target-proposal/<int:number>", methods=["GET", "POST"])
@page
def proposal(number: int) -> Any:
    """One proposal beside what is in force, and what the reader may do with it."""
    tk.check_access("indep_target_proposal_show", context(), {"id": number})
    errors: Mapping[str, Any] = {}
    if tk.request.method == "POST":
        try:
            _take(number, tk.request.form)
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            tk.h.flash_success(tk._("Noted. Those concerned are told."))
            return tk.redirect_to("indep_targets.proposal", number=number)
    case = book.case(number)
    if case is None:
        raise tk.ObjectNotFound(tk._("There is no such proposal."))
    body = tk.render(
        "indep_insight/staff/target_proposal.html",
        {**_proposal_page(case), "values": tk.request.form, "errors": errors},
    )
    return make_response(body, 409 if errors else 200)


def _propose(found: Definition, values: Mapping[str, str]) -> str:
    """Hand a form in, and return what to say then."""
    if values.get("form") == "baseline":
        fields = ("first", "last", "value", "being_set", "reason")
        data = {name: values.get(f"baseline.{name}", "") for name in fields}
        tk.get_action("indep_baseline_propose")(context(), {"id": found.id, **data})
        return tk._("Proposed. It is public once it is approved.")
    targets: dict[str, dict[str, str]] = {}
    for name, text in values.items():
        key, _dot, field = name.rpartition(".")
        if key and field in given.FIELDS:
            targets.setdefault(key, {})[field] = text
    data = {"id": found.id, "targets": targets, "reason": values.get("reason", "")}
    made = tk.get_action("indep_target_propose")(context(), data)
    told = tk._("Proposed. It is public once it is approved.")
    cases = [book.case(one["id"]) for one in made["proposals"]]
    for pace in _paces(found, [case for case in cases if case is not None]):
        if not pace.fits:
            told += " " + words.pacing(found, pace)
    return told


def _take(number: int, form: Mapping[str, str]) -> None:
    """Hand in what the reader did with a proposal."""
    step = form.get("step", "")
    data = {"id": number, "note": form.get("note", ""), "together": form.get("together", "")}
    if step in (Step.RECOMMEND, Step.SEND_BACK):
        tk.get_action("indep_target_review")(context(), {**data, "outcome": step})
    elif step in (Step.APPROVE, Step.DECLINE):
        tk.get_action("indep_target_decide")(context(), {**data, "decision": step})
    elif step == Step.WITHDRAW:
        tk.get_action("indep_target_withdraw")(context(), data)
    else:
        tk.get_action("indep_target_note")(context(), data)


def _measure_page(found: Definition) -> dict[str, Any]:
    summary = listing.summary_of(found)
    past = book.past(summary)
    in_force = book.in_force(found.id)
    cases = book.cases([found.id])
    year = _year()
    this_year = periods.period_of(city_time.today(), Kind.YEAR)
    judged = (
        summary.headline.target.target if summary.headline and summary.headline.target else None
    )
    return {
        "summary": summary,
        "measure": found,
        "year": year,
        "years": [this_year.fiscal_year + step for step in range(YEARS_AHEAD + 1)],
        "rows": _rows(found, year, in_force, past, cases),
        "statistics": _statistics(found, past),
        "last_hits": judged and stretch.hits(past, judged, found.direction, found.precision),
        "judged": judged,
        "pace": stretch.pacing(found, year, in_force),
        "cases": cases,
        "baselines": versions.of_baselines(reader.baselines(found.id), {}),
        "may_propose": _may("indep_target_propose", found.id),
        "has_targets": found.direction is not Direction.NONE,
        "is_range": found.direction is Direction.RANGE,
        "is_year": found.kind is Kind.YEAR,
        "Kind": Kind,
        "words": words,
    }


def _proposal_page(case: Case) -> dict[str, Any]:
    found = listing.public_measure(case.measure_id)
    summary = listing.summary_of(found)
    past = book.past(summary)
    in_force = book.in_force(found.id)
    batch = [one for one in book.batch(case) if one.id != case.id]
    before = book.holding(found, in_force, case.period) if case.target else None
    baseline = summary.record.baseline
    sentences: list[str] = []
    if case.target is not None:
        is_annual = case.period.kind is Kind.YEAR and found.kind is not Kind.YEAR
        if not (is_annual and found.aggregation.value == "sum"):
            met = stretch.hits(past, case.target, found.direction, found.precision)
            sentences.append(words.hits(found, met))
            if baseline and baseline.value is not None:
                to_baseline = stretch.against_value(case.target, baseline.value, found.direction)
                sentences.append(words.compared(to_baseline, to_baseline=True))
        if before is not None and case.is_open:
            compared = stretch.compare(case.target, before[1], found.direction)
            sentences.append(words.compared(compared))
        sentences += [words.pacing(found, pace) for pace in _paces(found, [case, *batch])]
    return {
        "case": case,
        "measure": found,
        "summary": summary,
        "before": before,
        "baseline": baseline,
        "sentences": [sentence for sentence in sentences if sentence],
        "statistics": _statistics(found, past),
        "year_ago": stretch.year_ago(past, case.period),
        "batch": batch,
        "together": any(one.state is case.state for one in batch),
        "steps": [step for step in Step if _may_take(case, step)],
        "again": _again(case),
        "Step": Step,
        "words": words,
    }


def _paces(found: Definition, cases: list[Case]) -> list[stretch.Pacing]:
    """How the years of these proposals would add up if all of them were approved."""
    targets = dict(book.in_force(found.id))
    targets |= {case.period: case.target for case in cases if case.target and case.state in COUNTED}
    years = sorted({case.period.fiscal_year for case in cases if case.target})
    paces = [stretch.pacing(found, Period(year, Kind.YEAR), targets) for year in years]
    return [pace for pace in paces if pace is not None]


def _rows(
    found: Definition,
    year: Period,
    in_force: Mapping[Period, Target],
    past: list[stretch.Past],
    cases: list[Case],
) -> list[Row]:
    """The periods of a fiscal year that have not ended, and the year itself, for the form."""
    kind = found.kind or Kind.QUARTER
    wanted = [] if kind is Kind.YEAR else [Period(year.fiscal_year, kind, 1)]
    while wanted and len(wanted) < kind.per_year:
        wanted.append(wanted[-1].next())
    waiting = {case.period: case for case in cases if case.is_open and case.target}
    return [
        Row(one, book.holding(found, in_force, one), stretch.year_ago(past, one), waiting.get(one))
        for one in [*wanted, year]
        if one.end >= city_time.today()
    ]


def _statistics(found: Definition, past: list[stretch.Past]) -> list[stretch.Statistics]:
    chosen = [
        stretch.statistics(past, last, found.aggregation, found.scale) for last in stretch.WINDOWS
    ]
    return [one for one in chosen if one is not None]


def _proposed_before(found: Definition) -> dict[str, str]:
    """The form as it was filled in for a proposal that was sent back, to begin with it."""
    text = tk.request.args.get("again", "")
    case = book.case(int(text)) if text.isdecimal() and len(text) < 19 else None
    if case is None or case.measure_id != found.id:
        return {}
    if case.last is not None:
        return {
            "baseline.first": case.period.label,
            "baseline.last": case.last.label,
            "baseline.value": "" if case.value is None else f"{case.value:f}",
            "baseline.being_set": "yes" if case.value is None else "",
            "baseline.reason": case.reason,
        }
    values = {"reason": case.reason}
    for one in book.batch(case):
        if one.target and one.state is case.state:
            ends = zip(
                given.FIELDS, (one.target.value, one.target.low, one.target.high), strict=True
            )
            values |= {
                f"{one.period.key}.{name}": f"{end:f}" for name, end in ends if end is not None
            }
    return values


def _again(case: Case) -> dict[str, Any] | None:
    """The address of a form that begins with a proposal which came to nothing."""
    if case.state not in (State.SENT_BACK, State.DECLINED):
        return None
    if case.last is not None:
        return {"again": case.id}
    year = case.period.year()
    return {"again": case.id, "year": year.key} if year.end >= city_time.today() else None


def _waits_for_reader(case: Case) -> bool:
    steps = (Step.RECOMMEND, Step.APPROVE)
    return any(_may_take(case, step) for step in steps)


def _may_take(case: Case, step: Step) -> bool:
    return (case.state, step) in TRANSITIONS and _may(ACTION[step], case.id)


def _may(action: str, what: int | str) -> bool:
    try:
        return tk.check_access(action, context(), {"id": what})
    except tk.NotAuthorized:
        return False


def _year() -> Period:
    text = tk.request.args.get("year", "")
    this_year = periods.period_of(city_time.today(), Kind.YEAR)
    if not text:
        return this_year
    try:
        found = periods.parse(text)
    except periods.PeriodError:
        found = None
    if found is None or found.kind is not Kind.YEAR or found.end < city_time.today():
        raise tk.ObjectNotFound(tk._("There is no such fiscal year to plan."))
    return found


def _searched(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except SearchError:
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))
