"""Counting votes: a pure function from ballots and a rule to an outcome.

The rule: each member of the electorate who has not recused is eligible. A ballot for,
against or abstaining makes its voter present. The motion is carried when enough are
present and no vote still to come could change that more are for than against; an
electorate that recusals made smaller than the quorum can never carry it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

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


def tally(electorate: Iterable[str], ballots: Mapping[str, Ballot], quorum: float) -> Tally:
    """Count `ballots` (voter → last ballot) of `electorate`; ballots of others do not count.

    `quorum` is the fraction of the electorate that must be present, 0 < quorum <= 1.
    """
    members = set(electorate)
    cast = {voter: ballot for voter, ballot in ballots.items() if voter in members}
    count = {kind: sum(1 for b in cast.values() if b is kind) for kind in Ballot}
    missing = len(members) - len(cast)
    present = count[Ballot.FOR] + count[Ballot.AGAINST] + count[Ballot.ABSTAIN]
    needed = required_quorum(len(members), quorum)
    if len(members) - count[Ballot.RECUSE] < needed:
        outcome = Outcome.IMPOSSIBLE
    elif present >= needed and count[Ballot.FOR] > count[Ballot.AGAINST] + missing:
        outcome = Outcome.CARRIED
    elif present >= needed and count[Ballot.AGAINST] >= count[Ballot.FOR] + missing:
        outcome = Outcome.LOST
    else:
        outcome = Outcome.PENDING
    return Tally(
        count[Ballot.FOR],
        count[Ballot.AGAINST],
        count[Ballot.ABSTAIN],
        count[Ballot.RECUSE],
        missing,
        needed,
        outcome,
    )
