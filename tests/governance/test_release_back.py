"""The ways back: an earlier release, a take-down, retirement, and the broken glass."""

from __future__ import annotations

import datetime as dt
import io
import os
import uuid
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage

from ckanext.indep import city_time
from ckanext.indep.governance import outbox, tables, verify
from ckanext.indep.governance.emergency import ratifying
from ckanext.indep.governance.maintenance import reminding, ticking
from ckanext.indep.governance.model import Ratification
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import City, act, approve, request_of
from tests.tools.killed import killed_at

Make = Callable[..., dict[str, Any]]
THOUSAND = "zip,count\n" + "".join(f"{64000 + n},{n}\n" for n in range(1000))
REASON = "The new rows were counted twice."


def _sound() -> None:
    assert list(verify.breaches()) == []


def _rows(resource_id: str, user: str = "") -> list[tuple[Any, ...]]:
    found = act(user, "datastore_search", resource_id=resource_id, limit=2000)["records"]
    return [(row["zip"], row["count"]) for row in found]


def _replace(city: City, package: dict[str, Any], csv: str, **fields: Any) -> dict[str, Any]:
    """Release new rows and fields; return the package as a stranger sees it."""
    request = act(city.steward, "indep_request_open", id=package["id"])
    if fields:
        act(city.steward, "package_patch", id=request["workspace_id"], **fields)
    workspace = act(city.steward, "package_show", id=request["workspace_id"])
    copy = workspace["resources"][0]["id"]
    upload = FileStorage(io.BytesIO(csv.encode()), filename="new.csv")
    act(city.steward, "resource_patch", id=copy, upload=upload)
    outbox.drain()
    load_table(copy)
    act(city.steward, "indep_request_submit", id=request["id"])
    approve(city, act(city.owner, "indep_request_show", id=request["id"]))
    outbox.drain()
    return act("", "package_show", id=package["id"])


def _roll_back(city: City, package_id: str, version: int) -> dict[str, Any]:
    return act(
        city.steward, "indep_roll_back", id=package_id, version=version, reason="Counted twice."
    )


