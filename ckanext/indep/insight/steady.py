"""Reads that see one version of INsight, whatever is published meanwhile.

A page is put together by several queries, each of which sees what is committed when it begins.
All that the public sees is committed together with its version, by one writer at a time; so what
was read between two looks at the same number belongs together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import ckan.model as model

from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import reader

__all__ = ["read"]

ATTEMPTS = 5

Found = TypeVar("Found")


def read(once: Callable[[], Found], version: int | None = None) -> tuple[int, Found]:
    """What `once` reads as of one version, and the number of that version.

    It is asked again if something was published meanwhile. `version` is the present one, where
    the caller has just looked. Raises ConflictError while figures are published faster than they
    can be read.
    """
    before = reader.current_version() if version is None else version
    for _attempt in range(ATTEMPTS):
        found = once()
        after = reader.current_version()
        if after == before:
            return before, found
        model.Session.expire_all()
        before = after
    raise ConflictError("Figures are being published just now. Try again in a minute.")
