"""The state machine of the workflow with many more walks than the tests take.

The walks are taken in parts, each in an empty database and with chances of its own, so that a
part ends by itself and the record that each walk is checked against stays small. What was done
in all of them is told as a table. `INDEP_MACHINE_WALKS` sets how many walks there are in all;
a walk has 60 steps, of two or three actions each. They run in the databases of `./portal test`,
and so wait for their turn if that runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from stack.layout import REPOSITORY

WALKS = 400
IN_A_PART = 40
TEST = "tests/governance/machine"


def main() -> None:
    """Take the walks, part by part, and print what was done; end with the first breach."""
    left = int(os.environ.get("INDEP_MACHINE_WALKS", WALKS))
    tallies: list[dict[str, Any]] = []
    while left > 0:
        walks = min(left, IN_A_PART)
        print(f"{walks} of {left} walks that are left.", flush=True)
        tallies.append(_part(walks))
        left -= walks
    print(_table(tallies))


def _part(walks: int) -> dict[str, Any]:
    """Take some walks; return what was done in them."""
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally.json"
        done = subprocess.run(
            [sys.executable, "-m", "stack", "test", TEST, "-s"],
            cwd=REPOSITORY,
            env=os.environ | {"INDEP_MACHINE_WALKS": str(walks), "INDEP_MACHINE_TALLY": str(tally)},
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.returncode)
        return json.loads(tally.read_text(encoding="utf-8"))


def _table(tallies: list[dict[str, Any]]) -> str:
    """Return the sum of all parts, as rows of Markdown."""
    accepted: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for tally in tallies:
        for name, (done, not_done) in tally["actions"].items():
            accepted[name] += done
            refused[name] += not_done
    walks = sum(tally["walks"] for tally in tallies)
    minutes = sum(tally["seconds"] for tally in tallies) / 60
    names = sorted(accepted)
    return "\n".join(
        (
            f"{walks} walks, {accepted.total()} actions accepted, {refused.total()} refused, "
            f"0 breaches, {minutes:.0f} minutes.",
            "",
            "| action | accepted | refused |",
            "|---|---|---|",
            *(f"| {name} | {accepted[name]} | {refused[name]} |" for name in names),
        )
    )
