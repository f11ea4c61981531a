"""Words and ids that only a draft or the staff know, looked for wherever somebody can look."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pytest

from tests.attack import places
from tests.attack.planting import Planted
from tests.attack.probing import TALLY, each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]

MISSING = "00000000-0000-4000-8000-000000000000"
STAFF_PAGES = ("/staff-data", "/work", "/review", "/inbox", "/audit", "/maintenance")
STAFF_LISTS = (
    "/api/3/action/indep_staff_data_search",
    "/api/3/action/indep_request_list",
    "/api/3/action/indep_review_list",
)
EMPLOYEES = ("other_steward", "steward", "owner", "chair", "auditor", "administrator")
EVERYBODY = (None, "outsider", *EMPLOYEES)
TABLE = {"draw": "1", "start": "0", "length": "10", "search[value]": ""}
FILTERED = {"search": {"value": ""}, "order": [], "columns": [], "visible": [True] * 9}


def _leaks(visitor: Visitor, planted: Planted, paths: Iterable[str]) -> list[str]:
    """Return the addresses at which the visitor comes across a trace, or something falls over."""

    def ask(path: str) -> str:
        answer = visitor.get(path)
        found = any(trace in answer.text for trace in planted.traces(path))
        return path if found or answer.status_code >= 500 else ""

    found = [path for path in each(paths, ask) if path]
    TALLY.leaks += found
    return found


def _rows_of_the_preview(visitor: Visitor, planted: Planted) -> str:
    """Return what the table of the preview is told, as its script asks and as a download."""
    view = planted.ids["view"]
    form = {"params": json.dumps(FILTERED), "format": "csv"}
    ajax = visitor.post(f"/datatables/ajax/{view}", data=TABLE)
    download = visitor.post(f"/datatables/filtered-download/{view}", data=form)
    return ajax.text + download.text


class TestBeforeRelease:
    @pytest.mark.parametrize("role", [None, "outsider", "other_steward"])
    def test_nobody_else_finds_anything(
        self, visit: Visit, planted: Planted, role: str | None
    ) -> None:
        """Nor do other departments: a draft is for those who write it."""
        visitor = visit(role)
        everywhere = (
            *places.own(planted),
            *places.lists(planted.word),
            *STAFF_PAGES,
            *STAFF_LISTS,
            f"/staff-data?q={planted.word}",
        )
        assert _leaks(visitor, planted, everywhere) == []
        assert planted.word not in _rows_of_the_preview(visitor, planted)

    @pytest.mark.parametrize("role", ["steward", "administrator"])
    def test_no_list_has_it_for_those_who_may_read_it(
        self, visit: Visit, planted: Planted, role: str
    ) -> None:
        """It is not in the search engine, so no list, count or suggestion can tell of it."""
        assert _leaks(visit(role), planted, places.lists(planted.word)) == []

    def test_its_people_read_it(self, visit: Visit, planted: Planted) -> None:
        """Else nothing above would say anything: the places do show it to who may see it."""
        assert _without(visit("steward"), planted) == []

    def test_hidden_and_missing_look_alike(self, visit: Visit, planted: Planted) -> None:
        for action, hidden in (
            ("package_show", planted.workspace["id"]),
            ("resource_show", planted.resource["id"]),
            ("indep_request_show", planted.request["id"]),
            ("datastore_search", planted.resource["id"]),
            ("datastore_info", planted.resource["id"]),
        ):
            answers = [
                visit().get(f"/api/3/action/{action}?id={key}&resource_id={key}")
                for key in (hidden, MISSING)
            ]
            assert answers[0].status_code == answers[1].status_code, action
            texts = [a.text.replace(hidden, "").replace(MISSING, "") for a in answers]
            assert texts[0] == texts[1], action


class TestForStaff:
    """Released to the city's staff: every employee reads it, and nobody else knows of it."""

    @pytest.mark.parametrize("role", [None, "outsider"])
    def test_who_does_not_work_for_the_city_finds_nothing(
        self, visit: Visit, for_staff: Planted, role: str | None
    ) -> None:
        visitor = visit(role)
        everywhere = (
            *places.own(for_staff),
            *places.lists(for_staff.word),
            *STAFF_PAGES,
            *STAFF_LISTS,
            f"/staff-data?q={for_staff.word}",
        )
        assert _leaks(visitor, for_staff, everywhere) == []
        assert for_staff.word not in _rows_of_the_preview(visitor, for_staff)

    @pytest.mark.parametrize("role", ["other_steward", "administrator"])
    def test_no_public_list_has_it(self, visit: Visit, for_staff: Planted, role: str) -> None:
        assert _leaks(visit(role), for_staff, places.lists(for_staff.word)) == []

    def test_employees_read_it_where_it_stands(self, visit: Visit, for_staff: Planted) -> None:
        """Of another department as well, with its rows, its file and its preview."""
        visitor = visit("other_steward")
        assert _without(visitor, for_staff) == []
        assert _rows_of_the_preview(visitor, for_staff).count(for_staff.word) > 1
        assert for_staff.word in visitor.get(f"/staff-data?q={for_staff.word}").text

    @pytest.mark.parametrize("role", EVERYBODY)
    def test_fields_for_its_department_stay_there(
        self, visit: Visit, for_staff: Planted, role: str | None
    ) -> None:
        """What is never published is in no answer, whoever may read the rest."""
        texts = each(places.content(for_staff), lambda path: visit(role).get(path).text)
        assert [text for text in texts if for_staff.secret in text] == []

    @pytest.mark.parametrize("role", EVERYBODY)
    def test_nobody_asks_by_sql(self, visit: Visit, for_staff: Planted, role: str | None) -> None:
        table = for_staff.ids["resource"]
        for sql in (f'SELECT * FROM "{table}"', f"SELECT '\"{table}\"'::regclass", "SELECT 1"):
            for answer in (
                visit(role).act("datastore_search_sql", sql=sql),
                visit(role).ask("datastore_search_sql", sql=sql),
            ):
                assert answer.status_code in (400, 403, 404), answer.text
                assert for_staff.word not in answer.text


class TestTakenDown:
    def test_nobody_outside_finds_it_any_more(self, visit: Visit, taken_down: Planted) -> None:
        everywhere = (*places.own(taken_down), *places.lists(taken_down.word))
        assert _leaks(visit(), taken_down, everywhere) == []
        own = (*places.own(taken_down), *STAFF_PAGES, *STAFF_LISTS)
        assert _leaks(visit("other_steward"), taken_down, own) == []


class TestAfterRelease:
    def test_everybody_reads_it(self, visit: Visit, released: Planted) -> None:
        assert _without(visit(), released) == []

    def test_staff_only_fields_stay_hidden(self, visit: Visit, released: Planted) -> None:
        stranger = visit()

        def ask(path: str) -> str:
            text = stranger.get(path).text
            return path if released.secret in text or "confidential" in text else ""

        everywhere = [*places.own(released), *places.lists(released.word)]
        assert [path for path in each(everywhere, ask) if path] == []
        assert stranger.done("package_search", q=released.secret)["count"] == 0


def _without(visitor: Visitor, planted: Planted) -> list[str]:
    """Return the places of its content that do not show it to the visitor."""
    answers = each(places.content(planted), lambda path: (path, visitor.get(path)))
    return [path for path, a in answers if a.status_code != 200 or planted.word not in a.text]
