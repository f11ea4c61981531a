"""What the home page tells: new data, topics, how the goals are doing, and a few numbers.

Each part is read on its own, as the visitor. While the search engine is down the page still
stands, without the parts that need it, and says so.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SolrConnectionError

from ckanext.indep.schema import indexing, vocabularies

__all__ = ["Goal", "Home", "Topic", "read_home", "summarize_goals"]

log = logging.getLogger(__name__)

TOPIC_FACET = indexing.facet_field("theme")
NEWEST_ROWS = 4
MET, NOT_SCORED = "met", "not_scored"
"""Statuses of a measure, as INsight names them."""


@dataclass(frozen=True)
class Topic:
    """A topic that has data: its `value` in the search field `facet`, and how many datasets."""

    facet: str
    value: str
    count: int


@dataclass(frozen=True)
class Goal:
    """A strategic goal: its `value`, and how many of its measures have each status."""

    value: str
    statuses: dict[str, int]

    @property
    def met(self) -> int:
        """How many measures met their target."""
        return self.statuses.get(MET, 0)

    @property
    def scored(self) -> int:
        """How many measures have a result that counts against a target."""
        return sum(n for status, n in self.statuses.items() if status != NOT_SCORED)


@dataclass(frozen=True)
class Home:
    """All parts of the home page. `search_works` is false while the search engine is down."""

    search_works: bool
    datasets: int = 0
    departments: int = 0
    newest: list[dict[str, Any]] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)


def read_home() -> Home:
    """Read the home page's parts as the current visitor."""
    goals = _read_goals()
    try:
        found = tk.get_action("package_search")(
            {},
            {
                "fq": "+dataset_type:dataset",
                "rows": NEWEST_ROWS,
                "sort": "metadata_modified desc",
                "facet.field": [TOPIC_FACET, "organization"],
                "facet.limit": -1,
            },
        )
    except (SearchError, SolrConnectionError) as error:
        log.warning("The home page is shown without search results: %s", error)
        return Home(search_works=False, goals=goals)
    counts: dict[str, dict[str, int]] = found["facets"]
    return Home(
        search_works=True,
        datasets=found["count"],
        departments=len(counts.get("organization", {})),
        newest=found["results"],
        topics=_topics(counts.get(TOPIC_FACET, {})),
        goals=goals,
    )


def summarize_goals(measures: list[dict[str, Any]]) -> list[Goal]:
    """Count the statuses of measures by strategic goal, in the order of the strategic plan.

    `measures` are dicts with `strategic_goal` and `status`. Goals without measures are left out.
    """
    counts: dict[str, Counter[str]] = {}
    for measure in measures:
        counts.setdefault(measure["strategic_goal"], Counter())[measure["status"]] += 1
    order = vocabularies.values("strategic_goal")
    return [Goal(value, dict(counts[value])) for value in order if value in counts]


def _topics(counts: dict[str, int]) -> list[Topic]:
    known = vocabularies.values("theme")
    return [Topic(TOPIC_FACET, value, counts[value]) for value in known if counts.get(value)]


def _read_goals() -> list[Goal]:
    try:
        list_measures = tk.get_action("indep_measure_list")
    except KeyError:
        return []
    try:
        return summarize_goals(list_measures({}, {}))
    except (SearchError, SolrConnectionError, tk.NotAuthorized) as error:
        log.warning("The home page is shown without the strategic goals: %s", error)
        return []