class TestRollBack:
    def test_to_an_earlier_table_and_forth_again(self, city: City, released: Make) -> None:
        package = released(csv=THOUSAND)
        resource = package["resources"][0]["id"]
        old = _rows(resource)
        assert len(old) == 1000
        _replace(city, package, "zip,count\n02116,9\n", notes="Second.")
        request = _roll_back(city, package["id"], 1)
        assert (request["kind"], request["lane"], request["state"]) == (
            "roll_back", "roll_back", "submitted",
        )  # fmt: skip
        assert _rows(resource) == [("02116", 9)]
        with pytest.raises(tk.NotAuthorized):
            act(
                city.steward, "indep_request_decide",
                id=request["id"], revision_id=request["revision_id"],
            )  # fmt: skip
        assert approve(city, request)["state"] == "released"
        outbox.drain()
        assert _rows(resource) == old
        now = act("", "package_show", id=package["id"])
        assert (now["notes"], now["resources"][0]["url"].rsplit("/", 1)[1]) == (
            package["notes"], "potholes.csv",
        )  # fmt: skip
        _sound()
        history = act("", "indep_publication_history", id=package["id"])
        assert [(h["version"], h["kind"], h["current"]) for h in history] == [
            (3, "roll_back", True), (2, "edit", False), (1, "create", False),
        ]  # fmt: skip
        assert history[0]["sha256"] == history[2]["sha256"]
        assert history[1]["votes"] == {"for": 2, "against": 0, "abstain": 0}
        # Version 2 is kept under a name that follows from its digest.
        approve(city, _roll_back(city, package["id"], 2))
        outbox.drain()
        assert _rows(resource) == [("02116", 9)]
        _sound()

    def test_what_was_removed_comes_back_with_its_ids(self, city: City, released: Make) -> None:
        package = released()
        first = package["resources"][0]["id"]
        request = act(city.steward, "indep_request_open", id=package["id"])
        workspace = act(city.steward, "package_show", id=request["workspace_id"])
        act(
            city.steward, "resource_create", package_id=workspace["id"],
            name="Other", format="HTML", url="https://example.gov/other",
        )  # fmt: skip
        act(city.steward, "resource_delete", id=workspace["resources"][0]["id"])
        act(city.steward, "indep_request_submit", id=request["id"])
        approve(city, act(city.owner, "indep_request_show", id=request["id"]))
        outbox.drain()
        assert [r["name"] for r in act("", "package_show", id=package["id"])["resources"]] == [
            "Other"
        ]
        _sound()
        approve(city, _roll_back(city, package["id"], 1))
        outbox.drain()
        after = act("", "package_show", id=package["id"])["resources"]
        assert [(r["id"], r["name"]) for r in after] == [(first, "Potholes")]
        assert _rows(first) == [("02116", 3), ("64050", 4)]
        _sound()

    def test_a_table_that_is_gone_is_read_from_its_file_again(
        self, city: City, released: Make
    ) -> None:
        package = released()
        resource = package["resources"][0]["id"]
        frozen = tables.digest(resource)
        _replace(city, package, "zip,count\n02116,9\n")
        tables.drop(tables.kept_name(resource, frozen))
        request = _roll_back(city, package["id"], 1)
        assert request["state"] == "draft"
        with pytest.raises(tk.ValidationError, match="not there as it was released"):
            act(city.steward, "indep_request_submit", id=request["id"])
        with pytest.raises((tk.ValidationError, tk.NotAuthorized), match="nothing to edit"):
            act(city.steward, "package_patch", id=request["workspace_id"], notes="Sly.")
        outbox.drain()
        copy = act(city.steward, "package_show", id=request["workspace_id"])["resources"][0]["id"]
        load_table(copy)
        submitted = act(city.steward, "indep_request_submit", id=request["id"])
        approve(city, submitted)
        outbox.drain()
        assert tables.digest(resource) == frozen
        _sound()

    def test_bad_input_is_answered_in_a_sentence(self, city: City, released: Make) -> None:
        package = released()
        for version, reason in ((1, "x"), (7, "x"), ("two", "x"), (1, "")):
            with pytest.raises(tk.ValidationError):
                act(
                    city.steward, "indep_roll_back",
                    id=package["id"], version=version, reason=reason,
                )  # fmt: skip
        for person in (city.outsider, city.members[0], city.admin):
            with pytest.raises(tk.NotAuthorized):
                act(person, "indep_roll_back", id=package["id"], version=1, reason="x")
        assert act(city.steward, "indep_request_list", which="all") == []


class TestTakeDown:
    def test_rejected_it_is_public_again_as_it_was(self, city: City, released: Make) -> None:
        package = released()
        before = act("", "package_show", id=package["id"])
        taken = act(city.members[0], "indep_take_down", id=package["id"], reason="A name in it.")
        assert (taken["kind"], taken["state"]) == ("take_down", "pending")
        with pytest.raises(tk.ObjectNotFound):
            act("", "package_show", id=package["id"])
        assert act("", "package_search", q="pothole")["count"] == 0
        with pytest.raises(tk.NotAuthorized):
            act(city.members[0], "indep_ratification_vote", id=taken["id"], ballot="for")
        for stranger in (city.outsider, city.steward):
            with pytest.raises(tk.ObjectNotFound):
                act(stranger, "indep_ratification_vote", id=taken["id"], ballot="for")
        with pytest.raises(tk.ValidationError, match="a change request has to bring it back"):
            _roll_back(city, package["id"], 1)
        _sound()
        # Of two who may vote, one against is enough: it cannot be carried any longer.
        last = act(city.members[2], "indep_ratification_vote", id=taken["id"], ballot="against")
        assert last["state"] == "rejected"
        assert act("", "package_show", id=package["id"]) == before
        assert act("", "package_search", q="pothole")["count"] == 1
        with pytest.raises(tk.ValidationError, match="no vote any longer"):
            act(city.members[1], "indep_ratification_vote", id=taken["id"], ballot="for")
        _sound()

    def test_ratified_it_stays_away_and_late_it_is_overdue(
        self, city: City, released: Make
    ) -> None:
        package = released()
        taken = act(city.owner, "indep_take_down", id=package["id"], reason="A name in it.")
        session = ckan_model.Session
        session.execute(
            sa.update(Ratification).values(due_on=city_time.today() - dt.timedelta(days=1))
        )
        session.commit()
        [listed] = act(city.members[0], "indep_ratification_list")
        assert listed["state"] == "overdue"
        assert [row.id for row in ratifying.overdue()] == [taken["id"]]
        assert (reminding.remind(), reminding.remind()) == (3, 0)
        votes = [
            act(member, "indep_ratification_vote", id=taken["id"], ballot="for")
            for member in city.members[:2]
        ]
        assert [vote["state"] for vote in votes] == ["overdue", "ratified"]
        assert ratifying.overdue() == []
        with pytest.raises(tk.ObjectNotFound):
            act("", "package_show", id=package["id"])
        for statement in (
            "UPDATE indep_ratification_ballot SET ballot = 'against'",
            "DELETE FROM indep_ratification_ballot",
        ):
            with pytest.raises(DBAPIError, match="append-only"):
                session.execute(sa.text(statement))
            session.rollback()
        _sound()


