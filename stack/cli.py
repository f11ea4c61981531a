"""Commands of `./portal` and how their errors reach the user."""

import argparse
import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from stack import ckan, services, settings, steps
from stack.bootstrap import bootstrap_steps
from stack.commands import Runner
from stack.errors import StackError
from stack.layout import Layout, checkout_layout
from stack.lock import exclusive
from stack.site import PORTAL

_NEARLY_NOTHING = 20 * 2**20


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors become a sentence on standard error."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command != "test":
        _parser().error(f"unknown arguments: {' '.join(rest)}")
    layout = checkout_layout()
    # A polite request to end is treated like Ctrl-C, so that `test` takes its stack down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return options.run(layout, options, rest)
    except StackError as error:
        return _complain(layout, str(error))
    except OSError as error:
        if error.errno == errno.EPIPE:
            return 1
        return _complain(layout, f"{error.filename or 'A file'}: {error.strerror or error}.")
    except KeyboardInterrupt:
        return _complain(layout, "Interrupted. ./portal up goes on from where it stopped.")


def _complain(layout: Layout, sentence: str) -> int:
    if layout.var.exists() and (free := shutil.disk_usage(layout.var).free) < _NEARLY_NOTHING:
        sentence = (
            f"The disk of {layout.var} is full ({free // 2**20} MB are free). Free some space, "
            f"then run the command again; it goes on from where it stopped. ({sentence})"
        )
    print(f"\nportal: {sentence}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./portal", description="The city's open data portal.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[..., int], about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    add("up", _up, "bring the portal up with its sample city; what is there is kept")
    add("down", _down, "stop the portal; data is kept")
    status = add("status", _status, "say what runs where")
    status.add_argument("--json", action="store_true", help="as one JSON object")
    token = add("token", _token, "print an API token of a demo account")
    token.add_argument("role", help="role of the account, as `status` lists them")
    logs = add("logs", _logs, "show the last lines of the logs")
    logs.add_argument("service", nargs="?", help="one service; all by default")
    logs.add_argument("-f", "--follow", action="store_true", help="go on as lines come in")
    reset = add("reset", _reset, "remove all data; installed packages are kept")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    reset.add_argument("--all", action="store_true", help="remove packages and downloads too")
    add("test", _test, "run all checks and tests; arguments after it go to pytest alone")
    bench = add("bench", _bench, "run the benchmarks")
    bench.add_argument("names", nargs="*", metavar="name", help="some of them, such as p3 p9")
    return parser


def _up(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    _enter_venv(layout, with_tests=False)
    from stack import up

    with exclusive(layout.var / "lock") as lock:
        kept = up.bring_up(layout, up.DEMO, Runner(layout.logs / "setup.log", lock))
    print(f"\nThe portal is at {ckan.url(kept, PORTAL)}/ (after {steps.elapsed():.1f} s)")
    _print_accounts(ckan.accounts(layout))
    return 0


def _down(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    if not layout.var.exists():
        print("Nothing was running.")
        return 0
    from stack import up

    with exclusive(layout.var / "lock"):
        stopped = up.take_down(layout)
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def _status(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    kept = settings.load(layout.settings)
    running = services.running(layout)
    url = ckan.url(kept, PORTAL) if PORTAL.name in kept.ports else None
    accounts = ckan.accounts(layout)
    if options.json:
        state = {"url": url, "ports": kept.ports, "pids": running, "accounts": accounts}
        print(json.dumps(state, indent=2))
    elif not running:
        print("The portal is down; ./portal up brings it up.")
    else:
        print(
            f"The portal is at {url}/"
            if PORTAL.name in running
            else "The portal's web server is down."
        )
        for name, pid in running.items():
            port = f"port {kept.ports[name]}" if name in kept.ports else ""
            print(f"  {name:10} {port:11} process {pid}")
        _print_accounts(accounts)
    return 0 if PORTAL.name in running else 3


def _token(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    accounts = ckan.accounts(layout)
    named = [account for account in accounts if account["role"] == options.role]
    if not services.pid(layout, PORTAL.name):
        raise StackError("The portal is down.", "Run ./portal up first.")
    if not named:
        roles = ", ".join(dict.fromkeys(account["role"] for account in accounts)) or "none"
        raise StackError(
            f"No demo account has the role {options.role!r}.", f"The roles are: {roles}."
        )
    print(ckan.token(layout, PORTAL, named[0]["name"], Runner(layout.logs / "setup.log")))
    return 0


def _logs(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    logs = sorted(layout.logs.glob("*.log"))
    if options.service:
        logs = [log for log in logs if log.stem == options.service]
    if not logs:
        raise StackError(f"There is no log of {options.service or 'any service'} in {layout.logs}.")
    words = ["tail", "-n", "40", *(["-F"] if options.follow else []), *(str(log) for log in logs)]
    os.execvp("tail", words)  # noqa: S606


def _reset(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    if not layout.var.exists():
        print("There is nothing to remove.")
        return 0
    if not options.yes and not _confirmed(f"Remove all data of the portal in {layout.var}? [y/N] "):
        print("Nothing was removed.")
        return 1
    from stack import up

    keep = set() if options.all else {layout.venv, layout.cache, layout.var / "pycache"}
    with exclusive(layout.var / "lock"):
        for stack in (layout, *(layout.within(name) for name in ("test", "bench", "kills"))):
            up.take_down(stack)
        for path in layout.var.iterdir():
            if path not in keep:
                _remove(path)
    print("All data is removed; ./portal up begins anew.")
    return 0


def _test(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    _enter_venv(layout, with_tests=True)
    from stack import testing

    return testing.run(layout, rest)


def _bench(layout: Layout, options: argparse.Namespace, rest: list[str]) -> int:
    _enter_venv(layout, with_tests=True)
    from stack import benching

    return benching.run(layout, options.names)


def _enter_venv(layout: Layout, with_tests: bool) -> None:
    """Go on under the virtual environment's Python, which is made or updated first."""
    if os.environ.get("INDEP_PORTAL_INSIDE") == str(layout.venv):
        return
    if not os.environ.get("INDEP_PORTAL_VENV"):
        from stack.up import check_disk

        check_disk(layout)
        with exclusive(layout.var / "lock") as lock:
            layout.make_folders()
            runner = Runner(layout.logs / "setup.log", lock)
            steps.run_steps(bootstrap_steps(layout, runner, with_tests))
    environment = os.environ | {
        "INDEP_PORTAL_INSIDE": str(layout.venv),
        "INDEP_PORTAL_ELAPSED": f"{steps.elapsed():.2f}",
    }
    os.execve(layout.python, [str(layout.python), "-m", "stack", *sys.argv[1:]], environment)  # noqa: S606


def _print_accounts(accounts: list[dict[str, str]]) -> None:
    if accounts:
        print("Sign-ins of the sample city:")
    for account in accounts:
        print(f"  {account['role']:22} {account['name']:22} {account['password']}")


def _confirmed(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
