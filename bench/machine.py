"""The state machine of the workflow with many more walks than the tests take.

`INDEP_MACHINE_WALKS` sets how many; a walk has up to 40 steps. It runs in the databases of
`./portal test`, and so waits for its turn if that runs.
"""

from __future__ import annotations

import os
import subprocess
import sys

from stack.layout import REPOSITORY

WALKS = "500"
TEST = "tests/governance/test_machine.py"


def main() -> None:
    """Run the walks; their output says what was done and found."""
    walks = os.environ.get("INDEP_MACHINE_WALKS", WALKS)
    print(f"{walks} walks.", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "stack", "test", TEST, "-s"],
        cwd=REPOSITORY,
        env=os.environ | {"INDEP_MACHINE_WALKS": walks},
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.returncode)
