"""A finished export of the whole catalog, as it is kept and sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ckanext.indep.catalog.records import Refusal

__all__ = ["Export", "Head"]


@dataclass(frozen=True)
class Head:
    """What HTTP needs to know of an export without its bytes.

    ``version`` is that of the catalog it was made of, ``etag`` the SHA-256 of its bytes in
    hexadecimal, ``last_modified`` when these bytes were first made (UTC), ``listed`` the
    number of datasets in it.
    """

    version: str
    etag: str
    last_modified: datetime
    listed: int


@dataclass(frozen=True)
class Export:
    """An export with its bytes, which are kept compressed, and what it left out."""

    head: Head
    compressed: bytes
    refusals: tuple[Refusal, ...]
