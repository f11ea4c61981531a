"""Many questions at once, and the count of what was tried and what got through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

AT_ONCE = 6
REPOSITORY = Path(__file__).parents[2]
One = TypeVar("One")
Result = TypeVar("Result")


@dataclass
class Tally:
    """What the attack suite tried so far, and what it found."""

    probes: int = 0
    bypasses: list[Any] = field(default_factory=list)
    leaks: list[Any] = field(default_factory=list)

    def sentence(self) -> str:
        return f"{self.probes} probes, {len(self.bypasses)} bypasses, {len(self.leaks)} leaks"


TALLY = Tally()


def each(probes: Iterable[One], ask: Callable[[One], Result]) -> list[Result]:
    """Ask all questions, several at once, and return the answers in their order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, probes))
    TALLY.probes += len(answers)
    return answers


def actions() -> list[str]:
    """Return the names of all actions, of CKAN's by the table and of ours by the reference.

    Other tests fail where one of the two lists lacks an action of the running portal.
    """
    table = yaml.safe_load((REPOSITORY / "tests/governance/actions.yaml").read_text("utf-8"))
    reference = (REPOSITORY / "docs/reference/actions.md").read_text("utf-8")
    ours = [line[4:].strip("` ") for line in reference.splitlines() if line.startswith("### ")]
    return sorted({name for row in table for name in row["actions"]} | set(ours))
