"""Crash trials: releases are cut short again and again, by real kills of a real stack.

In each trial a new version of a public dataset, with other text and other rows, gets its last vote
over HTTP; meanwhile something is killed, halted or refused, and a stranger looks at the dataset all
the time. Then `./portal up` brings back what is down. After ten such trials, on as many datasets,
ten more strike the repair, `ckan indep tick`. When that has come to its end, `ckan indep verify`
looks at everything. Wanted: the old or the new version wholly, each vote that was answered with
success, no breach, nothing seen too early.

`INDEP_KILLS` sets the least number of trials, `INDEP_KILLS_SECONDS` after how long none are begun.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from bench.crashing import backup, takedown
from bench.crashing.faults import CHEAP, DEAR, REPAIR, Fault
from bench.crashing.stack import brought_up
from bench.crashing.trial import Found, Trials
from stack import up
from stack.layout import checkout_layout
from stack.lock import exclusive
from stack.site import PORTAL

TRIALS = int(os.environ.get("INDEP_KILLS", "1000"))
SECONDS = float(os.environ.get("INDEP_KILLS_SECONDS", "5400"))
BATCH = 10
TOLD_EVERY = 20
# What is repaired within a second or two is tried more often.
ROUND = CHEAP * 3 + DEAR
# Durable: a PostgreSQL that may lose commits when it is killed would lose votes.
PLAN = up.Plan(sites=(PORTAL,), served=(PORTAL,), durable=True)


def main() -> None:
    """Run the trials on a stack of their own and print the table."""
    layout = checkout_layout().within("kills")
    until = time.monotonic() + SECONDS
    found: list[Found] = []
    with exclusive(layout.var / "lock"):
        try:
            with brought_up(layout, PLAN) as stack:
                seed = time.time_ns()
                trials = Trials(stack, seed, BATCH)
                for one in _run(trials, random.Random(seed), until):
                    found.append(one)
                    _tell(found)
                gone = takedown.seconds(stack)
                print(f"Taken down while the search engine was dead: gone after {gone:.2f} s.")
                wrong = backup.restored(stack, trials, layout.tmp)
                print(f"Restored from a backup: {'; '.join(wrong) or '0 breaches'}.")
        finally:
            print(report(found), flush=True)
            up.take_down(layout)
    if wrong or gone > 1 or not all(one.good for one in found):
        raise SystemExit(1)


def _run(trials: Trials, chance: random.Random, until: float) -> Iterator[Found]:
    """Yield what trials find, batch by batch, the kinds of faults mixed."""
    votes, repairs = _mixed(ROUND, chance), _mixed(REPAIR, chance)
    done = 0
    while done < TRIALS and time.monotonic() < until:
        found = trials.run(list(islice(votes, BATCH)), list(islice(repairs, BATCH)))
        done += len(found)
        yield from found


def _mixed(faults: tuple[Fault, ...], chance: random.Random) -> Iterator[Fault]:
    while True:
        yield from chance.sample(faults, len(faults))


def _tell(found: list[Found]) -> None:
    """Print what went wrong at once, and the table now and then."""
    if not found[-1].good:
        print(found[-1], flush=True)
    if len(found) % TOLD_EVERY == 0:
        print(report(found), flush=True)


def report(found: Iterable[Found]) -> str:
    """Return a line for each kind of fault, and the sum."""
    found = list(found)
    lines = [
        "| fault | trials | vote answered | vote counted | lost | mixed | breaches |"
        " seen wrongly | slowest to agree (s) |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(one.fault for one in found):
        lines.append(_line(name, [one for one in found if one.fault == name]))
    lost, mixed = sum(one.lost for one in found), sum(one.mixed for one in found)
    breaches = sum(len(one.breaches) for one in found)
    leaks = sum(len(one.leaks) for one in found)
    voted = sum(one.voted for one in found)
    return "\n".join(lines) + (
        f"\n\n{len(found)} trials, {voted} of them with a vote; {lost} lost, {mixed} mixed, "
        f"{breaches} breaches; "
        f"{sum(one.looks for one in found)} looks, {leaks} of them wrong."
    )


def _line(name: str, kind: list[Found]) -> str:
    cells = (
        name,
        len(kind),
        sum(one.answered for one in kind) if kind[0].voted else "–",
        sum(one.counted for one in kind) if kind[0].voted else "–",
        sum(one.lost for one in kind),
        sum(one.mixed for one in kind),
        sum(len(one.breaches) for one in kind),
        sum(len(one.leaks) for one in kind),
        f"{max(one.converged for one in kind):.1f}",
    )
    return f"| {' | '.join(map(str, cells))} |"
