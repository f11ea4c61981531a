"""CKAN itself: its ini, its databases, its sample city and its processes."""

import json
from pathlib import Path
from string import Template
from urllib.error import URLError
from urllib.request import urlopen

from stack import files, postgres, redis, solr
from stack.commands import Runner
from stack.environment import for_services
from stack.errors import StackError
from stack.layout import REPOSITORY, Layout
from stack.ports import HOST
from stack.services import Service, port_answers
from stack.settings import Settings
from stack.site import Site

WEB_PROCESSES = 2
_TEMPLATE = REPOSITORY / "stack" / "ckan.ini.template"
_BASE = REPOSITORY / "stack" / "city.ini"


def url(settings: Settings, site: Site) -> str:
    """Return the address of a site, without a slash at its end."""
    return f"http://{HOST}:{settings.ports[site.name]}"


def addresses(layout: Layout, settings: Settings, site: Site) -> dict[str, str]:
    """Return where a site's services are, by the names of CKAN's environment variables."""
    return {
        "CKAN_SQLALCHEMY_URL": postgres.url(settings, site.database),
        "CKAN_DATASTORE_WRITE_URL": postgres.url(settings, site.datastore),
        "CKAN_DATASTORE_READ_URL": postgres.url(settings, site.datastore, postgres.READER),
        "CKAN_SOLR_URL": solr.url(settings, site),
        "CKAN_REDIS_URL": redis.url(settings, site),
        "CKAN_STORAGE_PATH": str(layout.storage(site.name)),
    }


def write_ini(layout: Layout, settings: Settings, site: Site) -> None:
    """Write a site's ini below var/."""
    where = addresses(layout, settings, site)
    values = {
        "base": str(_BASE),
        "name": site.name,
        "url": url(settings, site),
        "secret_key": settings.secret("session"),
        "token_key": settings.secret("api_token"),
        "database": where["CKAN_SQLALCHEMY_URL"],
        "datastore_write": where["CKAN_DATASTORE_WRITE_URL"],
        "datastore_read": where["CKAN_DATASTORE_READ_URL"],
        "solr": where["CKAN_SOLR_URL"],
        "redis": where["CKAN_REDIS_URL"],
        "storage": where["CKAN_STORAGE_PATH"],
        "smtp": f"{HOST}:{settings.ports['mail']}",
        "log": str(layout.logs / "ckan.log"),
    }
    layout.storage(site.name).mkdir(parents=True, exist_ok=True)
    # A percent sign begins an interpolation in an ini.
    escaped = {name: value.replace("%", "%%") for name, value in values.items()}
    text = Template(_TEMPLATE.read_text()).substitute(escaped, settings=site.settings)
    files.write(layout.ini(site.name), text)


def command(layout: Layout, site: Site, *words: str | Path) -> list[str | Path]:
    """Return a command line of CKAN's `ckan` for a site."""
    return [layout.venv / "bin" / "ckan", "-c", layout.ini(site.name), *words]


def create_schema(layout: Layout, site: Site, runner: Runner) -> None:
    """Create CKAN's tables, then those of the plugins."""
    environment = for_services(layout)
    for word in ("init", "upgrade"):
        runner.run(
            command(layout, site, "db", word),
            f"Preparing the database of {site.name}",
            environment=environment,
        )


def set_datastore_permissions(
    layout: Layout, settings: Settings, site: Site, runner: Runner
) -> None:
    """Give the reader of the DataStore its rights, by the script that CKAN prints."""
    what = f"Setting the DataStore's permissions of {site.name}"
    script = runner.run(
        command(layout, site, "datastore", "set-permissions"),
        what,
        environment=for_services(layout),
    )
    postgres.psql(layout, settings, runner, script, what)


def rebuild_index(layout: Layout, site: Site, runner: Runner) -> None:
    """Fill a site's Solr core from its database."""
    runner.run(
        command(layout, site, "search-index", "rebuild"),
        f"Filling the search index of {site.name}",
        environment=for_services(layout),
    )


