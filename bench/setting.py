"""What a benchmark is told about the two portals that it compares."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Side:
    """One CKAN, served by gunicorn with two worker processes.

    Args:
        name: "portal" for ours, "stock" for CKAN without our plugins.
        url: address without a slash at its end.
        ini: path of its settings.
        database: SQLAlchemy URL of its database.
        tokens: API token by role; the stock CKAN has the role "sysadmin" only.
    """

    name: str
    url: str
    ini: str
    database: str
    tokens: dict[str, str]


@dataclass(frozen=True)
class Setting:
    """Both portals of a run; they share PostgreSQL, Redis and Solr."""

    ours: Side
    stock: Side

    def to_json(self) -> str:
        """Return the text that `current` reads."""
        return json.dumps(asdict(self), indent=2)


def current() -> Setting:
    """Return the setting of this run, from the file that the variable INDEP_BENCH names.

    Raises:
        SystemExit: outside of `./portal bench`.
    """
    path = os.environ.get("INDEP_BENCH")
    if not path:
        raise SystemExit("Run benchmarks by ./portal bench, which starts what they compare.")
    found = json.loads(Path(path).read_text())
    return Setting(ours=Side(**found["ours"]), stock=Side(**found["stock"]))
