"""Tables: what their cells hold stays text, and what they are asked never reaches further."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.attack.asking import DOWNLOADS, QUESTIONS, ROWS, SAYS_SQL
from tests.attack.planting import DEPARTMENT, Planted, word
from tests.attack.probing import TALLY, each
from tests.attack.visitor import Visitor
from tests.tools.answers import CHECKLIST

Visit = Callable[..., Visitor]
Ids = dict[str, str]

ATTACK = '<img src=x onerror="alert(1)"><script>alert(1)</script>'
CLOSING = "</script></td><svg onload=alert(1)>"
MARKUP = ("<img src=x", "<script>alert", "<svg onload", 'href="javascript:1')
SECONDS = 60


def _table(name: str, *rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([(name, "zip", "word"), *rows])
    return text.getvalue().encode()


def _await(ask: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    """Ask until the worker is done, and return the answer."""
    deadline = time.monotonic() + SECONDS
    answer = ask()
    while not done(answer) and time.monotonic() < deadline:
        time.sleep(0.2)
        answer = ask()
    assert done(answer), answer
    return answer


def _rows(visitor: Visitor, resource: str) -> dict[str, Any]:
    """Wait until the file is a table, and return its rows."""
    answer = _await(
        lambda: visitor.act("datastore_search", resource_id=resource),
        lambda answer: answer.status_code == 200,
    )
    return answer.json()["result"]


@pytest.fixture(scope="module")
def hostile(visit: Visit) -> Ids:
    """A draft whose cells, headings, dictionary and view are markup."""
    steward = visit("steward")
    package = steward.done("package_create", title=word("hostile"), owner_org=DEPARTMENT)["id"]
    content = _table("<b>name</b>", (ATTACK, CLOSING, "one"), ("=1+1", ATTACK, CLOSING))
    resource = steward.upload(package, "hostile.csv", content, format="CSV").json()["result"]["id"]
    fields = [field for field in _rows(steward, resource)["fields"] if field["id"] != "_id"]
    about = {"label": ATTACK, "notes": f"{CLOSING} [a](javascript:1)"}
    fields = [{"id": f["id"], "type": f["type"], "info": about} for f in fields]
    steward.done("datastore_create", resource_id=resource, force=True, fields=fields)
    view = steward.done(
        "resource_view_create", resource_id=resource, view_type="datatables_view", title=ATTACK
    )
    return {"package": package, "resource": resource, "view": view["id"]}


@pytest.fixture(scope="module")
def change(visit: Visit, released: Planted) -> Iterator[dict[str, str]]:
    """A submitted change of what is public: its new rows are markup."""
    steward = visit("steward")
    request = steward.done("indep_request_open", id=released.ids["package"])
    resource = steward.done("package_show", id=request["workspace_id"])["resources"][0]["id"]
    content = _table("name", (ATTACK, "02116", CLOSING), ("x", CLOSING, ATTACK))
    answer = steward.post(
        "/api/3/action/resource_patch",
        data={"id": resource},
        files={"upload": ("changed.csv", content)},
    )
    assert answer.status_code == 200, answer.text
    _await(
        lambda: steward.act("indep_request_submit", id=request["id"], checklist=CHECKLIST),
        lambda answer: answer.status_code == 200,
    )
    _await(
        lambda: steward.done("indep_request_diff", id=request["id"])["comparison"]["files"][0],
        lambda file: file["rows"]["state"] != "waiting",
    )
    frozen = visit("owner").done("indep_request_show", id=request["id"])["revision"]["content"]
    yield {"number": str(request["number"]), "resource": frozen["resources"][0]["id"]}
    steward.done("indep_request_withdraw", id=request["id"], reason="It was a test.")


class TestMarkup:
    def test_in_cells_headings_labels_and_notes(self, visit: Visit, hostile: Ids) -> None:
        """On each page that shows a table or its columns."""
        steward, resource = visit("steward"), hostile["resource"]
        start = f"/dataset/{hostile['package']}/resource/{resource}"
        shown = 0
        for path in (
            f"/dataset/{hostile['package']}",
            start,
            f"{start}/edit",
            f"{start}/view/{hostile['view']}",
            f"{start}/edit_view/{hostile['view']}",
            f"/dataset/{hostile['package']}/dictionary/{resource}",
            f"/datastore/api_info/{resource}",
        ):
            answer = steward.get(path)
            assert answer.status_code == 200, path
            assert not [m for m in (*MARKUP, "<b>name") if m in answer.text], path
            shown += "onerror=" in answer.text
        assert shown >= 5

    def test_in_the_rows_of_a_change(self, visit: Visit, change: Ids) -> None:
        """Where the reviewers compare them with what is public."""
        for path in ("", f"/table/{change['resource']}"):
            text = visit("owner").get(f"/request/{change['number']}{path}").text
            assert not [m for m in MARKUP if m in text], path
            assert "onerror=" in text, path

    def test_in_the_rows_of_a_view(self, visit: Visit, hostile: Ids) -> None:
        """They are put into the page by a script, so their markup is escaped already."""
        form = {"draw": "1", "start": "0", "length": "10", "search[value]": ""}
        answer = visit("steward").post(f"/datatables/ajax/{hostile['view']}", data=form)
        assert len(answer.json()["data"]) == 2
        cells = [cell for row in answer.json()["data"] for cell in row.values()]
        assert not [cell for cell in cells if "<" in cell]

    def test_what_is_for_programs_is_never_taken_for_a_page(
        self, visit: Visit, hostile: Ids
    ) -> None:
        """It repeats cells as they are, so its kind is named, and no browser guesses another."""
        steward, resource = visit("steward"), hostile["resource"]
        form = {"draw": "1", "start": "0", "length": "10", "search[value]": ""}
        evil = {"columns[0][search][value]": "a", "columns[0][name]": ATTACK}
        rows = f"/datatables/ajax/{hostile['view']}"
        for answer in (
            steward.get(f"/api/3/action/datastore_search?resource_id={resource}"),
            steward.get(f"/api/3/action/datastore_search?resource_id={resource}&sort={ATTACK}"),
            steward.get(f"/api/3/action/datastore_info?id={resource}"),
            steward.post(rows, data=form),
            steward.post(rows, data={**form, **evil}),
        ):
            assert ATTACK[:8] in answer.text or answer.url.endswith(rows)
            assert answer.headers["Content-Type"].startswith("application/json"), answer.url
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for kind in ("csv", "tsv", "json", "xml"):
            answer = steward.get(f"/datastore/dump/{resource}?format={kind}")
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment"), kind
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


class TestQuestions:
    def test_asked_over_the_api(self, visit: Visit, released: Planted, planted: Planted) -> None:
        """By POST and GET: rows of this table alone, or a refusal without a word of SQL."""
        stranger, resource = visit(), released.ids["resource"]
        own = [
            row["_id"] for row in stranger.done("datastore_search", resource_id=resource)["records"]
        ]

        def ask(question: dict[str, Any]) -> Any:
            found = []
            for asked in (stranger.act, stranger.ask):
                answer = asked("datastore_search", **{"resource_id": resource, **question})
                found += _wrong(answer, planted)
                rows = answer.json().get("result", {}).get("records", [])
                if isinstance(rows, list):
                    found += [r for r in rows if isinstance(r, dict) and r.get("_id", 1) not in own]
            return [question, *found] if found else []

        assert [found for found in each(QUESTIONS, ask) if found] == []
        assert TALLY.leaks == []

    def test_asked_of_the_download(self, visit: Visit, released: Planted, planted: Planted) -> None:
        """A download begins only once its question is one."""
        stranger, path = visit(), f"/datastore/dump/{released.ids['resource']}"

        def ask(question: dict[str, Any]) -> Any:
            texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in question.items()}
            found = _wrong(stranger.get(path, params=texts), planted)
            return [question, *found] if found else []

        assert [found for found in each([*QUESTIONS, {"format": "x"}], ask) if found] == []
        assert TALLY.leaks == []

    def test_names_of_other_tables(self, visit: Visit, released: Planted, planted: Planted) -> None:
        own, other = released.ids["resource"], planted.ids["resource"]
        names = (f'{own}" JOIN "{other}', f"{own},{other}", '"', "pg_class", "_table_metadata")
        for name in (*names, f"public.{own}", f"{own}\u200b", "x" * 300):
            answer = visit().act("datastore_search", resource_id=name)
            assert answer.status_code in (404, 409), name
            assert _wrong(answer, planted) == []

    def test_asked_of_a_view(self, visit: Visit, released: Planted, planted: Planted) -> None:
        """CKAN answers 500 to a number that is none, and to a column that is not there."""
        outsider, path = visit("outsider"), f"/datatables/ajax/{released.ids['view']}"
        form = {"draw": "1", "start": "0", "length": "10", "search[value]": ""}
        filters = ("x", "x:y|z", ":", "|||", "_id:x")

        def ask(probe: tuple[str, dict[str, str]]) -> Any:
            found = _wrong(outsider.post(path + probe[0], data=probe[1]), planted)
            return [probe, *found] if found else []

        probes = [("", {**form, **odd}) for odd in ROWS] + [("", {})]
        probes += [(f"?filters={text}", form) for text in filters]
        assert [found for found in each(probes, ask) if found] == []
        assert outsider.post(path, data={**form, "draw": "x"}).status_code == 400
        assert outsider.post(path, data=form).json()["recordsTotal"] == 1

    def test_asked_of_a_views_download(self, visit: Visit, released: Planted) -> None:
        outsider, path = visit("outsider"), f"/datatables/filtered-download/{released.ids['view']}"
        usual = {"search": {"value": ""}, "order": [], "visible": [True], "columns": []}

        def ask(odd: Any) -> Any:
            params = {**usual, **odd} if isinstance(odd, dict) else odd
            form = {"params": json.dumps(params), "format": "csv"}
            status = outsider.post(path, data=form, allow_redirects=False).status_code
            return [] if status == 400 else [odd, status]

        assert [found for found in each(DOWNLOADS, ask) if found] == []
        assert outsider.post(path, data={"params": "{", "format": "csv"}).status_code == 400
        good = {"params": json.dumps(usual), "format": "csv"}
        assert outsider.post(path, data=good).text.startswith("_id")


def _wrong(answer: Any, planted: Planted) -> list[Any]:
    """Return what an answer must not be: a server error, SQL, or a word of another table."""
    refused = answer.status_code != 200
    found: list[Any] = [answer.status_code] if answer.status_code >= 500 else []
    found += [said for said in SAYS_SQL if refused and said in answer.text]
    if planted.word in answer.text:
        TALLY.leaks.append(answer.url)
    return found
