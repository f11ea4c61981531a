"""Counting votes: a pure function from ballots and a rule to an outcome.

The rule: each member of the electorate who has not recused is eligible. A ballot for,
against or abstaining makes its voter present. The motion is carried when enough are
present and no vote still to come could change that more are for than against; an
electorate that recusals made smaller than the quorum can never carry it. Who left the
committee without having voted is no longer waited for, and makes the quorum no smaller.

With as many for as against, the motion is lost; or, where the policy says so, the vote that the
chair gave as a member decides it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

__all__ = ["Ballot", "Outcome", "Tally", "required_quorum", "tally"]


class Ballot(str, Enum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    RECUSE = "recuse"


class Outcome(str, Enum):
    PENDING = "pending"
    CARRIED = "carried"
    LOST = "lost"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Tally:
    """Counts of one vote; `missing` are eligible members who have not voted."""

    for_: int
    against: int
    abstain: int
    recused: int
    missing: int
    quorum: int
    outcome: Outcome


def required_quorum(size: int, fraction: float) -> int:
    """Return how many of `size` members must be present: more than none, rounded up."""
    return max(1, math.ceil(size * fraction - 1e-9))


def tally(
    electorate: Iterable[str],
    ballots: Mapping[str, Ballot],
    quorum: float,
    *,
    tie: Literal["lost", "chair"] = "lost",
    chair: str | None = None,
    left: Iterable[str] = (),
) -> Tally:
    """Count `ballots` (voter → last ballot) of `electorate`; ballots of others do not count.

    `quorum` is the fraction of the electorate that must be present, 0 < quorum <= 1; `chair`
    who decides a tie where `tie` says so; `left` who was of the electorate and is gone.
    """
    members = set(electorate)
    cast = {voter: ballot for voter, ballot in ballots.items() if voter in members}
    gone = (members & set(left)) - set(cast)
    count = {kind: sum(1 for b in cast.values() if b is kind) for kind in Ballot}
    for_, against = count[Ballot.FOR], count[Ballot.AGAINST]
    missing = len(members) - len(cast) - len(gone)
    present = for_ + against + count[Ballot.ABSTAIN]
    needed = required_quorum(len(members), quorum)
    decisive = chair if tie == "chair" else None
    tie_is_won = decisive in cast and cast[decisive] is Ballot.FOR
    tie_may_be_won = tie_is_won or (decisive in members and decisive not in {*cast, *gone})
    if present + missing < needed:
        outcome = Outcome.IMPOSSIBLE
    elif present < needed:
        outcome = Outcome.PENDING
    elif for_ > against + missing or (for_ == against + missing and tie_is_won):
        outcome = Outcome.CARRIED
    elif against > for_ + missing or (against == for_ + missing and not tie_may_be_won):
        outcome = Outcome.LOST
    else:
        outcome = Outcome.PENDING
    return Tally(
        for_, against, count[Ballot.ABSTAIN], count[Ballot.RECUSE], missing, needed, outcome
    )
