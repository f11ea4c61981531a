"""From a suggested chart to the measure's page: who may do what, drawing, and what is shown."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import click
import pytest
import sqlalchemy as sa
from ckan.lib.search import rebuild
from ckan.tests import factories, helpers
from PIL import Image
from sqlalchemy.exc import DBAPIError

from ckanext.indep import waking
from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import listing, offline, periods, service
from ckanext.indep.insight.cli import insight
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.suggestions import book, jobs, making, rendering, stored
from ckanext.indep.insight.suggestions.rendering import Drawing
from tests.insight.conftest import department, measure, reported
from tests.insight.test_actions import act, office
from tests.tools.source import REPOSITORY, modules

__all__ = ["department", "measure", "office", "reported"]

Reported = Callable[..., Definition]
Fields = dict[str, Any]

CANARY = "73.9"
QUEUE = "/insight/staff/suggestions"
SPECIFICATION = {
    "mark": "bar",
    "encoding": {
        "x": {"field": "period", "type": "ordinal"},
        "y": {"field": "value", "type": "quantitative"},
    },
}


@pytest.fixture
def potholes(reported: Reported) -> Definition:
    """A measure with two published quarters, and a correction that waits."""
    made = reported({"FY2026-Q4": "85", "FY2027-Q1": "92.3"}, name="potholes")
    row = {"period": "FY2027-Q1", "value": CANARY, "reason": "Wrong."}
    service.load_history(made, [row], "test")
    return made


@pytest.fixture
def command(app: Any) -> Any:
    """As on the command line, where a chart may be drawn."""
    with app.flask_app.app_context(), click.Context(insight):
        yield


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The specifications that were to be drawn, without the time that it takes."""
    asked: list[Any] = []

    def draw(wide: Any, narrow: Any, title: str, _description: str) -> Drawing:
        asked.append(wide)
        values = [row["value"] for row in wide["data"]["values"]]
        png = f"\x89PNG {values}".encode("latin-1")
        return Drawing(f"<svg>wide {title} {values}</svg>", f"<svg>narrow {values}</svg>", png)

    monkeypatch.setattr(rendering, "render", draw)
    return asked


def suggest(user: str, name: str = "potholes", **changes: Any) -> Fields:
    given = {
        "title": "Bars by quarter",
        "explanation": "Each bar is a quarter.",
        "specification": SPECIFICATION,
        **changes,
    }
    return act(user, "indep_suggestion_create", id=name, **given)


def token(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]}


