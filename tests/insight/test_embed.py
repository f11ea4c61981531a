"""A measure in the page of another site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.tests import factories

from ckanext.indep.insight.definition import Definition


def test_it_may_be_framed_and_nothing_else_may(
    app: Any, reported: Callable[..., Definition]
) -> None:
    reported({"FY2026-Q4": "85", "FY2027-Q1": "92.3"}, name="potholes", title="A <b>pothole</b>")
    framed = app.get("/insight/embed/measure/potholes")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert "92.3" in framed.body
    assert "A &lt;b&gt;pothole" in framed.body
    page = app.get("/insight/measure/potholes")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "/insight/embed/measure/potholes&#34;" in page.body or (
        '/insight/embed/measure/potholes"' in page.body
    )


def test_it_is_the_same_for_everybody_and_404_for_what_is_not_public(
    app: Any, reported: Callable[..., Definition]
) -> None:
    reported({"FY2027-Q1": "92.3"}, name="potholes")
    person = {"Authorization": factories.APIToken(user=factories.User()["name"])["token"]}
    path = "/insight/embed/measure/potholes"
    assert app.get(path, headers=person).body == app.get(path).body
    app.get("/insight/embed/measure/nothing", status=404)
