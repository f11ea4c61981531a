"""Good rows and bad ones: nothing is lost, nothing is rewritten, and every refusal has a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.connectors.base import Delivery, Rejected, Row
from ckanext.indep.connectors.layout import Column, ColumnType, Layout
from ckanext.indep.connectors.quarantine import (
    Drift,
    Harvest,
    as_csv,
    check,
    check_header,
    harvest,
)
from ckanext.indep.errors import UnreadableError

LAYOUT = Layout((Column("zip", "text", "ZIP Code"), Column("count", "integer")), ("zip",))
HEADER = ("ZIP Code", "count")

headings = st.lists(st.sampled_from("abcdef"), max_size=6)
records = st.lists(
    st.lists(st.sampled_from(["", " ", "02116", "64050", "3", "-7", "007", 'x,"y"', "é\nß"]))
)


def of(*rows: Sequence[str], header: Sequence[str] = HEADER, layout: Layout = LAYOUT) -> Harvest:
    """The harvest of rows that begin on line 2."""
    return harvest(Delivery(layout, header, (Row(n, row) for n, row in enumerate(rows, 2))))


class TestHeader:
    @given(headings)
    def test_order_is_no_drift(self, names: list[str]) -> None:
        distinct = list(dict.fromkeys(names))
        assert not check_header(distinct, distinct[::-1])

    @given(headings, headings)
    def test_every_difference_is_named(self, declared: list[str], reported: list[str]) -> None:
        drift = check_header(declared, reported)
        assert set(drift.missing) == set(declared) - set(reported)
        assert set(drift.added) == set(reported) - set(declared)
        assert all(reported.count(name) > 1 for name in drift.repeated)
        assert all(name in str(drift) for name in (*drift.missing, *drift.added))

    def test_with_another_header_nothing_is_read(self) -> None:
        result = of(("02116", "3"), header=("zip", "count"))
        assert result.drift == Drift(missing=("ZIP Code",), added=("zip",))
        assert result.rows == result.rejected == ()


class TestRows:
    @given(records)
    def test_each_record_is_either_good_or_rejected(self, rows: list[list[str]]) -> None:
        result = of(*rows)
        assert len(result.rows) + len(result.rejected) == len(rows)
        assert all(rejected.reason for rejected in result.rejected)

    @given(records)
    def test_good_rows_are_as_they_came(self, rows: list[list[str]]) -> None:
        came = [tuple(cell.strip() for cell in row) for row in rows]
        assert all((row["zip"], row["count"]) in came for row in of(*rows).rows)

    @given(records)
    def test_keys_are_there_and_distinct(self, rows: list[list[str]]) -> None:
        keys = [row["zip"] for row in of(*rows).rows]
        assert all(keys)
        assert len(set(keys)) == len(keys)

    @given(records)
    def test_what_is_written_is_read_again_the_same(self, rows: list[list[str]]) -> None:
        result = of(*rows)
        header, *again = csv.reader(io.StringIO(as_csv(result).decode("utf-8"), newline=""))
        layout = Layout((Column("zip", "text"), Column("count", "integer")), ("zip",))
        assert of(*again, header=header, layout=layout).rows == result.rows

    def test_the_reasons(self) -> None:
        result = of(("02116", "3"), ("", "1"), (" 02116", "4"), ("64050", "many"), ("64051",))
        assert result.rows == ({"zip": "02116", "count": "3"},)
        assert result.rejected == (
            Rejected(3, "“zip” is empty, and the key needs it."),
            Rejected(4, "The key is that of line 2 again."),
            Rejected(5, "“many” in column “count” is not of the type integer."),
            Rejected(6, "The row has 1 cells, the header has 2."),
        )

    def test_columns_are_found_by_heading(self) -> None:
        result = of(("3", "02116"), header=("count", " ZIP Code "))
        assert as_csv(result) == b"zip,count\n02116,3\n"

    @pytest.mark.parametrize(
        ("kind", "good", "bad"),
        [
            ("text", "007", None),
            ("integer", "-12", "1.5"),
            ("integer", "0", "007"),
            ("number", "1.50", "1e5"),
            ("date", "2026-02-28", "2026-02-30"),
            ("date", "2/28/2026", "28/2/2026"),
            ("date", "2026-02-28", "2/28/2026 10:00"),
            ("timestamp", "2026-02-28 23:59", "yesterday"),
            ("timestamp", "2/28/2026 1:05 PM", "2/28/2026 13:05 PM"),
            ("boolean", "TRUE", "yes"),
        ],
    )
    def test_types(self, kind: ColumnType, good: str, bad: str | None) -> None:
        layout = Layout((Column("id", "text"), Column("value", kind)), ("id",))
        cells = [good, "", *([bad] if bad else [])]
        rows = [(str(number), cell) for number, cell in enumerate(cells)]
        result = of(*rows, header=("id", "value"), layout=layout)
        assert [row["value"] for row in result.rows] == [good, ""]


class TestCheck:
    def test_one_bad_row_in_twenty_passes(self) -> None:
        check(of(*[(f"{n:05}", "1") for n in range(19)], ("", "1")))

    def test_more_are_refused(self) -> None:
        with pytest.raises(UnreadableError, match="1 of 19 rows were rejected"):
            check(of(*[(f"{n:05}", "1") for n in range(18)], ("", "1")))

    def test_an_empty_source_is_refused(self) -> None:
        with pytest.raises(UnreadableError, match="no rows"):
            check(of())

    def test_a_drifted_header_is_refused_by_name(self) -> None:
        with pytest.raises(UnreadableError, match="missing: ZIP Code; added: ZIP, ward"):
            check(of(header=("ZIP", "count", "ward")))
