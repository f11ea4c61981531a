"""Releases cut short by real kills of a stack of their own: nothing lost, nothing mixed.

`./portal bench kills` does the same for an hour, with kinds of kills that take longer to repair.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.crashing import backup, takedown
from bench.crashing.faults import FAULTS, Fault
from bench.crashing.stack import Stack, brought_up
from bench.crashing.trial import Trials
from stack import up
from stack.layout import Layout
from stack.site import PORTAL
from stack.up import Plan

pytestmark = pytest.mark.stack

# The others are of the same kinds, or take longer to come back from.
CHOSEN = (
    "PostgreSQL killed",
    "Redis killed",
    "commit refused",
    "PostgreSQL killed in the commit",
    "table locked by a reader",
    "outbox delivered twice",
    "web workers killed in the commit",
)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Yield a stack whose PostgreSQL keeps what it committed, and take it down."""
    var = Path(os.environ["INDEP_INI"]).parent
    venv, cache = Path(os.environ["INDEP_PORTAL_VENV"]), Path(os.environ["INDEP_CACHE"])
    layout = Layout(var, venv, cache).within("kills")
    try:
        with brought_up(layout, Plan(sites=(PORTAL,), served=(PORTAL,), durable=True)) as stack:
            yield stack
    finally:
        up.take_down(layout)


@pytest.fixture(scope="module")
def trials(stack: Stack) -> Trials:
    """Return trials that have begun with a released dataset."""
    return Trials(stack, seed=1)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in CHOSEN], ids=str)
def test_release_cut_short(trials: Trials, fault: Fault) -> None:
    [found] = trials.run([fault])
    assert found.good, found


def test_taken_down_within_a_second_while_the_search_engine_is_dead(stack: Stack) -> None:
    assert takedown.seconds(stack) <= 1


def test_restored_from_a_backup(stack: Stack, trials: Trials, tmp_path: Path) -> None:
    assert backup.restored(stack, trials, tmp_path) == []
