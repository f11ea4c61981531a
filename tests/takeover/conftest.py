"""A plain CKAN with data, and the stages it goes through: on, off and on again.

Each stage is reached once, in the order of the tests, and kept for those that look at it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.lib import search
from ckan.tests import factories, helpers

from ckanext.indep.governance import policies
from ckanext.indep.governance.adoption import portal_lock, takeover, turning_off
from tests.takeover import seen
from tests.tools.source import REPOSITORY

PLUGINS = "datastore datatables_view activity"
FROM_OURS = (
    "SECRET_KEY",
    "sqlalchemy.url",
    "ckan.datastore.write_url",
    "ckan.datastore.read_url",
    "solr_url",
    "ckan.redis.url",
    "ckan.storage_path",
    "ckan.site_id",
    "ckan.site_url",
)


MEMBERS = ("member-one", "member-two", "member-three")


@dataclass
class Portal:
    """The same databases and files, run without the extension by `stock`."""

    settings: Path
    folder: Path
    before: dict[str, Any] = field(default_factory=dict)
    reached: dict[str, Any] = field(default_factory=dict)

    def stock(self, command: str) -> dict[str, Any]:
        """Do `command` of ``stock_portal.py`` in a process of plain CKAN."""
        ckan_model.Session.remove()
        script = [sys.executable, "-m", "tests.takeover.stock_portal", str(self.settings), command]
        done = subprocess.run(script, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])

    def once(self, stage: str, reach: Callable[[], Any]) -> Any:
        """Return what `reach` gave when this stage was reached first."""
        if stage not in self.reached:
            self.reached[stage] = reach()
        return self.reached[stage]


@dataclass(frozen=True)
class Off:
    """What strangers saw before, what was done, and what plain CKAN said then and in the end."""

    governed: dict[str, Any]
    outcome: dict[str, int]
    repeated: dict[str, int]
    found: dict[str, Any]
    left: dict[str, Any]


@dataclass(frozen=True)
class Again:
    """What plain CKAN showed last, and what turning on again did."""

    stock: dict[str, Any]
    outcome: takeover.Outcome


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """The settings of a plain CKAN on the databases of the tests; nothing is made yet."""
    folder = tmp_path_factory.mktemp("stock")
    settings = folder / "stock.ini"
    lines = [f"{key} = {str(tk.config[key]).replace('%', '%%')}" for key in FROM_OURS]
    settings.write_text(
        "\n".join(["[app:main]", "use = egg:ckan", f"ckan.plugins = {PLUGINS}", *lines])
        + "\nckan.auth.create_unowned_dataset = true\n",
        encoding="utf-8",
    )
    return Portal(settings, folder)


@pytest.fixture
def portal(
    with_plugins: None,
    made: Portal,
    reset_db: Callable[[], None],
    migrate_db_for: Callable[..., None],
    reset_index: Callable[[], None],
    request: pytest.FixtureRequest,
) -> Portal:
    """Plain CKAN with its data, upgraded for the extension, and not taken over yet."""

    def fill() -> None:
        request.getfixturevalue("clean_db")
        reset_index()
        migrate_db_for("indep", "base", forward=False)
        made.before = made.stock("fill")
        migrate_db_for("indep")

    made.once("filled", fill)
    return made


@pytest.fixture
def on(portal: Portal) -> takeover.Outcome:
    """Governance is turned on over it."""

    def turn_on() -> takeover.Outcome:
        policies.load(policies.default_text(), "test")
        for name in MEMBERS:
            factories.User(name=name)
            helpers.call_action("indep_appointment_create", user=name, office="member")
        outcome = takeover.take_over("test", _department())
        reindex()
        return outcome

    return portal.once("on", turn_on)


@pytest.fixture
def off(portal: Portal, on: takeover.Outcome) -> Off:
    """Governance was turned off, a process died at it, and the staff of plain CKAN worked on."""

    def turn_off() -> Off:
        governed = shown_now()
        assert died_at("ckanext.indep.governance.adoption.hidden_drafts.give_back", turn_off_now)
        outcome = turning_off.turn_off("test")
        stock = portal.stock("work")
        # Too late to give anything back: the files in their places are newer.
        repeated = turning_off.turn_off("test")
        return Off(governed, outcome, repeated, stock["found"], stock["left"])

    return portal.once("off", turn_off)


@pytest.fixture
def again(portal: Portal, off: Off) -> Again:
    """Governance is turned on again, and somebody wrote just before it took the lock."""

    def turn_on() -> Again:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(portal_lock, "lock", _lock_after_somebody_wrote)
            outcome = takeover.take_over("test", _department())
        reindex()
        return Again(off.left, outcome)

    return portal.once("again", turn_on)


def turn_off_now() -> None:
    """Turn governance off, to be run in a process of its own."""
    turning_off.turn_off("test")


def take_over_now() -> None:
    """Turn governance on, to be run in a process of its own."""
    takeover.take_over("test", _department())


def died_at(point: str, work: Callable[[], None]) -> bool:
    """Do `work` in a process that kills itself when it reaches the function `point`."""
    ckan_model.Session.remove()
    assert ckan_model.meta.engine
    ckan_model.meta.engine.dispose()
    child = os.fork()
    if child == 0:
        patch = pytest.MonkeyPatch()
        patch.setattr(point, lambda *_a, **_k: os.kill(os.getpid(), signal.SIGKILL))
        try:
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _lock_after_somebody_wrote() -> None:
    """Take the lock a moment after another connection changed a dataset."""
    engine = ckan_model.meta.engine
    assert engine
    row = ckan_model.package_table
    with engine.begin() as other:
        other.execute(
            sa.update(row)
            .where(row.c.name == "newcomer")
            .values(title="The canary changed meanwhile")
        )
    ckan_model.Session.execute(portal_lock.LOCK)


def reindex() -> None:
    """Do what the commands do last."""
    search.rebuild(force=True, defer_commit=True, quiet=True)
    search.commit()


def shown_now() -> dict[str, Any]:
    """Return what strangers see, as it comes out of JSON."""
    ckan_model.Session.rollback()
    return json.loads(json.dumps(seen.by_strangers(), default=str))


def call(actor: str, action: str, /, **data: Any) -> Any:
    """Call an action as a person would by a request of its own, with all permission checks."""
    ckan_model.Session.remove()
    user = ckan_model.User.get(actor)
    return helpers.call_action(
        action, {"user": actor, "ignore_auth": False, "auth_user_obj": user}, **data
    )


def _department() -> str:
    found = ckan_model.Group.get("public-works")
    assert found
    return str(found.id)
