"""What all tests share: a clean database that has the extension's tables and guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa

from ckanext.indep.models import metadata

# The guards of what is public; the append-only tables keep theirs.
GUARDS = """
    SELECT tgname, tgrelid::regclass::text FROM pg_trigger
     WHERE tgname IN ('indep_visibility', 'indep_content', 'indep_publication')
"""


@pytest.fixture
def clean_db(reset_db: Callable[[], None], migrate_db_for: Callable[..., None]) -> None:
    """Empty CKAN's tables and ours, whose guards would rightly refuse it, and migrate."""
    _empty_own_tables()
    reset_db()
    if not _tables():
        migrate_db_for("indep")


@pytest.fixture
def unguarded(with_plugins: None, clean_db: None, clean_index: None) -> Iterator[None]:
    """The database without our guards, so that a test can make something public by itself."""
    guards = ckan_model.Session.execute(sa.text(GUARDS)).all()
    _switch_guards(guards, "DISABLE")
    yield
    ckan_model.Session.rollback()
    _switch_guards(guards, "ENABLE")


def _switch_guards(guards: Iterable[Any], how: str) -> None:
    for name, table in guards:
        ckan_model.Session.execute(sa.DDL(f"ALTER TABLE {table} {how} TRIGGER {name}"))
    ckan_model.Session.commit()


def _empty_own_tables() -> None:
    tables = _tables()
    if not tables:
        return
    session = ckan_model.Session
    session.rollback()
    for name in tables:
        session.execute(sa.DDL(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        session.execute(sa.delete(metadata.tables[name]))
        session.execute(sa.DDL(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    session.commit()


def _tables() -> list[str]:
    """Our tables that exist, those that refer to others first."""
    present = set(sa.inspect(ckan_model.Session.get_bind()).get_table_names())
    return [table.name for table in reversed(metadata.sorted_tables) if table.name in present]
