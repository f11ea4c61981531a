"""Which measures a file may speak of, and by which names it may call them (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.uploads.problems import ProblemError

__all__ = ["Catalogue", "ForeignMeasureError"]


class ForeignMeasureError(ProblemError):
    """The file speaks of a measure of another department: none of it may be loaded."""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Catalogue:
    """The measures of one upload.

    ``only`` is the measure of a file that need not name it. ``may_target`` are the ids of those
    whose targets the person may approve.
    """

    measures: tuple[Definition, ...]
    only: Definition | None = None
    may_target: frozenset[str] = frozenset()
    own: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        measures: Iterable[Definition],
        everything: Iterable[Definition] = (),
        only: Definition | None = None,
        may_target: Iterable[str] = (),
    ) -> Catalogue:
        """Index measures by name, code and title; ``everything`` are all public ones."""
        listed = tuple(measures)
        ids = {one.id for one in listed}
        own: dict[str, tuple[Definition, ...]] = {}
        for one in listed:
            for name in {_plain(one.name), _plain(one.code), _plain(one.title)} - {""}:
                own[name] = (*own.get(name, ()), one)
        foreign = {
            name: one.department_title
            for one in everything
            if one.id not in ids
            for name in (_plain(one.name), _plain(one.title))
        }
        return cls(listed, only, frozenset(may_target), own, foreign)

    def knows(self, text: str) -> bool:
        """Whether the text names a measure, of this department or of another."""
        plain = _plain(text)
        return plain in self.own or plain in self.foreign

    def find(self, text: str) -> Definition:
        """The measure of that name, code or title.

        Raises ProblemError if there is none or several, ForeignMeasureError if it belongs to
        another department.
        """
        plain = _plain(text)
        found = self.own.get(plain, ())
        if len(found) == 1:
            if self.only is not None and found[0].id != self.only.id:
                raise ProblemError(
                    f"The row is about “{found[0].title}”, but “{self.only.title}” was chosen.",
                    "Upload it for the department instead, or take the row out.",
                )
            return found[0]
        if found:
            raise ProblemError(
                f"“{text[:60]}” is the code or title of {len(found)} measures.",
                f"Write one of the names {', '.join(sorted(one.name for one in found))}.",
            )
        if not plain:
            raise ProblemError(
                "The row names no measure.",
                "Write its name, code or title in each row; unmerge merged cells.",
            )
        if plain in self.foreign:
            raise ForeignMeasureError(
                f"“{text[:60]}” is a measure of another department.",
                "Take it out: only the department that answers for a measure may report it.",
            )
        raise ProblemError(
            f"“{text[:60]}” is no public measure of this department.",
            "Write its name, code or title as in the template.",
        )
