"""From installed packages to a running stack, in steps that can be repeated after a kill."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from stack import ckan, files, jars, postgres, redis, services, settings, solr
from stack.commands import Runner
from stack.errors import StackError
from stack.layout import REPOSITORY, Layout
from stack.settings import Settings
from stack.site import PORTAL, STOCK, UNIT, Site
from stack.steps import Stamp, Step, run_steps

_TO_WORK = 200 * 2**20
_TO_INSTALL = 1500 * 2**20


@dataclass(frozen=True)
class Plan:
    """What a stack consists of.

    Args:
        sites: all its CKAN sites; the first one gets the sample city, the worker and the ticker.
        served: those of them that get a web server.
        durable: whether PostgreSQL must survive a crash of the machine.
        port: port that the first site asks for; None: any.
    """

    sites: tuple[Site, ...]
    served: tuple[Site, ...]
    durable: bool
    port: int | None = None


DEMO = Plan(sites=(PORTAL,), served=(PORTAL,), durable=True, port=5000)
TEST = Plan(sites=(PORTAL, *UNIT), served=(PORTAL,), durable=False)
BENCH = Plan(sites=(PORTAL, STOCK), served=(PORTAL, STOCK), durable=True)

# Later ones need earlier ones, so they are stopped from the end.
_BASE_SERVICES = ("postgres", "redis", "solr", "mail")


def bring_up(layout: Layout, plan: Plan, runner: Runner) -> Settings:
    """Run all steps of a plan and return the stack's settings."""
    check_disk(layout)
    layout.make_folders()
    kept = settings.load(layout.settings)
    run_steps(_steps(layout, plan, kept, runner))
    return kept


@contextmanager
def brought_up(layout: Layout, plan: Plan, runner: Runner) -> Iterator[Settings]:
    """Have a stack for the time of a `with`; what runs of it ends, also if it did not come up."""
    try:
        yield bring_up(layout, plan, runner)
    finally:
        take_down(layout)


def take_down(layout: Layout) -> list[str]:
    """Stop whatever runs of a stack, dependents first, and return the names."""
    running = services.running(layout)
    dependents = [name for name in running if name not in _BASE_SERVICES]
    base = [name for name in reversed(_BASE_SERVICES) if name in running]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: services.stop(layout, name), dependents))
    for name in base:
        services.stop(layout, name, postgres.STOP if name == "postgres" else services.STOP)
    return dependents + base


def check_disk(layout: Layout) -> None:
    """Refuse to begin when the disk is nearly full.

    Raises:
        StackError: if less than 200 MB are free, or 1500 MB before anything is installed.
    """
    parent = next(folder for folder in (layout.var, *layout.var.parents) if folder.exists())
    free = shutil.disk_usage(parent).free
    needed = _TO_WORK if layout.venv.exists() else _TO_INSTALL
    if free < needed:
        raise StackError(
            f"The disk of {layout.var} is full: {free // 2**20} MB are free, and the portal needs "
            f"{needed // 2**20} MB.",
            "Free some space, then run ./portal up again; it goes on from where it stopped.",
        )


