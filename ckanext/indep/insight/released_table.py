"""A released table of the DataStore, found and looked at as a stranger would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import listing
from ckanext.indep.insight.derivation import TableName

__all__ = ["Released", "find"]

DATES = frozenset({"date", "timestamp"})
NUMBERS = frozenset({"int", "int4", "int8", "float8", "numeric"})


@dataclass(frozen=True)
class Released:
    """A table that everybody may read, with the types of its columns."""

    dataset_id: str
    resource_id: str
    sha256: str = ""
    types: Mapping[str, str] = field(default_factory=dict[str, str])

    def provenance(self, revisions: Mapping[str, str]) -> dict[str, str]:
        """What is noted of it with each figure; ``revisions`` has what was just released."""
        found = {
            "dataset_id": self.dataset_id,
            "resource_id": self.resource_id,
            "sha256": self.sha256,
        }
        revision = revisions.get(self.dataset_id)
        return {**found, "revision_id": revision} if revision else found

    def as_table(self) -> Any:
        """The table with all its columns, for a query."""
        return sa.table(self.resource_id, *(sa.column(name) for name in self.types)).alias()

    def check_columns(self, names: Iterable[str]) -> None:
        """Raise RefusedError that names a column that it does not have."""
        missing = sorted(set(names) - self.types.keys())
        if missing:
            raise RefusedError(f"The table has no column “{missing[0]}”.")

    def check_dates(self, name: str) -> None:
        """Raise RefusedError unless the column holds dates."""
        if self.types[name] not in DATES:
            raise RefusedError(f"The column “{name}” must hold dates; it holds {self.types[name]}.")

    def check_numbers(self, name: str) -> None:
        """Raise RefusedError unless the column holds numbers."""
        if self.types[name] not in NUMBERS:
            raise RefusedError(f"The column “{name}” must hold numbers.")

    def kind_of(self, name: str) -> str:
        """What a column holds, as far as keys are compared."""
        type_ = self.types[name]
        return "dates" if type_ in DATES else "numbers" if type_ in NUMBERS else type_


def find(name: TableName) -> Released:
    """Find a table. Raises RefusedError if it is not public, or not exactly one."""
    try:
        if name.resource_id:
            shown = tk.get_action("resource_show")(listing.anonymous(), {"id": name.resource_id})
        else:
            package = tk.get_action("package_show")(listing.anonymous(), {"id": name.dataset})
            shown = _named(package, name.resource)
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        raise RefusedError("The dataset of the derivation is not public.") from error
    return Released(
        shown["package_id"], shown["id"], str(shown.get("hash") or ""), _types(shown["id"])
    )


def _named(package: dict[str, Any], name: str) -> dict[str, Any]:
    tables = [one for one in package["resources"] if one.get("datastore_active")]
    if name:
        tables = [one for one in tables if one.get("name") == name]
    if len(tables) != 1:
        raise RefusedError(
            f"The dataset “{package['name']}” has {len(tables)} tables"
            + (f" named “{name}”" if name else "")
            + "; the derivation must name exactly one."
        )
    return {**tables[0], "package_id": package["id"]}


def _types(resource_id: str) -> dict[str, str]:
    try:
        found = tk.get_action("datastore_search")(
            listing.anonymous(), {"resource_id": resource_id, "limit": 0}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        raise RefusedError("The table of the derivation is not public.") from error
    return {column["id"]: column["type"] for column in found["fields"]}
