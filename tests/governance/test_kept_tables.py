"""How many replaced tables are kept for roll back, and what a roll back does without them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest

from ckanext.indep.errors import PolicyError
from ckanext.indep.governance import files, kept_tables, outbox, policies, tables
from ckanext.indep.governance.kept_tables import Kept, surplus
from ckanext.indep.governance.maintenance import ticking
from ckanext.indep.governance.model import now
from ckanext.indep.governance.policy import KeptTables, parse
from ckanext.indep.tabular import store
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import City, act, approve
from tests.governance.test_release_back import _replace, _roll_back

Make = Callable[..., dict[str, Any]]
DAY = dt.timedelta(days=1)
NOON = dt.datetime(2027, 1, 20, 12, tzinfo=dt.timezone.utc)
RULE = "kept_tables:\n  copies: 3\n  days: 400\n"


def _kept(resource_id: str, *ages: int) -> list[Kept]:
    return [Kept(f"{resource_id}-{age}", resource_id, NOON - age * DAY) for age in ages]


class TestRule:
    @pytest.mark.parametrize(
        ("ages", "copies", "days", "gone"),
        [
            ((), 1, 1, []),
            ((500,), 1, 1, []),
            ((1, 2, 3), 3, 9, []),
            ((3, 1, 2), 2, 9, [3]),
            ((1, 9, 10), 9, 9, [10]),
            ((50, 60), 9, 9, [60]),
        ],
    )
    def test_what_goes(
        self, ages: tuple[int, ...], copies: int, days: int, gone: list[int]
    ) -> None:
        dropped = surplus(_kept("a", *ages), KeptTables(copies, days), NOON)
        assert [table.name for table in dropped] == [f"a-{age}" for age in gone]

    def test_each_resource_has_its_own(self) -> None:
        tables_of_two = [*_kept("a", 1, 2), *_kept("b", 3, 4)]
        dropped = surplus(tables_of_two, KeptTables(1, 9), NOON)
        assert {table.name for table in dropped} == {"a-2", "b-4"}

    def test_a_policy_that_says_nothing_keeps_all(self) -> None:
        text = policies.default_text()
        assert parse(text)[0].kept_tables == KeptTables(3, 400)
        assert parse(text.replace(RULE, ""))[0].kept_tables is None

    def test_none_kept_is_refused_with_its_line(self) -> None:
        text = policies.default_text().replace("  copies: 3", "  copies: 0")
        with pytest.raises(PolicyError, match=r"^line \d+: kept_tables: copies"):
            parse(text)


@pytest.mark.usefixtures("city")
def test_a_kept_table_is_in_nobodys_way() -> None:
    """Not even where the live one was loaded under its own id and will be so again."""
    live, staging = str(uuid4()), str(uuid4())
    hidden = f"_old_{uuid4().hex}"
    for table in (live, staging):
        _load(table, "1")
    tables.swap(live, staging, hidden)
    _load(live, "2")
    digest, kept = tables.digest(live), tables.digest(hidden)
    assert digest
    assert kept
    assert (digest["rows"], digest["md5"] != kept["md5"]) == (1, True)
    for table in (live, hidden):
        tables.drop(table)


def _load(table: str, cell: str) -> None:
    with store.locked(table) as connection:
        store.replace_table(connection, table, {"count": "integer"}, {}, [(cell,)])


@dataclass(frozen=True)
class Replaced:
    """A dataset whose table was replaced twice: its first file, and the names of both tables."""

    package_id: str
    resource_id: str
    digest: dict[str, Any]
    sha256: str
    first: str
    second: str


@pytest.fixture
def replaced(city: City, released: Make) -> Replaced:
    """A released table that was replaced twice, under a policy that keeps one."""
    policies.load(policies.default_text().replace("  copies: 3", "  copies: 1"), "test")
    package = released(csv="zip,count\n02116,3\n64050,41\n")
    outbox.drain()
    resource = package["resources"][0]["id"]
    digest, file = tables.digest(resource), files.file_of(resource, package["id"])
    assert digest
    assert file
    sha256, first = file.sha256, tables.kept_name(resource, digest)
    _replace(city, package, "zip,count\n02116,9\n")
    second = tables.kept_name(resource, tables.digest(resource))
    _replace(city, package, "zip,count\n02117,8\n")
    return Replaced(package["id"], resource, digest, sha256, first, second)


class TestTick:
    def test_drops_the_older_table_which_its_file_brings_back(
        self, city: City, replaced: Replaced
    ) -> None:
        kept_tables.hold(replaced.resource_id)
        kept_tables.drop_surplus(KeptTables(1, 9), now())
        assert tables.exists(replaced.first), "it is about to be copied"
        ckan_model.Session.rollback()
        ticking.tick()
        assert not tables.exists(replaced.first)
        assert tables.exists(replaced.second)
        self._is_refused_without_the_file(city, replaced)
        request = _roll_back(city, replaced.package_id, 1)
        assert request["state"] == "draft"
        outbox.drain()
        workspace = act(city.steward, "package_show", id=request["workspace_id"])
        load_table(workspace["resources"][0]["id"])
        approve(city, act(city.steward, "indep_request_submit", id=request["id"]))
        outbox.drain()
        assert tables.digest(replaced.resource_id) == replaced.digest

    def _is_refused_without_the_file(self, city: City, replaced: Replaced) -> None:
        stored = files.blob_path(replaced.sha256)
        away = stored.rename(stored.with_suffix(".away"))
        with pytest.raises(tk.ValidationError, match="no stored file to read it from"):
            _roll_back(city, replaced.package_id, 1)
        assert act(city.steward, "indep_request_list", which="all") == []
        away.rename(stored)
