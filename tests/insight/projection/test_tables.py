"""The tables behind the links to the published figures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.lib.search import rebuild as index
from ckan.tests import helpers
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ckanext.indep.governance import tables as governance_tables
from ckanext.indep.insight import periods, reader, service
from ckanext.indep.insight.cli import insight as command
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.projection import comparing, jobs, places
from ckanext.indep.insight.projection import service as projection
from ckanext.indep.insight.projection.tables import FIGURES, TARGETS, Table
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.subscriptions import on_released, on_withdrawn
from ckanext.indep.tabular import store
from tests.insight.conftest import Make, entry, publish_package

CANARY = "7654321.5"
DIALECTS = {"csv": "excel", "tsv": "excel-tab"}
QUARTERS = ("FY2024-Q1", "FY2024-Q2", "FY2024-Q3", "FY2024-Q4")
Links = dict[str, str]


@pytest.fixture
def links(department: dict[str, Any]) -> Links:
    """A public dataset with a link to each table; the ids of its resources by table."""
    package = publish_package(
        name=f"d-{uuid4().hex[:12]}",
        title="INsight figures",
        notes="",
        type="dataset",
        owner_org=department["id"],
    )
    row = model.Package.get(package["id"])
    assert row
    for table in (FIGURES, TARGETS):
        link = model.Resource(name=table.name, url=places.address(table), format="CSV")
        row.resources_all.append(link)
    model.Session.flush()
    ids = {one.name: one.id for one in row.resources_all}
    model.Session.commit()
    index(package["id"])
    return {**ids, "package": package["id"]}


def _shown(links: Links, table: Table = FIGURES) -> list[dict[str, Any]]:
    """The rows that a stranger gets."""
    found = helpers.call_action(
        "datastore_search", {"ignore_auth": False, "user": ""}, resource_id=links[table.name]
    )
    return found["records"]


def test_a_stranger_reads_what_is_published_and_nothing_else(
    links: Links, measure: Make, make_app: Callable[[], Any]
) -> None:
    made = measure(aggregation="last", unit="days")
    service.load_history(made, [{"period": "FY2024", "target": "90"}], "clerk")
    service.record(made, [entry("FY2024-Q1", "81"), entry("FY2024-Q2", CANARY)], "clerk")
    service.publish([periods.parse("FY2024-Q1")], "office")
    jobs.bring_up_to_date()
    (row,) = _shown(links)
    assert (row["measure"], row["period"], row["value"], row["target"]) == (
        made.name, "FY2024-Q1", 81, 90
    )  # fmt: skip
    assert (row["published"] is not None, row["version"]) == (True, reader.publications()[0][0])
    (target,) = _shown(links, TARGETS)
    assert (target["period"], target["target"], target["in_force"]) == ("FY2024", 90, True)
    app = make_app()
    dump = app.get(f"/datastore/dump/{links['figures']}").body
    file = app.get("/insight/figures.csv").body
    page = app.get(f"/dataset/{links['package']}/resource/{links['figures']}").body
    assert "81.0" in dump
    assert "81.0" in file
    assert "The columns explained" in page
    assert "Blank where there is none" in page
    for text in (dump, file, page, json.dumps(_shown(links))):
        assert CANARY.split(".")[0] not in text


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_no_download_of_a_table_has_a_formula(
    form: str, links: Links, measure: Make, make_app: Callable[[], Any]
) -> None:
    said = '=HYPERLINK("http://example.org","\t“so”")\n+1'
    made = measure(aggregation="last", unit="days", direction="down")
    quarter = periods.parse("FY2024-Q1")
    service.record(made, [entry("FY2024-Q1", "-81")], "clerk", [(quarter, said)])
    service.publish([quarter], "office")
    jobs.bring_up_to_date()
    address = f"/datastore/dump/{links['figures']}?format={form}"
    text = make_app().get(address).body
    (row,) = csv.DictReader(io.StringIO(text, newline=""), dialect=DIALECTS[form])
    assert (row["comment"], row["value"], row["target"]) == (f"'{said}", "-81.0", "")
    assert _shown(links)[0]["comment"] == said


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["record", "correct", "publish", "target", "comment", "baseline"]),
        st.integers(0, 1),
        st.sampled_from(QUARTERS),
        st.integers(0, 9999),
    ),
    min_size=4,
    max_size=12,
)


# Made smaller, a failing example would be tried for minutes: each writes to three stores.
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_after_any_publications_and_corrections_each_row_is_as_the_record_says(
    links: Links, measure: Make, steps: list[tuple[str, int, str, int]]
) -> None:
    made = [
        measure(aggregation="last", unit="days", minimum_denominator="5"),
        measure(aggregation="ratio", direction="down"),
    ]
    for step, which, key, number in steps:
        _take(step, made[which], key, number)
    projection.update()
    assert list(comparing.differences()) == []
    versions = {row["version"] for row in _shown(links) if row["measure"] == made[0].name}
    assert versions <= {version for version, *_rest in reader.publications(10_000)}


def _take(step: str, made: Definition, key: str, number: int) -> None:
    period = periods.parse(key)
    if step == "target":
        service.set_target(made, period, Target(Decimal(number + 1)), "Agreed", "office")
    elif step == "comment":
        service.record(made, [], "clerk", [(period, f"=cmd {number}, \t “so”")])
    elif step == "baseline":
        service.set_baseline(made, period, period, None, "New", "office")
    elif step == "publish":
        if service.pending_quarters():
            service.publish(service.pending_quarters(), "office")
    else:
        counted = {"numerator": number, "denominator": 10_000 if number % 3 else 4}
        figures = counted if made.is_percent else {**counted, "value": number / 8}
        row = {"period": key, **figures, "reason": "Counted again"}
        if made.is_percent and number > counted["denominator"]:
            return
        service.load_history(made, [row], "clerk")


def _alter(links: Links, statement: Callable[[sa.TableClause], Any]) -> None:
    columns = [sa.column(name) for name in FIGURES.names]
    with get_write_engine().begin() as connection:
        connection.execute(statement(sa.table(links["figures"], *columns)))


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (lambda t: sa.update(t).values(value=99).where(t.c.period == "FY2024-Q1"), "value of"),
        (lambda t: sa.delete(t).where(t.c.period == "FY2024-Q2"), "FY2024-Q2 is missing"),
        (lambda t: sa.insert(t).values(measure="x", period="FY2024-Q3"), "is not published"),
        (lambda t: sa.insert(t).from_select(t.c, sa.select(t)), "there twice"),
    ],
)
def test_check_names_what_differs_and_rebuild_mends_it(
    links: Links,
    reported: Callable[..., Definition],
    cli: Any,
    statement: Callable[[sa.TableClause], Any],
    sentence: str,
) -> None:
    reported({"FY2024-Q1": "80", "FY2024-Q2": "81"})
    assert cli.invoke(command, ["rebuild"]).exit_code == 0
    assert cli.invoke(command, ["check"]).exit_code == 0
    _alter(links, statement)
    found = cli.invoke(command, ["check"])
    assert found.exit_code == 1
    assert sentence in found.output
    before = _shown(links)
    assert cli.invoke(command, ["rebuild"]).exit_code == 0
    assert _shown(links) != before
    assert cli.invoke(command, ["check"]).exit_code == 0


def test_making_it_again_changes_nothing_and_a_tick_looks_only(
    links: Links, reported: Callable[..., Definition]
) -> None:
    made = reported({"FY2024-Q1": "80"})
    assert projection.update()
    rows = _shown(links)
    assert projection.rebuild() == (reader.current_version(), 2)
    assert _shown(links) == rows
    assert not projection.update()
    service.set_target(made, periods.parse("FY2025"), Target(Decimal(95)), "Raised", "office")
    assert any("shows version" in sentence for sentence in comparing.differences())
    assert projection.update()
    assert list(comparing.differences()) == []


def test_all_tables_change_together_or_none(
    links: Links, reported: Callable[..., Definition], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = reported({"FY2024-Q1": "80"})
    projection.rebuild()
    service.record(made, [entry("FY2024-Q2", "70")], "clerk")
    service.publish(service.pending_quarters(), "office")
    put, done = store.replace_table, []

    def second_fails(*arguments: Any) -> None:
        if done:
            raise OSError("The disk is full")
        done.append(put(*arguments))

    monkeypatch.setattr(store, "replace_table", second_fails)
    with pytest.raises(OSError, match="full"):
        projection.rebuild()
    assert [row["period"] for row in _shown(links)] == ["FY2024-Q1"]
    monkeypatch.undo()
    projection.rebuild()
    assert [row["period"] for row in _shown(links)] == ["FY2024-Q1", "FY2024-Q2"]


def test_what_was_read_before_a_publication_is_read_again(
    links: Links, reported: Callable[..., Definition], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = reported({"FY2024-Q1": "80"})
    read, late = projection.listing.summaries, ["once"]

    def published_meanwhile() -> Any:
        found = read()
        if late:
            late.pop()
            service.record(made, [entry("FY2024-Q2", "70")], "clerk")
            service.publish(service.pending_quarters(), "office")
        return found

    monkeypatch.setattr(projection.listing, "summaries", published_meanwhile)
    version, _tables = projection.rebuild()
    assert version == reader.current_version()
    assert [row["period"] for row in _shown(links)] == ["FY2024-Q1", "FY2024-Q2"]


def test_a_withdrawn_measure_is_gone_at_once(
    links: Links, reported: Callable[..., Definition]
) -> None:
    gone, stays = reported({"FY2024-Q1": "80"}), reported({"FY2024-Q1": "70"})
    projection.rebuild()
    on_withdrawn(gone.id, package_type="measure")
    assert {row["measure"] for row in _shown(links)} == {stays.name}
    assert {row["measure"] for row in _shown(links, TARGETS)} == {stays.name}


def test_the_tables_go_with_the_dataset_and_come_with_it(
    links: Links, reported: Callable[..., Definition]
) -> None:
    reported({"FY2024-Q1": "80"})
    on_released(links["package"], package_type="dataset", revision_id="r")
    projection.update()
    package = model.Package.get(links["package"])
    assert package
    for private in (True, False):
        package.private = private
        model.Session.commit()
        projection.update()
        with get_read_engine().connect() as connection:
            assert sa.inspect(connection).has_table(links["figures"]) is not private
    assert len(_shown(links)) == 1


def test_a_table_that_was_approved_with_the_resource_is_left_alone(
    links: Links, reported: Callable[..., Definition]
) -> None:
    reported({"FY2024-Q1": "80"})
    with get_write_engine().begin() as connection:
        connection.execute(sa.DDL(f'CREATE TABLE "{links["figures"]}" (_id int, code text)'))
    assert projection.rebuild() == (reader.current_version(), 1)
    assert not projection.update()
    assert any("a table of its own" in sentence for sentence in comparing.differences())


def test_a_new_revision_of_the_dataset_keeps_the_tables(
    links: Links, reported: Callable[..., Definition]
) -> None:
    """A release hides tables of replaced files; these belong to no file."""
    reported({"FY2024-Q1": "80"})
    projection.rebuild()
    governance_tables.retire(links["figures"], staging="none", hidden="_old_1")
    assert len(_shown(links)) == 1
