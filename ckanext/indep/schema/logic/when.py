"""Validators of calendar dates."""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.indep.schema import checks

__all__ = ["indep_date", "indep_not_before"]


def indep_date(value: object) -> str:
    """Accept a day of the calendar as ``YYYY-MM-DD``."""
    text = value.strip() if isinstance(value, str) else ""
    if not checks.is_date(text):
        raise tk.Invalid(
            tk._("'{value}' is not a date. Write year-month-day, like 2026-07-01.").format(
                value=str(value)[:40]
            )
        )
    return text


def indep_not_before(
    start_field: str,
) -> Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]:
    """Refuse a date that is earlier than the date in ``start_field``."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        start, end = data.get((*key[:-1], start_field)), data.get(key)
        if not (isinstance(start, str) and isinstance(end, str)):
            return
        # ISO dates sort like the days they stand for.
        if checks.is_date(start) and checks.is_date(end) and end < start:
            errors[key].append(
                tk._("The last day, {end}, is before the first day, {start}.").format(
                    start=start, end=end
                )
            )

    return validator
