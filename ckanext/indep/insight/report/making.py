"""Makes the PDF of a quarter's report and keeps it."""

from __future__ import annotations

import base64
import logging
from datetime import datetime, timedelta, timezone

import ckan.plugins.toolkit as tk

from ckanext.indep.insight import drawings, offline, reader
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.report import assembling, due, paper, pdf, stored
from ckanext.indep.insight.report.contents import CouncilReport
from ckanext.indep.insight.status import Status
from ckanext.indep.insight.summary import Summary

__all__ = ["make", "make_due", "page"]

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4
"""How many reports one run makes; the next tick makes the others."""

ALL_PUBLICATIONS = 10_000


def make(quarter: Period, language: str) -> int:
    """Make the PDF of a published quarter in a language, keep it, and return its size in bytes.

    Raises ObjectNotFound unless the quarter was published, RefusedError in a web process, and
    PdfUnavailableError where WeasyPrint is missing.
    """
    with offline.in_language(language):
        report = assembling.assemble(assembling.published_quarter(quarter.key))
        made = pdf.render(page(report))
    measures = [summary.definition.id for summary in report.summaries]
    stored.keep(quarter, language, report.version, measures, made)
    return len(made)


def make_due(left_to_worker: timedelta = timedelta()) -> int:
    """Make the PDFs that are missing or older than their figures; how many were made.

    Publications younger than ``left_to_worker`` are not looked at.
    """
    until = datetime.now(timezone.utc) - left_to_worker
    publications = [
        (version, quarters)
        for version, quarters, when in reader.publications(ALL_PUBLICATIONS)
        if when <= until
    ]
    wanted = [
        (quarter, language)
        for language in offline.languages()
        for quarter in due.quarters_due(publications, stored.versions(language))
    ][:MOST_AT_ONCE]
    try:
        if wanted:
            pdf.check_library()
    except pdf.PdfUnavailableError as error:
        log.info("Reports are not made as PDF, WeasyPrint cannot be used: %s", error)
        return 0
    for quarter, language in wanted:
        make(quarter, language)
    return len(wanted)


def page(report: CouncilReport) -> str:
    """The report as a page of its own, with its charts and styles in it."""
    return tk.render(
        "indep_insight/report/paper.html",
        {
            "report": report,
            "Status": Status,
            "chart_address": _chart_address,
            "css_text": paper.css_text,
            "css_numbering": paper.css_numbering,
        },
    )


def _chart_address(summary: Summary) -> str:
    drawing = drawings.printed("line", summary).encode()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"
