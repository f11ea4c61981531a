"""``ckan indep connect``: a changed source becomes a change request, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from click.testing import Result

from ckanext.indep.cli import indep
from ckanext.indep.governance import outbox
from ckanext.indep.tabular.jobs import load_table

from .conftest import City, act, approve

LAYOUT = """\
columns:
- {name: zip, type: text, heading: ZIP Code}
- {name: count, type: integer, heading: Repairs}
key: [zip]
"""
RELEASED = "zip,count\n02116,3\n64050,4\n"
CHANGED = "Repairs;ZIP Code\n5;02116\n4;64050\n1;64055\n"

Connect = Callable[..., Result]


@pytest.fixture
def public(released: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A released dataset with one file."""
    return released(csv=RELEASED)


@pytest.fixture
def connect(cli: Any, city: City, public: dict[str, Any], tmp_path: Path) -> Connect:
    """Run the command as the steward on a report with this content."""

    def run(report: str, **changed: str) -> Result:
        (tmp_path / "report.csv").write_text(report, "utf-8")
        (tmp_path / "layout.yaml").write_text(LAYOUT, "utf-8")
        options = {"dataset": public["name"], "resource": "Potholes", "user": city.steward}
        given = [part for k, v in (options | changed).items() for part in (f"--{k}", v)]
        for setting, file in (("path", "report.csv"), ("layout", "layout.yaml")):
            given += ["--set", f"{setting}={tmp_path / file}"]
        return cli.invoke(indep, ["connect", "departmental-report", *given])

    return run


def _open_requests(city: City) -> list[dict[str, Any]]:
    return act(city.admin, "indep_request_list", which="all")


def _unchanged(city: City, public: dict[str, Any]) -> bool:
    return not _open_requests(city) and act("", "package_show", id=public["id"]) == public


def _public_rows(public: dict[str, Any]) -> list[tuple[str, int]]:
    """The table as a stranger reads it."""
    found = act("", "datastore_search", resource_id=public["resources"][0]["id"])
    return [(row["zip"], row["count"]) for row in found["records"]]


def _read_table(city: City, request: dict[str, Any]) -> None:
    """Read the workspace's new file into its table, as the worker does."""
    workspace = act(city.steward, "package_show", id=request["workspace_id"])
    outbox.drain()
    load_table(workspace["resources"][0]["id"])


class TestChangedReport:
    def test_it_becomes_a_draft_and_nothing_public_changes(
        self, city: City, public: dict[str, Any], connect: Connect
    ) -> None:
        result = connect(CHANGED)
        assert result.exit_code == 0, result.output
        (request,) = _open_requests(city)
        assert request["state"] == "draft"
        assert f"Opened request {request['number']}" in result.output
        assert "3 good rows, 0 rejected." in result.output
        _read_table(city, request)
        assert act("", "package_show", id=public["id"]) == public
        assert _public_rows(public) == [("02116", 3), ("64050", 4)]

    def test_it_is_released_like_any_other_change(
        self, city: City, public: dict[str, Any], connect: Connect
    ) -> None:
        assert connect(CHANGED).exit_code == 0
        (request,) = _open_requests(city)
        _read_table(city, request)
        act(city.steward, "indep_request_submit", id=request["id"])
        submitted = act(city.owner, "indep_request_show", id=request["id"])
        assert approve(city, submitted)["state"] == "released"
        assert _public_rows(public) == [("02116", 5), ("64050", 4), ("64055", 1)]
        again = connect(CHANGED)
        assert "nothing was done" in again.output
        assert _open_requests(city) == []

    def test_while_a_request_is_open_there_is_no_second_one(
        self, city: City, connect: Connect
    ) -> None:
        assert connect(CHANGED).exit_code == 0
        before = _open_requests(city)
        result = connect(CHANGED + "2;64057\n")
        assert result.exit_code == 1
        assert "is open already" in result.output
        assert _open_requests(city) == before

    def test_a_request_that_could_not_be_filled_is_withdrawn(
        self,
        city: City,
        public: dict[str, Any],
        connect: Connect,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(tk.config, "ckan.max_resource_size", 0)
        result = connect(CHANGED)
        assert result.exit_code == 1
        assert "may have at most" in result.output
        assert _unchanged(city, public)


class TestNothingToDo:
    def test_the_same_rows(self, city: City, public: dict[str, Any], connect: Connect) -> None:
        result = connect("ZIP Code,Repairs\n02116,3\n64050,4\n")
        assert result.exit_code == 0, result.output
        assert "nothing was done" in result.output
        assert _unchanged(city, public)


class TestRefused:
    @pytest.mark.parametrize(
        ("report", "message"),
        [
            ("ZIP Code,Repairs,Ward\n02116,3,1\n", "added: Ward"),
            ("ZIP Code\n02116\n", "missing: Repairs"),
            ("ZIP Code,Repairs\n", "no rows"),
            ("ZIP Code,Repairs\n02116,3\n02116,4\n", "Line 3: The key is that of line 2 again."),
            ("ZIP Code,Repairs\n02116,3\n64050,many\n", "1 of 2 rows were rejected"),
        ],
    )
    def test_a_wrong_report(
        self, city: City, public: dict[str, Any], connect: Connect, report: str, message: str
    ) -> None:
        result = connect(report)
        assert result.exit_code == 1
        assert message in result.output
        assert _unchanged(city, public)

    @pytest.mark.parametrize(
        ("option", "value", "message"),
        [
            ("dataset", "nothing", "no dataset “nothing”"),
            ("resource", "nothing", "has 0 files named “nothing”"),
            ("user", "nobody", "no active account “nobody”"),
            ("set", "path", "not NAME=VALUE"),
            ("set", "where=here", "has no settings where"),
        ],
    )
    def test_wrong_options(
        self,
        city: City,
        public: dict[str, Any],
        connect: Connect,
        option: str,
        value: str,
        message: str,
    ) -> None:
        result = connect(CHANGED, **{option: value})
        assert result.exit_code != 0
        assert message in result.output
        assert _unchanged(city, public)

    def test_who_may_not_change_the_dataset(
        self, city: City, public: dict[str, Any], connect: Connect
    ) -> None:
        result = connect(CHANGED, user=city.outsider)
        assert result.exit_code == 1
        assert "do not have the office" in result.output
        assert _unchanged(city, public)

    def test_only_the_first_rejected_rows_are_printed(self, connect: Connect) -> None:
        result = connect("ZIP Code,Repairs\n" + ",1\n" * 25)
        assert "Line 21:" in result.output
        assert "Line 22:" not in result.output
        assert "… and 5 more." in result.output
