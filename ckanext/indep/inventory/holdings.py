"""Changes of the inventory: the only writer of holdings.

Each change is kept as a version of its own, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import func, select

from ckanext.indep.errors import ConflictError, IndepError
from ckanext.indep.inventory.holding_fields import COLUMNS, Problem, clean
from ckanext.indep.inventory.holding_table import Row, RowProblem, Table
from ckanext.indep.inventory.model import Holding, HoldingVersion, now
from ckanext.indep.inventory.states import HoldingStatus

__all__ = [
    "FaultyError",
    "FaultyTableError",
    "Imported",
    "create",
    "get",
    "import_table",
    "package_released",
    "package_withdrawn",
    "public_package",
    "update",
]

STORED = tuple(column for column in COLUMNS if column != "dataset")


class FaultyError(IndepError):
    """Values cannot be stored; ``problems`` names each of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("The holding cannot be saved.", problems=problems)
        self.problems = problems


class FaultyTableError(IndepError):
    """A table cannot be stored; nothing of it was."""

    def __init__(self, problems: list[RowProblem]) -> None:
        super().__init__("The table cannot be imported.", problems=problems)
        self.problems = problems


@dataclass(frozen=True)
class Imported:
    """How many holdings an import made, changed, and found as they are."""

    created: int
    updated: int
    unchanged: int


def get(holding_id: int) -> Holding | None:
    """Return a holding."""
    return ckan_model.Session.get(Holding, holding_id)


def public_package(name_or_id: str) -> ckan_model.Package | None:
    """Return the public dataset or measure of this name or id."""
    package = ckan_model.Package.get(name_or_id) if name_or_id else None
    if package is None or package.state != "active" or package.private:
        return None
    return package


def create(owner_org: str, values: Mapping[str, Any], actor: str) -> Holding:
    """Add a holding to a department's inventory. Raises FaultyError."""
    holding = Holding(owner_org=owner_org, version=0)
    _fill(holding, _stored(values))
    _keep(holding, actor)
    ckan_model.Session.commit()
    return holding


def update(
    holding_id: int, values: Mapping[str, Any], actor: str, *, version: int | None = None
) -> Holding:
    """Change the fields that are in `values`; others stay.

    `version` is the one that was read, None to change whatever is there. Raises FaultyError,
    and ConflictError where somebody else changed it meanwhile.
    """
    holding = _locked(holding_id)
    if version is not None and version != holding.version:
        raise ConflictError(
            f"Somebody changed this holding meanwhile: it is at version {holding.version},"
            f" you began with {version}. Reload the page and enter your changes again.",
            field="version",
        )
    stored = _stored({**_as_values(holding), **values})
    if _differs(holding, stored):
        _fill(holding, stored)
        _keep(holding, actor)
    ckan_model.Session.commit()
    return holding


def import_table(owner_org: str, table: Table, actor: str) -> Imported:
    """Store a department's table, all or nothing. Raises FaultyTableError with all that is wrong.

    A row with an id changes that holding, one without changes the holding of the same title
    and otherwise adds one.
    """
    by_id = _of_department(owner_org)
    problems = [*table.problems, *_unusable(table.rows, by_id)]
    if problems:
        ckan_model.Session.rollback()
        raise FaultyTableError(sorted(problems, key=lambda found: found.line))
    named = {row.id for row in table.rows}
    by_title = {row.title.casefold(): row for row in by_id.values() if row.id not in named}
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    for row in table.rows:
        holding = by_id[row.id] if row.id else by_title.get(row.values["title"].casefold())
        stored = _with_package(row.values)
        done = "created" if holding is None else "updated"
        if holding is None:
            holding = Holding(owner_org=owner_org, version=0)
        elif not _differs(holding, stored):
            counts["unchanged"] += 1
            continue
        _fill(holding, stored)
        _keep(holding, actor)
        counts[done] += 1
    ckan_model.Session.commit()
    return Imported(**counts)


def package_withdrawn(package_id: str, actor: str) -> None:
    """Note that a dataset is public no longer; may be called again."""
    _move(package_id, HoldingStatus.RELEASED, HoldingStatus.UNDER_REVIEW, actor)


