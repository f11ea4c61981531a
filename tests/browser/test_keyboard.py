"""A review and a meeting by keyboard alone: Tab, Enter, Space and arrows, without a script."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from ckanext.indep.city_time import ZONE
from tests.browser import prepared
from tests.browser.conftest import WIDE, OpenPage
from tests.browser.keyboard import Keyboard
from tests.browser.prepared import Visit

pytestmark = pytest.mark.browser

Sit = Callable[..., Keyboard]

ROWS = b"bench_id,park,wood\n1,McCoy,oak\n2,Waterfall,pine\n3,Dickinson,oak\n"
SECONDS = 90
"""How long the worker may take for a file, and a meeting to begin."""
SECONDS_TO_POST = 40
"""How long the secretary may take from the plan to the posted agenda."""


@pytest.fixture
def sit(open_page: OpenPage, accounts: dict[str, dict[str, str]]) -> Sit:
    """Sit down at a keyboard, signed in with a role, or as a stranger."""

    def down(role: str | None = None) -> Keyboard:
        keyboard = Keyboard(open_page(javascript=False))
        if role:
            keyboard.sign_in(accounts[role])
            assert keyboard.heading == "My work"
            keyboard.presses = 0
        return keyboard

    return down


def _until(done: Callable[[], bool], again: Callable[[], Any]) -> None:
    """Do something again until it is done."""
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, "not done in time"
        time.sleep(0.5)
        again()


class TestReview:
    """A released dataset is changed; each person begins in My work, where one signs in."""

    # The meeting is announced first: its minute comes while this review goes on.
    @pytest.mark.usefixtures("announced")
    def test_from_my_work_to_the_public(self, sit: Sit, visit: Visit) -> None:
        word = prepared.word("hornbeam")
        prepared.released(visit, f"Benches {word}")
        steward = sit("steward")
        self._edit(steward, word)
        self._submit(steward)
        self._approve(sit("owner"), word)
        self._read_and_vote(sit("member"), word)
        self._last_vote(sit("chair"), word)
        self._resident(sit(), word)

    def _edit(self, steward: Keyboard, word: str) -> None:
        """Find the dataset, change its description, and add a file to it."""
        steward.use("Find data")
        steward.skip()
        steward.write("Search", word)
        steward.enter()
        steward.skip()
        steward.use("Past the filters")
        steward.use(f"Benches {word}")
        steward.skip()
        steward.use("Propose a change")
        steward.tour()
        steward.skip()
        steward.write("Description", f"One row for each bench, counted anew. {word}")
        steward.use("Save draft and add a file")
        steward.skip()
        steward.attach("File", {"name": "more.csv", "mimeType": "text/csv", "buffer": ROWS})
        steward.write("Name", "Benches of this year")
        steward.use("Save this file")
        steward.skip()
        steward.use("Check and submit")

    def _submit(self, steward: Keyboard) -> None:
        """Answer the checklist but for one question, read what is missing, answer it, submit."""
        steward.tour()
        steward.skip()
        steward.choose("Could somebody be recognized", "yes, made coarser")
        steward.choose("How exact is the place", "block")
        steward.choose("How much harm could it do?", "medium")
        steward.choose("How likely is that harm?", "Not answered")
        steward.write("What was done so that nobody is harmed", "Places are given by block.")
        steward.use("Save and submit for review")
        _until(
            lambda: "Not answered" in steward.refused(),
            lambda: steward.use("Save and submit for review"),
        )
        assert steward.refused().endswith("Not answered: How likely is that harm?")
        steward.choose("How likely is that harm?", "low")
        steward.use("Save and submit for review")
        expect(steward.page.get_by_text("With the data owner").first).to_be_visible()

    def _approve(self, owner: Keyboard, word: str) -> None:
        owner.skip()
        owner.use_linked(f"Benches {word}")
        owner.tour()
        _until(
            lambda: owner.page.get_by_text("With the committee").count() > 0,
            lambda: self._approve_once(owner),
        )
        owner.skip()
        owner.write("Your remark", "Counted by the Parks office.")
        owner.use("Add remark")

    def _approve_once(self, owner: Keyboard) -> None:
        owner.page.goto(owner.page.url.split("#")[0].removesuffix("/approve"))
        owner.skip()
        owner.use("Go to your decision")
        owner.use("Approve")

    def _read_and_vote(self, member: Keyboard, word: str) -> None:
        """A few keys lead from My work to what changes, the discussion and the vote."""
        page = member.page
        member.skip()
        member.use_linked(f"Benches {word}")
        assert member.presses <= 20
        changes = page.locator("section", has=page.locator("#changes"))
        expect(changes).to_contain_text("counted anew")
        expect(changes).to_contain_text("Benches of this year")
        expect(page.get_by_text("Counted by the Parks office.")).to_be_visible()
        member.tour()
        before = member.presses
        member.skip()
        member.use("Go to your decision")
        member.pick("For", group="Shall exactly this revision be released?")
        member.use("Record my vote")
        assert member.presses - before <= 15
        expect(page.get_by_text("1 for, 0 against")).to_be_visible()

    def _last_vote(self, chair: Keyboard, word: str) -> None:
        """The shortest way: three pages, and no more than some thirty keys for all of it."""
        pages: list[str] = []
        chair.page.on("framenavigated", lambda frame: pages.append(frame.url.split("#")[0]))
        chair.skip()
        chair.use_linked(f"Benches {word}")
        chair.skip()
        chair.use("Go to your decision")
        chair.pick("For", group="Shall exactly this revision be released?")
        chair.use("Record my vote")
        assert chair.presses <= 30
        assert len(set(pages)) <= 3, pages
        expect(chair.page.locator(".indep-lead").get_by_text("Released")).to_be_visible()

    def _resident(self, resident: Keyboard, word: str) -> None:
        """Somebody without an account finds it from the home page."""
        resident.page.goto("/")
        resident.skip()
        resident.write("Search", word)
        resident.enter()
        resident.skip()
        resident.use("Past the filters")
        resident.use(f"Benches {word}")
        expect(resident.page.locator("main")).to_contain_text("counted anew")
        expect(resident.page.locator("main")).to_contain_text("Benches of this year")
        resident.tour()


@dataclass(frozen=True)
class Announced:
    """A meeting whose agenda is posted, by the secretary's keyboard, and what is voted on."""

    secretary: Keyboard
    page: str
    starts_at: dt.datetime
    request: dict[str, Any]


