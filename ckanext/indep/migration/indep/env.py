"""Alembic environment of the one migration chain, `indep`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import engine_from_config, pool

from ckanext.indep import models

config = context.config
options = {
    "target_metadata": models.metadata,
    "version_table": "indep_alembic_version",
    "include_object": lambda _object, name, kind, _reflected, _compare: (
        kind != "table" or name.startswith("indep_")
    ),
}

if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = engine_from_config(
        config.get_section(config.config_ini_section) or {},
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    with engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
