"""Pure: what a connector is, and the connectors by name.

A connector reads one kind of source. It is a function in a file of this folder that takes
settings, all of them text, and returns the source's layout and records. What becomes of the
records is not its business: they are checked by `quarantine` and brought in by `refresh`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ckanext.indep.connectors.layout import Layout
from ckanext.indep.errors import UnreadableError

__all__ = ["Delivery", "Fetch", "Rejected", "Row", "Settings", "connector", "fetch", "names"]

Settings = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One record as the source has it, all of it text; ``line`` is where it is found there."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Rejected:
    """A record that cannot be used, and why, as a sentence."""

    line: int
    reason: str


@dataclass(frozen=True)
class Delivery:
    """What a source gives: the layout it should have, its headings, and its records.

    The cells of a row stand in the order of ``header``. ``records`` can be read once.
    """

    layout: Layout
    header: Sequence[str]
    records: Iterator[Row | Rejected]


Fetch = Callable[[Settings], Delivery]


@dataclass(frozen=True)
class _Connector:
    fetch: Fetch
    settings: frozenset[str]


_connectors: dict[str, _Connector] = {}


def connector(name: str, *, settings: Sequence[str]) -> Callable[[Fetch], Fetch]:
    """Decorator that enters a function under a name.

    :param settings: names of the settings that it needs, all of them required.
    :raises ValueError: if the name is taken.
    """

    def enter(function: Fetch) -> Fetch:
        if name in _connectors:
            raise ValueError(f"There is already a connector named “{name}”.")
        _connectors[name] = _Connector(function, frozenset(settings))
        return function

    return enter


def names() -> list[str]:
    """Names of all connectors, sorted."""
    _load()
    return sorted(_connectors)


def fetch(name: str, settings: Settings) -> Delivery:
    """Ask a connector for what its source has.

    :raises UnreadableError: there is no such connector, a setting is missing or unknown, or
        the source cannot be read.
    """
    if name not in names():
        raise UnreadableError(f"There is no connector “{name}”; there are: {', '.join(names())}.")
    chosen = _connectors[name]
    missing = sorted(chosen.settings - set(settings))
    if missing:
        raise UnreadableError(f"The connector “{name}” needs the settings {', '.join(missing)}.")
    unknown = sorted(set(settings) - chosen.settings)
    if unknown:
        raise UnreadableError(f"The connector “{name}” has no settings {', '.join(unknown)}.")
    return chosen.fetch(settings)


@cache
def _load() -> None:
    """Import every module of the package once, so that the decorators have run."""
    package = importlib.import_module(__name__.rpartition(".")[0])
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
