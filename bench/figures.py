"""Ten years of figures for the sample's measures: as many as 25 measures × 40 quarters and more."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from ckan.cli import load_config
from ckan.config.middleware import make_app

from bench.setting import Setting
from ckanext.indep.insight import history, listing, periods, reader, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.status import Aggregation

MEASURES = 25
QUARTERS = 40
ACTOR = "bench"
LAST_QUARTER = Period(2026, Kind.QUARTER, 4)


def prepare(setting: Setting) -> int:
    """Record and publish what is missing; a second run has nothing to do.

    Returns the number of public measures. It runs in this process, as the command line would.
    """
    app = make_app(load_config(setting.ours.ini))
    with app.test_request_context():
        measures = listing.definitions()
        if len(measures) < MEASURES:
            raise RuntimeError(f"There are {len(measures)} measures, {MEASURES} are needed.")
        batch = [(measure, list(_missing(measure))) for measure in measures]
        if any(rows for _measure, rows in batch):
            service.load_histories(batch, ACTOR)
            service.publish(service.pending_quarters(), ACTOR)
        return len(measures)


def _missing(measure: Definition) -> Iterator[history.Row]:
    record = reader.records([measure.id])[measure.id]
    known = {result.period for result in record.results} | record.waiting
    chance = random.Random(measure.name)  # the same figures each time
    for period in _periods(measure.kind or Kind.YEAR):
        if period not in known:
            yield history.read_row(_row(measure, period, chance))


def _row(measure: Definition, period: Period, chance: random.Random) -> dict[str, Decimal | str]:
    part = Decimal(chance.randint(600, 990))
    target = {"target": "80"} if measure.direction.value in ("up", "down") else {}
    if measure.aggregation is Aggregation.RATIO:
        return {"period": period.key, "numerator": part, "denominator": Decimal(1000), **target}
    return {"period": period.key, "value": part / 10, **target}


def _periods(kind: Kind) -> list[Period]:
    last = periods.period_of(LAST_QUARTER.end, kind)
    found = [last]
    while len(found) < QUARTERS * 3 // kind.months:
        found.append(found[-1].previous())
    return found
