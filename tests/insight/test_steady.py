"""Who looks while a quarter is published sees all of it or nothing of it, in every output."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ckan import model

from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import periods, reader, service, steady
from ckanext.indep.insight.definition import Definition

Reported = Callable[..., Definition]

QUARTER = "FY2024-Q2"
DEPARTMENTS = 3
NEW = [f"77.{number}" for number in range(1, DEPARTMENTS + 1)]
SAID = [f"Said number {number}" for number in range(1, DEPARTMENTS + 1)]

OUTPUTS = (
    "/insight",
    "/insight/goal/quality",
    "/insight/calendar",
    "/insight/feed.atom",
    "/insight/figures.csv",
    "/insight/measure/together-1",
    "/insight/measure/together-2.csv",
    "/insight/measure/together-3.json",
    "/insight/embed/measure/together-1",
    "/insight/report/FY2024-Q1",
    "/insight/measure/together-1.svg",
    "/api/3/action/indep_measure_list",
    "/api/3/action/indep_measure_show?id=together-2",
)


@pytest.fixture
def waiting(reported: Reported) -> list[Definition]:
    """Measures with a public quarter and one that is handed in, each with a comment."""
    made = [
        reported({"FY2024-Q1": "66.6"}, name=f"together-{number}")
        for number in range(1, DEPARTMENTS + 1)
    ]
    for measure, value, comment in zip(made, NEW, SAID, strict=True):
        row = {"period": QUARTER, "value": value, "comment": comment}
        service.load_history(measure, [row], "clerk")
    return made


def _publish() -> None:
    service.publish([periods.parse(QUARTER)], "office")


def test_what_was_published_meanwhile_is_wholly_there(
    make_app: Callable[[], Any], waiting: list[Definition], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter becomes public while each output is made: just after its figures were read."""
    read = reader.records
    waits: list[periods.Period] = []

    def meanwhile(measure_ids: Any) -> Any:
        found = read(measure_ids)
        if waits:
            service.publish([waits.pop()], "office")
        return found

    quarter = periods.parse(QUARTER)
    for path in OUTPUTS:
        for measure in waiting:
            service.load_history(measure, [{"period": quarter.key, "value": "71"}], "clerk")
        waits.append(quarter)
        monkeypatch.setattr(reader, "records", meanwhile)
        during = make_app().get(path)
        monkeypatch.undo()
        assert reader.is_published(quarter), path
        after = make_app().get(path)
        assert _content(during) == _content(after), path
        assert during.headers.get("ETag") == after.headers.get("ETag"), path
        quarter = quarter.next()


def _content(response: Any) -> Any:
    """What is said."""
    content = response.json if response.is_json else {}
    return content.get("result", response.body)


def test_who_looks_all_the_time_sees_never_half_a_quarter(
    make_app: Callable[[], Any], waiting: list[Definition]
) -> None:
    make_app().get("/insight")
    over, begun = threading.Event(), threading.Barrier(4)
    seen: list[tuple[str, str]] = []
    failed: list[Exception] = []

    def look(paths: tuple[str, ...]) -> None:
        visitor = make_app()
        try:
            begun.wait()
            last = False
            while not last:
                last = over.is_set()
                seen.extend((path, visitor.get(path).body) for path in paths)
        except Exception as error:
            failed.append(error)
        finally:
            model.Session.remove()

    threads = [
        threading.Thread(target=look, args=(paths,))
        for paths in (
            ("/insight/figures.csv?a", "/api/3/action/indep_measure_list"),
            ("/insight/figures.csv?b", "/insight/goal/quality"),
            ("/insight/feed.atom", "/insight/figures.csv?c"),
        )
    ]
    for thread in threads:
        thread.start()
    begun.wait()
    _publish()
    over.set()
    for thread in threads:
        thread.join()
    assert failed == []
    files = [body for path, body in seen if "figures" in path]
    shown = [[value in body for value in NEW + SAID] for body in files]
    assert {tuple(one) for one in shown} <= {(False,) * 6, (True,) * 6}
    assert any(all(one) for one in shown)
    told = [json.loads(body)["result"] for path, body in seen if "/api/" in path]
    assert {len({measure["latest"]["period"] for measure in one}) for one in told} == {1}


def test_it_ends_with_a_sentence_if_there_is_no_end(
    waiting: list[Definition], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers: Iterator[int] = iter(range(100))
    monkeypatch.setattr(reader, "current_version", lambda: next(numbers))
    with pytest.raises(ConflictError, match="in a minute"):
        steady.read(lambda: None)
