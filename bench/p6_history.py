"""P6: a history of 100,000 observations, read from CSV, checked and written.

Compared with `datastore_upsert` of the same rows over the API of the stock CKAN (aim: a tenth of
its time), and with the limit, PostgreSQL's COPY of the same rows into an empty table that is made
like ours (aim: at most four times its time). Ours runs in this process, as in a worker; each run
writes figures of 250 measures that no page knows.
"""

from __future__ import annotations

import csv
import io
import secrets
import statistics
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from ckan.cli import load_config
from ckan.config.middleware import make_app

from bench.client import Client
from bench.setting import Side, current
from ckanext.indep.insight import definition
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.uploads import service
from ckanext.indep.insight.uploads.catalogue import Catalogue

RUNS = 5
UPSERT_RUNS = 3
MEASURES = 250
MONTHS = 400
UPSERT_ROWS = 5_000
LAST = Period(2026, Kind.MONTH, 12)

Figure = tuple[str, str, str]


def main() -> None:
    """Print the table of P6."""
    setting = current()
    app = make_app(load_config(setting.ours.ini))
    engine = sa.create_engine(setting.ours.database)
    times: dict[str, list[float]] = {"ours": [], "copy": [], "upsert": []}
    with app.test_request_context():
        for run in range(RUNS + 1):
            measures = _measures()
            figures = list(_figures(measures))
            content, catalogue = _as_csv(figures), Catalogue.of(measures)
            seconds = {
                "ours": _ours(content, catalogue),
                "copy": _copy(engine, figures),
                "upsert": _upsert(setting.stock, figures) if run <= UPSERT_RUNS else 0.0,
            }
            if run:
                for name, value in seconds.items():
                    times[name] += [value] if value else []
    _print(times)


def _measures() -> list[Definition]:
    salt = secrets.token_hex(4)
    return [
        definition.of_package(
            {
                "id": f"bench-p6-{salt}-{number}",
                "name": f"bench-p6-{salt}-{number}",
                "title": f"Measure {number}",
                "aggregation": "last",
                "frequency": "month",
            }
        )
        for number in range(MEASURES)
    ]


def _figures(measures: list[Definition]) -> Iterator[Figure]:
    periods = [LAST]
    for _ in range(MONTHS - 1):
        periods.append(periods[-1].previous())
    for row, measure in enumerate(measures):
        for column, period in enumerate(periods):
            yield measure.name, period.key, f"{(row * 7919 + column * 104729) % 100000 / 100:.2f}"


def _as_csv(figures: list[Figure]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["measure", "period", "value"])
    writer.writerows(figures)
    return buffer.getvalue().encode()


def _ours(content: bytes, catalogue: Catalogue) -> float:
    began = time.perf_counter()
    checked = service.check(content, catalogue)
    written = service.write(checked.plan.good, "bench").written
    seconds = time.perf_counter() - began
    if checked.problems or written != MEASURES * MONTHS:
        raise RuntimeError(f"{written} written, problems: {checked.problems[:3]}")
    return seconds


def _copy(engine: sa.Engine, figures: list[Figure]) -> float:
    """COPY the rows, ready as text, into a table with the columns and indexes of ours."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for name, period, value in figures:
        writer.writerow([name, period, 1, "reported", value, False, "{}", "bench"])
    buffer.seek(0)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS bench_p6"))
        connection.execute(sa.text("CREATE TABLE bench_p6 (LIKE indep_observation INCLUDING ALL)"))
    began = time.perf_counter()
    with engine.begin() as connection:
        raw: Any = connection.connection
        with raw.cursor() as cursor:
            cursor.copy_expert(
                "COPY bench_p6 (measure_id, period, revision, state, value, provisional, source,"
                " recorded_by) FROM STDIN (FORMAT csv)",
                buffer,
            )
    seconds = time.perf_counter() - began
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE bench_p6"))
    return seconds


def _upsert(side: Side, figures: list[Figure]) -> float:
    client = Client(side, "sysadmin")
    organization = client.post("organization_create", name=f"bench-p6-{secrets.token_hex(4)}")
    dataset = client.post("package_create", name=organization["name"], owner_org=organization["id"])
    table = client.post(
        "datastore_create",
        resource={"package_id": dataset["id"], "name": "Figures"},
        fields=[
            {"id": "measure", "type": "text"},
            {"id": "period", "type": "text"},
            {"id": "value", "type": "numeric"},
        ],
        primary_key=["measure", "period"],
    )
    records = [dict(zip(("measure", "period", "value"), one, strict=True)) for one in figures]
    began = time.perf_counter()
    for first in range(0, len(records), UPSERT_ROWS):
        client.post(
            "datastore_upsert",
            resource_id=table["resource_id"],
            method="upsert",
            records=records[first : first + UPSERT_ROWS],
        )
    seconds = time.perf_counter() - began
    client.post("dataset_purge", id=dataset["id"])
    client.post("organization_purge", id=organization["id"])
    return seconds


def _print(times: dict[str, list[float]]) -> None:
    ours = statistics.median(times["ours"])
    print(f"{MEASURES * MONTHS:,} observations; {RUNS} runs, of the upsert {UPSERT_RUNS}.\n")
    print("| work | min / median / max ms | its median / ours |\n|---|---|---|")
    for name, work in (
        ("ours", "history, read, checked and written"),
        ("upsert", f"`datastore_upsert`, {UPSERT_ROWS:,} rows a call"),
        ("copy", "`COPY` into a table like ours"),
    ):
        values = (min(times[name]), statistics.median(times[name]), max(times[name]))
        spread = " / ".join(f"{1000 * value:.0f}" for value in values)
        print(f"| {work} | {spread} | {values[1] / ours:.2f} |")


if __name__ == "__main__":
    main()
