"""A quarter of a department: entered, uploaded, aimed at, signed off, published, read, printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import prepared
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.browser.prepared import Visit

pytestmark = pytest.mark.browser

QUARTER = "FY2027-Q1"
EARLIER = {"FY2026 Q1": 812, "FY2026 Q2": 799, "FY2026 Q3": 834, "FY2026 Q4": 851}
SHEET = {"width": 684, "height": 912}
"""A letter sheet within its margins, in the pixels of a screen."""


@dataclass(frozen=True)
class Desk:
    """A department with one new measure, which nothing is known of yet."""

    department: str
    name: str
    title: str


@pytest.fixture
def desk(visit: Visit) -> Desk:
    """A department of its own, so that no figure of the sample city is touched."""
    word = prepared.word("library")
    visit("administrator").done(
        "organization_create",
        name=word,
        title=f"Department {word}",
        users=[
            {"name": "data-steward", "capacity": "editor"},
            {"name": "data-owner", "capacity": "admin"},
        ],
    )
    name = f"{word}-on-time"
    measure = prepared.measure(visit, word, name, f"Books of {word} back on time")
    return Desk(word, measure["name"], measure["title"])


def look(page: Page) -> None:
    """Nothing is wrong for axe, and nothing is wider than a telephone."""
    found = Axe().run(page).response["violations"]
    told = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    assert (page.url, told) == (page.url, [])
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert (page.url, width) == (page.url, NARROW["width"])
    page.set_viewport_size(WIDE)


class TestQuarter:
    def test_from_the_department_to_the_paper(
        self, open_page: OpenPage, visit: Visit, desk: Desk
    ) -> None:
        steward = open_page("steward")
        self._enter(steward, desk)
        self._upload(steward, desk)
        self._propose(steward, desk)
        self._sign_off(open_page("owner"), desk, visit)
        self._nothing_is_public(visit, desk)
        self._approve(open_page("performance"), open_page("manager"), desk)
        self._publish(open_page("performance"), desk)
        self._read(open_page(javascript=False), desk)
        self._print(open_page(), desk)

    def _enter(self, page: Page, desk: Desk) -> None:
        """Type a figure, wrongly at first."""
        page.goto(f"/insight/staff?period={QUARTER}")
        look(page)
        page.get_by_role("link", name=f"Department {desk.department}").click()
        look(page)
        page.get_by_label("Books back on time").fill("870 or so")
        page.get_by_label("Books lent").fill("1,000")
        page.get_by_role("button", name="Save the figures").click()
        expect(page.locator(".indep-error-summary")).to_be_focused()
        look(page)
        page.get_by_label("Books back on time").fill("870")
        page.get_by_role("button", name="Save the figures").click()
        expect(page.get_by_text("Saved. Nothing is public")).to_be_visible()
        expect(page.locator(".indep-lead")).to_contain_text("Nothing is missing.")
        look(page)

    def _upload(self, page: Page, desk: Desk) -> None:
        """Upload the year before, with mistakes; mend the file, and load it."""
        head = "measure,period,numerator,denominator\n"
        rows = [f"{desk.name},{period},{count},1000\n" for period, count in EARLIER.items()]
        page.goto("/insight/staff/history")
        look(page)
        self._send(page, desk, head + rows[0] + f"{desk.name},2026,1.234,1000\n" + rows[2])
        expect(page.get_by_role("heading", name="problem")).to_be_visible()
        expect(page.locator("main")).to_contain_text("2026")
        look(page)
        page.get_by_role("link", name="Upload the mended file").click()
        self._send(page, desk, head + "".join(rows))
        look(page)
        page.get_by_role("button", name="Load the file").click()
        expect(page.get_by_role("heading", name="What was loaded")).to_be_visible()
        look(page)

    def _send(self, page: Page, desk: Desk, text: str) -> None:
        page.get_by_label("Department", exact=True).select_option(desk.department)
        file = {"name": "history.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Check the file").click()

    def _propose(self, page: Page, desk: Desk) -> None:
        """Propose an annual goal, without a reason at first."""
        page.goto(f"/insight/staff/targets/{desk.name}")
        look(page)
        page.get_by_label("Target, FY2027", exact=True).fill("85")
        page.get_by_role("button", name="Propose", exact=True).click()
        expect(page.locator(".indep-error-summary")).to_be_focused()
        look(page)
        page.get_by_label("Why").first.fill("Reminders by text message")
        page.get_by_role("button", name="Propose", exact=True).click()
        expect(page.get_by_text("It is public once it is approved")).to_be_visible()

    def _sign_off(self, page: Page, desk: Desk, visit: Visit) -> None:
        """The department's head stands by the quarter, and by those before it."""
        page.goto(f"/insight/staff/figures/{desk.department}/{QUARTER}")
        page.get_by_role("button", name="Sign off").click()
        expect(page.get_by_text("signed off these figures on")).to_be_visible()
        look(page)
        for period in EARLIER:
            visit("owner").done("indep_quarter_sign_off", department=desk.department, period=period)

    def _nothing_is_public(self, visit: Visit, desk: Desk) -> None:
        for path in ("", ".csv", ".json"):
            text = visit().get(f"/insight/measure/{desk.name}{path}").text
            assert "87.0" not in text
            assert "Reminders by text" not in text

    def _approve(self, office: Page, manager: Page, desk: Desk) -> None:
        """The office recommends the target, the city manager approves it."""
        for page, step in ((office, "Recommend"), (manager, "Approve")):
            page.goto("/insight/staff/targets")
            page.get_by_role("link", name=desk.title).first.click()
            look(page)
            page.get_by_role("button", name=step, exact=True).click()
            expect(page.get_by_text("Noted. Those concerned are told.")).to_be_visible()
        expect(manager.locator(".indep-lead").get_by_text("Approved")).to_be_visible()

    def _publish(self, page: Page, desk: Desk) -> None:
        """The office publishes the year before, then the quarter."""
        for period in (*EARLIER, QUARTER):
            page.goto(f"/insight/staff?period={period.replace(' ', '-')}")
            expect(page.locator("form")).to_contain_text([f"Department {desk.department}"])
            page.get_by_role("button", name="Publish", exact=True).click()
            expect(page.get_by_text("Published. All pages, the data")).to_be_visible()
        look(page)

    def _read(self, page: Page, desk: Desk) -> None:
        """A resident comes from the dashboard: sentence, chart, table, target and its reason."""
        page.goto("/insight")
        page.get_by_role("link", name=desk.title).first.click()
        main = page.locator("main")
        expect(main).to_contain_text("87.0 %")
        expect(main).to_contain_text("Goal Met")
        expect(main).to_contain_text("Reminders by text message")
        expect(page.get_by_role("img").first).to_be_visible()
        for period in EARLIER:
            expect(page.get_by_role("rowheader", name=period)).to_be_visible()
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
        expect(page.get_by_role("img").first).to_be_visible()

    def _print(self, page: Page, desk: Desk) -> None:
        """On paper each chart stays whole: it fits on a sheet, and nothing breaks within it."""
        for path in (f"/insight/measure/{desk.name}", "/insight", f"/insight/report/{QUARTER}"):
            page.goto(path)
            if desk.name in path:
                look(page)
            page.set_viewport_size(SHEET)  # type: ignore[arg-type]
            page.emulate_media(media="print")
            drawn = page.evaluate(_DRAWINGS)
            assert drawn, path
            for one in drawn:
                assert one["right"] <= SHEET["width"], (path, one)
                assert one["unbroken"] < SHEET["height"], (path, one)
            paper = page.pdf(format="Letter", print_background=True)
            assert len(re.findall(rb"/Type /Page\b", paper)) >= 1
            page.emulate_media(media="screen")
            page.set_viewport_size(WIDE)


# Each drawing that is seen: its right edge, and the height of what may not be broken around it.
_DRAWINGS = """() => [...document.querySelectorAll("main svg")]
  .filter(svg => svg.getBoundingClientRect().height > 40)
  .map(svg => {
    let whole = svg;
    while (whole && getComputedStyle(whole).breakInside !== "avoid") whole = whole.parentElement;
    return {
      right: svg.getBoundingClientRect().right,
      unbroken: whole ? whole.getBoundingClientRect().height : Infinity,
      inside: svg.closest("section, li, div").className,
    };
  })"""
