"""What all tests share: a clean database that has the extension's tables and guards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ckan.model as ckan_model
import ckan.plugins as plugins
import pytest
import sqlalchemy as sa
from ckan.common import config
from ckan.config.middleware import make_app as make_flask_app
from ckan.lib.app_globals import _CONFIG_CACHE
from ckan.lib.redis import connect_to_redis
from ckan.plugins import core
from ckan.tests.helpers import CKANTestApp

from ckanext.indep.insight import front
from ckanext.indep.insight.kept_pages import KeptPages
from ckanext.indep.models import metadata

# The guards of what is public; the append-only tables keep theirs.
GUARDS = """
    SELECT tgname, tgrelid::regclass::text FROM pg_trigger
     WHERE tgname IN ('indep_visibility', 'indep_content', 'indep_publication')
"""


def _move_to_own_site() -> None:
    """Give each process of a parallel run databases of its own, before CKAN reads its settings.

    Raises:
        UsageError: if there is none for this process, since two would empty each other's tables.
    """
    process = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not process:
        return
    sites = json.loads(os.environ.get("INDEP_TEST_SITES", "[]"))
    number = int(process.removeprefix("gw"))
    if number >= len(sites):
        raise pytest.UsageError(
            f"There is no site for test process {number + 1}; ./portal test has {len(sites)}."
        )
    os.environ.update(sites[number])


_move_to_own_site()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the random walks: as the last test they would keep one process waiting."""
    items.sort(key=lambda item: "machine" not in item.path.parts)


@pytest.fixture(autouse=True)
def no_job_is_asked_for() -> None:
    """No test finds a job still asked for by another, whose jobs nobody took."""
    connection = connect_to_redis()
    for key in connection.scan_iter(f"indep:{config['ckan.site_id']}:woken:*", count=1000):
        connection.delete(key)


APPS: dict[tuple[tuple[str, str], ...], Any] = {}


@pytest.fixture
def with_plugins(ckan_config: Any) -> None:
    """Have the plugins of the settings loaded.

    CKAN's fixture loads them for each test and unloads them after it, which takes most of the
    time of a short test. Here they stay until a test wants others.
    """
    if list(core._PLUGINS) != list(config["ckan.plugins"]):
        plugins.load_all()


@pytest.fixture
def make_app(ckan_config: Any) -> Callable[[], CKANTestApp]:
    """Make clients, each with cookies of its own; the application behind is made once.

    Another one is made for a test with other settings.
    """
    _CONFIG_CACHE.clear()

    def make() -> CKANTestApp:
        config["testing"] = True
        key = tuple(sorted((name, repr(value)) for name, value in config.items()))
        if key not in APPS:
            APPS[key] = make_flask_app(config)
        return CKANTestApp(APPS[key])

    return make


@pytest.fixture
def clean_db(reset_db: Callable[[], None], migrate_db_for: Callable[..., None]) -> None:
    """Empty CKAN's tables and ours, whose guards would rightly refuse it, and migrate."""
    # The versions of an emptied database begin anew, and with them the tags of kept pages.
    front.pages = KeptPages(front.MOST_KEPT, front.SECONDS)
    _empty_own_tables()
    reset_db()
    if not _tables():
        migrate_db_for("indep")


@pytest.fixture
def unguarded(with_plugins: None, clean_db: None, clean_index: None) -> Iterator[None]:
    """The database without our guards, so that a test can make something public by itself."""
    guards = ckan_model.Session.execute(sa.text(GUARDS)).all()
    _switch_guards(guards, "DISABLE")
    yield
    ckan_model.Session.rollback()
    _switch_guards(guards, "ENABLE")


def _switch_guards(guards: Iterable[Any], how: str) -> None:
    for name, table in guards:
        ckan_model.Session.execute(sa.DDL(f"ALTER TABLE {table} {how} TRIGGER {name}"))
    ckan_model.Session.commit()


def _empty_own_tables() -> None:
    tables = _tables()
    if not tables:
        return
    session = ckan_model.Session
    session.rollback()
    for name in tables:
        session.execute(sa.DDL(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        session.execute(sa.delete(metadata.tables[name]))
        session.execute(sa.DDL(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    session.commit()


def _tables() -> list[str]:
    """Our tables that exist, those that refer to others first."""
    present = set(sa.inspect(ckan_model.Session.get_bind()).get_table_names())
    return [table.name for table in reversed(metadata.sorted_tables) if table.name in present]
