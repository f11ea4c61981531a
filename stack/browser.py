"""Chromium for the browser tests."""

import os
import shutil
from pathlib import Path

from stack.commands import Runner
from stack.errors import StackError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_COMMAND = "apt-get update && apt-get install -y --no-install-recommends chromium fonts-liberation"


def chromium(runner: Runner) -> Path:
    """Return the path of Chromium, which is installed by apt if it is missing and we are root.

    Raises:
        StackError: if it is missing and cannot be installed; says what to type.
    """
    found = _find()
    if found:
        return found
    remedy = f"Type: {_COMMAND} (as root), then run ./portal test again."
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise StackError("Chromium, which the browser tests drive, is not on PATH.", remedy)
    print("Installing Chromium.", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    runner.run(
        ["sh", "-c", _COMMAND], "Installing Chromium", environment=environment, remedy=remedy
    )
    found = _find()
    if not found:
        raise StackError("Chromium was installed but is not on PATH.", remedy)
    return found


def _find() -> Path | None:
    paths = (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in paths if path), None)