@pytest.mark.usefixtures("with_request_context")
class TestWhoMay:
    def test_suggest(self, potholes: Definition, department: Fields, office: str) -> None:
        made = suggest(department["clerk"])
        assert made["state"] == "suggested"
        assert made["department"] == "Municipal Services"
        assert suggest(department["boss"], specification=json.dumps(SPECIFICATION))["id"]
        for stranger in (office, factories.User()["name"], factories.Sysadmin()["name"], ""):
            with pytest.raises(tk.NotAuthorized):
                suggest(stranger)
        with pytest.raises(tk.ObjectNotFound):
            suggest(department["clerk"], "no-such-measure")

    def test_see(self, potholes: Definition, department: Fields, office: str) -> None:
        number = suggest(department["clerk"])["id"]
        for user in (department["boss"], office):
            assert act(user, "indep_suggestion_show", id=number)["drawing"] == "waits"
            assert [one["id"] for one in act(user, "indep_suggestion_list")] == [number]
        for user in (factories.User()["name"], factories.Sysadmin()["name"], ""):
            assert act(user, "indep_suggestion_list", id="potholes") == []
            with pytest.raises(tk.NotAuthorized):
                act(user, "indep_suggestion_show", id=number)

    def test_decide(
        self, potholes: Definition, department: Fields, office: str, drawn: list[Any]
    ) -> None:
        number = suggest(department["clerk"])["id"]
        accept = {"id": number, "decision": "accept"}
        with pytest.raises(tk.ValidationError, match="not drawn yet"):
            act(office, "indep_suggestion_decide", **accept)
        making.make_due()
        for user in (department["boss"], factories.Sysadmin()["name"]):
            with pytest.raises(tk.NotAuthorized, match="Only the performance office"):
                act(user, "indep_suggestion_decide", **accept)
        assert act(office, "indep_suggestion_decide", **accept)["state"] == "accepted"
        with pytest.raises(tk.ValidationError, match="is accepted"):
            act(office, "indep_suggestion_decide", **accept)

    def test_nobody_decides_about_their_own(
        self, potholes: Definition, department: Fields, office: str, drawn: list[Any]
    ) -> None:
        helpers.call_action(
            "organization_member_create", id=department["id"], username=office, role="editor"
        )
        number = suggest(office)["id"]
        making.make_due()
        for decision in ("accept", "decline"):
            with pytest.raises(tk.NotAuthorized, match="of their own"):
                act(office, "indep_suggestion_decide", id=number, decision=decision, note="x")

    def test_withdraw(self, potholes: Definition, department: Fields, office: str) -> None:
        number = suggest(department["clerk"])["id"]
        for user in (department["boss"], office):
            with pytest.raises(tk.NotAuthorized, match="who suggested"):
                act(user, "indep_suggestion_withdraw", id=number)
        assert act(department["clerk"], "indep_suggestion_withdraw", id=number)["state"] == (
            "withdrawn"
        )
        with pytest.raises(tk.ValidationError, match="is withdrawn"):
            act(office, "indep_suggestion_decide", id=number, decision="decline", note="x")

    def test_declining_needs_a_reason(
        self, potholes: Definition, department: Fields, office: str
    ) -> None:
        number = suggest(department["clerk"])["id"]
        with pytest.raises(tk.ValidationError, match="Write a note"):
            act(office, "indep_suggestion_decide", id=number, decision="decline", note=" ")
        done = act(office, "indep_suggestion_decide", id=number, decision="decline", note="Unclear")
        assert (done["state"], done["steps"][0]["note"]) == ("declined", "Unclear")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": ""}, "title"),
            ({"title": "x" * 121}, "title"),
            ({"title": "a\u202eb"}, "title"),
            ({"explanation": "\x00"}, "explanation"),
            ({"specification": None}, "specification"),
            ({"specification": float("nan")}, "specification"),
            ({"specification": [[]]}, "specification"),
            ({"specification": '{"mark": "bar", "mark": "bar"}'}, "specification"),
            ({"specification": {"mark": "image", "data": {"url": "x"}}}, "specification"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_kept(
        self, potholes: Definition, department: Fields, changes: Fields, field: str
    ) -> None:
        with pytest.raises(tk.ValidationError) as told:
            suggest(department["clerk"], **changes)
        assert list(told.value.error_dict) == [field]
        assert book.all_suggestions() == []

    def test_ten_wait_at_most(self, potholes: Definition, department: Fields) -> None:
        for _number in range(10):
            suggest(department["clerk"])
        with pytest.raises(tk.ValidationError, match="wait already"):
            suggest(department["clerk"])

    def test_the_record_cannot_be_changed(self, potholes: Definition, department: Fields) -> None:
        suggest(department["clerk"])
        for statement in ("UPDATE indep_suggestion SET title = ''", "DELETE FROM indep_suggestion"):
            with pytest.raises(DBAPIError, match="indep_suggestion"):
                model.Session.execute(sa.text(statement))
            model.Session.rollback()


class TestDrawing:
    @pytest.mark.usefixtures("with_request_context")
    def test_it_is_drawn_from_public_rows_only(
        self, potholes: Definition, department: Fields, drawn: list[Any]
    ) -> None:
        suggest(department["clerk"])
        assert making.make_due() == 1
        assert making.make_due() == 0
        rows = drawn[0]["data"]["values"]
        assert [row["value"] for row in rows] == [85, 92.3]
        assert [row["status"] for row in rows] == ["Under Goal", "Goal Met"]
        assert CANARY not in json.dumps(drawn)

    @pytest.mark.usefixtures("with_request_context")
    def test_a_problem_is_told_and_not_tried_again(
        self,
        potholes: Definition,
        department: Fields,
        office: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(*_given: Any) -> Any:
            raise rendering.ProblemError("It takes too much.")

        monkeypatch.setattr(rendering, "render", refuse)
        number = suggest(department["clerk"])["id"]
        assert making.make_due() == 1
        assert making.make_due() == 0
        shown = act(department["clerk"], "indep_suggestion_show", id=number)
        assert (shown["drawing"], shown["problem"]) == ("failed", "It takes too much.")
        with pytest.raises(tk.ValidationError, match="not drawn yet"):
            act(office, "indep_suggestion_decide", id=number, decision="accept")

    @pytest.mark.usefixtures("with_request_context")
    def test_what_is_allowed_no_more_is_drawn_no_more(
        self, potholes: Definition, department: Fields, drawn: list[Any]
    ) -> None:
        number = suggest(department["clerk"])["id"]
        found = book.one(number)
        assert found is not None
        model.Session.execute(sa.text("ALTER TABLE indep_suggestion DISABLE TRIGGER USER"))
        statement = sa.text("UPDATE indep_suggestion SET specification = :text")
        model.Session.execute(statement, {"text": '{"mark": "image"}'})
        model.Session.execute(sa.text("ALTER TABLE indep_suggestion ENABLE TRIGGER USER"))
        model.Session.commit()
        making.make_due()
        assert drawn == []
        kept = stored.kept(number)
        assert kept is not None
        assert "must be one of" in str(kept.problem)

    def test_the_library_draws_it_for_both_widths(
        self, potholes: Definition, department: Fields, command: None
    ) -> None:
        with offline.in_language("en"):
            number = suggest(department["clerk"])["id"]
        jobs.draw_suggestions()
        kept = stored.kept(number)
        assert kept is not None
        for svg in (kept.wide, kept.narrow):
            assert svg is not None
            assert "<title>Bars by quarter</title>" in svg
            assert "FY2027-Q1" in svg
            assert not re.search(
                r"<(script|image|a|style|foreignObject)\b|href|class=| on\w+=", svg
            )
            # Readable on a dark page too: it brings a light card, which covers all of it.
            card = re.search(r'<rect width="([\d.]+)" height="([\d.]+)" fill="white"', svg)
            box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
            assert card
            assert box
            assert card.groups() == box.groups()
        found = book.one(number)
        assert found is not None
        image = Image.open(io.BytesIO(stored.picture(found, kept) or b"")).convert("L")
        assert image.width > 1000
        assert image.getpixel((1, 1)) == 255
        assert sum(image.histogram()[:100]) > 1000
        widths = [re.search(r' width="(\d+)"', svg or "") for svg in (kept.wide, kept.narrow)]
        assert [int(found[1]) > 500 for found in widths if found] == [True, False]


class TestOutsideTheWeb:
    def test_never_in_a_web_process(self, potholes: Definition) -> None:
        with pytest.raises(RefusedError, match="worker or the command line"):
            rendering.render({}, {}, "", "")

    def test_suggesting_and_publishing_ask_the_worker(
        self,
        app: Any,
        potholes: Definition,
        department: Fields,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        asked: list[Any] = []
        monkeypatch.setattr(tk, "enqueue_job", lambda job, *_more, **_options: asked.append(job))
        monkeypatch.setattr(rendering, "run_limited", lambda *_given: pytest.fail("drawn"))
        waking.begun(jobs.draw_suggestions)
        page = f"{QUEUE}/potholes"
        form = {"title": "T", "explanation": "E", "specification": json.dumps(SPECIFICATION)}
        app.post(page, data=form, headers=token(department["clerk"]), follow_redirects=False)
        assert asked.count(jobs.draw_suggestions) == 1
        waking.begun(jobs.draw_suggestions)
        service.publish([periods.parse("FY2027-Q1")], "test")
        assert asked.count(jobs.draw_suggestions) == 2

    def test_no_program_but_the_child_loads_the_library(self, app: Any) -> None:
        app.get("/insight/suggestions")
        assert "vl_convert" not in sys.modules
        using = {
            path.stem: node.col_offset
            for path in (REPOSITORY / "ckanext").rglob("*.py")
            if "vl_convert" in (text := path.read_text("utf-8"))
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom) and "vl_convert" in ast.unparse(node)
        }
        assert list(using) == ["drawing_child"]
        assert using["drawing_child"] > 0
        child = "insight.suggestions.drawing_child"
        assert [name for name, one in modules().items() if child in one.own_imports] == []


class TestPages:
    def test_the_way_of_a_suggestion(
        self, app: Any, potholes: Definition, department: Fields, office: str, drawn: list[Any]
    ) -> None:
        clerk, member = token(department["clerk"]), token(office)
        form = app.get(f"{QUEUE}/potholes", headers=clerk).body
        assert "first_reported" in form
        wrong = {"title": "Bars", "explanation": "By quarter.", "specification": '{"mark": "x"}'}
        refused = app.post(f"{QUEUE}/potholes", data=wrong, headers=clerk, status=409)
        assert "must be one of" in refused.body
        given = {**wrong, "specification": json.dumps(SPECIFICATION)}
        made = app.post(
            f"{QUEUE}/potholes", data=given, headers=clerk, follow_redirects=False, status=302
        )
        address = "/" + made.headers["Location"].split("/", 3)[3]
        waits = app.get(address, headers=clerk)
        assert waits.headers["Refresh"] == "3"
        assert "It is being drawn" in waits.body
        with app.flask_app.app_context(), click.Context(insight):
            making.make_due()
        ready = app.get(address, headers=member)
        assert "Refresh" not in ready.headers
        assert ready.headers["Cache-Control"] == "private, no-store"
        assert 'alt="Bars. By quarter."' in ready.body
        number = address.rpartition("/")[2]
        for path in (f"{address}/wide.svg", f"{address}/narrow.svg"):
            file = app.get(path, headers=member)
            assert file.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
            app.get(path, headers=token(factories.User()["name"]), status=403)
        app.get(f"/insight/suggestion/{number}/wide.svg", status=404)
        assert "Bars" not in app.get("/insight/measure/potholes").body
        listed = app.get("/insight/suggestions").body
        assert f"A chart for {potholes.title}" in listed
        assert "Bars" not in listed
        assert "Bars" in app.get(QUEUE, headers=member).body
        app.post(address, data={"step": "accept"}, headers=member)
        public = app.get("/insight/measure/potholes").body
        by_role = "Suggested by Municipal Services; accepted by the performance office"
        for words in ("By quarter.", f"/insight/suggestion/{number}/narrow.svg", by_role):
            assert words in public
        assert department["clerk"] not in public
        assert office not in public
        drawing = app.get(f"/insight/suggestion/{number}/wide.svg")
        assert drawing.headers["Content-Type"].startswith("image/svg+xml")
        assert drawing.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in drawing.headers["Content-Security-Policy"]
        app.get(f"/insight/suggestion/{number}/other.svg", status=404)
        assert f"/insight/suggestion/{number}.png" in public
        picture = app.get(f"/insight/suggestion/{number}.png")
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.headers["Content-Disposition"].startswith("attachment")
        assert picture.data.startswith(b"\x89PNG")
        assert "Bars" in app.get("/insight/suggestions").body
        app.post(address, data={"step": "retire"}, headers=member, status=409)
        app.post(address, data={"step": "retire", "note": "Old."}, headers=member)
        assert "By quarter." not in app.get("/insight/measure/potholes").body
        app.get(f"/insight/suggestion/{number}/wide.svg", status=404)
        app.get(f"/insight/suggestion/{number}.png", status=404)

    def test_after_a_publication_no_old_figure_is_shown(
        self, app: Any, potholes: Definition, department: Fields, office: str, drawn: list[Any]
    ) -> None:
        with app.flask_app.test_request_context():
            number = suggest(department["clerk"])["id"]
            making.make_due()
            act(office, "indep_suggestion_decide", id=number, decision="accept")
        path = f"/insight/suggestion/{number}/wide.svg"
        first = app.get(path)
        assert "92.3" in first.body
        page = app.get("/insight/measure/potholes")
        service.publish([periods.parse("FY2027-Q1")], "test")
        file = app.get(path, headers={"If-None-Match": first.headers["ETag"]}, status=404)
        picture = app.get(f"/insight/suggestion/{number}.png", status=404)
        tag = page.headers["ETag"]
        waits = app.get("/insight/measure/potholes", headers={"If-None-Match": tag})
        assert "is being drawn with the latest figures" in waits.body
        for answer in (file, picture, waits):
            assert "no-store" in answer.headers["Cache-Control"]
            assert "s-maxage" not in answer.headers["Cache-Control"]
            assert "ETag" not in answer.headers
        with app.flask_app.app_context():
            making.make_due()
        again = app.get("/insight/measure/potholes", headers={"If-None-Match": tag})
        assert again.status_code == 200
        assert path in again.body
        assert "no-store" not in again.headers["Cache-Control"]
        assert CANARY in app.get(path).body
        assert CANARY in app.get(f"/insight/suggestion/{number}.png").data.decode("latin-1")

    def test_a_withdrawn_measure_takes_its_charts_with_it(
        self, app: Any, potholes: Definition, department: Fields, office: str, drawn: list[Any]
    ) -> None:
        with app.flask_app.test_request_context():
            number = suggest(department["clerk"])["id"]
            making.make_due()
            act(office, "indep_suggestion_decide", id=number, decision="accept")
        package = model.Package.get(potholes.id)
        assert package is not None
        package.private = True
        model.Session.commit()
        rebuild(potholes.id)
        service.announce(potholes.id, "test")
        app.get(f"/insight/suggestion/{number}/wide.svg", status=404)
        assert "Bars" not in app.get("/insight/suggestions").body
        with app.flask_app.test_request_context():
            assert act("", "indep_suggestion_list") == []
            assert listing.definitions() == []

    def test_they_are_for_those_concerned(
        self, app: Any, potholes: Definition, department: Fields
    ) -> None:
        assert app.get(QUEUE, follow_redirects=False).status_code == 302
        stranger = token(factories.User()["name"])
        app.get(f"{QUEUE}/potholes", headers=stranger, status=403)
        app.get(f"{QUEUE}/nothing", headers=stranger, status=404)
        app.get("/insight/staff/suggestion/999/wide.svg", headers=stranger, status=403)
        app.get("/insight/suggestion/99999999999999999999/wide.svg", status=404)
