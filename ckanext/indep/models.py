"""All tables of the extension in one place, for Alembic and the migration test."""

from __future__ import annotations

from ckanext.indep.db import Base

__all__ = ["metadata"]

metadata = Base.metadata
