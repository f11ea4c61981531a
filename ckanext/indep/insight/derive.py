"""Computes derived measures from the DataStore tables of released datasets.

Only tables that a stranger may read are read.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.errors import IndepError, RefusedError
from ckanext.indep.insight import derivation, derived_rows, listing, released_table, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.derivation import Denominator, Derivation, Join
from ckanext.indep.insight.derived_rows import DerivedRow
from ckanext.indep.insight.history import Entry
from ckanext.indep.insight.periods import Period, period_of
from ckanext.indep.insight.released_table import Released

__all__ = ["compute", "recompute_all", "recompute_from_dataset", "recompute_measure"]

log = logging.getLogger(__name__)


def recompute_all(actor: str) -> int:
    """Compute every public derived measure. Returns how many results were recorded."""
    return sum(_recompute(measure, {}, actor) for measure in _derived())


def recompute_measure(measure_id: str, actor: str) -> int:
    """Compute one measure, if it is public and derived."""
    try:
        measure = listing.public_measure(measure_id)
    except tk.ObjectNotFound:
        return 0
    return _recompute(measure, {}, actor) if measure.derivation else 0


def recompute_from_dataset(dataset_id: str, revision_id: str, actor: str) -> int:
    """Compute the measures that read a dataset whose revision was just released."""
    revisions = {dataset_id: revision_id} if revision_id else {}
    written = 0
    for measure in _derived():
        try:
            names = derivation.read(measure.derivation).tables
            tables = [released_table.find(name) for name in names]
        except RefusedError:
            continue
        if dataset_id in {table.dataset_id for table in tables}:
            written += _recompute(measure, revisions, actor)
    return written


def _derived() -> list[Definition]:
    return [measure for measure in listing.definitions() if measure.derivation]


def _recompute(measure: Definition, revisions: Mapping[str, str], actor: str) -> int:
    """Record what is new. A measure that cannot be computed is logged and left as it is."""
    try:
        return service.record_derived(measure, compute(measure, revisions), actor)
    except IndepError as error:
        log.warning("The measure %s was not computed: %s", measure.name, error)
        return 0


def compute(measure: Definition, revisions: Mapping[str, str] | None = None) -> list[Entry]:
    """Results by fiscal period, for the periods that are over; nothing is recorded.

    ``revisions`` names the revision of a dataset that was just released, for the record.
    Raises RefusedError when the declaration does not fit the measure or the datasets.
    """
    revisions = revisions or {}
    declared = derivation.read(measure.derivation)
    kind = declared.kind or measure.kind
    if kind is None or not measure.accepts(kind):
        raise RefusedError(f"The derivation of “{measure.title}” needs another “period”.")
    table = released_table.find(declared.table)
    joined = released_table.find(declared.join.table) if declared.join else None
    _check(declared, table, joined)
    source: dict[str, Any] = {**table.provenance(revisions), "rule": declared.rule.value}
    if joined:
        source["join"] = joined.provenance(revisions)
    found = {
        period_of(row.start, kind): row for row in derived_rows.rows(declared, table, joined, kind)
    }
    over = {period: row for period, row in found.items() if period.end < city_time.today()}
    if declared.denominator:
        return _rates(declared.denominator, over, source, revisions)
    return [
        Entry(
            period,
            value=None if declared.has_parts else row.value,
            numerator=row.numerator,
            denominator=row.denominator,
            source=source,
        )
        for period, row in over.items()
    ]


def _rates(
    declared: Denominator,
    rows: Mapping[Period, DerivedRow],
    source: Mapping[str, Any],
    revisions: Mapping[str, str],
) -> list[Entry]:
    """Divide by the denominator that holds on each period's last day.

    A period before the first known denominator has no rate.
    """
    table = released_table.find(declared.table)
    table.check_columns(declared.columns)
    table.check_dates(declared.since)
    table.check_numbers(declared.column)
    known = derived_rows.denominators(declared, table)
    entries: list[Entry] = []
    for period, row in rows.items():
        holds = derived_rows.in_force(known, period.end)
        if holds is None:
            continue
        since, number = holds
        of_it = {**table.provenance(revisions), "since": since.isoformat()}
        entries.append(
            Entry(
                period,
                numerator=row.numerator,
                denominator=number / declared.per,
                source={**source, "denominator": of_it},
            )
        )
    return entries


def _check(declared: Derivation, table: Released, joined: Released | None) -> None:
    """Raise RefusedError where the declaration and the tables do not fit each other."""
    table.check_columns(declared.columns)
    if declared.join and joined:
        _check_join(declared, declared.join, table, joined)

    def holder(name: str) -> tuple[Released, str]:
        if joined and declared.is_joined(name):
            return joined, declared.column_in_join(name)
        return table, name

    for name in sorted({declared.period_column, declared.start, declared.end} - {""}):
        of, column = holder(name)
        of.check_dates(column)
    if declared.column:
        of, column = holder(declared.column)
        of.check_numbers(column)


def _check_join(declared: Derivation, join: Join, table: Released, joined: Released) -> None:
    joined.check_columns(declared.joined_columns)
    for name in table.types:
        if declared.is_joined(name):
            raise RefusedError(f"The table has a column “{name}”: give the join another “as”.")
    for column, key in join.on:
        if table.kind_of(column) != joined.kind_of(key):
            raise RefusedError(f"“{column}” and “{key}” do not hold the same kind of values.")
    derived_rows.check_key(joined, [key for _column, key in join.on])
