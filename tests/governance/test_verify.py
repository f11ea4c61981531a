"""`ckan indep verify` finds what only somebody past all guards could have done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa
from ckan.cli.cli import ckan
from ckan.lib.search import clear
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.indep.governance import files, outbox, verify
from tests.governance.conftest import City

Make = Callable[..., dict[str, Any]]
TABLES = (
    *("package", "resource", "package_tag"),
    *("indep_revision", "indep_ballot", "indep_contributor", "indep_event"),
)


@contextmanager
def tampered(*statements: str, **values: Any) -> Iterator[None]:
    """Change rows as only the owner of the tables could, and take it back afterwards."""
    session = ckan_model.Session
    session.rollback()
    for how in ("DISABLE", "ENABLE"):
        for table in TABLES:
            session.execute(sa.DDL(f"ALTER TABLE {table} {how} TRIGGER USER"))
        for statement in statements if how == "DISABLE" else ():
            session.execute(sa.text(statement), values)
    session.expire_all()
    yield
    session.rollback()


def _found() -> str:
    return "\n".join(verify.breaches())


def test_each_kind_of_breach_is_found(city: City, released: Make, draft: Make) -> None:
    """The five things that are checked, each broken by itself and mended again."""
    workspace, package = draft(title="Hidden"), released()
    key, resource = package["id"], package["resources"][0]["id"]
    outbox.drain()
    assert _found() == ""
    shown = "UPDATE package SET state = 'active', private = false WHERE id = :id"
    with tampered(shown, id=workspace["id"]):
        assert f"package {workspace['id']} is public without a release" in _found()
    for statement in (
        "UPDATE package SET title = 'canary' WHERE id = :id",
        "UPDATE resource SET url = 'https://example.org' WHERE package_id = :id",
        "DELETE FROM package_tag WHERE package_id = :id",
        "UPDATE package SET private = true WHERE id = :id",
    ):
        with tampered(statement, id=key):
            assert f"package {key} differs from its released revision" in _found(), statement
    altered = 'UPDATE indep_revision SET content = content || \'{"title": "canary"}\''
    with tampered(altered):
        assert f"the released revision of package {key} was altered" in _found()
    with tampered("DELETE FROM indep_ballot WHERE stage = 'committee'"):
        found = _found()
        assert "was released without the committee" in found
        assert "the ballots of request" in found
    with tampered("DELETE FROM indep_ballot WHERE stage = 'data_owner'"):
        assert "was released without the data owner" in _found()
    took_part = (
        "INSERT INTO indep_contributor SELECT request_id, user_id, now() FROM indep_ballot LIMIT 1"
    )
    with tampered(took_part):
        assert "was decided on by somebody who worked on it" in _found()
    with tampered("UPDATE indep_event SET actor = 'canary' WHERE seq = 1"):
        assert "was altered" in _found()
    with tampered("DELETE FROM indep_event WHERE event = 'released'"):
        assert "is not in the log" in _found()
    _check_stores(key, resource)
    assert _found() == ""


def _check_stores(key: str, resource: str) -> None:
    """Break the table, the file and the search index, which are not in CKAN's database."""
    rows = sa.table(resource, sa.column("count"), sa.column("zip"))
    for count, sentence in ((99, f"the table of resource {resource} differs"), (3, "")):
        with get_write_engine().begin() as connection:
            change = sa.update(rows).where(rows.c.zip == "02116").values(count=count)
            connection.execute(change)
        assert sentence in _found()
    assert _found() == ""
    stored = files.file_of(resource, key)
    assert stored
    path = files.blob_path(stored.sha256)
    path.rename(path.with_suffix(".away"))
    assert f"the file of resource {resource} is missing from the storage" in _found()
    path.with_suffix(".away").rename(path)
    clear(key)
    assert f"package {key} is live, but the search index says otherwise" in _found()
    outbox.add("index", package_id=key)
    ckan_model.Session.commit()
    outbox.drain()


def test_the_command_prints_a_line_for_each_and_fails(
    cli: Any, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = cli.invoke(ckan, ["indep", "verify"])
    assert (sound.exit_code, sound.output.splitlines()[-1]) == (0, "0 breaches")
    monkeypatch.setattr(verify, "breaches", lambda: iter(["one thing", "another"]))
    broken = cli.invoke(ckan, ["indep", "verify"])
    assert broken.exit_code == 1
    assert broken.output.splitlines()[-3:] == ["one thing", "another", "2 breaches"]
