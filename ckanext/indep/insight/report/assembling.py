"""Puts a quarter's report together from the published record of the public measures."""

from __future__ import annotations

from datetime import datetime

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.indep.insight import listing, periods, reader, steady
from ckanext.indep.insight.model import Version
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.report.contents import CouncilReport, Entry
from ckanext.indep.insight.report.quarter import summary_at
from ckanext.indep.schema import vocabularies

__all__ = ["assemble", "published_quarter"]


def published_quarter(text: str) -> Period:
    """The quarter of that name. Raises ObjectNotFound unless it was published."""
    try:
        quarter = periods.parse(text)
    except periods.PeriodError:
        quarter = None
    if quarter is None or quarter.kind is not Kind.QUARTER or not reader.is_published(quarter):
        raise tk.ObjectNotFound(tk._("No report of this quarter has been published."))
    return quarter


def assemble(quarter: Period) -> CouncilReport:
    """The report of a published quarter, as its figures stand now.

    Measures that had neither result nor target by then are left out. Raises SearchError while
    the search engine is away.
    """
    found = sorted(listing.definitions(), key=lambda one: one.title.lower())
    version, (as_of, records, published) = steady.read(
        lambda: (
            listing.today(),
            reader.records([one.id for one in found]),
            _publications(quarter),
        )
    )
    entries = [
        Entry(
            now=summary_at(one, records[one.id], as_of, quarter),
            before=summary_at(one, records[one.id], as_of, quarter.previous()),
        )
        for one in found
    ]
    first, *later = published
    return CouncilReport(
        quarter=quarter,
        version=version,
        published_at=first,
        corrected_at=later[-1] if later else None,
        dates=(
            as_of.calendar.get(quarter) or as_of.rule.dates(quarter),
            as_of.calendar.get(quarter.next()) or as_of.rule.dates(quarter.next()),
        ),
        entries=tuple(entry for entry in entries if entry.now.lines),
        plan=tuple(_plan()),
    )


def _publications(quarter: Period) -> list[datetime]:
    """When something of the quarter was published, oldest first."""
    keys = sa.func.string_to_array(Version.subject, " ")
    return list(
        model.Session.scalars(
            sa.select(Version.made_at)
            .where(Version.kind == "publication", sa.literal(quarter.key) == sa.any_(keys))
            .order_by(Version.id)
        )
    )


def _plan() -> list[tuple[str, str]]:
    language = str(tk.h.lang() or "en").partition("_")[0]
    return [
        (term["value"], vocabularies.label("strategic_goal", term["value"], language))
        for term in vocabularies.choices("strategic_goal")
    ]
