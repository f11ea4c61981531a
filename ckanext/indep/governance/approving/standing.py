"""Standing approvals: which routine updates of rows the committee has approved beforehand. Pure.

The approval is part of what was approved: three fields of the released revision name the account,
the largest share of the rows that one update may change, and the last day. An update within these
bounds is released as soon as it is submitted; any other takes the ordinary way, with the reasons.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.indep.governance.comparing import diff
from ckanext.indep.governance.policy import STANDING, Lane, Refresh

__all__ = ["LANE", "RowCount", "Standing", "of", "outside", "too_wide"]

Content = Mapping[str, Any]

LANE = Lane(
    name=STANDING,
    label="Routine update within a standing approval",
    stages=(),
    fields=frozenset({"resources", "modified", "temporal_end"}),
)
OF_A_FILE = frozenset({"file", "table", "url"})
"""What an update changes in a file that it replaces."""


@dataclass(frozen=True)
class Standing:
    """What was approved: `by` is the account's name, `max_change` a share from 0 to 1."""

    by: str
    max_change: float
    until: dt.date


@dataclass(frozen=True)
class RowCount:
    """Of one table: the rows there were, and how many were added, removed or changed."""

    before: int
    touched: int


def of(content: Content) -> Standing | None:
    """Return the standing approval in a released revision, None where there is none."""
    by, until = content.get("refresh_by"), content.get("refresh_until")
    if not by or not until or content.get("refresh_max_change") in (None, ""):
        return None
    return Standing(
        str(by),
        float(content["refresh_max_change"]) / 100,
        dt.date.fromisoformat(str(until)[:10]),
    )


def too_wide(content: Content, today: dt.date, bounds: Refresh) -> Iterator[str]:
    """Yield what keeps a standing approval from being asked for at all, by the policy."""
    asked = of(content)
    named = [content.get(f"refresh_{part}") for part in ("by", "max_change", "until")]
    if asked is None:
        if any(value not in (None, "") for value in named):
            yield "A standing approval needs an account, a largest change and a last day."
        return
    if asked.until > today + dt.timedelta(days=bounds.longest_days):
        yield f"A standing approval may last {bounds.longest_days} days at most."
    if asked.max_change > bounds.largest_change:
        yield f"One update may change {bounds.largest_change:.0%} of the rows at most."


def outside(
    base: Content,
    new: Content,
    workers: Collection[str],
    today: dt.date,
    rows: Mapping[str, RowCount],
) -> Iterator[str]:
    """Yield in words why an update is not covered; nothing if it is.

    `base` is the released revision, `workers` the names of all who worked on the update, `rows`
    the counts of each table that changed, by the resource's id.
    """
    approved = of(base)
    if approved is None:
        yield "The dataset has no standing approval."
        return
    if set(workers) != {approved.by}:
        yield f"The standing approval is for the account {approved.by} alone."
    if today > approved.until:
        yield f"The standing approval ended on {approved.until.isoformat()}."
    changes = diff.compare(base, new)
    for change in changes:
        if not change.where and change.field not in LANE.fields:
            yield f"The field {change.field} differs."
        elif change.where and (change.field not in OF_A_FILE or change.kind != "changed"):
            yield f"{change.where}: {change.field} was {change.kind}."
    tables = {r["id"]: r.get("table") for r in base["resources"]}
    for resource in new["resources"]:
        if resource["id"] in tables:
            before = tables[resource["id"]]
            yield from _table(resource, before, rows.get(resource["id"]), approved)


def _table(
    resource: Content, before: Content | None, rows: RowCount | None, approved: Standing
) -> Iterator[str]:
    name = str(resource.get("name") or resource.get("url"))
    after: Content | None = resource.get("table")
    if after == before and rows is None:
        return
    if before is None or after is None:
        yield f"{name}: is not a table, so its change cannot be measured."
    elif before["columns"] != after["columns"]:
        yield f"{name}: its columns differ."
    elif rows is None:
        yield f"{name}: its rows were not counted."
    elif rows.touched > approved.max_change * max(rows.before, 1):
        yield (
            f"{name}: {rows.touched} of {rows.before} rows differ, "
            f"more than {approved.max_change:.0%}."
        )
