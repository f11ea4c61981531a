"""Every chart: well-formed, named, escaped, and fit for odd data."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.indep.insight.charts import registry, svg
from ckanext.indep.insight.charts.scale import axis
from ckanext.indep.insight.charts.series import NARROW, WIDE, Point, Series, Size
from ckanext.indep.insight.charts.standalone import standalone

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["bars", "bullet", "line", "sparkline", "xmr", "years"]


def _series(*values: float | None, targets: tuple[float, ...] = (5.0,)) -> Series:
    points = tuple(
        Point(
            f"Q{position % 4 + 1}", f"FY{2022 + position // 4}", value, targets, number=position % 4
        )
        for position, value in enumerate(values)
    )
    return Series("Potholes <script>", "About & “so”", points, precision=1, suffix=" %")


def test_all_charts_are_registered() -> None:
    assert registry.names() == NAMES


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="already"):
        registry.register("line")(lambda _series, _size: svg.el("svg"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_root_has_role_name_and_description_and_hides_its_shapes(name: str, size: Size) -> None:
    root = ElementTree.fromstring(registry.draw(name, _series(1, 2, None, 4), size))
    assert root.get("role") == "img"
    title, desc, group = root
    assert (title.text, desc.text) == ("Potholes <script>", "About & “so”")
    assert group.get("aria-hidden") == "true"
    assert not re.search(r"\sstyle=|<style|fill=|stroke=", ElementTree.tostring(root).decode())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "values", [(), (None,), (3.0,), (None, None, 2.0), (0.0, 0.0), (-3.0, 4.0), (1e12, 1e-9)]
)
@pytest.mark.parametrize("targets", [(), (5.0,), (4.0, 6.0)])
def test_odd_data_is_drawn(
    name: str, values: tuple[float | None, ...], targets: tuple[float, ...]
) -> None:
    for size in (WIDE, NARROW):
        ElementTree.fromstring(registry.draw(name, _series(*values, targets=targets), size))


@settings(max_examples=60)
@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40))
def test_nothing_leaves_the_drawing(values: list[float | None]) -> None:
    for name in NAMES:
        drawn = registry.draw(name, _series(*values), NARROW)
        root = ElementTree.fromstring(drawn)
        _x, _y, width, height = map(float, root.get("viewBox", "").split())
        for circle in root.iter(f"{SVG}circle"):
            assert 0 <= float(circle.get("cx", "-1")) <= width
            assert 0 <= float(circle.get("cy", "-1")) <= height


def test_a_gap_stays_a_gap() -> None:
    drawn = registry.draw("line", _series(1, 2, None, 4, 5), WIDE)
    path = re.search(r'd="([^"]*)" class="indep-chart-line"', drawn)
    assert path is not None
    assert path[1].count("M") == 2


def test_bars_start_at_zero() -> None:
    drawn = registry.draw("bars", _series(100, 104), WIDE)
    assert ">0 %<" in drawn


@pytest.mark.parametrize(("kind", "halo"), [("bars", "halo-line"), ("bullet", "halo")])
def test_nothing_hides_that_a_bar_ends_just_beyond_its_target(kind: str, halo: str) -> None:
    def halos(value: float) -> int:
        drawn = registry.draw(kind, _series(value, targets=(80.0,)), WIDE)
        return drawn.count(f'class="indep-chart-{halo}"')

    assert [halos(value) for value in (60.0, 80.4, 95.0)] == [1, 0, 1]


def test_large_numbers_are_told_in_millions_and_below_zero_with_a_minus_sign() -> None:
    large = registry.draw("line", replace(_series(1.5e7, 2.25e7), suffix=""), WIDE)
    assert "in millions" in large
    assert ">22.50<" in large
    assert "000,000" not in large
    below = registry.draw("line", _series(-3.0, 4.0), WIDE)
    assert ">−" in below
    assert ">-" not in below
    assert Series("", "", (), precision=1).text(-0.01) == "0.0"


def test_what_is_counted_in_ones_has_no_halves() -> None:
    counted = replace(_series(0, 1, targets=()), precision=0, suffix="")
    drawn = registry.draw("bars", counted, WIDE)
    ticks = re.findall(r'indep-chart-tick" text-anchor="end">([^<]*)<', drawn)
    assert ticks == ["0", "1"]


def test_neighbors_without_figures_are_named_once() -> None:
    assert registry.draw("line", _series(1, None, None, None, 5), WIDE).count("no data") == 1


def test_a_single_bar_is_no_block_and_a_small_line_uses_its_width() -> None:
    bar = re.search(r'width="([\d.]+)" height="[\d.]+" class="indep-chart-column"',
                    registry.draw("bars", _series(7.0), WIDE))  # fmt: skip
    assert bar is not None
    assert float(bar[1]) <= 64
    large = replace(_series(1e9, 2e9, 3e9), suffix="")
    line = re.search(r'd="M([\d.]+) ', registry.draw("sparkline", large, WIDE))
    assert line is not None
    assert float(line[1]) < 30


def test_target_steps_where_it_changes() -> None:
    series = _series(1, 2, 3, 4)
    stepped = replace(
        series,
        points=(
            *series.points[:2],
            *(replace(point, targets=(7.0,)) for point in series.points[2:]),
        ),
    )
    drawn = registry.draw("line", stepped, WIDE)
    path = re.search(r'd="([^"]*)" class="indep-chart-target"', drawn)
    assert path is not None
    assert path[1].count("M") == 2
    assert "Target 7.0 %" in drawn


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_an_axis_encloses_its_values(values: list[float]) -> None:
    ticks = axis(values)
    assert ticks[0] <= min(values) + 1e-6
    assert ticks[-1] >= max(values) - 1e-6
    assert 2 <= len(ticks) <= 9


def test_builder_escapes_and_checks_names() -> None:
    assert svg.text("<b>", 1, 2, 'a"b') == (
        '<text x="1" y="2" class="a&#34;b" text-anchor="start">&lt;b&gt;</text>'
    )
    with pytest.raises(ValueError, match="name"):
        svg.el("svg onload=alert(1)")


def test_standalone_file_has_its_colors_and_no_reference() -> None:
    text = standalone(registry.draw("line", _series(1, 2), WIDE))
    ElementTree.fromstring(text.encode())
    assert "#12436d" in text
    assert not re.search(r"href|url\(|@import", text)


def test_a_file_says_what_it_shows_and_where_it_is_from() -> None:
    drawing = registry.draw("line", _series(1, 2), WIDE)
    text = standalone(drawing, "Cats & <dogs>" + "x" * 100, "The city")
    root = ElementTree.fromstring(text.encode())
    assert root.get("viewBox") == "0 -44 800 392"
    words = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert words[-1] == "The city"
    assert words[-2].startswith("Cats & <dogs>xxx")
    assert words[-2].endswith("x…")
    assert len(words[-2]) == 88