class TestRetire:
    def test_a_tombstone_stands_at_its_address(self, app: Any, city: City, released: Make) -> None:
        package = released()
        with pytest.raises(tk.ValidationError):
            act(city.steward, "indep_retire", id=package["id"], reason=" ")
        request = act(city.steward, "indep_retire", id=package["id"], reason="Replaced by 311.")
        assert (request["state"], request["lane"]) == ("submitted", "committee")
        shown = act(city.owner, "indep_request_show", id=request["id"])
        assert [(c["field"], c["after"]) for c in shown["changes"]] == [
            ("retire_reason", "Replaced by 311.")
        ]
        assert approve(city, shown)["state"] == "released"
        outbox.drain()
        with pytest.raises(tk.ObjectNotFound):
            act("", "package_show", id=package["id"])
        assert act("", "package_search", q="pothole")["count"] == 0
        for address in (package["name"], package["id"]):
            page = app.get(f"/dataset/{address}", status=410)
            assert "Replaced by 311." in page.body
        assert package["name"] not in app.get("/data.json").body
        _sound()
        again = act(city.steward, "indep_request_open", id=package["id"])
        act(city.steward, "indep_request_submit", id=again["id"])
        approve(city, act(city.owner, "indep_request_show", id=again["id"]))
        assert act("", "package_show", id=package["id"])["title"] == package["title"]
        app.get(f"/dataset/{package['name']}", status=200)
        _sound()

    def test_of_data_for_staff_nothing_is_told(self, app: Any, city: City, submitted: Make) -> None:
        request = submitted(audience="staff")
        approve(city, request)
        retired = act(city.steward, "indep_retire", id=request["live_id"], reason="Old.")
        approve(city, retired)
        app.get(f"/dataset/{request['live_id']}", status=404)
        _sound()


