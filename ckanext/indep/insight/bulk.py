"""Many observations at once: what stands is read by one query, what is new goes in by COPY.

Only `service` calls `copy_observations`, inside its unit of work.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.indep.insight.model import Observation
from ckanext.indep.insight.rules import Standing

__all__ = ["Loaded", "copy_observations", "standing"]

_COPY = """
    COPY indep_observation (measure_id, period, revision, state, numerator, denominator, value,
                            margin, provisional, source, correction_reason, recorded_by)
    FROM STDIN (FORMAT csv)
"""


@dataclass
class Loaded:
    """How much of a file was written: new results, changed ones, and those that stood."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    targets: int = 0
    comments: int = 0

    @property
    def written(self) -> int:
        """Rows that were written."""
        return self.new + self.changed + self.targets + self.comments

    def count(self, is_news: bool, before: Standing | None) -> None:
        """Take one result in."""
        if not is_news:
            self.unchanged += 1
        elif before is None:
            self.new += 1
        else:
            self.changed += 1


def standing(measure_ids: Sequence[str]) -> dict[tuple[str, str], Standing]:
    """The latest observation by measure and period."""
    place = (Observation.measure_id, Observation.period)
    is_public = sa.func.bool_or(Observation.published_version.is_not(None))
    rows = model.Session.execute(
        sa.select(
            *place,
            Observation.revision,
            is_public.over(partition_by=place),
            Observation.state,
            Observation.value,
            Observation.numerator,
            Observation.denominator,
            Observation.margin,
            Observation.provisional,
            Observation.source,
        )
        .where(Observation.measure_id.in_(measure_ids))
        .distinct(*place)
        .order_by(*place, Observation.revision.desc())
    )
    return {(row[0], row[1]): Standing(*row[2:]) for row in rows}


def copy_observations(rows: Sequence[Mapping[str, Any]], actor: str) -> None:
    """Add observations by COPY, in the session's transaction; blank texts become NULL."""
    if not rows:
        return
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    for row in rows:
        write(
            (
                row["measure_id"],
                row["period"],
                row["revision"],
                row["state"],
                row["numerator"],
                row["denominator"],
                row["value"],
                row["margin"],
                row["provisional"],
                json.dumps(row["source"]) if row["source"] else "{}",
                row["correction_reason"],
                actor,
            )
        )
    buffer.seek(0)
    connection: Any = model.Session.connection().connection
    with connection.cursor() as cursor:
        cursor.copy_expert(_COPY, buffer)
