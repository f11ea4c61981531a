"""Each kind of personal data, in its spellings, and what merely looks like it."""

from __future__ import annotations

import pytest

from ckanext.indep.privacy.marks import Confidence

from .conftest import ScanColumn

REMARKS = ["The crew filled the pothole on the second visit."] * 40


class TestPhone:
    @pytest.mark.parametrize(
        "spelling",
        [
            "816-555-1234",
            "(816) 555-1234",
            "(816)555-1234",
            "816.555.1234",
            "816/555-1234",
            "816 555 1234",
            "1-816-555-1234",
            "+1 816 555 1234",
            "tel:+1-816-555-1234",
            "816-555-1234 x204",
            "816–555–1234",
            "(816)\u00a0555-1234",
            "+44 20 7946 0958",
            "eight one six five five five one two three four",
        ],
    )
    def test_spelling(self, scan_column: ScanColumn, spelling: str) -> None:
        assert "phone" in scan_column("remarks", [*REMARKS, f"Caller left {spelling} for us."])
        assert "phone" in scan_column("value", [spelling] * 3)

    def test_digits_need_the_column_or_a_word(self, scan_column: ScanColumn) -> None:
        numbers = [f"816{exchange}1234" for exchange in range(220, 900, 11)]
        assert "phone" in scan_column("value", numbers)
        assert "phone" not in scan_column("case_id", numbers)
        assert "phone" in scan_column("remarks", [*REMARKS, "Please call 8165551234 about it."])
        assert "phone" not in scan_column("remarks", [*REMARKS, "Ticket 8165551234 was closed."])

    def test_seven_digits_need_the_heading(self, scan_column: ScanColumn) -> None:
        assert "phone" in scan_column("Home Phone", ["555-1234"])
        assert "phone" not in scan_column("code", ["555-1234"])

    @pytest.mark.parametrize(
        ("heading", "cells"),
        [
            ("number", [str(2_165_550_000 + row) for row in range(50)]),
            ("apn", [f"{row * 37 % 1000:03}-{row * 91 % 1000:03}-{row:04}" for row in range(60)]),
            ("latitude", ["39.0911161", "-94.4155068"]),
            ("paid", ["$1,816,555.12"]),
            ("opened", ["2022-01-21 13:47:00"]),
            ("ip", ["192.168.100.200"]),
        ],
    )
    def test_look_alikes(self, scan_column: ScanColumn, heading: str, cells: list[str]) -> None:
        assert scan_column(heading, cells) == {}


class TestEmail:
    @pytest.mark.parametrize(
        "spelling",
        [
            "jane@example.org",
            "JANE@EXAMPLE.ORG",
            "mailto:j.doe+x@mail.example.co.uk",
            "Jane <jane@example.org>",
            "jane [at] example [dot] org",
            "jane(at)example.org",
            "jane at example dot com",
            "jane-at-example-dot-com",
        ],
    )
    def test_spelling(self, scan_column: ScanColumn, spelling: str) -> None:
        assert "email" in scan_column("status", ["open"] * 200 + [spelling])

    @pytest.mark.parametrize("cell", ["@citydept", "3 @ $5.00", "icon@2x.png", "meet at city.gov"])
    def test_look_alikes(self, scan_column: ScanColumn, cell: str) -> None:
        assert scan_column("remark", [cell]) == {}


class TestSocialSecurityNumber:
    def test_one_in_a_sentence(self, scan_column: ScanColumn) -> None:
        found = scan_column("notes", [*REMARKS, "Applicant gave 219-09-9998 at the counter."])
        assert found["ssn"].rows == (41,)
        assert found["ssn"].samples == ("***-**-***8",)

    def test_digits_after_the_word(self, scan_column: ScanColumn) -> None:
        assert "ssn" in scan_column("notes", [*REMARKS, "SSN: 219099998"])
        assert "ssn" not in scan_column("notes", [*REMARKS, "Meter 219099998 was read."])

    def test_neutral_heading(self, scan_column: ScanColumn) -> None:
        numbers = [f"219-{row:02}-{row * 13:04}" for row in range(1, 60)]
        assert scan_column("number", numbers)["ssn"].confidence == Confidence.HIGH

    def test_numbers_that_nobody_has(self, scan_column: ScanColumn) -> None:
        parcels = [
            f"{row * 17 % 1000:03}-{row % 100:02}-{row * 131 % 10000:04}" for row in range(300)
        ]
        assert scan_column("number", parcels)["ssn"].confidence == Confidence.LOW
        assert "ssn" not in scan_column("parcel_no", parcels)

    def test_unknown_ones_do_not_hide_the_others(self, scan_column: ScanColumn) -> None:
        numbers = [f"219-{row:02}-{row * 13:04}" for row in range(1, 60)]
        found = scan_column("number", numbers + ["000-00-0000"] * 30)
        assert found["ssn"].confidence == Confidence.HIGH

    def test_parcel_in_a_sentence(self, scan_column: ScanColumn) -> None:
        assert scan_column("notes", [*REMARKS, "See parcel no. 219-09-9998 for it."]) == {}


