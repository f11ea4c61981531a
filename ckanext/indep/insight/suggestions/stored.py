"""The drawings of suggestions: keeps them, and gives them out while they are up to date."""

from __future__ import annotations

from collections.abc import Collection

import ckan.model as model
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckanext.indep.insight import reader, service
from ckanext.indep.insight.pictures import stored as pictures
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.model import SuggestionDrawing
from ckanext.indep.insight.suggestions.rendering import Drawing
from ckanext.indep.insight.suggestions.states import State

__all__ = ["digests", "keep", "kept", "picture"]

ACTOR = "indep"


def keep(suggested: Suggested, digest: str, drawing: Drawing | None, problem: str | None) -> None:
    """Keep a drawing, or why there is none, in place of the one before.

    The pages of a measure show something else then, if the suggestion was accepted.
    """
    if drawing:
        # First, so that whoever sees the drawing finds its picture.
        pictures.keep(_key(suggested), drawing.wide, drawing.png)
    columns = {
        "source_sha256": digest,
        "version": reader.current_version(),
        "wide": drawing.wide if drawing else None,
        "narrow": drawing.narrow if drawing else None,
        "problem": problem,
        "drawn_at": sa.func.clock_timestamp(),
    }
    with service.unit_of_work():
        model.Session.execute(
            insert(SuggestionDrawing)
            .values(suggestion_id=suggested.id, **columns)
            .on_conflict_do_update(index_elements=["suggestion_id"], set_=columns)
        )
        if suggested.state is State.ACCEPTED:
            service.note_measure(suggested.measure_id, ACTOR)


def kept(number: int) -> SuggestionDrawing | None:
    """The last drawing of a suggestion, or attempt at one."""
    return model.Session.get(SuggestionDrawing, number, populate_existing=True)


def picture(suggested: Suggested, drawing: SuggestionDrawing) -> bytes | None:
    """The PNG of exactly this drawing; None if there is none."""
    return pictures.found(_key(suggested), drawing.wide) if drawing.wide else None


def _key(suggested: Suggested) -> pictures.Key:
    """Drawings have the words of those who suggested them, in one language."""
    return (suggested.measure_id, f"suggestion-{suggested.id}", "")


def digests(numbers: Collection[int]) -> dict[int, str]:
    """From what each of these suggestions was last drawn."""
    rows = model.Session.execute(
        sa.select(SuggestionDrawing.suggestion_id, SuggestionDrawing.source_sha256).where(
            SuggestionDrawing.suggestion_id.in_(numbers)
        )
    )
    return {row.suggestion_id: row.source_sha256 for row in rows}
