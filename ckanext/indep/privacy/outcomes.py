"""What became of the scan of each content of a frozen revision, and what it leaves to people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ckanext.indep.privacy import records
from ckanext.indep.privacy.marks import Confidence
from ckanext.indep.privacy.model import Scan
from ckanext.indep.privacy.scan import scan_metadata
from ckanext.indep.privacy.sources import contents_of, subject_of

__all__ = ["Found", "Outcome", "of", "of_description"]

GIVEN_UP_AFTER = timedelta(hours=1)
"""A scan that has not ended so long after it was asked for is waited for no longer."""
NOTHING_LEFT_OUT = frozenset({"empty_file", "workbook_extras"})
"""Remarks of a report on a file whose cells were all read."""


@dataclass(frozen=True)
class Found:
    """Likely personal data: its kind, and the sheet and the column that it is in."""

    kind: str
    part: str
    column: str


@dataclass(frozen=True)
class Outcome:
    """What the scan says of one content.

    :param resource_id: the resource's id; empty for the description.
    :param subject: what the scans call the content.
    :param version: the detectors that scanned it; None where none have.
    :param is_awaited: whether the scan is still to come.
    :param is_unread: whether the scan failed, never ended, or could not read all of it.
    :param found: what is likely, not what is possible or doubtful.
    """

    resource_id: str
    subject: str
    version: int | None = None
    is_awaited: bool = False
    is_unread: bool = False
    found: tuple[Found, ...] = ()


def of(
    content: Mapping[str, Any], asked_at: datetime, cited: Mapping[str, int | None] | None = None
) -> list[Outcome]:
    """Return the outcome for each file and table of a frozen revision; links have none.

    :param asked_at: when the revision was frozen, for what no scan was noted of yet.
    :param cited: only scans by these versions count, by subject, and no other is waited for;
        without it the newest.
    """
    contents = [
        (str(resource["id"]), subject)
        for resource in content["resources"]
        for one in contents_of(resource)
        if (subject := subject_of(one))
    ]
    known = {
        scan.subject: scan
        for scan in records.of_all_versions([subject for _resource, subject in contents])
        if cited is None or cited.get(scan.subject) == scan.version
    }
    now = datetime.now(timezone.utc)
    age = now - asked_at if cited is None else timedelta.max
    return [
        _outcome(resource_id, subject, known.get(subject), age, now)
        for resource_id, subject in contents
    ]


def of_description(content: Mapping[str, Any]) -> Outcome:
    """Return the outcome for the texts of a dataset, which are scanned here and now."""
    text = json.dumps(content, sort_keys=True, default=str)
    subject = f"description:{hashlib.sha256(text.encode('utf-8')).hexdigest()}"
    report = scan_metadata(content).as_dict()
    return Outcome("", subject, version=records.VERSION, found=tuple(_likely(report)))


def _outcome(
    resource_id: str, subject: str, scan: Scan | None, age: timedelta, now: datetime
) -> Outcome:
    if scan is None or scan.state in ("pending", "scanning"):
        late = (now - scan.requested_at if scan else age) > GIVEN_UP_AFTER
        return Outcome(resource_id, subject, is_awaited=not late, is_unread=late)
    if scan.state == "failed":
        return Outcome(resource_id, subject, is_unread=True)
    left_out = {note["code"] for note in scan.report.get("not_scanned", [])} - NOTHING_LEFT_OUT
    return Outcome(
        resource_id,
        subject,
        version=scan.version,
        is_unread=bool(left_out),
        found=tuple(_likely(scan.report)),
    )


def _likely(report: Mapping[str, Any]) -> Iterator[Found]:
    for part in report.get("parts", []):
        for finding in part["findings"]:
            if finding["confidence"] == Confidence.HIGH.value:
                yield Found(finding["kind"], part["name"], finding["column"])
