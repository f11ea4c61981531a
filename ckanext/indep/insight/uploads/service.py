"""Checking and loading an uploaded history, from the file to the record.

`process` may be called at any time and any number of times: by the request, the worker or the
tick. The results go in by one transaction of `insight.service`; a second run finds that they
stand and writes nothing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Any

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import bulk, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import Row
from ckanext.indep.insight.uploads import collector, measures, planning, reading, records
from ckanext.indep.insight.uploads.catalogue import Catalogue
from ckanext.indep.insight.uploads.checking import Good
from ckanext.indep.insight.uploads.model import HistoryUpload
from ckanext.indep.insight.uploads.planning import Plan
from ckanext.indep.insight.uploads.problems import Problem
from ckanext.indep.insight.uploads.reading import Findings, Progress
from ckanext.indep.insight.uploads.states import State

__all__ = ["Checked", "check", "process", "write"]

log = logging.getLogger(__name__)


class Checked:
    """A file as it was read, and what loading it would change."""

    def __init__(self, findings: Findings, plan: Plan) -> None:
        self.findings = findings
        self.plan = plan

    @property
    def problems(self) -> list[Problem]:
        """All problems, by row."""
        return sorted(self.findings.problems + self.plan.problems, key=lambda one: one.row)

    def report(self) -> dict[str, Any]:
        """What the pages show of it."""
        return {
            "facts": self.findings.facts,
            "notes": self.findings.notes,
            "layout": self.findings.layout,
            "failure": self.findings.failure,
            "is_foreign": self.findings.is_foreign,
            "counts": self.plan.counts(),
            "preview": self.plan.preview,
        }


@collector.paused()
def check(
    content: bytes, catalogue: Catalogue, reason: str = "", progress: Progress | None = None
) -> Checked:
    """Read a file and compare it with what stands; nothing is written."""
    findings = reading.read(content, catalogue, city_time.today(), reason, progress)
    standing = bulk.standing(sorted({one.measure.id for one in findings.good}))
    return Checked(findings, planning.plan(findings.good, standing))


@collector.paused()
def write(good: list[Good], actor: str) -> bulk.Loaded:
    """Load lines that were checked, all or none.

    Raises IndepError if the record has changed since the check, so that it must be repeated.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    by_id: dict[str, Definition] = {}
    for one in good:
        by_id[one.measure.id] = one.measure
        rows[one.measure.id].append(one.content)
    return service.load_histories([(by_id[key], rows[key]) for key in rows], actor)


def process(upload_id: str) -> None:
    """Do what an upload waits for: its check, or its load."""
    upload = records.begin(upload_id)
    if upload is None:
        return
    try:
        _process(upload)
    except Exception:
        log.exception("The uploaded history %s broke off", upload_id)
        records.postpone(upload_id)
        raise


def _process(upload: HistoryUpload) -> None:
    checked = _check(upload)
    if upload.state == State.CHECKING:
        can_load = checked.findings.is_readable
        _finish(upload, checked, State.CHECKED if can_load else State.REFUSED)
        return
    if not checked.findings.is_readable or (checked.problems and not upload.only_good):
        _finish(upload, checked, State.CHECKED)
        return
    try:
        loaded = write(checked.plan.good, _person(upload))
    except ConflictError:
        # Somebody published or reported in between: what is a correction now needs a reason.
        _finish(upload, _check(upload), State.CHECKED)
        return
    counts = {**vars(loaded), "measures": checked.plan.measures}
    _finish(upload, checked, State.LOADED, {"loaded": counts})


def _person(upload: HistoryUpload) -> str:
    """Who stands behind it: for the check who uploaded, for the load who asked for it."""
    return upload.loaded_by or upload.uploaded_by


def _check(upload: HistoryUpload) -> Checked:
    catalogue = measures.catalogue(upload.organization, upload.measure_id, _person(upload))
    return check(
        upload.content or b"",
        catalogue,
        upload.reason,
        lambda rows: records.progress(upload.id, rows),
    )


def _finish(
    upload: HistoryUpload, checked: Checked, state: str, more: dict[str, Any] | None = None
) -> None:
    problems = [problem.as_dict() for problem in checked.problems]
    report = {**checked.report(), **(more or {})}
    records.finish(upload.id, state, checked.findings.rows, report, problems)
