"""Run the commands of a step: output to a log, a failure as one clear sentence."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError


@dataclass(frozen=True)
class Runner:
    """Runs commands one after another.

    Args:
        log: file to which the commands' output is appended.
        lock: descriptor of the held lock, inherited by the commands; None without a lock.
    """

    log: Path
    lock: int | None = None

    def run(
        self,
        command: Sequence[str | Path],
        what: str,
        *,
        environment: Mapping[str, str] | None = None,
        text: str | None = None,
        remedy: str = "",
        cwd: Path | None = None,
    ) -> str:
        """Run one command to its end and return its standard output.

        Args:
            what: names the work in an error: "Creating the databases".
            environment: the whole environment; that of this process if None.
            text: standard input.
            remedy: what the user can do when it fails; the log is named by default.

        Raises:
            StackError: if the command is missing or returns non-zero.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            done = subprocess.run(
                [str(part) for part in command],
                input=text,
                stdin=subprocess.DEVNULL if text is None else None,
                capture_output=True,
                text=True,
                errors="replace",
                env=dict(os.environ if environment is None else environment),
                cwd=cwd,
                pass_fds=() if self.lock is None else (self.lock,),
                check=False,
            )
        except FileNotFoundError:
            raise StackError(f"{what} failed: {command[0]} is missing.", remedy) from None
        with self.log.open("a") as log:
            log.write(f"== {what}\n{done.stdout}{done.stderr}")
        if done.returncode:
            raise StackError(
                f"{what} failed: {_reason(done.stdout + done.stderr)}",
                remedy or f"The whole output is in {self.log}; ./portal up goes on from here.",
            )
        return done.stdout


def _reason(output: str) -> str:
    """Return the line that says why: the first one that calls itself an error, or else the last."""
    lines = [line.strip() for line in output.splitlines() if line.strip() not in ("", "Aborted!")]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines[-1:] or ["it gave no reason."])[0]
