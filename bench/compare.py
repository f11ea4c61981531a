"""Compare two ways to do the same work, in turn, so that a noisy machine disturbs both."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

RUNS = 7


@dataclass(frozen=True)
class Comparison:
    """Seconds of each run of the same work by two sides.

    Args:
        work: what was done, for the table.
        ours: seconds of our runs.
        theirs: seconds of the runs of what we are compared with.
    """

    work: str
    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """Return our median time divided by theirs: below 1 we are faster."""
        return statistics.median(self.ours) / statistics.median(self.theirs)


def alternate(
    work: str, ours: Callable[[], object], theirs: Callable[[], object], runs: int = RUNS
) -> Comparison:
    """Time two functions in turn, after one run of each that is not counted.

    Which one goes first changes from run to run.
    """
    ours()
    theirs()
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    pair = [("ours", ours), ("theirs", theirs)]
    for number in range(runs):
        for name, function in pair if number % 2 == 0 else reversed(pair):
            seconds[name].append(_time(function))
    return Comparison(work, seconds["ours"], seconds["theirs"])


def table(comparisons: Iterable[Comparison]) -> str:
    """Return a Markdown table: minimum, median, maximum in milliseconds, ratio of medians."""
    rows = [
        "| work | ours (min / median / max ms) | theirs (the same) | ratio of medians |",
        "|---|---|---|---|",
    ]
    rows += [
        f"| {one.work} | {_spread(one.ours)} | {_spread(one.theirs)} | {one.ratio:.2f} |"
        for one in comparisons
    ]
    return "\n".join(rows)


def _time(function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def _spread(seconds: list[float]) -> str:
    values = (min(seconds), statistics.median(seconds), max(seconds))
    return " / ".join(f"{1000 * value:.1f}" for value in values)
