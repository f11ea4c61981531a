"""CKAN's commands in processes of their own that need not load CKAN anew each time.

`python -m bench.crashing.commands INI` loads CKAN once, then forks for each command. A line of
its standard input is a JSON list of commands to be run at once, each a list of words; the answer
is a line with a JSON list of [exit code, output].
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SECONDS = 120


class Commands:
    """Runs commands of `ckan` for one site; a context manager that ends with its process."""

    def __init__(self, python: Path, ini: Path, environment: Mapping[str, str], cwd: Path) -> None:
        self._process = subprocess.Popen(
            [python, "-m", "bench.crashing.commands", ini],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=dict(environment),
            cwd=cwd,
        )
        self._turn = threading.Lock()

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    @property
    def pid(self) -> int:
        """The process that the commands are forked from."""
        return self._process.pid

    def run(self, *commands: str) -> list[tuple[int, str]]:
        """Run commands at once, such as "indep tick"; return exit code and output of each."""
        assert self._process.stdin
        assert self._process.stdout
        with self._turn:
            print(json.dumps([c.split() for c in commands]), file=self._process.stdin, flush=True)
            answer = json.loads(self._process.stdout.readline())
        return [(code, text) for code, text in answer]


def main(ini: str) -> None:
    """Answer lines until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    context = _load(ini)
    for line in sys.stdin:
        children = [_fork(context, words) for words in json.loads(line)]
        print(json.dumps([_wait(*child) for child in children]), file=answers, flush=True)


def _load(ini: str) -> Any:
    import ckan.model as ckan_model
    import click
    from ckan.cli.cli import CtxObject, ckan
    from ckan.plugins import IClick, PluginImplementations
    from ckanext.datastore.backend import postgres

    context = click.Context(ckan, info_name="ckan", obj=CtxObject(ini))
    context.meta["flask_app"] = context.obj.app._wsgi_app
    for plugin in PluginImplementations(IClick):
        for command in plugin.get_commands():
            ckan.add_command(command)
    # What is loaded and cached at the first use is had by all that are forked, connections by none.
    for words in (["indep", "tick"], ["indep", "verify"]):
        _run(context, words)
    ckan_model.Session.remove()
    for engine in (ckan_model.meta.engine, *postgres._engines.values()):
        if engine:
            engine.dispose()
    return context


def _fork(context: Any, words: list[str]) -> tuple[int, int]:
    """Start a command; return its process id and the file of its output."""
    output, path = tempfile.mkstemp()
    os.unlink(path)
    child = os.fork()
    if child == 0:
        os.dup2(output, 1)
        os.dup2(output, 2)
        signal.alarm(SECONDS)
        code = _run(context, words)
        sys.stdout.flush()
        # Past the end of the interpreter, which would tidy up all that CKAN loaded.
        os._exit(code)
    return child, output


def _run(context: Any, words: list[str]) -> int:
    """Run a command of `ckan` and return its exit code."""
    try:
        context.command.commands[words[0]].main(words[1:], prog_name=words[0], parent=context)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _wait(child: int, output: int) -> tuple[int, str]:
    _pid, status = os.waitpid(child, 0)
    os.lseek(output, 0, os.SEEK_SET)
    with os.fdopen(output) as file:
        return os.waitstatus_to_exitcode(status), file.read()


if __name__ == "__main__":
    main(sys.argv[1])