class TestCard:
    VISA, AMEX = "4111111111111111", "378282246310005"

    @pytest.mark.parametrize("spelling", [VISA, AMEX, "4111 1111 1111 1111", "3782-822463-10005"])
    def test_spelling(self, scan_column: ScanColumn, spelling: str) -> None:
        assert "card" in scan_column("tender", ["cash", spelling])
        assert "card" in scan_column("notes", [*REMARKS, f"Customer read out {spelling} twice."])

    def test_random_ids_that_pass_by_chance(self, scan_column: ScanColumn) -> None:
        ids = [str(4_000_000_000_000_000 + row * 7_919) for row in range(300)]
        assert scan_column("txn", ids) == {}

    def test_wrong_length_for_the_issuer(self, scan_column: ScanColumn) -> None:
        assert scan_column("imei", ["352099001761481"] * 3) == {}


class TestBirthDate:
    @pytest.mark.parametrize(
        ("heading", "cell"),
        [
            ("dob", "1980-03-04"),
            ("DateOfBirth", "3/4/1980"),
            ("birth date", "04-Mar-1980"),
            ("birthday", "March 4, 1980"),
            ("DOB", "19800304"),
            ("year_of_birth", "1980"),
            ("dob", "1980-03-04 00:00:00"),
        ],
    )
    def test_heading(self, scan_column: ScanColumn, heading: str, cell: str) -> None:
        found = scan_column(heading, [cell] * 3)["birth_date"]
        assert found.confidence == Confidence.HIGH
        assert not any(character.isdigit() for character in found.samples[0])

    @pytest.mark.parametrize("words", ["DOB: 3/4/1980", "D.O.B. 3/4/80", "Born March 4, 1980"])
    def test_words(self, scan_column: ScanColumn, words: str) -> None:
        assert "birth_date" in scan_column("notes", [*REMARKS, f"Minor. {words}, came alone."])

    def test_spread_is_a_doubtful_sign(self, scan_column: ScanColumn) -> None:
        days = [f"{1930 + row}-05-{row % 28 + 1:02}" for row in range(85)]
        assert scan_column("date", days)["birth_date"].confidence == Confidence.LOW
        assert scan_column("date_built", days) == {}

    def test_no_day_of_the_calendar(self, scan_column: ScanColumn) -> None:
        assert scan_column("dob", ["1980-02-31"]) == {}


class TestAddress:
    @pytest.mark.parametrize(
        "spelling",
        [
            "111 E Maple Ave",
            "111 E MAPLE AVE APT 4B",
            "17501 East US Highway 40",
            "P.O. Box 12",
            "42 1/2 Main St",
            "900 W 23rd St",
        ],
    )
    def test_spelling(self, scan_column: ScanColumn, spelling: str) -> None:
        assert "address" in scan_column("site", [spelling] * 3)
        assert "address" in scan_column("notes", [*REMARKS, f"She moved to {spelling} since then."])

    def test_heading_of_people_is_surer(self, scan_column: ScanColumn) -> None:
        cells = ["111 E Maple Ave"] * 3
        assert scan_column("owner_address", cells)["address"].confidence == Confidence.HIGH
        assert scan_column("location", cells)["address"].confidence == Confidence.MEDIUM

    @pytest.mark.parametrize(
        "cell",
        ["Maple Ave & Main St", "100 block of Main St", "3 cars parked on Main St", "23rd St"],
    )
    def test_look_alikes(self, scan_column: ScanColumn, cell: str) -> None:
        assert scan_column("place", [cell] * 3) == {}


class TestPersonName:
    def test_headings(self, scan_column: ScanColumn) -> None:
        assert "person_name" in scan_column("First Name", ["Wanda", "Zelko"])
        assert "person_name" in scan_column("owner_name", ["ZELKO WANDA"])
        assert scan_column("street_name", ["Zelko", "Wanda"]) == {}

    def test_frequent_given_names(self, scan_column: ScanColumn) -> None:
        assert "person_name" in scan_column("label", ["Susan Zelko", "Zelko, Robert K."] * 5)

    @pytest.mark.parametrize(
        "words", ["Spoke with Zelka Tormun", "Mr. Tormun came", "the neighbor, Susan Tormun, asked"]
    )
    def test_words(self, scan_column: ScanColumn, words: str) -> None:
        found = scan_column("notes", [*REMARKS, f"Gate is shut, {words}, we go again."])
        assert found["person_name"].confidence == Confidence.LOW
        assert "Tormun" not in found["person_name"].samples[0]

    @pytest.mark.parametrize(
        "cell", ["Susan Zelko Park", "James St", "Robert Zelko Elementary", "In Progress", "Water"]
    )
    def test_look_alikes(self, scan_column: ScanColumn, cell: str) -> None:
        assert scan_column("place", [cell] * 10) == {}

    def test_what_is_missed(self, scan_column: ScanColumn) -> None:
        assert scan_column("notes", [*REMARKS, "The neighbor, Zelka Tormun, let us in."]) == {}
