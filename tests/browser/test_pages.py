"""Every page that people use: no accessibility finding, no sideways scrolling, no script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, OpenPage

pytestmark = pytest.mark.browser

PUBLIC = [
    "/",
    "/dataset/",
    "/dataset/?q=nothing-is-called-so",
    "/dataset/311-service-requests",
    "/insight",
    "/insight/calendar",
    "/insight/measure/code-cases-inspected",
    "/insight/embed/measure/code-cases-inspected",
    "/insight/measure/requests-closed-on-time",
    "/insight/report/FY2026-Q4",
    "/insight/suggestions",
    "/insight/goal/quality",
    "/insight/department/police",
    "/open-data-policy",
    "/open-data-program",
    "/inventory",
    "/inventory/1",
    "/data-requests",
    "/data-requests/1",
    "/data-requests/new",
    "/organization/",
    "/organization/city-manager",
    "/user/login",
    "/no-such-page",
]
STAFF = [
    "/work",
    "/review",
    "/request/1",
    "/request/2",
    "/dataset/new",
    "/measure/new",
    "/inventory/new",
    "/inventory/import",
    "/maintenance",
    "/staff-data",
    "/inbox",
    "/appointments",
]
FIGURES = {
    "owner": [
        "/insight/staff",
        "/insight/staff/figures/community-development/FY2027-Q1",
        "/insight/staff/history",
        "/insight/staff/targets",
        "/insight/staff/targets/code-cases-inspected",
        "/insight/staff/meetings",
        "/insight/staff/suggestions",
        "/insight/staff/suggestions/code-cases-inspected",
    ],
    "performance": [
        "/insight/staff",
        "/insight/staff/figures/police/FY2027-Q1",
        "/insight/staff/calendar/FY2027-Q2",
        "/insight/staff/targets",
        "/insight/staff/targets/general-fund-reserve",
        "/insight/staff/meetings",
        "/insight/staff/press-release/FY2026-Q4",
        "/insight/staff/suggestions",
    ],
}
OFFICE = ["/review", "/audit", "/ratifications", "/delegations", "/committee/plan"]


def _findings(page: object) -> list[str]:
    results = Axe().run(page).response["violations"]  # type: ignore[arg-type]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in results]


@pytest.mark.parametrize("narrow", [False, True], ids=["1280", "360"])
class TestEveryPage:
    @pytest.mark.parametrize("path", PUBLIC)
    def test_public(self, open_page: OpenPage, path: str, narrow: bool) -> None:
        page = open_page(narrow=narrow)
        page.goto(path)
        assert _findings(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= (360 if narrow else 1280)

    @pytest.mark.parametrize("path", STAFF)
    def test_staff(self, open_page: OpenPage, path: str, narrow: bool) -> None:
        page = open_page("steward", narrow=narrow)
        page.goto(path)
        assert _findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= (360 if narrow else 1280)

    def test_offices(self, open_page: OpenPage, narrow: bool) -> None:
        page = open_page("chair", narrow=narrow)
        for path in OFFICE:
            page.goto(path)
            assert (path, _findings(page)) == (path, [])
            assert page.evaluate("document.documentElement.scrollWidth") <= (
                360 if narrow else 1280
            )

    def test_the_menus_open_by_keyboard(self, open_page: OpenPage, narrow: bool) -> None:
        page = open_page("chair", javascript=False, narrow=narrow)
        page.goto("/work")
        page.locator(".indep-staffbar summary").focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Audit log").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")


class TestFigures:
    @pytest.mark.parametrize("role", FIGURES)
    def test_pages_of_staff(self, open_page: OpenPage, role: str) -> None:
        page = open_page(role)
        for path in FIGURES[role]:
            page.set_viewport_size(WIDE)
            answer = page.goto(path)
            assert answer
            assert (path, answer.status) == (path, 200)
            assert (path, _findings(page)) == (path, [])
            page.set_viewport_size(NARROW)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert (path, width) == (path, NARROW["width"])


class TestInsight:
    def test_two_measures_with_target_status_chart_and_table(self, open_page: OpenPage) -> None:
        page = open_page(javascript=False)
        for name, title in (
            ("code-cases-inspected", "Code cases inspected within 5 days"),
            ("requests-closed-on-time", "311 requests closed on time"),
        ):
            page.goto("/insight")
            page.get_by_role("link", name=title).first.click()
            assert page.url.endswith(f"/insight/measure/{name}")
            expect(page.get_by_role("heading", level=1)).to_contain_text(title)
            expect(page.locator("main")).to_contain_text("target")
            expect(page.locator(".indep-pill").first).to_be_visible()
            expect(page.get_by_role("img").first).to_be_visible()
            assert page.locator("main table tbody tr").count() >= 1

    def test_a_steward_proposes_a_new_definition(self, open_page: OpenPage) -> None:
        steward = open_page("steward", javascript=False)
        steward.goto("/insight/measure/water-loss")
        steward.get_by_role("button", name="Propose a change").click()
        steward.fill("#field-method", "Measured anew.")
        steward.get_by_role("button", name="Save draft", exact=True).click()
        steward.goto("/work")
        link = steward.get_by_role("link", name="Water loss").first
        expect(link).to_be_visible()
        stranger = open_page(javascript=False)
        stranger.goto("/insight/measure/water-loss")
        assert "Measured anew" not in stranger.content()
        assert stranger.get_by_role("button", name="Propose a change").count() == 0
        link.click()
        steward.get_by_role("button", name="Withdraw and discard").click()
        expect(steward.get_by_text("Withdrawn").first).to_be_visible()

    def test_the_council_report_is_printed_without_a_cut_chart(self, open_page: OpenPage) -> None:
        page = open_page()
        page.set_viewport_size({"width": 684, "height": 900})  # a letter sheet within its margins
        page.goto("/insight/report/FY2026-Q4")
        page.emulate_media(media="print")
        read = "all => all.map(one => [getComputedStyle(one).breakInside, one.offsetHeight])"
        for part in (".indep-report__head", ".indep-report__chart", ".indep-results"):
            found = page.locator(part).evaluate_all(read)
            assert len(found) > 20, part
            assert {rule for rule, _height in found} == {"avoid"}, part
            assert max(height for _rule, height in found) < 900, part
        assert page.locator(".indep-chart--narrow:visible").count() == 0

    def test_the_figure_of_the_city(self, open_page: OpenPage) -> None:
        page = open_page(javascript=False)
        page.goto("/insight/measure/code-cases-inspected")
        expect(page.locator("tr", has_text="FY2018 Q1")).to_contain_text("81")
