"""The charts by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from markupsafe import Markup

from ckanext.indep.insight.charts.series import Series, Size

__all__ = ["Draw", "draw", "names", "register"]

Draw = Callable[[Series, Size], Markup]

_charts: dict[str, Draw] = {}


def register(name: str) -> Callable[[Draw], Draw]:
    """Decorator that enters a drawing function under a name. Raises ValueError if it is taken."""

    def enter(function: Draw) -> Draw:
        if name in _charts:
            raise ValueError(f"There is already a chart named “{name}”.")
        _charts[name] = function
        return function

    return enter


def names() -> list[str]:
    """Names of all charts, sorted."""
    _load()
    return sorted(_charts)


def draw(name: str, series: Series, size: Size) -> Markup:
    """Draw a series. Raises KeyError for a chart that is not registered."""
    _load()
    return _charts[name](series, size)


@cache
def _load() -> None:
    """Import every module of the package once, so that the decorators have run."""
    package = importlib.import_module(__name__.rpartition(".")[0])
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
