"""The version of the public catalog: it changes whenever an export may have to.

PostgreSQL owns it, so that all web processes agree and a withdrawal is seen at once, however
far behind the search index may be.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import BigInteger, Select, cast, func, select

from ckanext.indep.catalog import config
from ckanext.indep.catalog.site import department_titles

__all__ = ["public_datasets", "public_version"]

_PACKAGE_ROOT = Path(__file__).parent.parent
_SOURCES = ("catalog/**/*.py", "schema/vocabularies/*.yaml")


def public_datasets() -> dict[str, str]:
    """Id → time of the last change (ISO 8601) of each dataset that is public now."""
    package = model.Package
    rows = model.Session.execute(_public(select(package.id, package.metadata_modified)))
    return {row.id: row.metadata_modified.isoformat() for row in rows}


def public_version() -> str:
    """The version of what an export shows, as 64 hexadecimal digits.

    It covers which datasets are public and when each last changed (a public dataset changes
    by a release only, which moves ``metadata_modified``), the departments' titles, the
    settings that exports depend on, and the code that writes them. The datasets are folded
    to one number in the database, with one pass over the table and no sorting.
    """
    package = model.Package
    fold = func.timestamp_hash_extended(
        package.metadata_modified, func.hashtextextended(package.id, cast(0, BigInteger))
    )
    counted = _public(
        select(
            func.count().label("count"),
            func.max(package.metadata_modified).label("newest"),
            func.bit_xor(fold).label("fold"),
        ).select_from(package)
    )
    row = model.Session.execute(counted).one()
    facts = [
        row.count,
        str(row.newest),
        row.fold,
        department_titles(),
        config.site_url(),
        config.city_name(),
        config.empty_is_right(),
        _code_digest(),
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _public(query: Select[Any]) -> Select[Any]:
    package = model.Package
    return query.where(
        package.state == model.State.ACTIVE,
        package.private.is_not(True),
        package.type == "dataset",
    )


@lru_cache(maxsize=1)
def _code_digest() -> str:
    """Digest of the files that decide what an export says; they do not change while we run."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(_PACKAGE_ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
