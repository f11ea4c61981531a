"""Draws what is not drawn yet, or was drawn from other figures."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from ckanext.indep.insight import listing
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.suggestions import book, rendering, specification, stored
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.model import SuggestionDrawing
from ckanext.indep.insight.suggestions.rows import rows
from ckanext.indep.insight.summary import Summary

__all__ = ["Shown", "Source", "make_due", "on_page", "shown", "source"]

log = logging.getLogger(__name__)

MOST_AT_ONCE = 10
"""How many drawings one run makes; the next tick makes the others."""

_FILES = "wide.svg narrow.svg png"
"""What a drawing consists of: with another list all are drawn again."""


@dataclass(frozen=True)
class Source:
    """All that a suggestion is drawn from, for wide and for narrow screens.

    ``problems`` say what the allow-list has against it, which may be newer than the suggestion.
    """

    wide: dict[str, Any]
    narrow: dict[str, Any]
    digest: str
    problems: list[str]


def source(suggested: Suggested, summary: Summary) -> Source:
    """The specification with the rows that are public now, and their digest."""
    found, problems = specification.checked(suggested.specification)
    known = rows(summary)
    wide, narrow = (
        specification.drawable(found, known, size)
        for size in (specification.WIDE, specification.NARROW)
    )
    names = {"title": suggested.title, "explanation": suggested.explanation, "files": _FILES}
    digest = specification.source_digest(wide, narrow, names)
    return Source(wide, narrow, digest, problems)


@dataclass(frozen=True)
class Shown:
    """What there is to show of a suggestion: ``ready``, ``waits``, or ``failed`` with why."""

    state: str
    drawing: SuggestionDrawing | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it is drawn with the figures that are public now."""
        return self.state == "ready"

    @property
    def problem(self) -> str | None:
        """Why it cannot be drawn."""
        return self.drawing.problem if self.drawing and self.state == "failed" else None


def shown(suggested: Suggested, summary: Summary) -> Shown:
    """The drawing of a suggestion, if it shows what is public now; another is never shown."""
    kept = stored.kept(suggested.id)
    if kept is None or kept.source_sha256 != source(suggested, summary).digest:
        return Shown("waits")
    return Shown("failed" if kept.problem else "ready", kept)


def on_page(summary: Summary) -> list[tuple[Suggested, Shown]]:
    """The accepted suggestions of a measure, oldest first, with their drawings."""
    return [(one, shown(one, summary)) for one in book.accepted(summary.definition.id)]


def make_due() -> int:
    """Draw the suggestions that need it; how many were drawn.

    Raises SearchError while the search engine is away, and RefusedError in a web process.
    """
    wanted = [one for one in book.all_suggestions() if one.is_drawn]
    if not wanted:
        return 0
    if not rendering.is_available():
        log.info("Suggested charts are not drawn: vl-convert-python is not installed")
        return 0
    public = {measure.id: measure for measure in listing.definitions()}
    drawn = stored.digests([one.id for one in wanted])
    summaries: dict[str, Summary] = {}
    made = 0
    for one in wanted:
        if one.measure_id not in public or made >= MOST_AT_ONCE:
            continue
        found = source(one, _summary(public[one.measure_id], summaries))
        if drawn.get(one.id) != found.digest:
            _make(one, found)
            made += 1
    return made


def _summary(measure: Definition, known: dict[str, Summary]) -> Summary:
    if measure.id not in known:
        known[measure.id] = listing.summary_of(measure)
    return known[measure.id]


def _make(suggested: Suggested, found: Source) -> None:
    if found.problems:
        stored.keep(suggested, found.digest, None, " ".join(found.problems))
        return
    try:
        drawing = rendering.render(found.wide, found.narrow, suggested.title, suggested.explanation)
    except rendering.ProblemError as error:
        stored.keep(suggested, found.digest, None, str(error))
    else:
        stored.keep(suggested, found.digest, drawing, None)
