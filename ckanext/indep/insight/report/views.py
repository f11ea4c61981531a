"""The council report as a page and as a file, and the office's draft of a press release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SolrConnectionError
from flask import Blueprint, Response

from ckanext.indep.insight import caching, offline, staff
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.report import assembling, paper, stored
from ckanext.indep.insight.status import Status

__all__ = ["blueprint"]

blueprint = Blueprint("indep_report", __name__, url_prefix="/insight")


@blueprint.route("/report/<quarter>")
@caching.by_version
def read(quarter: str) -> Any:
    """The council report of a published quarter."""
    period = _quarter(quarter)
    if period.key != quarter:
        return tk.redirect_to("indep_report.read", quarter=period.key)
    return tk.render(
        "indep_insight/report/read.html",
        {
            "report": _searched(lambda: assembling.assemble(period)),
            "Status": Status,
            "css_text": paper.css_text,
            "css_numbering": paper.css_numbering,
        },
    )


@blueprint.route("/report/<quarter>.pdf")
def read_pdf(quarter: str) -> Response:
    """The council report as PDF in the reader's language, if the worker has made it."""
    period = _quarter(quarter)
    first, language = offline.default_language(), str(tk.h.lang())
    if language not in offline.languages():
        language = first
    found = stored.newest(period, language)
    if found is None:
        body = tk.render("indep_insight/report/no_pdf.html", {"quarter": period})
        return caching.being_made(body)
    if found.sha256 in tk.request.if_none_match:
        response = Response(status=304)
    else:
        response = Response(stored.content(found.id), content_type="application/pdf")
        ending = "" if language == first else f"-{language}"
        name = f"council-report-{period.key}{ending}.pdf"
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.set_etag(found.sha256)
    response.last_modified = found.made_at
    response.cache_control.public = True
    response.cache_control.no_cache = True
    return response


@blueprint.route("/staff/press-release/<quarter>")
@staff.page
def press_release(quarter: str) -> str:
    """The draft of a press release, to edit and copy."""
    text = _draft(quarter)
    return tk.render(
        "indep_insight/report/press_release_page.html",
        {"quarter": _quarter(quarter), "text": text},
    )


@blueprint.route("/staff/press-release/<quarter>.txt")
@staff.page
def press_release_text(quarter: str) -> Response:
    """The draft of a press release as a text file."""
    response = Response(_draft(quarter), content_type="text/plain; charset=utf-8")
    name = f"press-release-{_quarter(quarter).key}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _draft(quarter: str) -> str:
    draft = tk.get_action("indep_press_release_draft")
    return _searched(lambda: draft(staff.context(), {"period": quarter}))["text"]


def _quarter(text: str) -> Period:
    try:
        return assembling.published_quarter(text)
    except tk.ObjectNotFound as error:
        tk.abort(404, str(error.message))


def _searched(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (SearchError, SolrConnectionError):
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))
