"""The tables that migrations make are those of the models, and everything can be undone.

Two schemas of the test database are made and dropped here; the tests' own tables stay untouched.
In one the migrations run, in the other SQLAlchemy makes the models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ckanext.indep.models import metadata
from tests.tools.source import REPOSITORY

CHAIN = REPOSITORY / "ckanext" / "indep" / "migration" / "indep"
MIGRATED = "indep_test_migrated"
MODELLED = "indep_test_modelled"
VERSIONS = "indep_alembic_version"

# Everything of ours in the current schema that a table's definition consists of.
DEFINITIONS = """
    SELECT 'column', table_name, column_name,
           concat_ws(' ', data_type, is_nullable, column_default, identity_generation)
      FROM information_schema.columns
     WHERE table_schema = current_schema AND starts_with(table_name, 'indep_')
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE connamespace = current_schema::regnamespace AND contype <> 't'
       AND starts_with(conrelid::regclass::text, 'indep_')
    UNION ALL
    SELECT 'index', tablename, indexname, replace(indexdef, current_schema || '.', '')
      FROM pg_indexes
     WHERE schemaname = current_schema AND starts_with(tablename, 'indep_')
"""

# Everything of ours in the current schema, by kind and name.
OBJECTS = """
    SELECT 'relation', relname FROM pg_class
     WHERE relnamespace = current_schema::regnamespace AND starts_with(relname, 'indep_')
    UNION ALL
    SELECT 'function', proname FROM pg_proc
     WHERE pronamespace = current_schema::regnamespace AND starts_with(proname, 'indep_')
    UNION ALL
    SELECT 'trigger', tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
     WHERE relnamespace = current_schema::regnamespace AND starts_with(tgname, 'indep_')
    UNION ALL
    SELECT 'type', typname FROM pg_type
     WHERE typnamespace = current_schema::regnamespace AND starts_with(typname, 'indep_')
"""

Rows = set[tuple[Any, ...]]


class Scratch:
    """A schema of the test database, seen as if it were all there is."""

    def __init__(self, name: str) -> None:
        self.url = sa.make_url(tk.config["sqlalchemy.url"]).update_query_dict(
            {"options": f"-csearch_path={name}"}
        )
        self.engine = sa.create_engine(self.url, poolclass=sa.NullPool)

    def alembic(self) -> Config:
        """Alembic's settings for the chain in this schema."""
        config = Config(CHAIN / "alembic.ini")
        address = self.url.render_as_string(hide_password=False)
        config.set_main_option("sqlalchemy.url", address.replace("%", "%%"))
        return config

    def rows(self, statement: str) -> Rows:
        """What a query answers, without the table of Alembic itself."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(statement)).all()
        return {tuple(row) for row in found if not any(VERSIONS in str(cell) for cell in row)}


@pytest.fixture(scope="module")
def database() -> sa.Engine:
    """The test database with its usual search path."""
    return sa.create_engine(tk.config["sqlalchemy.url"], poolclass=sa.NullPool)


def _scratch(database: sa.Engine, name: str) -> Iterator[Scratch]:
    with database.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True, if_exists=True))
        connection.execute(sa.schema.CreateSchema(name))
    yield Scratch(name)
    with database.begin() as connection:
        connection.execute(sa.schema.DropSchema(name, cascade=True))


def _create_ckans(engine: sa.Engine) -> None:
    """Make CKAN's tables; resetting a database leaves a reflection of ours among them."""
    tables = ckan_model.meta.metadata.sorted_tables
    own = [table for table in tables if not table.name.startswith("indep_")]
    ckan_model.meta.metadata.create_all(engine, tables=own)


@pytest.fixture(scope="module")
def migrated(database: sa.Engine) -> Iterator[Scratch]:
    """CKAN's tables, and ours as the migrations make them from nothing."""
    for scratch in _scratch(database, MIGRATED):
        _create_ckans(scratch.engine)
        command.upgrade(scratch.alembic(), "head")
        yield scratch


@pytest.fixture(scope="module")
def modelled(database: sa.Engine) -> Iterator[Scratch]:
    """Our tables as SQLAlchemy makes them from the models."""
    for scratch in _scratch(database, MODELLED):
        metadata.create_all(scratch.engine)
        yield scratch


class TestChain:
    def test_it_has_one_beginning_and_one_head(self) -> None:
        chain = ScriptDirectory(str(CHAIN))
        assert len(chain.get_bases()) == 1
        assert len(chain.get_heads()) == 1

    def test_each_revision_is_called_as_its_file(self) -> None:
        for script in ScriptDirectory(str(CHAIN)).walk_revisions():
            number = script.revision.removeprefix("indep_")
            assert script.path.rpartition("/")[2].startswith(f"{number}_")


class TestModels:
    def test_alembic_finds_no_difference(self, migrated: Scratch) -> None:
        with migrated.engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "version_table": VERSIONS,
                    "compare_server_default": True,
                    "include_name": lambda name, kind, _: kind != "table" or "indep_" in name,
                },
            )
            assert compare_metadata(context, metadata) == []

    def test_postgresql_finds_no_difference(self, migrated: Scratch, modelled: Scratch) -> None:
        """Conditions of indexes and checks too, which Alembic does not compare."""
        ours, theirs = migrated.rows(DEFINITIONS), modelled.rows(DEFINITIONS)
        assert {table for _kind, table, *_rest in theirs} == set(metadata.tables)
        assert ours - theirs == set(), "only in the migrations"
        assert theirs - ours == set(), "only in the models"


class TestWayBack:
    def test_down_to_nothing_and_up_again(self, migrated: Scratch) -> None:
        before = migrated.rows(OBJECTS)
        assert {kind for kind, _name in before} == {"relation", "function", "trigger", "type"}
        command.downgrade(migrated.alembic(), "base")
        assert migrated.rows(OBJECTS) == set()
        command.upgrade(migrated.alembic(), "head")
        assert migrated.rows(OBJECTS) == before

    def test_each_step_alone(self, migrated: Scratch) -> None:
        before = migrated.rows(OBJECTS)
        for script in list(ScriptDirectory(str(CHAIN)).walk_revisions()):
            command.downgrade(migrated.alembic(), str(script.down_revision or "base"))
            below = migrated.rows(OBJECTS)
            command.upgrade(migrated.alembic(), script.revision)
            command.downgrade(migrated.alembic(), str(script.down_revision or "base"))
            assert migrated.rows(OBJECTS) == below
        command.upgrade(migrated.alembic(), "head")
        assert migrated.rows(OBJECTS) == before
