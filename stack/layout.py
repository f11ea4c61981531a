"""Where the files of a stack are."""

import os
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Layout:
    """The folders of one stack.

    Args:
        var: everything the stack writes is below this folder.
        venv: the virtual environment, shared by all stacks of a checkout.
        cache: downloads, shared likewise.
    """

    var: Path
    venv: Path
    cache: Path

    def within(self, name: str) -> "Layout":
        """Return the layout of a second stack below this one, with the same packages."""
        return Layout(self.var / name, self.venv, self.cache)

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def packages(self) -> Path:
        """Return the site-packages folder of the virtual environment."""
        found = sorted(self.venv.glob("lib/python3*/site-packages"))
        if not found:
            raise StackError(
                f"{self.venv} is not a complete virtual environment.",
                "Run ./portal reset --all, then ./portal up.",
            )
        return found[0]

    @property
    def settings(self) -> Path:
        return self.var / "settings.json"

    @property
    def accounts(self) -> Path:
        return self.var / "accounts.json"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def mail(self) -> Path:
        return self.var / "mail"

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def redis(self) -> Path:
        return self.var / "redis"

    @property
    def solr(self) -> Path:
        return self.var / "solr"

    @property
    def home(self) -> Path:
        return self.var / "home"

    @property
    def tmp(self) -> Path:
        return self.var / "tmp"

    def ini(self, site: str) -> Path:
        return self.var / f"{site}.ini"

    def storage(self, site: str) -> Path:
        return self.var / "storage" / site

    def make_folders(self) -> None:
        """Create the folders that services expect; what is there stays."""
        self.var.mkdir(parents=True, exist_ok=True)
        for folder in (self.run, self.logs, self.mail, self.redis, self.solr, self.home, self.tmp):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.postgres.mkdir(mode=0o700, exist_ok=True)
        self.cache.mkdir(parents=True, exist_ok=True)


def checkout_layout() -> Layout:
    """Return the layout of this checkout.

    `INDEP_PORTAL_VAR` and `INDEP_PORTAL_VENV` move the state and the virtual environment;
    tests use them.
    """
    var = Path(os.environ.get("INDEP_PORTAL_VAR") or REPOSITORY / "var").absolute()
    venv = Path(os.environ.get("INDEP_PORTAL_VENV") or var / "venv").absolute()
    return Layout(var, venv, var / "cache")
