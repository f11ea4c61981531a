"""Charts as Chromium draws them: every label inside the drawing, none upon another, all readable.

Each kind is drawn wide and narrow from ordinary and from odd figures, with the page's style sheet
in light and dark mode, and with the colors of files and of print.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api

import ckanext.indep
from ckanext.indep.insight.charts import registry
from ckanext.indep.insight.charts.series import NARROW, WIDE, Point, Series
from ckanext.indep.insight.charts.standalone import standalone

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CSS = Path(next(iter(ckanext.indep.__path__))) / "public" / "indep" / "css"
# The smallest width of a screen on which each drawing is shown, less the page's margins.
SHOWN_AT = {"wide": 640, "narrow": 280}

# All texts with their places, and all shapes with their colors, of each drawing of the page.
DRAWINGS = """() => [...document.querySelectorAll('figure')].map(figure => {
  const svg = figure.querySelector('svg'), frame = svg.getBoundingClientRect();
  const scale = frame.width / svg.viewBox.baseVal.width;
  const place = element => {
    const box = element.getBoundingClientRect();
    return {left: (box.left - frame.left) / scale, right: (box.right - frame.left) / scale,
            top: (box.top - frame.top) / scale, bottom: (box.bottom - frame.top) / scale};
  };
  const painted = element => {
    const style = getComputedStyle(element);
    return {kind: element.getAttribute('class'), fill: style.fill, stroke: style.stroke};
  };
  return {name: figure.id, width: frame.width / scale, height: frame.height / scale,
    background: getComputedStyle(figure).backgroundColor,
    texts: [...svg.querySelectorAll('text')].map(
      text => ({words: text.textContent, ...painted(text), ...place(text)})),
    shapes: [...svg.querySelectorAll('path, circle, rect, line')].map(
      shape => ({...painted(shape), ...place(shape)}))};
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()


MONTHS = [
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun"),
]


def _series(
    values: list[float | None],
    targets: tuple[float, ...] = (),
    limits: tuple[float, float, float] | None = None,
    precision: int = 1,
    suffix: str = " %",
    months: bool = False,
) -> Series:
    """Quarters, or months, that end with FY2027; the last two are signals."""
    per_year = 12 if months else 4
    points = tuple(
        Point(
            label=MONTHS[position % 12] if months else f"Q{position % 4 + 1}",
            year=f"FY{2027 - (len(values) - 1 - position) // per_year}",
            value=value,
            targets=targets,
            signal=position >= len(values) - 2,
            number=position % per_year + 1,
        )
        for position, value in enumerate(values)
    )
    return Series("Title", "Description", points, precision, suffix, limits)


ORDINARY: list[float | None] = [
    *(68.1, 70.4, 66.9, 72.3, 71.0, 74.2, 73.1, 75.8, 74.0, None),
    *(78.2, 77.0, 76.4, 79.9, 74.1, 61.8, 77.5, 80.2, 81.4, 79.3),
]


def _times(factor: float) -> list[float | None]:
    return [None if value is None else value * factor for value in ORDINARY]


CASES = {
    "percent": _series(ORDINARY, (80.0,), (64.1, 74.5, 84.9)),
    "counts": _series(_times(153), (12_000,), (9_800, 11_400, 13_000), 0, ""),
    "millions": _series(_times(1.53e5), (12e6,), (9.8e6, 11.4e6, 13e6), 0, ""),
    "billions": _series(_times(1.53e9), (12e10,), (9.8e10, 11.4e10, 13e10), 2, ""),
    "months": _series([*ORDINARY, None, None, 80.1, 84.4], (85.0,), (66, 78, 90), months=True),
    "range": _series([17.1, 18.0, 16.2, 15.5, 19.9, 21.0], (16.0, 20.0)),
    "negative": _series([-3.2, 1.5, -7.7, 4.0, None, -2.0, -1.0, 3.0], (0.0,), (-9, 0, 9), 1, ""),
    "one": _series([79.3], (80.0,)),
    "equal": _series([80.0] * 12, (80.0,), (80, 80, 80)),
    "zero": _series([0.0] * 8, (0.0,), (0, 0, 0), 0, ""),
    "none": _series([None] * 6, (80.0,)),
    "last missing": _series([80.0, 82.0, 84.0, 85.0, None, None], (83.0,), (70, 80, 90)),
    "near": _series([79.0, 80.0, 81.0, 80.0, 79.9, 80.1], (80.1,), (79.4, 80, 80.7)),
    "tiny": _series([0.0012, 0.0021, 0.0015, 0.0033], (0.002,), None, 4, ""),
    "nothing": _series([]),
}
LOOKS = ("light", "dark", "print")


def _drawn(browser: Any, look: str) -> list[dict[str, Any]]:
    """Each kind in each size from each case, as the browser sees it."""
    parts: list[str] = []
    for kind, size, case in product(registry.names(), (WIDE, NARROW), CASES):
        drawing = registry.draw(kind, CASES[case], size)
        svg = standalone(drawing).split("?>", 1)[1] if look == "print" else drawing
        width = SHOWN_AT[size.name]
        parts.append(
            f'<figure id="{kind} {size.name} {case}" style="width:{width}px">{svg}</figure>'
        )
    sheet = "".join((CSS / name).read_text("utf-8") for name in ("indep.css", "insight.css"))
    figure = "figure{margin:0;background:var(--indep-surface)}"
    shown = "figure .indep-chart{display:block}"
    styles = "figure{margin:0;background:#fff}" if look == "print" else sheet + figure + shown
    page = browser.new_page(
        color_scheme="dark" if look == "dark" else "light", viewport={"width": 1000, "height": 500}
    )
    page.set_content(f"<style>{styles}</style>{''.join(parts)}")
    found = page.evaluate(DRAWINGS)
    page.close()
    assert len(found) == len(parts)
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_labels_are_inside_apart_and_readable(browser: Any, look: str) -> None:
    wrong: list[Any] = []
    for drawing in _drawn(browser, look):
        for part in (*drawing["texts"], *drawing["shapes"]):
            if not _is_inside(part, drawing):
                wrong.append((drawing["name"], "outside", part))
        texts = drawing["texts"]
        wrong += [
            (drawing["name"], "upon each other", one["words"], other["words"])
            for position, one in enumerate(texts)
            for other in texts[position + 1 :]
            if _touch(one, other)
        ]
        column = next(
            (part["fill"] for part in drawing["shapes"] if part["kind"] == "indep-chart-column"), ""
        )
        for text in texts:
            is_inside = text["kind"] == "indep-chart-inside"
            behind = column if is_inside else drawing["background"]
            if _contrast(text["fill"], behind) < 4.5:
                wrong.append((drawing["name"], "hard to read", text, behind))
        for shape in drawing["shapes"]:
            color = {"fill": shape["fill"], "stroke": shape["stroke"]}.get(_painted(shape["kind"]))
            if color and _contrast(color, drawing["background"]) < 3:
                wrong.append((drawing["name"], "hard to see", shape))
    assert wrong == []


FILLED = ("dot", "bar", "column", "signal", "tickmark")
STROKED = ("line", "thin", "target", "across", "mean", "limit")


def _painted(kind: str) -> str:
    """By what a mark that carries a figure is seen; nothing for grid, bands and halos."""
    name = kind.removeprefix("indep-chart-")
    if name in FILLED:
        return "fill"
    return "stroke" if name in STROKED or name.startswith("year ") else ""


def _is_inside(part: dict[str, Any], drawing: dict[str, Any]) -> bool:
    return (
        part["left"] >= -2
        and part["top"] >= -2
        and part["right"] <= drawing["width"] + 2
        and part["bottom"] <= drawing["height"] + 2
    )


def _touch(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two labels lie upon each other; their boxes have some air above and below."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return across > 1 and down > 3


def _contrast(one: str, other: str) -> float:
    """The ratio of two colors as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = [float(part) / 255 for part in color[color.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
