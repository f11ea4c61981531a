"""Makes the pictures that are missing or show something else."""

from __future__ import annotations

from ckanext.indep.insight import drawings, listing, offline
from ckanext.indep.insight.pictures import choice, stored
from ckanext.indep.insight.pictures.png import png

__all__ = ["make_due"]


def make_due(most: int | None = None) -> int:
    """Make pictures of the public measures' charts in each language; how many were made.

    At most so many are made. Raises SearchError while the search engine is away, and
    RefusedError in a web process.
    """
    summaries = listing.summaries()
    stored.keep_only([summary.definition.id for summary in summaries])
    known = stored.digests()
    made = 0
    for language in offline.languages():
        with offline.in_language(language):
            for summary in summaries:
                for kind in choice.charts(summary):
                    key = (summary.definition.id, kind, language)
                    drawing = drawings.download(kind, summary)
                    if known.get(key) == stored.digest(drawing):
                        continue
                    if made == most:
                        return made
                    stored.keep(key, drawing, png(drawing))
                    made += 1
    return made
