"""P8: review queue, my work, agenda and audit log with more and more change requests.

Compared with itself: the aim is at most twice the time with 100,000 requests as with 1,000. Of the
requests 1 in 100 is open, half of those with the committee; each has ten events in the audit log,
and each that has ended three ballots.
What is added here is removed at the end.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
import sqlalchemy as sa

from bench.client import Client
from bench.setting import Side, current

SIZES = (1_000, 10_000, 100_000)
RUNS = 15
EVENTS = 10
PREFIX = "bench-p8-"
TITLE = "Meeting of the benchmark"

REQUESTS = sa.text(
    """
    INSERT INTO indep_change_request
        (id, kind, package_type, live_id, workspace_id, owner_org, slug, title, state, opened_by,
         opened_at, changed_at, revision_id, snapshot)
    SELECT :prefix || n, 'create', 'dataset', :prefix || 'live-' || n, :prefix || 'ws-' || n,
           (SELECT min(id) FROM "group" WHERE is_organization AND state = 'active'),
           :prefix || n, 'Request ' || n,
           CASE WHEN n % 200 = 0 THEN 'in_review' WHEN n % 200 = 100 THEN 'submitted'
                ELSE 'released' END,
           (SELECT id FROM "user" WHERE name = 'data-steward'),
           now() - n * interval '1 minute', now() - n * interval '1 minute', :prefix || 'rev-' || n,
           jsonb_build_object('stage', CASE WHEN n % 200 = 0 THEN 'committee'
                                            ELSE 'data_owner' END,
               'stages', '["data_owner", "committee"]'::jsonb, 'lane', 'committee', 'quorum', 0.5,
               'electorate', (SELECT jsonb_agg(id) FROM "user" WHERE name LIKE 'committee-%'))
      FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
    """
)
WORKERS = sa.text(
    """
    INSERT INTO indep_contributor (request_id, user_id, since)
    SELECT id, opened_by, opened_at FROM indep_change_request WHERE id LIKE :prefix || '%'
    ON CONFLICT DO NOTHING
    """
)
BALLOTS = sa.text(
    """
    INSERT INTO indep_ballot (request_id, revision_id, stage, user_id, ballot, reason, cast_at)
    SELECT :prefix || n, :prefix || 'rev-' || n, 'committee', u.id, 'for', '', now()
      FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n,
           (SELECT id FROM "user" WHERE name LIKE 'committee-%' LIMIT 3) u
     WHERE n % 100 <> 0
    """
)
EVENTS_OF = sa.text(
    """
    INSERT INTO indep_event (seq, at, actor, event, subject, data, previous, hash)
    SELECT (SELECT coalesce(max(seq), 0) FROM indep_event) + row_number() OVER (), now(),
           :prefix, 'ballot', :prefix || n, '{}', '', ''
      FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n, generate_series(1, :events)
    """
)
CLEAN = (
    "ALTER TABLE indep_event DISABLE TRIGGER USER",
    "DELETE FROM indep_event WHERE actor = :prefix",
    "ALTER TABLE indep_event ENABLE TRIGGER USER",
    "ALTER TABLE indep_ballot DISABLE TRIGGER USER",
    "DELETE FROM indep_ballot WHERE request_id LIKE :prefix || '%'",
    "ALTER TABLE indep_ballot ENABLE TRIGGER USER",
    "DELETE FROM indep_contributor WHERE request_id LIKE :prefix || '%'",
    "DELETE FROM indep_change_request WHERE id LIKE :prefix || '%'",
)


def main() -> None:
    """Print the table of P8."""
    ours = current().ours
    pages = {
        "review queue (committee member)": _page(ours, "member", "/review"),
        "my work (data steward)": _page(ours, "steward", "/work"),
        "my work (data owner)": _page(ours, "owner", "/work"),
        "audit log (auditor)": _page(ours, "auditor", "/audit"),
        "agenda made from the queue (secretary)": _agenda(ours),
    }
    medians: dict[str, list[float]] = {name: [] for name in pages}
    engine = sa.create_engine(ours.database)
    with _removed_afterwards(engine):
        size = 0
        for wanted in SIZES:
            _grow(engine, size + 1, wanted)
            size = wanted
            for name, page in pages.items():
                medians[name].append(_median(page))
    print("Median of", RUNS, "page views in ms.\n")
    heads = " | ".join(f"{size:,} requests" for size in SIZES)
    print(f"| page | {heads} | largest / smallest |\n|---|{'---|' * (len(SIZES) + 1)}")
    for name, times in medians.items():
        cells = " | ".join(f"{1000 * seconds:.0f}" for seconds in times)
        print(f"| {name} | {cells} | {times[-1] / times[0]:.2f} |")


def _page(side: Side, role: str, path: str) -> Callable[[], None]:
    http = requests.Session()
    http.headers["Authorization"] = side.tokens[role]

    def view() -> None:
        answer = http.get(side.url + path, timeout=120)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:300]}")

    return view


def _agenda(side: Side) -> Callable[[], None]:
    secretary = Client(side, "secretary")
    start = dt.datetime.now(dt.timezone.utc) + dt.timedelta(days=60)
    meeting = secretary.post("indep_meeting_create", title=TITLE, starts_at=start.isoformat())

    def build() -> None:
        secretary.post("indep_agenda_build", number=meeting["number"])

    return build


def _median(page: Callable[[], None]) -> float:
    seconds: list[float] = []
    for run in range(RUNS + 2):
        began = time.perf_counter()
        page()
        if run >= 2:
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _grow(engine: sa.Engine, first: int, last: int) -> None:
    with engine.begin() as connection:
        span = {"prefix": PREFIX, "first": first, "last": last}
        connection.execute(REQUESTS, span)
        connection.execute(WORKERS, {"prefix": PREFIX})
        connection.execute(BALLOTS, span)
        connection.execute(EVENTS_OF, {**span, "events": EVENTS})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


@contextmanager
def _removed_afterwards(engine: sa.Engine) -> Iterator[None]:
    _clean(engine)
    try:
        yield
    finally:
        _clean(engine)


def _clean(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for statement in CLEAN:
            values = {"prefix": PREFIX} if ":prefix" in statement else {}
            connection.execute(sa.text(statement), values)
