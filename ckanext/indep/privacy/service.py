"""Scans of contents, each made once: asked for when a revision is frozen, read on its page.

Governance calls `request_revision` after it has frozen a revision, and `of_revision` for the page;
`is_finished` is what a lane may demand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import redis

from ckanext.indep import events
from ckanext.indep.privacy import records
from ckanext.indep.privacy.report import Report
from ckanext.indep.privacy.scan import scan_file, scan_metadata, scan_rows
from ckanext.indep.privacy.sources import FileSource, Source, contents_of, from_dict, subject_of
from ckanext.indep.tabular import limits

__all__ = [
    "ResourceScan",
    "SourceOf",
    "ensure",
    "is_finished",
    "of_revision",
    "request",
    "request_revision",
    "run",
    "scan_revision",
]

log = logging.getLogger(__name__)

_JOB_SECONDS = 3600

SourceOf = Callable[[Mapping[str, Any]], Source | None]


@dataclass(frozen=True)
class ResourceScan:
    """What is known of one resource's content.

    :param state: ``pending``, ``scanning``, ``done``, ``failed``; ``link`` where there is
        nothing here to scan; ``missing`` where nobody has asked for it yet.
    :param report: a `Report` as JSON; empty until the scan is done.
    """

    name: str
    state: str
    report: Mapping[str, Any]


def request(subject: str, source: Source) -> None:
    """Have a worker scan a content, unless that has been done.

    Without Redis the request stays, and the next tick scans it.
    """
    if not records.request(subject, source):
        return
    try:
        tk.enqueue_job(run, [subject], title=f"Scan {subject}", rq_kwargs={"timeout": _JOB_SECONDS})
    except redis.RedisError:
        log.warning("Redis is away: the scan of %s waits for a tick", subject)


def request_revision(content: Mapping[str, Any], source_of: SourceOf) -> None:
    """Have the files and tables of a frozen revision scanned.

    :param content: the revision's content, with its ``resources``.
    :param source_of: where one content of a resource is, its ``file`` or else its ``table``;
        None for a link.
    """
    for resource in _contents(content):
        subject, source = subject_of(resource), source_of(resource)
        if subject and source:
            request(subject, source)


def scan_revision(content: Mapping[str, Any], source_of: SourceOf) -> None:
    """Scan the files and tables of a frozen revision now; those known already are not."""
    for resource in _contents(content):
        subject, source = subject_of(resource), source_of(resource)
        if subject and source:
            ensure(subject, source)


def run(subject: str) -> None:
    """The job: scan a content that was asked for; may run twice."""
    scan = records.find([subject]).get(subject)
    if scan is not None and scan.state != "done":
        _scan(subject, from_dict(scan.source))


def ensure(subject: str, source: Source) -> Mapping[str, Any]:
    """The report on a content, scanned now if it has not been.

    :returns: a `Report` as JSON.
    """
    records.request(subject, source)
    run(subject)
    return records.find([subject])[subject].report


def of_revision(content: Mapping[str, Any]) -> list[ResourceScan]:
    """What the scans say of a frozen revision: its description first, then each resource."""
    description = ResourceScan("", "done", scan_metadata(content).as_dict())
    named = [(resource, subject_of(resource)) for resource in _contents(content)]
    known = records.newest([subject for _, subject in named if subject])
    scans = [description]
    for resource, subject in named:
        name = str(resource.get("name") or resource.get("url", ""))
        if "table" in resource:
            name = f"{name} (DataStore)"
        scan = known.get(subject) if subject else None
        if scan is not None:
            scans.append(ResourceScan(name, scan.state, scan.report))
        else:
            scans.append(ResourceScan(name, "missing" if subject else "link", {}))
    return scans


def is_finished(content: Mapping[str, Any]) -> bool:
    """Whether everything of a frozen revision that can be scanned has been."""
    return all(scan.state in {"done", "link"} for scan in of_revision(content))


def _contents(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [one for resource in content["resources"] for one in contents_of(resource)]


def _scan(subject: str, source: Source) -> None:
    records.begin(subject)
    try:
        report = _read(source)
    except Exception:
        records.fail(subject)
        events.scanned.send(subject)
        raise
    records.finish(subject, report)
    events.scanned.send(subject)


def _read(source: Source) -> Report:
    if isinstance(source, FileSource):
        path = Path(source.path)
        return scan_file(path, source.format_name, source.file_name, limits.configured())
    return scan_rows(source.resource_id)
