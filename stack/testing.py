"""`./portal test`: every check and test of the repository against a stack of its own."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO
from xml.etree import ElementTree

import pytest

from stack import ckan, files, up
from stack.browser import chromium
from stack.commands import Runner
from stack.environment import for_services
from stack.layout import REPOSITORY, Layout
from stack.lock import exclusive
from stack.settings import Settings
from stack.site import PORTAL, UNIT

_AUDIT_SECONDS = 120
_COUNTED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
_SERVED = ("browser", "attack")
# Whole files, to as many processes as there are sites for them.
_AT_ONCE = ("--numprocesses", str(len(UNIT)), "--dist", "loadfile", "--no-loadscope-reorder")


@dataclass(frozen=True)
class Outcome:
    """How many tests or checks of a stage passed and failed."""

    passed: int
    failed: int

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.passed + other.passed, self.failed + other.failed)


@dataclass(frozen=True)
class Session:
    """What the stages share: where the stack is, the environment of its tests, where they tell."""

    layout: Layout
    python: Path
    environment: dict[str, str]
    ini: Path
    output: TextIO

    def tell(self, line: str) -> None:
        """Print a line at once, in order with what the tools print."""
        print(line, file=self.output, flush=True)


Stage = tuple[str, Callable[[Session], Outcome]]
Lane = tuple[Stage, ...]


def run(layout: Layout, arguments: list[str]) -> int:
    """Bring the test stack up, run the stages, take it down, and return the exit code.

    With arguments, only pytest runs, with those arguments.
    """
    with _stack(layout.within("test")) as session:
        total = Outcome(0, 0)
        for lanes in [(_only(arguments),)] if arguments else _all_lanes():
            total += _side_by_side(session, lanes)
    print(f"\n{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or not total.passed else 0


def _side_by_side(session: Session, lanes: tuple[Lane, ...]) -> Outcome:
    """Run lanes at once; the first tells as it goes, the others when all have ended."""
    with ExitStack() as opened, ThreadPoolExecutor(len(lanes)) as pool:
        others = [opened.enter_context(TemporaryFile("w+")) for _ in lanes[1:]]
        sessions = [session, *(replace(session, output=other) for other in others)]
        outcomes = list(pool.map(_one_by_one, sessions, lanes))
        for other in others:
            other.seek(0)
            shutil.copyfileobj(other, session.output)
    return sum(outcomes, Outcome(0, 0))


def _one_by_one(session: Session, lane: Lane) -> Outcome:
    total = Outcome(0, 0)
    for name, stage in lane:
        session.tell(f"\n== {name}")
        began = time.monotonic()
        outcome = stage(session)
        total += outcome
        told = f"{outcome.passed} passed, {outcome.failed} failed"
        seconds = time.monotonic() - began
        session.tell(f"== {name}: {told} in {seconds:.0f} s")
    return total


@contextmanager
def _stack(layout: Layout) -> Iterator[Session]:
    with exclusive(layout.var / "lock") as lock:
        runner = Runner(layout.logs / "setup.log", lock)
        browser = chromium(runner)
        with up.brought_up(layout, up.TEST, runner) as kept:
            ini = _write_ini(layout)
            environment = _environment(layout, kept, browser)
            yield Session(layout, layout.python, environment, ini, sys.stdout)


def _write_ini(layout: Layout) -> Path:
    """Write the ini of the unit tests; the addresses come from the environment."""
    path = layout.ini("test")
    files.write(path, f"[app:main]\nuse = config:{REPOSITORY / 'test.ini'}\n")
    return path


def _environment(layout: Layout, kept: Settings, browser: Path) -> dict[str, str]:
    """Return the environment of the tests: services of the unit sites, address of the portal."""
    libraries = {name: for_services(layout)[name] for name in ("LD_LIBRARY_PATH", "MAGIC")}
    own_path = f"{layout.venv / 'bin'}:{os.environ.get('PATH', '')}"
    hidden = ("INDEP_PORTAL_VAR", "INDEP_PORTAL_INSIDE", "INDEP_PORTAL_ELAPSED")
    inherited = {name: value for name, value in os.environ.items() if name not in hidden}
    return (
        inherited
        | libraries
        | ckan.addresses(layout, kept, UNIT[0])
        | {
            "INDEP_TEST_SITES": json.dumps([ckan.addresses(layout, kept, site) for site in UNIT]),
            "PATH": own_path,
            "PYTHONPATH": str(REPOSITORY),
            "INDEP_URL": ckan.url(kept, PORTAL),
            "INDEP_INI": str(layout.ini(PORTAL.name)),
            "INDEP_ACCOUNTS": str(layout.accounts),
            "INDEP_MAIL": str(layout.mail),
            "INDEP_CHROMIUM": str(browser),
            "INDEP_PORTAL_VENV": str(layout.venv),
            "INDEP_CACHE": str(layout.cache),
        }
    )


def _all_lanes() -> list[tuple[Lane, ...]]:
    """Return what follows each other; lanes side by side share no stack and no database."""
    ignored = [f"--ignore=tests/{folder}" for folder in (*_SERVED, "stack")]
    served = tuple((f"{folder} tests", _pytest(folder, f"tests/{folder}")) for folder in _SERVED)
    return [
        (
            (
                ("ruff check", _check("-m", "ruff", "check")),
                ("ruff format", _check("-m", "ruff", "format", "--check")),
                ("unit and integration tests", _pytest("unit", "tests", *ignored, *_AT_ONCE)),
            ),
        ),
        (
            served,
            (
                ("pyright", _pyright),
                ("pip-audit", _audit),
                ("stack tests", _pytest("stack", "tests/stack")),
            ),
        ),
    ]


def _only(arguments: list[str]) -> Lane:
    return (("pytest", _pytest("only", *arguments)),)


def _run(session: Session, *words: str | Path, seconds: float | None = None) -> int:
    done = subprocess.run(
        [session.python, *words],
        cwd=REPOSITORY,
        env=session.environment,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
        stdout=session.output,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode


def _check(*words: str) -> Callable[[Session], Outcome]:
    """Return a stage that counts a tool as one check."""

    def stage(session: Session) -> Outcome:
        return _one(_run(session, *words) == 0)

    return stage


def _pyright(session: Session) -> Outcome:
    return _one(_run(session, "-m", "pyright", "--pythonpath", session.python) == 0)


def _audit(session: Session) -> Outcome:
    """Report known weaknesses of the locked packages; finding some fails nothing."""
    report = session.layout.var / "audit.json"
    report.unlink(missing_ok=True)
    with contextlib.suppress(subprocess.TimeoutExpired):
        _run(session, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off",
             "--format", "json", "--output", report, "-r", "requirements.txt",
             seconds=_AUDIT_SECONDS)  # fmt: skip
    if not report.exists():
        session.tell("The audit did not reach its database; nothing is known.")
        return Outcome(0, 0)
    packages = json.loads(report.read_text())["dependencies"]
    known = [package for package in packages if "vulns" in package]
    session.tell(f"The database knows {len(known)} of {len(packages)} packages.")
    for package in known:
        for weakness in package["vulns"]:
            fixed = ", ".join(weakness["fix_versions"]) or "no version"
            session.tell(
                f"{package['name']} {package['version']}: {weakness['id']}, fixed in {fixed}"
            )
    return Outcome(0, 0)


def _pytest(name: str, *words: str) -> Callable[[Session], Outcome]:
    """Return a stage that counts the tests of one run of pytest."""

    def stage(session: Session) -> Outcome:
        report = session.layout.var / f"{name}.xml"
        report.unlink(missing_ok=True)
        code = _run(session, "-m", "pytest", f"--ckan-ini={session.ini}", f"--junitxml={report}",
                    "-q", "--durations=5", *words)  # fmt: skip
        counted = _count(report)
        # A run that pytest itself gave up has no failed test to count.
        return counted if code in _COUNTED or counted.failed else counted + Outcome(0, 1)

    return stage


def _count(report: Path) -> Outcome:
    """Count a JUnit report; pytest that wrote none counts as one failure."""
    if not report.exists():
        return Outcome(0, 1)
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314

    def total(kind: str) -> int:
        return sum(int(suite.get(kind, "0")) for suite in suites)

    failed = total("failures") + total("errors")
    return Outcome(max(0, total("tests") - failed - total("skipped")), failed)


def _one(good: bool) -> Outcome:
    return Outcome(1, 0) if good else Outcome(0, 1)
