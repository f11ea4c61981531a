"""Restore from a backup, in the order that docs/backup.md describes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bench.crashing import workflow
from bench.crashing.stack import Stack
from bench.crashing.trial import Trials
from stack import ckan, postgres, services
from stack.commands import Runner
from stack.environment import for_services
from stack.ports import HOST
from stack.site import PORTAL

DATABASES = (PORTAL.database, PORTAL.datastore)
STOPPED = ("ticker", "worker", "renderer", "portal")


def restored(stack: Stack, trials: Trials, folder: Path) -> list[str]:
    """Save, release another version, restore; return what is wrong then.

    The version that was public at the backup has to be public again, and nothing else.
    """
    dataset = trials.datasets[0]
    at_backup = dataset.version
    for database in DATABASES:
        _postgres(stack, "pg_dump", "-Fc", "-f", folder / f"{database}.dump", database)
    workflow.vote(stack, dataset.propose())
    for name in STOPPED:
        services.stop(stack.layout, name)
    for database in DATABASES:
        _postgres(stack, "dropdb", "--force", database)
        _postgres(stack, "createdb", "--owner", postgres.OWNER, database)
        dump = folder / f"{database}.dump"
        _postgres(stack, "pg_restore", "--exit-on-error", "-d", database, dump)
    ckan.rebuild_index(stack.layout, PORTAL, Runner(stack.layout.logs / "setup.log"))
    stack.up()
    wrong = trials.repair()
    if not dataset.wait_until_public(at_backup):
        wrong.append(f"version {at_backup} is not what is public after the restore")
    return wrong


def _postgres(stack: Stack, program: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's programs as the superuser."""
    login = {
        "PGHOST": HOST,
        "PGPORT": str(stack.kept.ports["postgres"]),
        "PGUSER": postgres.SUPERUSER,
        "PGPASSWORD": stack.kept.secret("postgres"),
    }
    subprocess.run(
        [postgres.program(stack.layout, program), *words],
        env=os.environ | for_services(stack.layout) | login,
        check=True,
        capture_output=True,
    )