class TestBreakGlass:
    def test_only_an_administrator_with_a_reason_and_then_it_is_undone(
        self, city: City, released: Make
    ) -> None:
        package = released()
        resource = package["resources"][0]["id"]
        request = act(city.steward, "indep_request_open", id=package["id"])
        act(city.steward, "package_patch", id=request["workspace_id"], notes="Boil your water.")
        act(city.steward, "indep_request_submit", id=request["id"])
        for person in (city.steward, city.owner, city.members[0], city.outsider):
            with pytest.raises((tk.NotAuthorized, tk.ObjectNotFound)):
                act(person, "indep_break_glass", id=request["id"], reason=REASON)
        with pytest.raises(tk.ValidationError, match="20 letters"):
            act(city.admin, "indep_break_glass", id=request["id"], reason="Hurry!")
        released_now = act(city.admin, "indep_break_glass", id=request["id"], reason=REASON)
        assert released_now["state"] == "released"
        assert act("", "package_show", id=package["id"])["notes"] == "Boil your water."
        _sound()
        [row] = act(city.members[0], "indep_ratification_list")
        assert (row["kind"], row["request_id"]) == ("break_glass", request["id"])
        session = ckan_model.Session
        session.execute(
            sa.update(Ratification).values(due_on=city_time.today() - dt.timedelta(days=1))
        )
        session.commit()
        assert any("overdue" in breach for breach in verify.breaches())
        votes = [
            act(member, "indep_ratification_vote", id=row["id"], ballot="against")
            for member in city.members[:2]
        ]
        assert [vote["state"] for vote in votes] == ["overdue", "rejected"]
        outbox.drain()
        now = act("", "package_show", id=package["id"])
        assert now["notes"] == package["notes"]
        assert _rows(resource) == [("02116", 3), ("64050", 4)]
        _sound()

    def test_a_new_dataset_that_is_rejected_is_taken_off(self, city: City, submitted: Make) -> None:
        request = submitted()
        act(city.admin, "indep_break_glass", id=request["id"], reason=REASON)
        _sound()
        [row] = act(city.members[0], "indep_ratification_list")
        for member in city.members[:2]:
            act(member, "indep_ratification_vote", id=row["id"], ballot="against")
        with pytest.raises(tk.ObjectNotFound):
            act("", "package_show", id=request["live_id"])
        _sound()


def test_a_prepared_request_is_not_edited(city: City, released: Make) -> None:
    package = released()
    _replace(city, package, "zip,count\n02116,9\n")
    request = _roll_back(city, package["id"], 1)
    act(city.steward, "indep_request_changes", id=request["id"], reason="Wait.")
    assert request_of(city.steward, request["workspace_id"])["state"] == "changes_requested"
    with pytest.raises((tk.ValidationError, tk.NotAuthorized), match="nothing to edit"):
        act(city.steward, "package_patch", id=request["workspace_id"], notes="Sly.")
    again = act(city.steward, "indep_request_submit", id=request["id"])
    assert again["lane"] == "roll_back"
    approve(city, again)
    assert act("", "package_show", id=package["id"])["notes"] == package["notes"]


@pytest.mark.parametrize(
    ("point", "is_back"),
    [
        ("ckanext.indep.governance.publishing.release._ask_for_the_rest", False),
        ("ckanext.indep.governance.tables._retire", True),
    ],
)
def test_killed_in_the_middle_of_a_roll_back(
    city: City, released: Make, point: str, is_back: bool
) -> None:
    package = released()
    _replace(city, package, "zip,count\n02116,9\n", notes="Second.")
    request = _roll_back(city, package["id"], 1)
    killed_at(point, lambda: approve(city, request))
    assert (act("", "package_show", id=package["id"])["notes"] == package["notes"]) is is_back
    releasing.release_waiting()
    outbox.drain()
    assert act("", "package_show", id=package["id"])["notes"] == package["notes"]
    assert _rows(package["resources"][0]["id"]) == [("02116", 3), ("64050", 4)]
    _sound()


def test_the_copy_that_a_killed_roll_back_left_is_dropped_by_a_tick(
    city: City, released: Make
) -> None:
    package = released()
    _replace(city, package, "zip,count\n02116,9\n")
    before, copy = _table_names(), tables.copy

    def copy_and_die(*arguments: Any) -> None:
        copy(*arguments)
        os.kill(os.getpid(), 9)

    point = f"{tables.__name__}.copy"
    killed_at(point, lambda: _roll_back(city, package["id"], 1), copy_and_die)
    [left] = _table_names() - before
    ticking.tick()
    assert left not in _table_names()
    assert _roll_back(city, package["id"], 1)["state"] == "submitted"


def test_a_copy_is_kept_while_its_roll_back_is_under_way(city: City, released: Make) -> None:
    resource = released()["resources"][0]["id"]
    name = str(uuid.uuid4())
    tables.copy(resource, name)
    tables.drop_unclaimed_copies()
    assert tables.exists(name)
    ckan_model.Session.rollback()
    tables.drop_unclaimed_copies()
    assert not tables.exists(name)


def _table_names() -> set[str]:
    return set(sa.inspect(get_write_engine()).get_table_names())
