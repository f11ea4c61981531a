"""A measure on the page of a dataset's file, from the steward's form on."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, OpenPage

pytestmark = pytest.mark.browser

TITLE = "How fast requests are closed"


def _is_clean(page: Page) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_steward_shows_a_measure_beside_the_rows(open_page: OpenPage) -> None:
    steward = open_page("steward")
    steward.goto("/dataset/311-service-requests")
    steward.get_by_role("button", name="Propose a change").click()
    steward.goto(steward.url.replace("/edit/", "/"))
    file = steward.locator("main a[href*='/resource/']").first.get_attribute("href")
    assert file
    steward.goto(file)
    steward.get_by_role("link", name="Show a measure here").click()
    _is_clean(steward)
    steward.get_by_label("Title").fill(TITLE)
    steward.get_by_label("Measure").select_option("requests-closed-on-time")
    steward.get_by_role("button", name="Add", exact=True).click()
    steward.goto(file)
    card = steward.locator("section", has=steward.get_by_role("heading", name=TITLE))
    expect(card).to_contain_text("311 requests closed on time")
    expect(card.get_by_role("img").first).to_be_visible()
    assert card.locator("tbody tr").count() >= 1
    _is_clean(steward)
    stranger = open_page(javascript=False)
    stranger.goto("/dataset/311-service-requests")
    assert TITLE not in stranger.content()
    steward.goto("/work")
    steward.get_by_role("link", name="311 service requests").first.click()
    steward.get_by_role("button", name="Withdraw and discard").click()
    expect(steward.get_by_text("Withdrawn").first).to_be_visible()
