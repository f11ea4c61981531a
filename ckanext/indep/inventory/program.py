"""The open data program in numbers: from counts to what the page says. Pure.

A median is read off a histogram, days -> how many, so that the database counts and nothing else
has to be carried here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ckanext.indep.freshness import Standing, assess

__all__ = ["WINDOW_DAYS", "median", "percent", "standings"]

WINDOW_DAYS = 365
"""The length of the time that medians are about: the last year."""


def median(histogram: Mapping[int, int]) -> float | None:
    """The middle value of a histogram, of two middle values their mean; None of nothing."""
    total = sum(histogram.values())
    if total == 0:
        return None
    lower = _at(histogram, (total - 1) // 2)
    upper = _at(histogram, total // 2)
    return (lower + upper) / 2


def percent(part: int, whole: int) -> int | None:
    """How many of a hundred, rounded half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def standings(promises: Iterable[tuple[str, str | None, int]], today: date) -> dict[Standing, int]:
    """Count datasets by how they stand against the update frequency that they promise.

    `promises` are frequency (ISO 8601 repeating interval), the day of the last update as ISO
    text, and how many datasets have both.
    """
    counts = dict.fromkeys(Standing, 0)
    for frequency, updated, number in promises:
        counts[_standing(frequency, updated, today)] += number
    return counts


def _standing(frequency: str, updated: str | None, today: date) -> Standing:
    try:
        day = date.fromisoformat((updated or "")[:10])
    except ValueError:
        return Standing.NO_PROMISE
    return assess(day, frequency, today).standing


def _at(histogram: Mapping[int, int], position: int) -> int:
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen > position:
            return value
    raise IndexError(position)
