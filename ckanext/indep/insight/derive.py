"""Computes derived measures from the DataStore tables of released datasets.

Only tables that a stranger may read are read. Column names come from the table itself and are
quoted by SQLAlchemy; values are parameters.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine

from ckanext.indep import city_time
from ckanext.indep.errors import IndepError, RefusedError
from ckanext.indep.insight import derivation, listing, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.derivation import Derivation, Rule
from ckanext.indep.insight.history import Entry
from ckanext.indep.insight.periods import Kind, period_of

__all__ = ["compute", "recompute_all", "recompute_from_dataset", "recompute_measure"]

log = logging.getLogger(__name__)

DATES = frozenset({"date", "timestamp"})
NUMBERS = frozenset({"int", "int4", "int8", "float8", "numeric"})
TIMEOUT = "30s"


@dataclass(frozen=True)
class Source:
    """The released resource that a measure is computed from."""

    dataset_id: str
    resource_id: str
    sha256: str


def recompute_all(actor: str) -> int:
    """Compute every public derived measure. Returns how many results were recorded."""
    return sum(_recompute(measure, None, actor) for measure in _derived())


def recompute_measure(measure_id: str, actor: str) -> int:
    """Compute one measure, if it is public and derived."""
    try:
        measure = listing.public_measure(measure_id)
    except tk.ObjectNotFound:
        return 0
    return _recompute(measure, None, actor) if measure.derivation else 0


def recompute_from_dataset(dataset_id: str, revision_id: str, actor: str) -> int:
    """Compute the measures that are derived from a dataset whose revision was just released."""
    written = 0
    for measure in _derived():
        try:
            source = _source(derivation.read(measure.derivation))
        except RefusedError:
            continue
        if source.dataset_id == dataset_id:
            written += _recompute(measure, revision_id, actor)
    return written


def _derived() -> list[Definition]:
    found = [summary.definition for summary in listing.summaries()]
    return [measure for measure in found if measure.derivation]


def _recompute(measure: Definition, revision_id: str | None, actor: str) -> int:
    """Record what is new. A measure that cannot be computed is logged and left as it is."""
    try:
        entries = compute(measure, revision_id)
        return service.record_derived(measure, entries, actor)
    except IndepError as error:
        log.warning("The measure %s was not computed: %s", measure.name, error)
        return 0


def compute(measure: Definition, revision_id: str | None = None) -> list[Entry]:
    """Results by fiscal period, for the periods that are over; nothing is recorded.

    Raises RefusedError when the declaration does not fit the dataset.
    """
    declared = derivation.read(measure.derivation)
    kind = declared.kind or measure.kind
    if kind is None or not measure.accepts(kind):
        raise RefusedError(f"The derivation of “{measure.title}” needs another “period”.")
    source = _source(declared)
    _check_columns(declared, _column_types(source.resource_id))
    provenance = {
        "dataset_id": source.dataset_id,
        "resource_id": source.resource_id,
        "sha256": source.sha256,
        "rule": declared.rule.value,
    }
    if revision_id:
        provenance["revision_id"] = revision_id
    entries: list[Entry] = []
    for start, value, numerator, denominator in _rows(declared, source.resource_id, kind):
        period = period_of(start, kind)
        if period.end >= city_time.today():
            continue
        entries.append(
            Entry(
                period,
                value=None if declared.is_percent else value,
                numerator=numerator,
                denominator=denominator,
                source=provenance,
            )
        )
    return entries


def _source(declared: Derivation) -> Source:
    """Find the resource as a stranger would."""
    try:
        if declared.resource_id:
            resource = tk.get_action("resource_show")(
                listing.anonymous(), {"id": declared.resource_id}
            )
        else:
            package = tk.get_action("package_show")(listing.anonymous(), {"id": declared.dataset})
            resource = _named(package, declared.resource)
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        raise RefusedError("The dataset of the derivation is not public.") from error
    return Source(resource["package_id"], resource["id"], str(resource.get("hash") or ""))


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


def _column_types(resource_id: str) -> dict[str, str]:
    try:
        found = tk.get_action("datastore_search")(
            listing.anonymous(), {"resource_id": resource_id, "limit": 0}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        raise RefusedError("The table of the derivation is not public.") from error
    return {field["id"]: field["type"] for field in found["fields"]}


def _check_columns(declared: Derivation, types: dict[str, str]) -> None:
    missing = sorted(declared.columns - types.keys())
    if missing:
        raise RefusedError(f"The table has no column “{missing[0]}”.")
    for column in {declared.period_column, declared.start, declared.end} - {""}:
        if types[column] not in DATES:
            raise RefusedError(f"The column “{column}” must hold dates; it holds {types[column]}.")
    if declared.column and types[declared.column] not in NUMBERS:
        raise RefusedError(f"The column “{declared.column}” must hold numbers.")


def _rows(
    declared: Derivation, resource_id: str, kind: Kind
) -> list[tuple[date, Decimal | None, Decimal | None, Decimal | None]]:
    """(first day, value, numerator, denominator) of each period with rows, in order."""
    when = sa.cast(sa.column(declared.period_column), sa.TIMESTAMP)
    # A fiscal month or quarter is a calendar one; a fiscal year begins six months before one.
    shift = sa.text("interval '6 months'") if kind is Kind.YEAR else sa.text("interval '0'")
    start = sa.cast(sa.func.date_trunc(kind.value, when + shift) - shift, sa.Date)
    value, numerator, denominator = _aggregates(declared)
    query = (
        sa.select(start.label("start"), value, numerator, denominator)
        .select_from(sa.table(resource_id))
        .where(sa.column(declared.period_column).is_not(None))
        .group_by(sa.text("1"))
        .order_by(sa.text("1"))
    )
    if declared.among:
        query = query.where(_equals(declared.among))
    with get_read_engine().connect() as connection:
        connection.execute(sa.select(sa.func.set_config("statement_timeout", TIMEOUT, True)))
        rows = connection.execute(query).all()
    return [
        (row[0], _decimal(row[1]), _decimal(row[2]), _decimal(row[3]))
        for row in rows
        if row[1] is not None or row[3]
    ]


def _aggregates(declared: Derivation) -> tuple[Any, Any, Any]:
    nothing = sa.null()
    column = sa.cast(sa.column(declared.column), sa.Numeric) if declared.column else nothing
    if declared.rule is Rule.COUNT:
        return sa.func.count(), nothing, nothing
    if declared.rule is Rule.SUM:
        return sa.func.sum(column), nothing, nothing
    if declared.rule is Rule.MEAN:
        return sa.func.avg(column), nothing, nothing
    if declared.rule is Rule.MEDIAN:
        return sa.func.percentile_cont(0.5).within_group(column.asc()), nothing, nothing
    if declared.rule is Rule.PERCENT_WHERE:
        assert declared.where is not None
        known = sa.column(declared.where.column).is_not(None)
        return (
            nothing,
            sa.func.count().filter(_equals(declared.where)),
            sa.func.count().filter(known),
        )
    first, last = sa.column(declared.start), sa.column(declared.end)
    in_time = sa.cast(last, sa.Date) - sa.cast(first, sa.Date) <= declared.days
    return nothing, sa.func.count().filter(in_time), sa.func.count().filter(first.is_not(None))


def _equals(condition: derivation.Condition) -> Any:
    return sa.cast(sa.column(condition.column), sa.Text) == condition.equals


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
