"""Makes up the figures of the sample: ``python -m ckanext.indep.sample.make_observations``.

Writes observations.csv beside this file. The same measures.yaml always gives the same file:
each measure has a random generator of its own, seeded with its name. Only the city's one
published figure is real, and it is the only row whose source says so.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckanext.indep.insight import periods
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.sample import measures

__all__ = ["COLUMNS", "rows"]

COLUMNS: tuple[str, ...] = (
    "measure",
    "period",
    "value",
    "numerator",
    "denominator",
    "margin",
    "state",
    "provisional",
    "target",
    "target_low",
    "target_high",
    "target_reason",
    "comment",
    "source",
)
FIRST, LAST = "FY2022", "FY2027-Q1"
REAL = {
    "measure": "code-cases-inspected",
    "period": "FY2018-Q1",
    "value": "81",
    "comment": "The figure that the city published: 81 percent against a goal of 75.",
    "source": "City of Independence, press release 5114",
}
MADE_UP = "Illustrative"


def rows() -> Iterator[dict[str, str]]:
    """All rows: of each measure its targets, then its figures."""
    for entry in measures.declared():
        yield from _targets(entry)
        if entry["name"] == REAL["measure"]:
            yield REAL
            yield from _unknown_since_then(entry["name"])
        if "illustration" in entry:
            yield from _figures(entry)


def _targets(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Each year's target, carried on until another is set; of a sum, for each of its periods."""
    targets: dict[str, Any] = entry.get("targets", {})
    current: Any = None
    is_first = True
    for year in range(2018, 2028):
        key = f"FY{year}"
        is_new = key in targets
        current = targets.get(key, current)
        if current is None or (year == 2027 and entry["frequency"] in ("year", "irregular")):
            continue
        if 2018 < year < 2022:
            continue
        reason = _reason(entry, key, is_new, is_first)
        is_first = False
        for period in _target_periods(entry, year):
            ends = current if isinstance(current, list) else [None, None]
            yield {
                "measure": entry["name"],
                "period": period.key,
                "target": "" if isinstance(current, list) else str(current),
                "target_low": "" if ends[0] is None else str(ends[0]),
                "target_high": "" if ends[1] is None else str(ends[1]),
                "target_reason": reason,
            }


def _target_periods(entry: dict[str, Any], year: int) -> list[Period]:
    if entry["aggregation"] != "sum":
        return [Period(year, Kind.YEAR)]
    kind = Kind(entry["frequency"])
    return [Period(year, kind, number + 1) for number in range(kind.per_year)]


def _reason(entry: dict[str, Any], key: str, is_new: bool, is_first: bool) -> str:
    if (entry["name"], key) == (REAL["measure"], "FY2018"):
        return "Goal of the city, press release 5114"
    if is_first:
        return "Illustrative: set from the baseline"
    return "Illustrative: changed after review" if is_new else "Illustrative: kept after review"


def _unknown_since_then(name: str) -> Iterator[dict[str, str]]:
    period = periods.parse(REAL["period"]).next()
    while period.key != f"{FIRST}-Q1":
        yield {
            "measure": name,
            "period": period.key,
            "state": "not_collected",
            "comment": "Not part of this sample.",
            "source": MADE_UP,
        }
        period = period.next()


def _figures(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    made: dict[str, Any] = entry["illustration"]
    if "values" in made:
        for key, value in made["values"].items():
            row = {"measure": entry["name"], "period": key, "value": str(value)}
            yield {**row, "margin": str(made["margin"]), "source": MADE_UP}
        return
    chance = random.Random(entry["name"])  # noqa: S311 – made-up figures, not secrets
    span = list(_span(entry, made))
    drift = (made["last"] - made["first"]) / max(len(span) - 1, 1)
    for position, period in enumerate(span):
        level = made["first"] + drift * position + chance.gauss(0, made["noise"])
        level += made.get("season", [0, 0, 0, 0])[period.quarter().number - 1]
        level += made.get("dip", {}).get(period.key, 0)
        yield {
            "measure": entry["name"],
            "period": period.key,
            "source": MADE_UP,
            "comment": entry.get("comments", {}).get(period.key, ""),
            "provisional": "true" if period.key in made.get("provisional", []) else "",
            **_figure(entry, made, period, level, chance),
        }


def _span(entry: dict[str, Any], made: dict[str, Any]) -> Iterator[Period]:
    kind = Kind(entry["frequency"])
    end = periods.parse(made.get("last_period", LAST)).end
    first = periods.parse(made["start"]) if "start" in made else Period(2022, Kind.YEAR)
    period = periods.period_of(first.start, kind)
    while period.end <= end:
        yield period
        period = period.next()


def _figure(
    entry: dict[str, Any],
    made: dict[str, Any],
    period: Period,
    level: float,
    chance: random.Random,
) -> dict[str, str]:
    if period.key in made.get("missing", []):
        return {"state": "not_collected", "comment": "The system was being replaced."}
    if entry["aggregation"] != "ratio":
        return {"value": f"{max(level, 0):.{entry['precision']}f}"}
    denominator = (
        7 if period.key in made.get("few", []) else round(made["base"] * chance.uniform(0.9, 1.1))
    )
    numerator = round(denominator * min(max(level, 0), 100) / 100)
    return {"numerator": str(numerator), "denominator": str(denominator)}


def main() -> None:
    """Write the file."""
    path = Path(__file__).with_name("observations.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    main()
