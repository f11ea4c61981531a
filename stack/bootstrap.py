"""From a bare Python to a virtual environment with all locked packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from stack import files
from stack.commands import Runner
from stack.environment import for_installers
from stack.errors import StackError
from stack.layout import REPOSITORY, Layout
from stack.steps import Stamp, Step

_NEEDS_NETWORK = (
    "The first run fetches packages: check the network (or the proxy settings), then run the "
    "command again; it goes on from here."
)


def bootstrap_steps(layout: Layout, runner: Runner, with_tests: bool) -> list[Step]:
    """Return the steps that make the virtual environment.

    Their stamps lie inside of it, so that they vanish with it.
    """
    boot, packages, tests = (
        REPOSITORY / f"requirements{part}.txt" for part in ("-boot", "", "-test")
    )
    project = [REPOSITORY / "pyproject.toml", REPOSITORY / "setup.py", str(REPOSITORY)]

    def stamp(name: str, *inputs: str | Path) -> Stamp:
        return Stamp(layout.venv / f"{name}.stamp", files.digest(inputs))

    steps = [
        Step("venv", "Virtual environment", lambda: _make_venv(layout, runner),
             stamp("venv", sys.version)),
        Step("installer", "Installer", lambda: _install_uv(layout, runner, boot),
             stamp("installer", boot)),
        Step("packages", "Packages", lambda: _install(layout, runner, packages),
             stamp("packages", packages)),
        Step("project", "Project", lambda: _install_project(layout, runner),
             stamp("project", *project)),
    ]  # fmt: skip
    if with_tests:
        steps.append(
            Step(
                "tools",
                "Test tools",
                lambda: _install(layout, runner, tests),
                stamp("tools", tests),
            )
        )
    return steps


def _make_venv(layout: Layout, runner: Runner) -> None:
    if not _has_venv_module():
        _install_venv_module(runner)
    shutil.rmtree(layout.venv, ignore_errors=True)
    runner.run(
        [sys.executable, "-m", "venv", layout.venv],
        "Making the virtual environment",
        environment=for_installers(layout),
    )


def _has_venv_module() -> bool:
    check = subprocess.run(
        [sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False
    )
    return check.returncode == 0


def _install_venv_module(runner: Runner) -> None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    command = f"apt-get update && apt-get install -y --no-install-recommends {package}"
    remedy = f"Type: {command} (as root), then run the command again."
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise StackError("This Python cannot make virtual environments.", remedy)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    runner.run(
        ["sh", "-c", command], "Installing Python's venv", environment=environment, remedy=remedy
    )


def _install_uv(layout: Layout, runner: Runner, requirements: Path) -> None:
    runner.run(
        [layout.python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements],
        "Installing the installer",
        environment=for_installers(layout),
        remedy=_NEEDS_NETWORK,
    )


def _install(layout: Layout, runner: Runner, requirements: Path) -> None:
    runner.run(
        [layout.venv / "bin" / "uv", "pip", "install", "--require-hashes", "-r", requirements],
        f"Installing {requirements.name}",
        environment=for_installers(layout),
        remedy=_NEEDS_NETWORK,
    )


def _install_project(layout: Layout, runner: Runner) -> None:
    metadata = REPOSITORY / "ckanext_indep.egg-info"
    was_there = metadata.exists()
    runner.run(
        [layout.venv / "bin" / "uv", "pip", "install", "--offline", "--no-deps",
         "--no-build-isolation", "--editable", REPOSITORY],
        "Installing the project",
        environment=for_installers(layout),
    )  # fmt: skip
    if not was_there:
        # A by-product of the build; the installed metadata is in the virtual environment.
        shutil.rmtree(metadata, ignore_errors=True)