def _steps(layout: Layout, plan: Plan, kept: Settings, runner: Runner) -> list[Step]:
    main = plan.sites[0]
    code = files.digest([REPOSITORY / "ckanext" / "indep"])
    packages = REPOSITORY / "requirements.txt"
    tables = files.digest([packages, REPOSITORY / "ckanext" / "indep" / "migration"])
    sample = files.digest([REPOSITORY / "ckanext" / "indep" / "sample"])
    steps = [
        Step("settings", "Ports and secrets", lambda: _settle(layout, plan, kept)),
        Step("jars", "Solr's jars", lambda: jars.fetch(layout),
             Stamp(jars.folder(layout) / "jars.stamp", files.digest([jars.LOCK]))),
        Step("initdb", "PostgreSQL's data", lambda: postgres.create(layout, kept, runner)),
        Step("postgres", "PostgreSQL", lambda: postgres.start(layout, kept, plan.durable)),
        Step("databases", "Databases",
             lambda: postgres.create_databases(layout, kept, plan.sites, runner)),
        Step("redis", "Redis", lambda: _start_redis(layout, kept)),
        Step("solr", "Solr", lambda: solr.start(layout, kept, plan.sites)),
        Step("mail", "Mail catcher",
             lambda: services.ensure(layout, ckan.mail_catcher(layout, kept))),
    ]  # fmt: skip
    for site in plan.sites:
        steps += _site_steps(layout, site, kept, tables, runner)
    steps += [
        Step("sample", "Sample city", lambda: ckan.load_sample(layout, main, runner),
             _data_stamp(layout, main, "sample", sample)),
        Step("worker", "Job worker",
             lambda: services.ensure(layout, ckan.worker(layout, main, code))),
        Step("renderer", "Worker of reports and pictures",
             lambda: services.ensure(layout, ckan.renderer(layout, main, code))),
        Step("ticker", "Ticker", lambda: services.ensure(layout, ckan.ticker(layout, main))),
    ]  # fmt: skip
    return steps + [
        Step("web", f"Web server of {site.name}",
             lambda site=site: services.ensure(layout, ckan.web(layout, kept, site, code)))
        for site in plan.served
    ] + [
        Step("check", "Everything still runs", lambda: _check_all_run(layout, plan)),
    ]  # fmt: skip


def _site_steps(
    layout: Layout, site: Site, kept: Settings, tables: str, runner: Runner
) -> list[Step]:
    name = site.name
    return [
        Step("ini", f"Settings of {name}", lambda: ckan.write_ini(layout, kept, site)),
        Step("schema", f"Tables of {name}", lambda: ckan.create_schema(layout, site, runner),
             _data_stamp(layout, site, "schema", tables)),
        Step("datastore", f"DataStore of {name}",
             lambda: ckan.set_datastore_permissions(layout, kept, site, runner),
             _data_stamp(layout, site, "datastore", tables)),
        Step("index", f"Search index of {name}", lambda: ckan.rebuild_index(layout, site, runner),
             Stamp(solr.index_stamp(layout, site), solr.core_key(layout))),
    ]  # fmt: skip


def _settle(layout: Layout, plan: Plan, kept: Settings) -> str | None:
    running = services.settle(layout)
    names = [*_BASE_SERVICES, *(site.name for site in plan.sites)]
    first = {plan.sites[0].name: plan.port} if plan.port else {}
    remarks = settings.choose_ports(kept, names, running, first)
    for secret in ("postgres", postgres.OWNER, postgres.READER, "redis", "session", "api_token"):
        kept.secret(secret)
    settings.save(layout.settings, kept)
    return "; ".join(remarks) or None


def _start_redis(layout: Layout, kept: Settings) -> str:
    """Start Redis; a worker of an earlier one ends soon by itself, so it is ended at once."""
    was_running = services.pid(layout, "redis")
    remark = services.ensure(layout, redis.service(layout, kept))
    if services.pid(layout, "redis") != was_running:
        for name in ("worker", "renderer"):
            services.stop(layout, name)
    return remark


def _check_all_run(layout: Layout, plan: Plan) -> None:
    """Catch services that ended soon after their start, such as a worker with wrong settings."""
    names = [*_BASE_SERVICES, "worker", "renderer", "ticker", *(site.name for site in plan.served)]
    for name in names:
        if not services.pid(layout, name):
            raise StackError(
                f"{name} ended soon after its start.",
                f"Its log is {layout.logs / f'{name}.log'} (./portal logs {name}).",
            )


def _data_stamp(layout: Layout, site: Site, name: str, key: str) -> Stamp:
    """Return a stamp that vanishes together with PostgreSQL's data."""
    return Stamp(postgres.stamps(layout) / f"{site.name}-{name}.stamp", key)