def package_released(package_id: str, actor: str) -> None:
    """Note that a dataset is public again; may be called again."""
    _move(package_id, HoldingStatus.UNDER_REVIEW, HoldingStatus.RELEASED, actor)


def _move(package_id: str, before: HoldingStatus, after: HoldingStatus, actor: str) -> None:
    found = ckan_model.Session.execute(
        select(Holding)
        .where(Holding.package_id == package_id, Holding.status == before.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    for holding in found:
        holding.status = after.value
        _keep(holding, actor)
    ckan_model.Session.commit()


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns' values, the dataset's id in place of its name."""
    cleaned, problems = clean(values)
    unknown = _unknown_dataset(cleaned["dataset"])
    if problems or unknown:
        raise FaultyError([*problems, unknown] if unknown else problems)
    return _with_package(cleaned)


def _with_package(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    package = public_package(cleaned["dataset"])
    stored = {name: value for name, value in cleaned.items() if name != "dataset"}
    return {**stored, "package_id": package.id if package else None}


def _unknown_dataset(name: str) -> Problem | None:
    if not name or public_package(name):
        return None
    remedy = "Give the last part of its address, or leave it empty until it is public."
    return Problem("dataset", name, "There is no such public dataset.", remedy)


def _as_values(holding: Holding) -> dict[str, Any]:
    """The holding's values as they are entered; a dataset that was taken down is left out."""
    package = public_package(holding.package_id or "")
    values = {column: getattr(holding, column) for column in STORED}
    return {**values, "dataset": package.name if package else ""}


def _differs(holding: Holding, stored: Mapping[str, Any]) -> bool:
    return any(getattr(holding, name) != value for name, value in stored.items())


def _fill(holding: Holding, stored: Mapping[str, Any]) -> None:
    for name, value in stored.items():
        setattr(holding, name, value)


def _keep(holding: Holding, actor: str) -> None:
    """Store a changed holding with its next version."""
    session = ckan_model.Session
    holding.version += 1
    holding.changed_at = now()
    session.add(holding)
    session.flush()
    content = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name in (*STORED, "package_id", "owner_org")
        for value in (getattr(holding, name),)
    }
    session.add(
        HoldingVersion(holding_id=holding.id, version=holding.version, content=content, actor=actor)
    )


def _locked(holding_id: int) -> Holding:
    return ckan_model.Session.execute(
        select(Holding).where(Holding.id == holding_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one()


def _of_department(owner_org: str) -> dict[int, Holding]:
    """A department's holdings by id, locked, the newest first.

    Imports of one department wait for each other, so that none adds what another just added.
    """
    session = ckan_model.Session
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"indep_holding {owner_org}"))))
    found = session.execute(
        select(Holding)
        .where(Holding.owner_org == owner_org)
        .order_by(Holding.id.desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    return {holding.id: holding for holding in found}


def _unusable(rows: Iterable[Row], by_id: Mapping[int, Holding]) -> Iterator[RowProblem]:
    """What is wrong with rows only beside each other, or beside what is stored."""
    titles: dict[str, int] = {}
    ids: dict[int, int] = {}
    for row in rows:
        title, shown = row.values["title"].casefold(), row.values["title"]
        if title in titles:
            problem = f"Line {titles[title]} has it as well."
            yield RowProblem(row.line, Problem("title", shown, problem, "Keep one of them."))
        elif title:
            titles[title] = row.line
        if row.id and row.id not in by_id:
            problem, remedy = (
                "Your department has no such holding.",
                "Leave it empty for a new one.",
            )
            yield RowProblem(row.line, Problem("id", str(row.id), problem, remedy))
        elif row.id and row.id in ids:
            problem = f"Line {ids[row.id]} has it as well."
            yield RowProblem(row.line, Problem("id", str(row.id), problem, "Keep one of them."))
        elif row.id:
            ids[row.id] = row.line
        unknown = _unknown_dataset(row.values["dataset"])
        if unknown:
            yield RowProblem(row.line, unknown)
