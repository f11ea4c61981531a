"""Pure: how small the groups are into which indirect identifiers divide the rows.

A table is k-anonymous if each row shares its values of all quasi-identifiers with at least
k - 1 others: L. Sweeney, "k-anonymity: a model for protecting privacy", International Journal on
Uncertainty, Fuzziness and Knowledge-based Systems 10 (5), 2002, 557-570. There ZIP code, birth
date and sex together were shown to point at single people. Which columns are quasi-identifiers
is told from the headings only; a person has to judge whether the rows are about people at all.
"""

# pyright: strict
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.indep.privacy.headings import Heading

__all__ = ["SMALL", "GroupCount", "Groups", "quasi_identifiers"]

SMALL = 11
"""Groups of fewer rows are called small. The Centers for Medicare & Medicaid Services suppress
cells below 11 in what they publish; the city may choose another bound."""

_MOST_GROUPS = 500_000
_TERMS: dict[str, tuple[str, ...]] = {
    "birth": ("dob", "birth", "yob", "nacimiento"),
    "age": ("age", "edad", "agegroup"),
    "sex": ("sex", "gender", "sexo", "pronoun", "pronouns"),
    "race": ("race", "ethnicity", "ethnic", "hispanic", "nationality", "citizenship"),
    "language": ("language", "idioma"),
    "area": ("zip", "zipcode", "postal", "postcode", "tract", "neighborhood", "precinct"),
    "place": ("latitude", "longitude", "lat", "lon", "lng", "long", "address", "geom", "geometry"),
    "work": ("occupation", "employer", "profession", "income", "salary"),
    "household": ("marital", "household", "disability", "veteran", "religion", "diagnosis"),
}


@dataclass(frozen=True)
class Groups:
    """The groups of one table.

    :param columns: the columns by which rows are grouped.
    :param smallest: rows in the smallest group (the table's k); None where there are more
        groups than are counted, or no rows.
    :param small_rows: rows in groups of fewer than `SMALL`.
    """

    columns: tuple[str, ...]
    smallest: int | None
    small_rows: int
    rows: int

    def as_dict(self) -> dict[str, object]:
        """The numbers as JSON can hold them."""
        return {
            "columns": list(self.columns),
            "smallest": self.smallest,
            "small_rows": self.small_rows,
            "rows": self.rows,
            "bound": SMALL,
        }


def quasi_identifiers(headings: Sequence[Heading]) -> list[int]:
    """Positions of columns whose heading names a fact that helps to single a person out."""
    return [
        position
        for position, heading in enumerate(headings)
        if any(heading.words & set(terms) for terms in _TERMS.values())
    ]


class GroupCount:
    """Counts the rows of each group while a table is read."""

    def __init__(self, names: Sequence[str], positions: Sequence[int]) -> None:
        self._names = tuple(names[position] for position in positions)
        self._positions = tuple(positions)
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._rows = 0
        self._too_many = False

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """Take in some rows, given as columns of stripped cells."""
        if not self._positions or self._too_many:
            return
        chosen = [columns[position] for position in self._positions]
        self._rows += len(chosen[0])
        self._counts.update(zip(*chosen, strict=True))
        if len(self._counts) > _MOST_GROUPS:
            self._too_many = True
            self._counts.clear()

    def result(self) -> Groups | None:
        """The groups, or None if there is nothing to group by."""
        if not self._positions or not (self._rows):
            return None
        if self._too_many:
            return Groups(self._names, None, 0, self._rows)
        sizes = self._counts.values()
        small = sum(size for size in sizes if size < SMALL)
        return Groups(self._names, min(sizes), small, self._rows)
