"""Of which quarters a PDF is to be made (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ckanext.indep.insight.periods import Period, in_order

__all__ = ["quarters_due"]


def quarters_due(
    publications: Iterable[tuple[int, Iterable[Period]]], made: Mapping[Period, int]
) -> list[Period]:
    """The quarters whose PDF is missing or older than its figures, newest first.

    ``publications`` are (version, quarters), ``made`` is the version of the PDF that there is.
    A report shows its own quarter and those before it, so a publication of any of these makes
    it anew. A publication of many quarters at once, such as of a history, asks for a first PDF
    of its last quarter only.
    """
    done = [(version, in_order(quarters)) for version, quarters in publications]
    wanted = set(made) | {quarters[-1] for _version, quarters in done if quarters}
    late = [quarter for quarter in wanted if _changed(quarter, done) > made.get(quarter, 0)]
    return in_order(late)[::-1]


def _changed(quarter: Period, done: Iterable[tuple[int, list[Period]]]) -> int:
    """The last version that changed what the quarter's report shows."""
    return max(
        (version for version, quarters in done if quarters and quarters[0].end <= quarter.end),
        default=0,
    )