@pytest.fixture(scope="module")
def announced(
    browser: Browser, url: str, accounts: dict[str, dict[str, str]], visit: Visit
) -> Iterator[Announced]:
    """Plan a meeting for the next minute or two, build its agenda, and post it."""
    request = prepared.in_review(visit, f"Fountains {prepared.word('m')}")
    context = browser.new_context(java_script_enabled=False, base_url=url, viewport=WIDE)
    secretary = Keyboard(context.new_page())
    secretary.sign_in(accounts["secretary"])
    secretary.unfold("More")
    secretary.use("Meetings")
    secretary.skip()
    secretary.use("Plan a meeting")
    secretary.tour()
    secretary.skip()
    soon = dt.datetime.now(ZONE) + dt.timedelta(seconds=SECONDS_TO_POST)
    starts_at = soon.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
    secretary.write_time("Begins", starts_at)
    secretary.write_time("Ends", starts_at + dt.timedelta(hours=1))
    secretary.write("Place", "Council Chambers")
    secretary.use("Plan the meeting")
    page = secretary.page.url.split("#")[0].removesuffix("/prepare")
    secretary.skip()
    secretary.use("Build from the queue")
    expect(secretary.page.get_by_text(request["title"])).to_be_visible()
    item = secretary.page.locator(".indep-agenda-item", has_text=request["title"])
    if item.get_by_role("button", name="Discuss").count():
        secretary.use_in(item.get_by_role("button", name="Discuss"))
    secretary.skip()
    secretary.use("Post the agenda")
    assert "Notice of this meeting had to be given" in secretary.refused()
    secretary.write("Good cause, if the notice is short", "A test of the keyboard.")
    secretary.use("Post the agenda")
    assert secretary.page.get_by_text("The agenda is posted").count()
    assert dt.datetime.now(ZONE) < starts_at
    yield Announced(secretary, page, starts_at, request)
    context.close()


class TestMeeting:
    """The secretary's way, from the plan to the minutes that everybody reads."""

    def test_from_the_plan_to_the_minutes(self, sit: Sit, announced: Announced) -> None:
        secretary, page = announced.secretary, announced.page
        title = announced.request["title"]
        _until(
            lambda: secretary.page.get_by_role("heading", name="Attendance").count() > 0,
            lambda: self._open(secretary, page),
        )
        self._attend(secretary)
        self._record_votes(secretary, title)
        secretary.use("Adjourn the meeting")
        secretary.skip()
        secretary.write("Remarks", "Held by keyboard.")
        secretary.use("Draft from the record")
        expect(secretary.page.get_by_text("Held by keyboard.").first).to_be_visible()
        self._approve(sit("chair"), page)
        reader = sit()
        reader.page.goto(page)
        expect(reader.page.get_by_text("Held by keyboard.")).to_be_visible()
        expect(reader.page.locator("main")).to_contain_text(title)
        reader.tour()

    def _open(self, secretary: Keyboard, page: str) -> None:
        secretary.page.goto(f"{page}/run")
        secretary.skip()
        secretary.use("Open the meeting")

    def _attend(self, secretary: Keyboard) -> None:
        members = secretary.page.locator("fieldset", has_text="Excused").count()
        assert members >= 3
        secretary.tour()
        secretary.skip()
        for _ in range(members):
            secretary.pick("Present")
        secretary.use("Save attendance")
        expect(secretary.page.get_by_text("Quorum", exact=True)).to_be_visible()

    def _record_votes(self, secretary: Keyboard, title: str) -> None:
        """Go to the item, choose a ballot for each member, and record them."""
        section = secretary.page.locator("section", has_text=title).filter(has_text="Moved by")
        secretary.into(section)
        secretary.choose("Moved by", "Committee member")
        secretary.choose("Seconded by", "Second")
        for _ in range(section.locator("fieldset").count()):
            secretary.pick("For")
        secretary.use("Record the votes")
        section = secretary.page.locator("section", has_text=title)
        expect(section.get_by_text("Released").first).to_be_visible()

    def _approve(self, chair: Keyboard, page: str) -> None:
        chair.page.goto(f"{page}/minutes")
        chair.tour()
        chair.skip()
        chair.use("Approve version 1")
        expect(chair.page.get_by_role("heading", name="Published")).to_be_visible()
