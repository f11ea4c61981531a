"""The guards on CKAN's tables, switched off when governance is turned off, and on again.

They are switched, not dropped: a later migration may add some, and the command that turns
governance on again need not know them all. The guards of our own tables are never off.
Switching needs the owner of CKAN's tables; with all guards as wanted nothing is done.
"""

from __future__ import annotations

import ckan.model as ckan_model
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

__all__ = ["are_on", "switch"]

ON_CKANS_TABLES = sa.text(
    "SELECT c.relname, t.tgname, t.tgenabled <> 'D' FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND starts_with(t.tgname, 'indep_')"
    " AND NOT starts_with(c.relname, 'indep_') AND pg_table_is_visible(c.oid)"
    " ORDER BY c.relname, t.tgname"
)


def are_on() -> bool:
    """Whether every guard that there is stands, and there are any."""
    guards = _guards()
    return bool(guards) and all(is_on for _table, _name, is_on in guards)


def switch(on: bool) -> int:
    """Switch the guards in the caller's transaction; return how many were the other way.

    Comes before any other change in that transaction: PostgreSQL refuses to alter a table
    whose triggers still have something to do.
    """
    turned = [(table, name) for table, name, is_on in _guards() if is_on is not on]
    quote = postgresql.dialect().identifier_preparer.quote
    how = "ENABLE" if on else "DISABLE"
    for table, name in turned:
        ckan_model.Session.execute(
            sa.DDL(f"ALTER TABLE {quote(table)} {how} TRIGGER {quote(name)}")
        )
    return len(turned)


def _guards() -> list[tuple[str, str, bool]]:
    return [(row[0], row[1], row[2]) for row in ckan_model.Session.execute(ON_CKANS_TABLES)]
