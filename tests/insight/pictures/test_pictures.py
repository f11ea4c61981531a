"""The charts of measures as PNG: made by the worker, served from the store, never out of date."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import click
import pytest
from ckan.lib.search import rebuild
from PIL import Image

from ckanext.indep import waking
from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import drawings, listing, offline, periods, service
from ckanext.indep.insight.charts import registry
from ckanext.indep.insight.cli import insight
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.pictures import jobs, making, png, stored
from tests.insight.conftest import department, measure, reported

__all__ = ["department", "measure", "reported"]

Reported = Callable[..., Definition]

PICTURE = "/insight/measure/potholes.png"


@pytest.fixture
def potholes(reported: Reported) -> Definition:
    """A measure of sums with two published quarters, and a correction that waits."""
    made = reported({"FY2026-Q4": "85", "FY2027-Q1": "92"}, name="potholes", aggregation="sum")
    row = {"period": "FY2027-Q1", "value": "73", "reason": "Wrong."}
    service.load_history(made, [row], "test")
    return made


@pytest.fixture
def command(app: Any) -> Any:
    """As on the command line, where pictures may be made."""
    with click.Context(insight) as context:
        context.meta["flask_app"] = app.flask_app
        yield


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The drawings of which a picture was to be made, without the time that it takes."""
    asked: list[str] = []

    def paint(drawing: str) -> bytes:
        asked.append(drawing)
        return b"\x89PNG " + stored.digest(drawing).encode()

    monkeypatch.setattr(making, "png", paint)
    return asked


class TestMaking:
    def test_it_has_the_size_of_the_drawing_and_letters_in_it(
        self, potholes: Definition, command: None
    ) -> None:
        with offline.in_language("en"):
            drawing = drawings.download("line", listing.summary_of(potholes))
        image = Image.open(io.BytesIO(png.png(drawing))).convert("L")
        without = Image.open(io.BytesIO(png.png(drawing.replace("<text", "<desc").replace(
            "</text", "</desc")))).convert("L")  # fmt: skip
        assert image.size == (1600, 784)
        assert image.getpixel((2, 2)) == 255
        dark = [sum(one.histogram()[:128]) for one in (image, without)]
        assert dark[0] > dark[1] * 1.5, "there are no letters: is a font installed?"

    @pytest.mark.parametrize("kind", registry.names())
    def test_each_kind_becomes_a_picture(
        self, potholes: Definition, command: None, kind: str
    ) -> None:
        """It has the colors of its marks, not those of a drawing without a style sheet."""
        with offline.in_language("en"):
            drawing = drawings.printed(kind, listing.summary_of(potholes))
        image = Image.open(io.BytesIO(png.png(drawing))).convert("RGB")
        colors: Any = image.getcolors(1 << 20)
        assert any(max(color) - min(color) > 40 for _number, color in colors)
        assert image.getpixel((1, 1)) == (255, 255, 255)

    def test_each_chart_in_each_language_once(
        self, potholes: Definition, command: None, painted: list[str]
    ) -> None:
        assert making.make_due(3) == 3
        assert making.make_due() == 1
        assert making.make_due() == 0
        kept = {(kind, language) for _id, kind, language in stored.digests()}
        assert kept == {(kind, language) for kind in ("line", "bars") for language in ("en", "es")}
        assert len(set(painted)) == 4

    def test_a_publication_asks_the_worker(
        self, potholes: Definition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Any] = []
        monkeypatch.setattr(tk, "enqueue_job", lambda job, **_more: asked.append(job))
        waking.begun(jobs.make_pictures)
        service.publish([periods.parse("FY2027-Q1")], "test")
        assert asked.count(jobs.make_pictures) == 1

    def test_never_in_a_web_process(self, potholes: Definition) -> None:
        with pytest.raises(RefusedError, match="worker or the command line"):
            png.png("<svg/>")

    def test_by_the_command(
        self, app: Any, cli: Any, potholes: Definition, painted: list[str]
    ) -> None:
        with app.flask_app.app_context():
            answer = cli.invoke(insight, ["charts"])
        assert (answer.exit_code, answer.output) == (0, "Made 4 pictures.\n")


class TestServing:
    def test_what_is_not_made_is_told_and_not_made_by_asking(
        self, app: Any, potholes: Definition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(png, "png", lambda _drawing: pytest.fail("made in a request"))
        answer = app.get(PICTURE, status=404)
        assert answer.headers["Retry-After"] == "60"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "is being made" in answer.body
        assert "/insight/measure/potholes/line.svg" in answer.body
        assert stored.digests() == {}

    def test_from_the_store_and_by_version(
        self, app: Any, potholes: Definition, command: None, painted: list[str]
    ) -> None:
        making.make_due()
        first = app.get(PICTURE)
        assert first.headers["Content-Type"] == "image/png"
        assert 'filename="potholes-line.png"' in first.headers["Content-Disposition"]
        assert first.headers["X-Content-Type-Options"] == "nosniff"
        tag = {"If-None-Match": first.headers["ETag"]}
        assert app.get(PICTURE, headers=tag).status_code == 304
        spanish = app.get(f"/es{PICTURE}")
        assert spanish.data != first.data
        bars = app.get("/insight/measure/potholes/bars.png")
        assert bars.data not in (first.data, spanish.data)
        assert app.get("/insight/measure/potholes/bars.svg").body.startswith("<?xml")
        for kind in ("xmr", "years", "bullet", "x"):
            app.get(f"/insight/measure/potholes/{kind}.png", status=404)
        app.get("/insight/measure/nothing.png", status=404)

    def test_a_picture_of_old_figures_is_never_served(
        self, app: Any, potholes: Definition, command: None, painted: list[str]
    ) -> None:
        making.make_due()
        first = app.get(PICTURE)
        tag = {"If-None-Match": first.headers["ETag"]}
        service.publish([periods.parse("FY2027-Q1")], "test")
        app.get(PICTURE, headers=tag, status=404)
        making.make_due()
        assert app.get(PICTURE, headers=tag, status=200).data != first.data

    def test_a_withdrawn_measure_takes_its_pictures_with_it(
        self, app: Any, potholes: Definition, command: None, painted: list[str]
    ) -> None:
        making.make_due()
        package = model.Package.get(potholes.id)
        assert package is not None
        package.private = True
        model.Session.commit()
        rebuild(potholes.id)
        app.get(PICTURE, status=404)
        making.make_due()
        assert stored.digests() == {}
