"""The council report over HTTP, its PDF, and the draft of the press release."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import click
import pytest
import sqlalchemy as sa
from ckan.lib.search import rebuild
from ckan.tests import factories
from sqlalchemy.exc import DBAPIError

from ckanext.indep import events, waking
from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import offline, periods, service
from ckanext.indep.insight.cli import insight
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.report import assembling, jobs, making, pdf, stored
from tests.insight.conftest import department, measure, reported
from tests.insight.test_actions import act, office
from tests.tools.source import REPOSITORY

__all__ = ["department", "measure", "office", "reported"]

Reported = Callable[..., Definition]

Q4, Q1 = periods.parse("FY2026-Q4"), periods.parse("FY2027-Q1")
PAGE = "/insight/report/FY2027-Q1"
CANARY = "73.9"


@pytest.fixture
def potholes(reported: Reported) -> Definition:
    """A measure with two published quarters, and a correction that waits."""
    made = reported({"FY2026-Q4": "85.04", "FY2027-Q1": "92.3"}, name="potholes")
    row = {"period": "FY2027-Q1", "value": CANARY, "comment": "Waits.", "reason": "Wrong."}
    service.load_history(made, [row], "test")
    return made


@pytest.fixture
def command(app: Any) -> Any:
    """As on the command line, where a PDF may be made."""
    with app.flask_app.app_context(), click.Context(insight):
        yield


class TestPage:
    def test_it_tells_what_is_published_and_nothing_else(
        self, app: Any, potholes: Definition
    ) -> None:
        body = app.get(PAGE).body
        for text in (
            "Council report, FY2027 Q1", "92.3", "85.0", "Goal Met, before Under Goal.",
            "at least 90.0", "How to read this report", "October 25, 2026",
        ):  # fmt: skip
            assert text in body
        for hidden in (CANARY, "Waits.", "Wrong."):
            assert hidden not in body
        assert 'content: "Council report, FY2027 Q1"' in body

    def test_a_correction_stands_beside_the_figure_first_reported(
        self, app: Any, potholes: Definition
    ) -> None:
        tag = app.get(PAGE).headers["ETag"]
        assert app.get(PAGE, headers={"If-None-Match": tag}).status_code == 304
        service.publish([Q1], "test")
        body = app.get(PAGE, headers={"If-None-Match": tag}).body
        for text in (CANARY, "First reported as 92.3", "Wrong.", "Waits.", "with corrections"):
            assert text in body

    def test_a_report_of_the_past_does_not_know_the_future(
        self, app: Any, potholes: Definition
    ) -> None:
        body = app.get("/insight/report/FY2026-Q4").body
        assert "85.0" in body
        assert "92.3" not in body

    @pytest.mark.parametrize("name", ["FY2025-Q1", "FY2027", "FY2027-M03", "x", "FY9999-Q1"])
    def test_what_was_not_published_is_404(self, app: Any, potholes: Definition, name: str) -> None:
        for path in (f"/insight/report/{name}", f"/insight/report/{name}.pdf"):
            assert app.get(path).status_code == 404

    def test_made_up_figures_say_so_on_each_printed_page(
        self, app: Any, potholes: Definition
    ) -> None:
        words = 'content: "Illustrative figures, not data of the City'
        assert words not in app.get(PAGE).body
        package = model.Package.get(potholes.id)
        assert package is not None
        package.add_tag_by_name("illustrative")
        model.Session.commit()
        rebuild(potholes.id)
        service.announce(potholes.id, "test")
        body = app.get(PAGE).body
        assert words in body
        assert "Sample site" in body

    def test_the_dashboard_leads_to_the_last_one(self, app: Any, potholes: Definition) -> None:
        assert f'href="{PAGE}"' in app.get("/insight").body


class TestPdf:
    def test_it_is_tagged_and_each_figure_has_words(
        self, potholes: Definition, command: None
    ) -> None:
        with offline.in_language("en"):
            html = making.page(assembling.assemble(Q1))
        made = pdf.render(html, uncompressed_pdf=True)
        assert b'pdfuaid:part="1"' in made
        assert b"/MarkInfo" in made
        assert re.search(rb"/Lang \(en\)", made)
        bookmarks = {_text(found) for found in re.findall(rb"/Title (\(.*?\)|<.*?>)", made)}
        assert {potholes.title, "How to read this report", "Quality"} <= bookmarks
        assert any(one.startswith("Council report, FY2027 Q1 ") for one in bookmarks)
        figures = made.count(b"/S /Figure")
        words = [_text(found) for found in re.findall(rb"/Alt (\(.*?\)|<.*?>)", made)]
        assert figures >= 1
        assert len(words) == figures
        assert all("92.3" in one and "Goal Met" in one for one in words)
        assert b"/S /TH/" in made

    def test_a_publication_makes_a_new_one(
        self, app: Any, potholes: Definition, command: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        missing = app.get(f"{PAGE}.pdf")
        assert missing.status_code == 404
        assert "no-store" in missing.headers["Cache-Control"]
        assert f'href="{PAGE}"' in missing.body
        jobs.make_reports()
        first = app.get(f"{PAGE}.pdf")
        assert first.headers["Content-Type"] == "application/pdf"
        assert first.data[:5] == b"%PDF-"
        tag = {"If-None-Match": first.headers["ETag"]}
        assert app.get(f"{PAGE}.pdf", headers=tag).status_code == 304
        assert making.make_due() == 0
        monkeypatch.setattr(pdf, "render", lambda html: b"%PDF-" + html.encode())
        service.publish([Q1], "test")
        assert making.make_due() == len(offline.languages())
        assert app.get(f"{PAGE}.pdf", headers=tag).status_code == 200

    def test_it_is_kept_in_each_language(
        self, app: Any, potholes: Definition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf, "render", lambda html: b"%PDF-" + html.encode())
        with click.Context(insight) as context:
            context.meta["flask_app"] = app.flask_app
            assert making.make_due() == 2
            assert making.make_due() == 0
        english, spanish = app.get(f"{PAGE}.pdf"), app.get(f"/es{PAGE}.pdf")
        assert '<html lang="en">' in english.body
        assert "Council report, FY2027 Q1" in english.body
        assert '<html lang="es">' in spanish.body
        for words in ("Informe para el Concejo, AF2027 T1", "Meta cumplida", "92.3", "potholes"):
            assert words in spanish.body
        for words in ("Goal Met", "Council report", "Published on"):
            assert words not in spanish.body
        assert spanish.headers["Content-Disposition"].endswith('FY2027-Q1-es.pdf"')
        assert english.headers["Content-Disposition"].endswith('FY2027-Q1.pdf"')
        assert english.headers["ETag"] != spanish.headers["ETag"]
        assert f'href="/es{PAGE}.pdf"' in app.get(f"/es{PAGE}").body

    def test_one_with_a_withdrawn_measure_is_not_served(
        self, app: Any, potholes: Definition, command: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf, "render", lambda _html: b"%PDF-1.7")
        making.make(Q1, "en")
        assert stored.newest(Q1, "en") is not None
        package = model.Package.get(potholes.id)
        assert package is not None
        package.private = True
        model.Session.commit()
        assert app.get(f"{PAGE}.pdf").status_code == 404
        assert stored.versions("en") == {Q1: 0}

    def test_a_publication_asks_the_worker(
        self, potholes: Definition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Any] = []
        monkeypatch.setattr(tk, "enqueue_job", lambda job, **_more: asked.append(job))
        waking.begun(jobs.make_reports)
        service.publish([Q1], "test")
        assert asked.count(jobs.make_reports) == 1
        waking.begun(jobs.make_reports)
        events.published.send(version=1, quarters=[])
        assert asked.count(jobs.make_reports) == 2

    def test_never_in_a_web_process(self, potholes: Definition) -> None:
        with pytest.raises(RefusedError, match="worker or the command line"):
            pdf.render("<p>x</p>")

    def test_only_the_renderer_knows_the_library_and_only_when_asked(self) -> None:
        sources = {path: path.read_text("utf-8") for path in _sources()}
        named = [
            (path.stem, node.col_offset)
            for path, text in sources.items()
            if "weasyprint" in text
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom) and "weasyprint" in ast.unparse(node)
        ]
        assert [name for name, _column in named] == ["pdf"]
        assert all(column > 0 for _name, column in named)

    def test_without_the_library_nothing_breaks(
        self, cli: Any, potholes: Definition, command: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "weasyprint", None)
        assert making.make_due() == 0
        answer = cli.invoke(insight, ["report", "FY2027-Q1"])
        assert answer.exit_code == 1
        assert "WeasyPrint cannot be used" in answer.output

    def test_the_command_names_what_is_wrong(
        self, cli: Any, potholes: Definition, command: None
    ) -> None:
        for name, words in (("FY2020-Q1", "No report"), ("x", "is not a period")):
            answer = cli.invoke(insight, ["report", name])
            assert answer.exit_code == 1
            assert words in answer.output

    def test_the_same_page_gives_the_same_bytes(self, command: None) -> None:
        page = '<html lang="en"><title>t</title><h1>Report</h1>'
        assert pdf.render(page) == pdf.render(page)

    def test_nothing_outside_is_fetched(
        self, command: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        secret = tmp_path / "secret.svg"
        secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>canary</text></svg>')
        page = f'<html lang="en"><title>t</title><img alt="x" src="{secret.as_uri()}">'
        assert b"canary" not in pdf.render(page, uncompressed_pdf=True)

    def test_what_was_made_cannot_be_changed(self, potholes: Definition) -> None:
        stored.keep(Q4, "en", 1, [potholes.id], b"%PDF-")
        for statement in ("UPDATE indep_report SET size = 0", "DELETE FROM indep_report"):
            with pytest.raises(DBAPIError, match="indep_report"):
                model.Session.execute(sa.text(statement))
            model.Session.rollback()


class TestPressRelease:
    def test_the_office_gets_a_draft_of_published_figures(
        self, app: Any, potholes: Definition, office: str
    ) -> None:
        headers = {"Authorization": factories.APIToken(user=office)["token"]}
        page = app.get("/insight/staff/press-release/FY2027-Q1", headers=headers)
        assert page.headers["Cache-Control"] == "private, no-store"
        text = app.get("/insight/staff/press-release/FY2027-Q1.txt", headers=headers)
        assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
        for words in ("DRAFT", "1 of 1 measures met", potholes.title, "92.3", PAGE):
            assert words in text.body
            assert words in page.body
        assert CANARY not in text.body + page.body
        app.get("/insight/staff/press-release/FY2020-Q1", headers=headers, status=404)

    @pytest.mark.usefixtures("with_request_context")
    def test_misses_are_told_as_plainly_as_hits(self, reported: Reported, office: str) -> None:
        reported({"FY2027-Q1": "91"}, name="hit", title="Swift & sure")
        reported({"FY2027-Q1": "50"}, name="miss", title="Slow")
        text = act(office, "indep_press_release_draft", period="FY2027 Q1")["text"]
        missed, met = text.index("Goals that were missed"), text.index("Goals that were met")
        assert missed < text.index("- Slow (Municipal Services). ") < met
        assert met < text.index("- Swift & sure (Municipal Services). ")
        assert "\n\n\n" not in text

    def test_it_is_for_the_office_only(
        self, app: Any, potholes: Definition, department: dict[str, Any], office: str
    ) -> None:
        address = "/insight/staff/press-release/FY2027-Q1"
        assert app.get(address, follow_redirects=False).status_code == 302
        for name in (department["boss"], factories.Sysadmin()["name"]):
            token = {"Authorization": factories.APIToken(user=name)["token"]}
            app.get(address, headers=token, status=403)
            app.get(f"{address}.txt", headers=token, status=403)
            with pytest.raises(tk.NotAuthorized):
                act(name, "indep_press_release_draft", period="FY2027-Q1")


def _sources() -> list[Path]:
    return list((REPOSITORY / "ckanext").rglob("*.py"))


def _text(found: bytes) -> str:
    """A PDF string, literal or as UTF-16 in hexadecimal digits."""
    if found.startswith(b"<"):
        return bytes.fromhex(found.strip(b"<>").decode()).decode("utf-16")
    return found[1:-1].decode("latin-1").replace("\\(", "(").replace("\\)", ")")
