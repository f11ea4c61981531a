"""Pure: what the heading of a column says about its cells."""

# pyright: strict
from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from ckanext.indep.tabular.codes import words

__all__ = ["Heading"]

_SHORTEST_PART = 4
"""A word of so many letters is also found within a longer one: phone in homephone."""

_REFERENCES = frozenset(
    {
        "account", "acct", "apn", "asset", "barcode", "book", "case", "citation", "code", "cusip",
        "docket", "document", "fips", "geoid", "guid", "id", "identifier", "incident", "index",
        "inspection", "invoice", "isbn", "key", "license", "licence", "lot", "meter", "objectid",
        "order", "page", "parcel", "part", "permit", "pin", "plat", "po", "receipt", "record",
        "ref", "reference", "request", "seq", "sequence", "serial", "sku", "ticket", "tract",
        "transaction", "tracking", "txn", "uuid", "vin", "voucher", "warrant",
    }
)  # fmt: skip


class Heading:
    """A column's name and its words, in lower case: ``ownerPhone_1`` is owner, phone, 1."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.words = frozenset(words(name))
        self._joined = "".join(words(name))
        self._said: dict[tuple[str, ...], bool] = {}

    def says(self, terms: tuple[str, ...]) -> bool:
        """Whether a term is one of the words, or stands within the name if it is long enough."""
        if terms not in self._said:
            self._said[terms] = self._says(terms)
        return self._said[terms]

    def _says(self, terms: Collection[str]) -> bool:
        return any(
            term in self.words or (len(term) >= _SHORTEST_PART and term in self._joined)
            for term in terms
        )

    @cached_property
    def is_reference(self) -> bool:
        """Whether the column holds numbers by which an office finds its papers again."""
        return bool(self.words & _REFERENCES)
