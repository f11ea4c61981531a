"""The workflow of the policy as a drawing: where each lane goes, as boxes and arrows.

Pure geometry in SVG user units; the template draws it and puts the words beside it. Two sizes:
`wide` has a row for each lane with the stages in columns, `narrow` a stack for each lane.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ckanext.indep.governance.policy import STAGES, Lane

__all__ = ["Arrow", "Box", "Drawing", "Label", "draw"]

DEPARTMENT = "department"
PUBLIC, STAFF, OFF = "public", "staff", "off"
COLUMNS = (DEPARTMENT, *STAGES, PUBLIC)

WIDE, NARROW = 940, 320
LABEL_WIDTH, COLUMN, ROW = 280, 165, 92
BOX_WIDTH, BOX_HEIGHT, LINE = 138, 48, 20
LABEL_CHARACTERS = {"wide": 32, "narrow": 38}
GAP = 24


@dataclass(frozen=True)
class Box:
    """A step: `text` in the middle; `end` for where the lane leads to."""

    x: float
    y: float
    width: float
    height: float
    text: str
    end: bool


@dataclass(frozen=True)
class Arrow:
    """A line from one step to the next, with its point at the end."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Label:
    """A line of text that begins at this point."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """All there is to draw, in a picture of this size."""

    size: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    labels: tuple[Label, ...]


def draw(lanes: Sequence[Lane], words: Mapping[str, str], size: str) -> Drawing:
    """Draw the lanes. `words` names each step: department, the stages, public, staff and off."""
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    labels: list[Label] = []
    top = 0.0
    for lane in lanes:
        lines = textwrap.wrap(lane.label, LABEL_CHARACTERS[size]) or [""]
        steps = list(_steps(lane))
        if size == "wide":
            middle = top + ROW / 2
            first = middle - (len(lines) - 1) * LINE / 2 + LINE / 4
            labels += _lines(lines, first)
            row = [_wide(column, middle, words[name], end) for column, name, end in steps]
            arrows += _across(row)
            top += ROW
        else:
            labels += _lines(lines, top + LINE)
            below = top + len(lines) * LINE + GAP / 2
            row = [
                _narrow(below + index * (BOX_HEIGHT + GAP), words[name], end)
                for index, (_column, name, end) in enumerate(steps)
            ]
            arrows += _down(row)
            top = row[-1].y + BOX_HEIGHT + GAP * 2
        boxes += row
    return Drawing(
        size,
        WIDE if size == "wide" else NARROW,
        top,
        tuple(boxes),
        tuple(arrows),
        tuple(labels),
    )


def _steps(lane: Lane) -> Iterator[tuple[int, str, bool]]:
    """Yield column, name and whether it is the end, of each step of a lane."""
    for column, name in enumerate(COLUMNS[:-1]):
        if name == DEPARTMENT or name in lane.stages:
            yield column, name, False
    retires = lane.kinds == frozenset({"retire"})
    end = OFF if retires else STAFF if lane.audience == STAFF else PUBLIC
    yield len(COLUMNS) - 1, end, True


def _wide(column: int, middle: float, text: str, end: bool) -> Box:
    return Box(
        LABEL_WIDTH + column * COLUMN, middle - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT, text, end
    )


def _narrow(y: float, text: str, end: bool) -> Box:
    return Box(1, y, NARROW - 2, BOX_HEIGHT, text, end)


def _lines(lines: Iterable[str], first: float) -> list[Label]:
    return [Label(0, first + index * LINE, line) for index, line in enumerate(lines)]


def _across(boxes: Sequence[Box]) -> list[Arrow]:
    return [
        Arrow(a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2)
        for a, b in pairwise(boxes)
    ]


def _down(boxes: Sequence[Box]) -> list[Arrow]:
    return [
        Arrow(a.x + a.width / 2, a.y + a.height, b.x + b.width / 2, b.y) for a, b in pairwise(boxes)
    ]
