"""`./portal bench`: benchmarks of ours against a stock CKAN on the same services."""

import os
import subprocess

from bench.run import ALONE
from bench.setting import Setting, Side
from stack import ckan, files, postgres, up
from stack.commands import Runner
from stack.environment import for_services
from stack.layout import REPOSITORY, Layout
from stack.lock import exclusive
from stack.settings import Settings
from stack.site import PORTAL, STOCK, Site
from stack.steps import elapsed

_STOCK_ADMIN = "bench-admin"


def run(layout: Layout, names: list[str]) -> int:
    """Bring both CKANs up, run the benchmarks (all, or the named ones) and take them down.

    Benchmarks that need neither are run at once.

    Returns the exit code of `bench.run`.
    """
    if names and set(names) <= set(ALONE):
        command = [layout.python, "-m", "bench.run", *names]
        return subprocess.run(command, cwd=REPOSITORY, check=False).returncode
    own = layout.within("bench")
    with exclusive(own.var / "lock") as lock:
        runner = Runner(own.logs / "setup.log", lock)
        with up.brought_up(own, up.BENCH, runner) as kept:
            print(f"Both portals are up after {elapsed():.1f} s.\n", flush=True)
            setting = own.var / "setting.json"
            files.write(setting, _setting(own, kept, runner).to_json())
            command = [own.python, "-m", "bench.run", *names]
            environment = os.environ | {"INDEP_BENCH": str(setting)}
            return subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode


def _setting(layout: Layout, kept: Settings, runner: Runner) -> Setting:
    roles = {account["role"]: account["name"] for account in ckan.accounts(layout)}
    _make_stock_admin(layout, kept.secret("stock-admin"), runner)
    return Setting(
        ours=_side(layout, kept, PORTAL, roles, runner),
        stock=_side(layout, kept, STOCK, {"sysadmin": _STOCK_ADMIN}, runner),
    )


def _make_stock_admin(layout: Layout, password: str, runner: Runner) -> None:
    """Make the system administrator of the stock CKAN, unless it was made in an earlier run."""
    stamp = postgres.stamps(layout) / "stock-admin.stamp"
    if files.has_stamp(stamp, _STOCK_ADMIN):
        return
    runner.run(
        ckan.command(
            layout,
            STOCK,
            "user",
            "add",
            _STOCK_ADMIN,
            "email=bench@example.org",
            f"password={password}",
        ),
        "Making the administrator of the stock CKAN",
        environment=for_services(layout),
    )
    runner.run(
        ckan.command(layout, STOCK, "sysadmin", "add", _STOCK_ADMIN),
        "Making the administrator of the stock CKAN",
        environment=for_services(layout),
    )
    files.write(stamp, _STOCK_ADMIN)


def _side(
    layout: Layout, kept: Settings, site: Site, roles: dict[str, str], runner: Runner
) -> Side:
    return Side(
        name=site.name,
        url=ckan.url(kept, site),
        ini=str(layout.ini(site.name)),
        database=postgres.url(kept, site.database),
        tokens={role: ckan.token(layout, site, name, runner) for role, name in roles.items()},
    )
