"""Charts as Chromium draws them: every label inside the drawing, and none upon another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright import sync_api

from ckanext.indep.insight.charts import registry
from ckanext.indep.insight.charts.series import NARROW, WIDE, Point, Series, Size
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

BOXES = """() => {
  const frame = document.querySelector('svg').getBoundingClientRect();
  const boxes = [...document.querySelectorAll('text')].map(label => {
    const box = label.getBoundingClientRect();
    return {text: label.textContent, left: box.left - frame.left, right: box.right - frame.left,
            top: box.top - frame.top, bottom: box.bottom - frame.top};
  });
  return {width: frame.width, height: frame.height, boxes};
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser.new_page(viewport={"width": 900, "height": 500})
        browser.close()


def _series(kind: str) -> Series:
    """Twenty quarters with a gap, a step in the target and a signal; percent or large counts."""
    scale = 1000 if kind == "counts" else 1
    points = tuple(
        Point(
            label=f"Q{position % 4 + 1}",
            year=f"FY{2022 + position // 4}",
            value=None if position == 9 else (60 + 1.3 * position + position % 3) * scale,
            targets=((70 if position < 12 else 80) * scale,),
            signal=position > 16,
            number=position % 4,
        )
        for position in range(20)
    )
    suffix = "" if kind == "counts" else " %"
    limits = (58.0 * scale, 72.0 * scale, 86.0 * scale)
    return Series("Title", "Description", points, precision=1, suffix=suffix, limits=limits)


@pytest.mark.parametrize("kind", ["percent", "counts"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["line", "bars", "xmr", "years"])
def test_labels_are_inside_and_apart(page: Any, name: str, size: Size, kind: str) -> None:
    drawn = standalone(registry.draw(name, _series(kind), size)).split("?>", 1)[1]
    page.set_content(f'<body style="margin:20px"><div style="width:{size.width}px">{drawn}</div>')
    found = page.evaluate(BOXES)
    for box in found["boxes"]:
        assert box["left"] >= -1, box
        assert box["top"] >= -1, box
        assert box["right"] <= found["width"] + 1, box
        assert box["bottom"] <= found["height"] + 1, box
    for position, one in enumerate(found["boxes"]):
        for other in found["boxes"][position + 1 :]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert across <= 1 or down <= 3, (one, other)
    assert len(page.screenshot()) > 5000
