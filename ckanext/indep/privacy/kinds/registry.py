"""The kinds of personal data that are looked for, by name."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable

from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.marks import Column, Mark, Tally, Verdict

__all__ = ["Detector", "detectors", "register"]

_DETECTORS: dict[str, Detector] = {}


class Detector(ABC):
    """Finds one kind of personal data.

    Cells are looked at one by one; only the column as a whole is judged, since case, parcel
    and permit numbers look like telephone numbers and the like in single cells.
    """

    @abstractmethod
    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        """What a cell must contain to be worth a look, or None if no cell of this column is.

        It is searched in many cells at once, joined by line feeds, so it must not match across
        one, and must take time in proportion to the text.
        """

    @abstractmethod
    def look(self, value: str, heading: Heading) -> Mark | None:
        """What is in a cell; spaces around it are gone, dashes and spaces are made alike."""

    @abstractmethod
    def mask(self, text: str) -> str:
        """What a mark found, with most of it hidden."""

    @abstractmethod
    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        """Whether the column has this kind of data, from all marks of its cells."""


def register(name: str) -> Callable[[type[Detector]], type[Detector]]:
    """Add a detector under the name of its kind."""

    def add(detector: type[Detector]) -> type[Detector]:
        _DETECTORS[name] = detector()
        return detector

    return add


def detectors() -> dict[str, Detector]:
    """All detectors by the name of their kind, in the order of the names."""
    return dict(sorted(_DETECTORS.items()))
