"""The example of docs/add-chart.md."""

from __future__ import annotations

from types import ModuleType
from xml.etree import ElementTree

import pytest

from ckanext.indep.insight.charts import registry
from ckanext.indep.insight.charts.series import NARROW, WIDE, Point, Series, Size

from .pages import blocks


@pytest.fixture
def dots(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example as a module, in a registry that forgets it afterwards."""
    registry.names()
    monkeypatch.setattr(registry, "_charts", dict(registry._charts))
    module = ModuleType("dots")
    exec(compile(blocks("add-chart.md", "python")[0], "add-chart.md", "exec"), vars(module))
    return module


def _series(*values: float | None) -> Series:
    points = tuple(
        Point(f"Q{position % 4 + 1}", f"FY{2025 + position // 4}", value, (5.0,))
        for position, value in enumerate(values)
    )
    return Series("Satisfaction <with> streets", "Half are satisfied.", points, suffix=" %")


def test_it_is_registered(dots: ModuleType) -> None:
    assert "dots" in registry.names()
    assert dots.__all__ == ["dots"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_it_has_a_dot_for_each_result(dots: ModuleType, size: Size) -> None:
    root = ElementTree.fromstring(registry.draw("dots", _series(47, None, 52.5), size))
    assert [child.text for child in root[:2]] == [
        "Satisfaction <with> streets",
        "Half are satisfied.",
    ]
    assert len(root.findall(".//{*}circle")) == 2


@pytest.mark.parametrize("values", [(), (None,), (3.0,), (0.0, 0.0), (1e12, 1e-9, -4.0)])
def test_odd_data_is_drawn(dots: ModuleType, values: tuple[float | None, ...]) -> None:
    ElementTree.fromstring(registry.draw("dots", _series(*values), NARROW))


def test_the_page_names_what_a_template_calls() -> None:
    assert blocks("add-chart.md", "jinja") == ["{{ h.indep_insight_chart('dots', summary) }}\n"]
