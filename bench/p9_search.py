"""P9: search by a reviewer among 10,000 datasets, while 1,000 workspaces are open. Aim: ≥ 0.9×.

Against an editor of a stock CKAN with the same 10,000 and no workspaces. The ratio is of times, so
the aim is at most 1.11. The datasets are copies of one, made by SQL in the databases (with their
publications, or the guards would refuse them) and from its document in the search engine. They are
removed at the end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from bench import data
from bench.client import Client
from bench.compare import Comparison, alternate, table
from bench.setting import Setting, Side, current

DATASETS = 10_000
WORKSPACES = 1_000
REQUESTS = 10
BATCH = 1_000
PREFIX = "bench-p9-"
TEMPLATE = "bench-001"
SEARCHES: dict[str, dict[str, Any]] = {
    "everything": {"rows": 20},
    "two words": {"q": "things counted", "rows": 20},
    "two words, facets, own drafts": {
        "q": "things counted",
        "rows": 20,
        "include_private": "true",
        "include_drafts": "true",
        "facet.field": '["organization", "tags", "res_format"]',
    },
    "last page": {"rows": 20, "start": DATASETS - 100, "sort": "metadata_modified desc"},
}
# Table, and the column by which its rows belong to a package.
PARTS = {"resource": "package_id", "package_tag": "package_id", "member": "table_id"}
PUBLICATIONS = """
    INSERT INTO indep_publication (package_id, package_type, state, revision_id, content_hash,
                                   first_released_at, released_at, version)
    SELECT :prefix || n, package_type, i.state, revision_id, content_hash, first_released_at,
           released_at, i.version
      FROM indep_publication i JOIN package p ON p.id = i.package_id
           CROSS JOIN generate_series(1, :number) n
     WHERE p.name = :template
"""
STAMPS = """
    UPDATE indep_publication SET fingerprint = indep_fingerprint(package_id)
     WHERE package_id LIKE :prefix || '%'
"""
OPEN_REQUESTS = """
    INSERT INTO indep_change_request
        (id, kind, package_type, live_id, workspace_id, owner_org, slug, title, state, opened_by,
         opened_at, changed_at, snapshot)
    SELECT id, 'create', 'dataset', :prefix || 'live-' || id, id, owner_org, name, title, 'draft',
           creator_user_id, now(), now(), '{}'
      FROM package WHERE name LIKE :prefix || 'ws-%'
"""
CLEAN_OURS = (
    "DELETE FROM indep_publication WHERE package_id LIKE :prefix || '%'",
    "DELETE FROM indep_change_request WHERE id LIKE :prefix || '%'",
)


def main() -> None:
    """Print the table of P9."""
    setting = current()
    data.prepare(setting)
    with _filled(setting.ours, ours=True), _filled(setting.stock, ours=False):
        print("Times of", REQUESTS, "searches, one after the other.\n")
        print(table(_comparisons(setting)))


def _comparisons(setting: Setting) -> list[Comparison]:
    reviewer, editor = Client(setting.ours, "member"), data.stock_editor(setting)
    return [
        alternate(work, _repeat(reviewer, parameters), _repeat(editor, parameters))
        for work, parameters in SEARCHES.items()
    ]


def _repeat(client: Client, parameters: dict[str, Any]) -> Callable[[], None]:
    def run() -> None:
        for _ in range(REQUESTS):
            found = client.get("package_search", **parameters)
            if found["count"] < DATASETS or len(found["results"]) != parameters["rows"]:
                raise RuntimeError(f"{found['count']} found, {len(found['results'])} shown")

    return run


@contextmanager
def _filled(side: Side, ours: bool) -> Iterator[None]:
    """Hold a side filled with the copies, and with workspaces on ours."""
    engine = sa.create_engine(side.database)
    solr = _Solr(side)
    _clean(engine, solr, ours)
    try:
        _fill(engine, ours)
        solr.copy(Client(side).get("package_show", id=TEMPLATE)["id"])
        if ours:
            solr.hide(WORKSPACES)
        yield
    finally:
        _clean(engine, solr, ours)


def _fill(engine: sa.Engine, ours: bool) -> None:
    values = {"prefix": PREFIX, "template": TEMPLATE, "number": DATASETS}
    with engine.begin() as connection:
        if ours:
            connection.execute(sa.text(PUBLICATIONS), values)
        _copy(connection, "package", values, {"title": "p.title || ' ' || n"})
        for part, column in PARTS.items():
            _copy(connection, part, values, {column: ":prefix || n"})
        if ours:
            connection.execute(sa.text(STAMPS), values)
            hidden = {"prefix": f"{PREFIX}ws-", "template": TEMPLATE, "number": WORKSPACES}
            _copy(connection, "package", hidden, {"state": "'draft'", "private": "true"})
            connection.execute(sa.text(OPEN_REQUESTS), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def _copy(
    connection: sa.Connection, name: str, values: dict[str, Any], changed: dict[str, str]
) -> None:
    """Copy the template's rows of a table, once for each number, under ids of their own."""
    columns = [column["name"] for column in sa.inspect(connection).get_columns(name)]
    if name == "package":
        changed = {"id": ":prefix || n", "name": ":prefix || n", **changed}
        condition = "p.name = :template"
    else:
        changed = {"id": "'copy-' || n || '-' || p.id", **changed}
        condition = f"p.{PARTS[name]} = (SELECT id FROM package WHERE name = :template)"
    chosen = ", ".join(changed.get(column, f"p.{column}") for column in columns)
    # Names of tables and columns come from this file and from the database itself.
    statement = (
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {chosen} FROM {name} p "
        f"CROSS JOIN generate_series(1, CAST(:number AS int)) n WHERE {condition}"
    )
    connection.execute(sa.text(statement), values)


