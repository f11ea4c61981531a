"""The examples of docs/insight-history.md are read as the page says."""

from __future__ import annotations

import re

from ckanext.indep.insight.uploads import reading
from ckanext.indep.insight.uploads.catalogue import Catalogue
from tests.tools.source import REPOSITORY

from .conftest import TODAY, define, results

PAGE = REPOSITORY / "docs" / "insight-history.md"
POTHOLES = define("potholes", unit="%", aggregation="ratio")
RESURFACED = define("resurfaced", unit="miles")
RESERVE = define("reserve", unit="%")


def test_each_example_gives_its_figures() -> None:
    catalogue = Catalogue.of([POTHOLES, RESURFACED, RESERVE], only=None)
    examples = re.findall(r"```csv\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    found = [reading.read(text.encode(), catalogue, TODAY) for text in examples[:3]]
    years = Catalogue.of([RESURFACED], only=RESURFACED)
    found.append(reading.read(examples[3].encode(), years, TODAY))
    assert [one.problems for one in found] == [[], [], [], []]
    assert [one.layout for one in found] == [
        "long",
        "periods_across",
        "measures_across",
        "years_down",
    ]
    assert [len(one.good) for one in found] == [2, 3, 2, 4]
    parts = [one.content.entry for one in found[0].good]
    assert [(one.numerator, one.denominator) for one in parts if one] == [(90, 120), (1081, 1200)]
    assert results(found[1]) == {
        ("resurfaced", "FY2025-Q3"): "12.5",
        ("reserve", "FY2025-Q3"): "17",
        ("reserve", "FY2025-Q4"): "16.8",
    }
