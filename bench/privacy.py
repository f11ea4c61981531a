"""The privacy scan: what it finds and misses on labelled columns, and how long it takes.

The labelled set has two parts: one by which the detectors were written, and one that was written
afterwards, with other seeds, spellings and code, whose first result bench/README.md reports too.
No portal is needed.
"""

import csv
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import privacy_held_out, privacy_known
from bench.privacy_values import ROWS, Recipe
from ckanext.indep.privacy.marks import Confidence
from ckanext.indep.privacy.table import Table, scan_table

KINDS = ("phone", "email", "ssn", "card", "birth_date", "address", "person_name")
KNOWN_SEEDS = range(20)
HELD_OUT_SEEDS = range(5000, 5020)
CELLS = 1_000_000
_REPEATED = {"remarks", "categories", "recent days"}
_CITY = Path(__file__).parents[1] / "ckanext" / "indep" / "sample"


class Score:
    """Columns of one kind: found, missed and falsely found; recipes of those that went wrong.

    ``false_low`` are those of the falsely found that the scan itself calls doubtful.
    """

    def __init__(self) -> None:
        self.found = 0
        self.false_low = 0
        self.missed: Counter[str] = Counter()
        self.false: Counter[str] = Counter()

    def count(self, recipe: Recipe, present: bool, found: Confidence | None) -> None:
        """Take in one column."""
        if present and found:
            self.found += 1
        elif present:
            self.missed[recipe.name] += 1
        elif found:
            self.false[recipe.name] += 1
            self.false_low += found is Confidence.LOW

    @property
    def recall(self) -> float:
        """Return the share of the columns that have the kind which were found."""
        present = self.found + self.missed.total()
        return self.found / present if present else 1.0

    @property
    def precision(self) -> float:
        """Return the share of the columns that were found which have the kind."""
        claimed = self.found + self.false.total()
        return self.found / claimed if claimed else 1.0

    @property
    def precision_of_sure(self) -> float:
        """Return the same without false alarms of low confidence."""
        claimed = self.found + self.false.total() - self.false_low
        return self.found / claimed if claimed else 1.0


def kinds_found(recipe: Recipe, seed: int) -> dict[str, Confidence]:
    """Return the kinds that the scan finds in a column that the recipe makes."""
    cells = recipe.cells(random.Random(f"{seed} {recipe.name}"))
    table = Table("column", [recipe.heading], ([cell] for cell in cells))
    return {finding.kind: finding.confidence for finding in scan_table(table).findings}


def scores(recipes: Iterable[Recipe], seeds: Sequence[int]) -> dict[str, Score]:
    """Scan a column of each recipe and seed, and compare what is found with what is there."""
    result = {kind: Score() for kind in KINDS}
    for recipe in recipes:
        for seed in seeds:
            found = kinds_found(recipe, seed)
            for kind, score in result.items():
                score.count(recipe, kind in recipe.kinds, found.get(kind))
    return result


def main() -> None:
    """Print precision and recall of both parts, alarms on the sample city, and the time."""
    _print_scores("Known part", privacy_known.RECIPES, KNOWN_SEEDS)
    _print_scores("Held-out part", privacy_held_out.RECIPES, HELD_OUT_SEEDS)
    _print_city()
    _print_time("of all recipes", privacy_known.RECIPES)
    harmless = [recipe for recipe in privacy_known.RECIPES if not recipe.kinds]
    _print_time("without personal data", harmless)
    _print_time("of sentences and categories", [r for r in harmless if r.name in _REPEATED])


def _print_scores(title: str, recipes: Sequence[Recipe], seeds: Sequence[int]) -> None:
    print(f"{title}: {len(recipes) * len(seeds)} columns of {ROWS} rows.\n")
    print(
        "| kind | columns that have it | recall | precision | … without low ones "
        "| missed | falsely found |"
    )
    print("|---|---|---|---|---|---|---|")
    for kind, score in scores(recipes, seeds).items():
        present = score.found + score.missed.total()
        print(
            f"| {kind} | {present} | {score.recall:.2f} | {score.precision:.2f} "
            f"| {score.precision_of_sure:.2f} "
            f"| {_listed(score.missed)} | {_listed(score.false)} |"
        )
    print()


def _listed(recipes: Counter[str]) -> str:
    return "; ".join(f"{recipe} ({count})" for recipe, count in recipes.most_common()) or "none"


def _print_city() -> None:
    print(
        "Findings in the sample city's files. They have no personal data but places of events, and "
        "in animal-adoptions.csv examples of contacts:\n"
    )
    for path in sorted([*(_CITY / "data").glob("*.csv"), _CITY / "observations.csv"]):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            part = scan_table(Table(path.name, next(rows), rows))
        found = [f"{f.kind} in {f.column} ({f.confidence.value})" for f in part.findings]
        print(f"- {path.name}, {part.cells} cells: {', '.join(found) or 'nothing'}")
    print()


def _print_time(title: str, recipes: Sequence[Recipe]) -> None:
    """Time a table of a million cells, in which the random values hardly repeat."""
    turns = CELLS // (len(recipes) * ROWS) + 1
    columns: list[list[str]] = [[] for _ in recipes]
    for turn in range(turns):
        for cells, recipe in zip(columns, recipes, strict=True):
            cells += recipe.cells(random.Random(f"{turn} {recipe.name}"))
    table = Table("big", [recipe.heading for recipe in recipes], list(zip(*columns, strict=True)))
    began = time.process_time()
    part = scan_table(table)
    seconds = time.process_time() - began
    print(f"{part.cells} cells {title}: {seconds:.1f} s of one processor.", flush=True)