def _clean(engine: sa.Engine, solr: _Solr, ours: bool) -> None:
    with engine.begin() as connection:
        for part, column in PARTS.items():
            statement = f"DELETE FROM {part} WHERE {column} LIKE :prefix || '%'"
            connection.execute(sa.text(statement), {"prefix": PREFIX})
        statements = ["DELETE FROM package WHERE id LIKE :prefix || '%'"]
        for statement in [*statements, *(CLEAN_OURS if ours else ())]:
            connection.execute(sa.text(statement), {"prefix": PREFIX})
    solr.forget()


class _Solr:
    """The search engine of one side."""

    def __init__(self, side: Side) -> None:
        found = re.search(r"^solr_url *= *(\S+)", Path(side.ini).read_text(), re.MULTILINE)
        assert found, "every ini names its search engine"
        self._url = found[1]

    def copy(self, package_id: str) -> None:
        """Add copies of the document of a package, as CKAN would have indexed them.

        What the search engine makes itself, or does not give back, is left out or put back.
        """
        query = {"q": f'id:"{package_id}"', "wt": "json"}
        answer = requests.get(f"{self._url}/select", params=query, timeout=60)
        document = answer.json()["response"]["docs"][0]
        for made in ("_version_", "indexed_ts", "name_ngram", "title_ngram"):
            document.pop(made, None)
        document["permission_labels"] = ["public"]
        document["title_string"] = document["title"]
        self._add([_renamed(document, package_id, n) for n in range(1, DATASETS + 1)])

    def hide(self, number: int) -> None:
        """Add the skeletons of workspaces."""
        hidden = "indep-hidden"
        self._add(
            [
                {
                    "id": f"{PREFIX}ws-{n}",
                    "index_id": f"{PREFIX}ws-{n}",
                    "entity_type": hidden,
                    "site_id": hidden,
                    "state": hidden,
                }
                for n in range(1, number + 1)
            ]
        )

    def forget(self) -> None:
        """Remove what was added."""
        self._update({"delete": {"query": f"id:{PREFIX}*"}})

    def _add(self, documents: list[dict[str, Any]]) -> None:
        for start in range(0, len(documents), BATCH):
            self._update(documents[start : start + BATCH])

    def _update(self, body: Any) -> None:
        answer = requests.post(f"{self._url}/update?commit=true", json=body, timeout=300)
        answer.raise_for_status()


def _renamed(document: dict[str, Any], package_id: str, number: int) -> dict[str, Any]:
    new = f"{PREFIX}{number}"

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(package_id, new).replace(TEMPLATE, new)
        return [renamed(one) for one in value] if isinstance(value, list) else value

    index_id = hashlib.md5(f"{new}{document['site_id']}".encode()).hexdigest()
    return {key: renamed(value) for key, value in document.items()} | {"index_id": index_id}
