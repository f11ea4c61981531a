"""Drives `./portal` as a user would."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Portal:
    """Runs `./portal` with its state in `var`.

    Args:
        var: the state folder.
        environment: added to that of this process.
    """

    var: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        own = {"INDEP_PORTAL_VAR": str(self.var)} | self.environment | environment
        return subprocess.run(
            [REPOSITORY / "portal", *words],
            env=os.environ | own,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        """Return what `status --json` says."""
        return json.loads(self.run("status", "--json").stdout)


def clone_cache(source: Path, target: Path) -> None:
    """Make a cache folder that shares the downloads of another one but not its stamps."""
    target.mkdir(parents=True)
    for name in ("uv", "pip"):
        if (source / name).is_dir():
            (target / name).symlink_to(source / name)
    leave = shutil.ignore_patterns("*.stamp")
    shutil.copytree(source / "maven", target / "maven", copy_function=os.link, ignore=leave)


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the complaint of a failed command, having checked that it is one plain sentence."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("portal: ")
    return lines[0]
