"""Trials: a vote and a fault each; repair, and what is public then, for a batch of them at once."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from bench.crashing import workflow
from bench.crashing.dataset import Dataset
from bench.crashing.faults import Fault, deliver_twice, wait_for_commit
from bench.crashing.reader import Stranger, Watch
from bench.crashing.stack import Stack
from bench.crashing.workflow import Pending

AT_ONCE = 2


@dataclass
class Found:
    """What a trial found.

    Args:
        fault: its name.
        answered: whether the vote was answered with success.
        counted: whether the database has the ballot.
        lost: votes that were answered with success and are gone.
        mixed: whether neither the old nor the new version was wholly public after the repair.
        breaches: lines of `ckan indep verify` after the batch, told at its last trial.
        leaks: what a stranger saw and should not have.
        converged: seconds from the repair until search, table and page agreed.
        looks: how many answers the stranger got.
        voted: whether a vote was cut short, not only what is left to do after votes.
    """

    fault: str
    answered: bool = False
    counted: bool = False
    lost: int = 0
    mixed: bool = False
    breaches: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    converged: float = 0.0
    looks: int = 0
    voted: bool = True

    @property
    def good(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.lost or self.mixed or self.breaches or self.leaks)


@dataclass(frozen=True)
class _Trial:
    """A fault, the dataset whose release it cuts short, and what is found then."""

    fault: Fault
    dataset: Dataset
    pending: Pending
    watch: Watch
    found: Found


class Trials:
    """Trials in batches, each on a dataset of its own.

    The faults of a batch come one after the other, and what each of them left undone is repaired
    while the next one strikes. Then further faults strike the repair alone, which gets some work
    once more that was done already; the batch ends when all of it is done.

    Args:
        stack: what is broken.
        seed: for the moments of the faults.
        datasets: how many trials a batch may have.
    """

    def __init__(self, stack: Stack, seed: int, datasets: int = 1) -> None:
        self._stack = stack
        self._random = random.Random(seed)
        workflow.draft(stack)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            numbers = range(datasets)
            self.datasets = list(pool.map(lambda number: Dataset(stack, number), numbers))
        self._vote_seconds = max(dataset.vote_seconds for dataset in self.datasets)
        began = time.monotonic()
        stack.commands.run("indep tick", "indep tick")
        self._tick_seconds = time.monotonic() - began
        self.repair()
        for dataset in self.datasets:
            dataset.wait_until_public(dataset.version)

    def run(self, faults: Sequence[Fault], in_repair: Sequence[Fault] = ()) -> list[Found]:
        """Do a batch of trials: one for each fault, then those that strike the repair."""
        trials = self._proposed(faults)
        with Stranger([trial.watch for trial in trials]) as stranger:
            for trial in trials:
                stranger.attend(trial.watch)
                trial.found.answered = self._vote_and_strike(trial)
                self._stack.up()
            for fault in in_repair:
                self._strike_the_repair(fault)
                self._stack.up()
            for trial in trials:
                trial.found.counted = trial.dataset.counted(trial.pending)
                trial.found.lost = int(trial.found.answered and not trial.found.counted)
            trials[-1].found.breaches = self.repair()
            began = time.monotonic()
            for trial in trials:
                _compare(trial)
                trial.found.converged = time.monotonic() - began
        for trial in trials:
            _add_seen(trial)
        self._vote_again([trial for trial in trials if not trial.found.counted])
        for trial in trials:
            trial.dataset.version += 1
        repairs = [Found(f"{fault.name}, in the repair", voted=False) for fault in in_repair]
        return [*(trial.found for trial in trials), *repairs]

    def repair(self) -> list[str]:
        """Tick twice at once, then once more, then verify; return the breaches."""
        commands = self._stack.commands
        ticks = [*commands.run("indep tick", "indep tick"), *commands.run("indep tick")]
        failed = [output for code, output in ticks if code]
        [(code, output)] = commands.run("indep verify")
        return failed + (output.splitlines() if code else [])

    def _proposed(self, faults: Sequence[Fault]) -> list[_Trial]:
        datasets = self.datasets[: len(faults)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            proposed = list(pool.map(Dataset.propose, datasets))
        return [
            _Trial(
                fault,
                dataset,
                pending,
                Watch(dataset.reader(), dataset.version, dataset.version + 1),
                Found(fault.name),
            )
            for fault, dataset, pending in zip(faults, datasets, proposed, strict=True)
        ]

    def _vote_and_strike(self, trial: _Trial) -> bool:
        """Vote, repair what is left of earlier trials, and strike, all at once.

        Returns whether the vote was answered with success.
        """
        stack, fault, answered = self._stack, trial.fault, threading.Event()

        def vote() -> None:
            with contextlib.suppress(RuntimeError, requests.RequestException):
                workflow.vote(stack, trial.pending)
                answered.set()

        around = fault.around(stack, trial.dataset.table) if fault.around else None
        with around or contextlib.nullcontext():
            voter = threading.Thread(target=vote, daemon=True)
            ticker = threading.Thread(target=stack.commands.run, args=("indep tick",), daemon=True)
            trial.watch.decided.set()
            voter.start()
            ticker.start()
            if fault.at_commit:
                wait_for_commit(stack)
            else:
                time.sleep(self._random.uniform(0, 1.2 * self._vote_seconds))
            fault.strike(stack)
            voter.join()
            ticker.join()
        return answered.is_set()

    def _strike_the_repair(self, fault: Fault) -> None:
        """Have work done again by two ticks at once, and strike meanwhile."""
        stack, commands = self._stack, ("indep tick", "indep tick")
        around = fault.around(stack, self.datasets[0].table) if fault.around else None
        with around or contextlib.nullcontext():
            deliver_twice(stack)
            ticker = threading.Thread(target=stack.commands.run, args=commands, daemon=True)
            ticker.start()
            time.sleep(self._random.uniform(0, 1.2 * self._tick_seconds))
            fault.strike(stack)
            ticker.join()

    def _vote_again(self, trials: Sequence[_Trial]) -> None:
        """Cast the votes that did not arrive; they have to succeed."""
        for trial in trials:
            workflow.vote(self._stack, trial.pending)
        if trials:
            trials[-1].found.breaches += self.repair()
        for trial in trials:
            trial.found.mixed |= not trial.dataset.wait_until_public(trial.watch.new)


def _compare(trial: _Trial) -> None:
    """Note whether that version is wholly public which has to be by the vote."""
    wanted = trial.watch.new if trial.found.counted else trial.watch.old
    trial.found.mixed = not trial.dataset.wait_until_public(wanted)


def _add_seen(trial: _Trial) -> None:
    """Note what the stranger saw until the repair had ended."""
    trial.found.looks = trial.watch.answers
    trial.found.leaks += trial.watch.wrong
    if trial.watch.saw_new and not trial.found.counted:
        trial.found.leaks.append(f"{trial.watch.new} was seen without a vote")
