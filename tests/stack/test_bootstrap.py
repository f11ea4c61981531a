"""The virtual environment: made in steps that survive a kill."""

import os
import signal
from pathlib import Path

import pytest

from tests.stack.driver import Portal, clone_cache

pytestmark = pytest.mark.stack

STEPS = ["venv:0.5", "venv", "installer:0.5", "installer", "packages:1", "packages", "project"]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """Return a portal that makes its own virtual environment from the downloads that are there."""
    var = tmp_path_factory.mktemp("bootstrap") / "var"
    clone_cache(Path(os.environ["INDEP_CACHE"]), var / "cache")
    return Portal(var, {"INDEP_PORTAL_VENV": ""})


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step(own: Portal, step: str) -> None:
    done = own.run("up", INDEP_PORTAL_KILL_AT=step)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def test_goes_on_to_the_services(own: Portal) -> None:
    done = own.run("up", INDEP_PORTAL_KILL_AT="settings")
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    assert "Ports and secrets" in done.stdout
    assert (own.var / "settings.json").exists()
