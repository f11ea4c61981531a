"""What all tests share: a clean database that has the extension's tables and guards."""

from __future__ import annotations

from collections.abc import Callable

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa

from ckanext.indep.models import metadata


@pytest.fixture
def clean_db(reset_db: Callable[[], None], migrate_db_for: Callable[..., None]) -> None:
    """Empty CKAN's tables and ours, whose guards would rightly refuse it, and migrate."""
    _empty_own_tables()
    reset_db()
    if not _tables():
        migrate_db_for("indep")


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