def load_sample(layout: Layout, site: Site, runner: Runner) -> str:
    """Load the sample city and write its accounts file."""
    runner.run(
        command(layout, site, "indep", "sample", "load", "--accounts", layout.accounts),
        "Loading the sample city",
        environment=for_services(layout),
    )
    return f"loaded, {len(accounts(layout))} accounts"


def accounts(layout: Layout) -> list[dict[str, str]]:
    """Return the demo accounts as the sample city's loader wrote them: role, name, password.

    Raises:
        StackError: if the file is damaged.
    """
    if not layout.accounts.exists():
        return []
    try:
        found = json.loads(layout.accounts.read_text())
        return [{key: str(one[key]) for key in ("role", "name", "password")} for one in found]
    except (ValueError, KeyError, TypeError):
        raise StackError(
            f"{layout.accounts} cannot be read as a list of accounts.",
            "Remove it and run ./portal up; the accounts are made again.",
        ) from None


def token(layout: Layout, site: Site, name: str, runner: Runner) -> str:
    """Make an API token for a user of a site and return it."""
    output = runner.run(
        command(layout, site, "user", "token", "add", name, "portal", "--quiet"),
        f"Making an API token for {name}",
        environment=for_services(layout),
    )
    return output.split()[-1]


def web(layout: Layout, settings: Settings, site: Site, code: str) -> Service:
    """Describe the web server of a site: gunicorn with two worker processes."""
    port = settings.ports[site.name]
    return Service(
        site.name,
        (layout.venv / "bin" / "gunicorn", "--bind", f"{HOST}:{port}",
         "--workers", str(WEB_PROCESSES), "--timeout", "120", "--worker-tmp-dir", layout.tmp,
         "--no-control-socket", "stack.wsgi:application"),
        for_services(layout) | {"CKAN_INI": str(layout.ini(site.name))},
        ready=lambda: _serves(url(settings, site)),
        port=port,
        depends=(layout.ini(site.name), _BASE, code),
        patience=120,
    )  # fmt: skip


def worker(layout: Layout, site: Site, code: str) -> Service:
    """Describe the worker of background jobs, which also runs the scheduler of jobs."""
    return Service(
        "worker",
        tuple(command(layout, site, "jobs", "worker")),
        for_services(layout),
        ready=lambda: True,
        depends=(layout.ini(site.name), _BASE, code),
    )


def renderer(layout: Layout, site: Site, code: str) -> Service:
    """Describe the worker of reports, pictures and drawings, which take long."""
    return Service(
        "renderer",
        tuple(command(layout, site, "jobs", "worker", "indep-rendering")),
        for_services(layout),
        ready=lambda: True,
        depends=(layout.ini(site.name), _BASE, code),
    )


def ticker(layout: Layout, site: Site) -> Service:
    """Describe the process that runs `ckan indep tick` each minute."""
    return Service(
        "ticker",
        (layout.python, "-m", "stack.ticker", *command(layout, site, "indep", "tick")),
        for_services(layout),
        ready=lambda: True,
        depends=(REPOSITORY / "stack" / "ticker.py",),
    )


def mail_catcher(layout: Layout, settings: Settings) -> Service:
    """Describe the mail catcher, which writes each message to a file of var/mail."""
    port = settings.ports["mail"]
    return Service(
        "mail",
        (layout.python, "-m", "stack.mailcatcher", str(port), layout.mail),
        for_services(layout),
        ready=port_answers(port),
        port=port,
        depends=(REPOSITORY / "stack" / "mailcatcher.py",),
    )


def _serves(address: str) -> bool:
    try:
        with urlopen(f"{address}/api/3/action/status_show", timeout=30) as answer:  # noqa: S310
            return answer.status == 200
    except (URLError, OSError):
        return False
