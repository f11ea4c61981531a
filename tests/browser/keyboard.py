"""Somebody at the keyboard: Tab, Enter, Space, arrows and typed text; neither mouse nor script.

At each stop of the focus it is asserted that one sees where it is.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

__all__ = ["Keyboard", "Stop"]

MOST_STOPS = 250

# Where the focus is, what it is called, and whether one sees it.
_FOCUS = """() => {
  const at = document.activeElement;
  const text = element => (element.innerText || "").replace(/\\s+/g, " ").trim();
  const group = at.closest("fieldset");
  const legend = group && group.querySelector("legend");
  const label = (at.labels && at.labels.length) ? [...at.labels].map(text).join(" ") : "";
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const all = [...document.querySelectorAll("*")];
  return {
    tag: at.tagName.toLowerCase(),
    kind: at.type || "",
    name: at.getAttribute("aria-label") || label || text(at),
    group: legend ? text(legend) : "",
    field: at.name || at.id || "",
    position: all.indexOf(at),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    top: Math.round(box.top + scrollY),
    left: Math.round(box.left + scrollX),
  };
}"""


@dataclass(frozen=True)
class Stop:
    """Where the focus stops: ``name`` as it is read out, ``group`` the legend around it.

    ``position`` counts the elements of the document; ``top`` and ``left`` are its place there.
    """

    tag: str
    kind: str
    name: str
    group: str
    field: str
    position: int
    outlined: bool
    visible: bool
    top: int
    left: int

    @property
    def is_page(self) -> bool:
        """Whether the focus is on nothing, as before the first and after the last stop."""
        return self.tag == "body"


class Keyboard:
    """One person's keyboard; ``presses`` counts what was pressed, typed text not."""

    def __init__(self, page: Page) -> None:
        page.emulate_media(reduced_motion="reduce")  # else a page still scrolls when looked at
        page.on("filechooser", lambda _chooser: None)  # from now on; else the first may be missed
        self.page = page
        self.presses = 0

    def press(self, key: str, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self.page.keyboard.press(key)
            self.presses += 1

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def stop(self) -> Stop:
        """Where the focus is."""
        return Stop(**self.page.evaluate(_FOCUS))

    def tab(self) -> Stop:
        """Go on to the next stop, which has to be seen, unless there is none."""
        self.press("Tab")
        found = self.stop()
        if not found.is_page:
            assert found.outlined, f"no outline around {found}"
            assert found.visible, f"out of sight: {found}"
        return found

    def to(self, name: str, *, group: str = "", tag: str = "") -> Stop:
        """Press Tab until something is reached whose name begins so, once around if need be."""
        passed: list[str] = []
        for _ in range(MOST_STOPS):
            found = self.tab()
            if (
                found.name.startswith(name)
                and found.group.startswith(group)
                and (not tag or found.tag == tag)
            ):
                return found
            passed.append("" if found.is_page else found.name)
        known = sorted(set(passed))
        raise AssertionError(f"{name!r} was not reached at {self.page.url}: {known}")

    def use(self, name: str, *, tag: str = "") -> None:
        """Go to a link or button that leads to another page or place, and press Enter."""
        self.to(name, tag=tag)
        self.enter()

    def use_linked(self, words: str) -> None:
        """Follow the link whose name has these words in it."""
        while words not in self.tab().name or self.stop().tag != "a":
            assert self.presses < MOST_STOPS, f"no link says {words!r}"
        self.enter()

    def enter(self) -> None:
        """Press Enter on what leads to another page or place."""
        with self.page.expect_navigation():
            self.press("Enter")

    def unfold(self, name: str) -> None:
        """Open what is folded."""
        self.to(name, tag="summary")
        self.press("Enter")

    def skip(self) -> None:
        """Use the link past the menus, the first stop of each page.

        A form that was sent after it leads there by itself.
        """
        if not self.page.url.endswith("#content"):
            first = self.tab()
            assert first.name == "Skip to main content", first
            self.press("Enter")

    def write(self, name: str, text: str, *, group: str = "") -> None:
        """Type into a field, over what stands there."""
        self.to(name, group=group)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def write_time(self, name: str, moment: dt.datetime) -> None:
        """Type day and time into a field for both, part by part as it asks for them."""
        self.to(name)
        self.page.keyboard.type(f"{moment:%m%d%Y}")
        self.press("Tab")
        self.page.keyboard.type(f"{moment:%I%M%p}")

    def into(self, place: Locator) -> None:
        """Press Tab until the focus is within a part of the page, and go back one stop."""
        for _ in range(MOST_STOPS):
            self.tab()
            if place.locator(":focus").count():
                self.press("Shift+Tab")
                return
        raise AssertionError(f"the focus never comes into {place}")

    def use_in(self, place: Locator) -> None:
        """Press Enter on a part of the page once the focus is there."""
        for _ in range(MOST_STOPS):
            self.tab()
            if place.evaluate("element => element === document.activeElement"):
                self.enter()
                return
        raise AssertionError(f"the focus never comes to {place}")

    def choose(self, name: str, option: str) -> None:
        """Choose from a list by typing how the option begins."""
        self.to(name, tag="select")
        self.page.keyboard.type(option)
        chosen = "() => document.activeElement.selectedOptions[0].label"
        assert self.page.evaluate(chosen).startswith(option)

    def pick(self, name: str, *, group: str = "") -> None:
        """Choose among radio buttons: the group is one stop, the arrows go through it."""
        found = self._to_radio(group)
        for _ in range(10):
            if found.name.startswith(name):
                break
            self.press("ArrowDown")
            found = self.stop()
        assert found.name.startswith(name), f"{name!r} is not in {group!r}"
        self.press("Space")

    def attach(self, name: str, path: Path | FilePayload) -> None:
        """Open the file chooser of a field, and choose a file there."""
        self.to(name)
        with self.page.expect_file_chooser() as chooser:
            self.press("Enter")
        chooser.value.set_files(path if isinstance(path, dict) else os.fspath(path))

    def refused(self) -> str:
        """What a page says that a form is wrong in; the focus is there, and one sees it."""
        summary = self.page.locator(".indep-error-summary")
        expect(summary).to_be_focused()
        found = self.stop()
        assert found.outlined
        assert found.visible
        return found.name

    def sign_in(self, account: dict[str, str]) -> None:
        """Sign in through the form."""
        self.page.goto("/user/login")
        self.write("User name or e-mail", account["name"])
        self.write("Password", account["password"])
        self.enter()

    def tour(self) -> list[Stop]:
        """Go through the whole page once; nothing holds the focus, and the order is sensible."""
        stops: list[Stop] = []
        found = self.tab()
        while not found.is_page and (not stops or found.position != stops[0].position):
            stops.append(found)
            found = self.tab()
            assert len(stops) < MOST_STOPS, "the focus does not come to an end"
        assert stops[0].name == "Skip to main content"
        # A date is one field with a stop for each of its parts.
        order = [position for position, _parts in groupby(stop.position for stop in stops)]
        assert order == sorted(set(order)), "the focus jumps back and forth"
        assert all(stop.name for stop in stops), [stop for stop in stops if not stop.name]
        return stops

    def _to_radio(self, group: str) -> Stop:
        found = self.tab()
        while found.kind != "radio" or not found.group.startswith(group):
            assert not found.is_page, f"no choice called {group!r}"
            found = self.tab()
        return found
