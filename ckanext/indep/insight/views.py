"""INsight's public pages and downloads."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SolrConnectionError
from flask import Blueprint, Response

from ckanext.indep.insight import caching, drawings, export, goals, listing, reader
from ckanext.indep.insight.meetings import news, quarters
from ckanext.indep.insight.periods import Kind, period_of
from ckanext.indep.insight.status import Status
from ckanext.indep.insight.suggestions import making as suggestions
from ckanext.indep.insight.summary import Summary, runs
from ckanext.indep.insight.targets import book, versions, words
from ckanext.indep.schema import vocabularies

__all__ = ["blueprint"]

blueprint = Blueprint("indep_insight", __name__, url_prefix="/insight")


def _page(template: str, **variables: Any) -> str:
    return tk.render(f"indep_insight/{template}.html", {"Status": Status, **variables})


def _goal_titles() -> list[tuple[str, str]]:
    language = str(tk.h.lang() or "en").partition("_")[0]
    return [
        (term["value"], vocabularies.label("strategic_goal", term["value"], language))
        for term in vocabularies.choices("strategic_goal")
    ]


def _summaries() -> list[Summary]:
    try:
        return listing.summaries()
    except (SearchError, SolrConnectionError):
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))


@blueprint.route("")
@caching.by_version
def dashboard() -> str:
    """All measures by goal, what changed, and what is late."""
    summaries = _summaries()
    as_of = listing.today()
    coming = period_of(as_of.day, Kind.QUARTER).previous()
    published = reader.last_publication()
    if published and published.end >= coming.end:
        coming = coming.next()
    late = quarters.late_departments(summaries)
    return _page(
        "dashboard",
        summaries=summaries,
        groups=goals.group_by_goal(summaries, _goal_titles()),
        departments=goals.group_by_department(summaries),
        counts=goals.counts(summaries),
        published=published,
        corrected=news.since(news.corrections(summaries), period_of(as_of.day, Kind.QUARTER).start),
        late=[one for one in quarters.quarters(as_of, (), late) if one.late],
        today=as_of.day,
        coming=as_of.calendar.get(coming) or as_of.rule.dates(coming),
    )


@blueprint.route("/goal/<key>")
@caching.by_version
def goal(key: str) -> str:
    """The measures of one strategic goal."""
    return _group(goals.group_by_goal(_summaries(), _goal_titles()), key)


@blueprint.route("/department/<key>")
@caching.by_version
def department(key: str) -> str:
    """The measures of one department."""
    return _group(goals.group_by_department(_summaries()), key)


def _group(groups: list[goals.Group], key: str) -> str:
    found = next((group for group in groups if group.key == key), None)
    if found is None:
        tk.abort(404, tk._("There are no measures under this name."))
    return _page("group", group=found)


@blueprint.route("/measure/<name>")
@caching.by_version
def measure(name: str) -> str:
    """One measure: sentence, chart, table, targets, method."""
    summary = _summary(name)
    measure_id = summary.definition.id
    departments = book.departments(measure_id)
    suggested = suggestions.on_page(summary)
    if any(shown.state == "waits" for _one, shown in suggested):
        caching.not_finished()
    return _page(
        "measure",
        summary=summary,
        rows=runs(summary.lines[::-1]),
        versions=versions.of_targets(summary.record.targets, departments),
        baselines=versions.of_baselines(reader.baselines(measure_id), departments),
        person=words.person,
        suggestions=suggested,
    )


@blueprint.route("/measure/<name>.csv")
@caching.by_version
def measure_csv(name: str) -> Response:
    """The published rows of a measure as CSV."""
    return _file(export.as_csv(_summary(name)), "text/csv; charset=utf-8", f"{name}.csv")


@blueprint.route("/measure/<name>.json")
@caching.by_version
def measure_json(name: str) -> Response:
    """A measure with its published rows as JSON."""
    text = json.dumps(export.as_dict(_summary(name)), ensure_ascii=False, indent=1)
    return _file(text, "application/json; charset=utf-8", None)


@blueprint.route("/measure/<name>.svg")
@caching.by_version
def measure_svg(name: str) -> Response:
    """The chart of a measure as a file."""
    return _file(drawings.download("line", _summary(name)), "image/svg+xml", f"{name}.svg")


@blueprint.route("/feed.atom")
@caching.by_version
def feed() -> Response:
    """The last publications, corrections and new targets as an Atom feed."""
    summaries = _summaries()
    publications = reader.publications()
    corrections = news.corrections(summaries)
    targets = news.new_targets(summaries)
    times = [one[2] for one in publications] + [one.when for one in (*corrections, *targets)]
    text = _page(
        "feed",
        publications=publications,
        corrections=corrections,
        targets=targets,
        updated=max(times, default=None),
    )
    return _file(text, "application/atom+xml; charset=utf-8", None)


def _summary(name: str) -> Summary:
    try:
        return listing.summary_of(listing.public_measure(name))
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such measure."))


def _file(content: str, content_type: str, name: str | None) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
