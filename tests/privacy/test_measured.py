"""What bench/README.md says of precision and recall holds, on a small part of the labelled set."""

from __future__ import annotations

import pytest

from bench import privacy_held_out, privacy_known
from bench.privacy import Score, scores

SURE = ("card", "email", "phone", "ssn")


@pytest.fixture(scope="module")
def measured() -> dict[str, Score]:
    return scores([*privacy_known.RECIPES, *privacy_held_out.RECIPES], seeds=[7000])


@pytest.mark.parametrize("kind", SURE)
def test_aims_by_column(measured: dict[str, Score], kind: str) -> None:
    assert measured[kind].recall >= 0.95
    assert measured[kind].precision >= 0.9


@pytest.mark.parametrize(
    ("kind", "recall"), [("address", 0.75), ("birth_date", 0.85), ("person_name", 0.6)]
)
def test_the_others_find_what_is_said_of_them(
    measured: dict[str, Score], kind: str, recall: float
) -> None:
    assert measured[kind].recall >= recall
    assert measured[kind].precision_of_sure >= 0.9
