"""What INsight does when governance releases or withdraws something."""

from __future__ import annotations

from ckan import types

from ckanext.indep import events
from ckanext.indep.insight import derive, service
from ckanext.indep.insight.meetings import telling
from ckanext.indep.insight.pictures import jobs as picture_jobs
from ckanext.indep.insight.projection import jobs as projection_jobs
from ckanext.indep.insight.projection import places
from ckanext.indep.insight.projection import service as projection
from ckanext.indep.insight.report import jobs as report_jobs
from ckanext.indep.insight.reporting import reminding
from ckanext.indep.insight.suggestions import jobs as suggestion_jobs
from ckanext.indep.insight.uploads import jobs

__all__ = ["get_subscriptions"]

ACTOR = "indep"
"""Who stands in the record where the portal itself acted."""


def get_subscriptions() -> types.SignalMapping:
    """Signals and receivers, for ISignal."""
    return {
        events.released: [on_released],
        events.withdrawn: [on_withdrawn],
        events.published: [
            report_jobs.on_published,
            projection_jobs.on_published,
            suggestion_jobs.on_published,
            picture_jobs.on_published,
        ],
        events.tick: [
            telling.on_tick,
            report_jobs.on_tick,
            projection_jobs.on_tick,
            suggestion_jobs.on_tick,
            picture_jobs.on_tick,
            jobs.on_tick,
            reminding.remind,
        ],
    }


def on_released(
    package_id: str, package_type: str = "dataset", revision_id: str = "", **_more: object
) -> None:
    """Compute the measures derived from a dataset; note that a measure's definition changed."""
    if package_type == "measure":
        service.announce(package_id, ACTOR)
        derive.recompute_measure(package_id, ACTOR)
        projection_jobs.request()
    else:
        derive.recompute_from_dataset(package_id, revision_id, ACTOR)
        if places.in_package(package_id):
            projection_jobs.request()


def on_withdrawn(package_id: str, package_type: str = "dataset", **_more: object) -> None:
    """Let a withdrawn measure leave all cached pages, all tables and all reports."""
    if package_type == "measure":
        service.announce(package_id, ACTOR)
        projection.forget(package_id)
        report_jobs.request()
    projection_jobs.request()
