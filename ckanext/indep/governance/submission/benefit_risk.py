"""Weighing benefit against risk: a recommendation from four answers.

The way of thinking is that of the model open data benefit-risk analysis in Future of Privacy
Forum, "City of Seattle Open Data Risk Assessment", January 2018, appendix A: rate how much good
and how much harm the release may do, each together with how likely it is; then weigh the one
against the other. The levels, their products and the table are this portal's own.
It recommends; people decide.
"""

# pyright: strict
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

__all__ = ["FACTORS", "LEVELS", "Assessment", "Recommendation", "assess", "weigh"]

LEVELS = ("low", "medium", "high")
FACTORS = ("benefit", "benefit_likelihood", "risk", "risk_likelihood")
"""Ids of the checklist's questions that are weighed; each is answered by one of LEVELS."""


class Recommendation(str, Enum):
    OPEN = "open"
    LIMITED = "limited"
    WITHHELD = "withheld"


# Rows: benefit low, medium, high; columns: risk low, medium, high.
_TABLE = (
    (Recommendation.OPEN, Recommendation.LIMITED, Recommendation.WITHHELD),
    (Recommendation.OPEN, Recommendation.LIMITED, Recommendation.WITHHELD),
    (Recommendation.OPEN, Recommendation.OPEN, Recommendation.LIMITED),
)


@dataclass(frozen=True)
class Assessment:
    """Benefit and risk, each weighed with its likelihood, as levels; and what follows."""

    benefit: str
    risk: str
    recommendation: Recommendation


def weigh(size: str, likelihood: str) -> str:
    """Return the level of an effect of this size and likelihood, all three of LEVELS.

    With the levels as 1, 2, 3 the product says it: below 3 low, 3 and 4 medium, above high.
    """
    product = (LEVELS.index(size) + 1) * (LEVELS.index(likelihood) + 1)
    if product < 3:
        return "low"
    return "medium" if product <= 4 else "high"


def assess(answers: Mapping[str, str]) -> Assessment | None:
    """Weigh the answers (question id → answer); None where one of FACTORS is missing or other."""
    given = [answers.get(factor, "") for factor in FACTORS]
    if not set(given) <= set(LEVELS):
        return None
    benefit, risk = weigh(given[0], given[1]), weigh(given[2], given[3])
    return Assessment(benefit, risk, _TABLE[LEVELS.index(benefit)][LEVELS.index(risk)])
