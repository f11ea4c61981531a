"""States of an uploaded history (pure)."""

from __future__ import annotations

__all__ = ["State"]


class State:
    """States of an upload. `BUSY` ones have a process at work, `WAITING` ones need one."""

    TO_CHECK = "to_check"
    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    TO_LOAD = "to_load"
    LOADING = "loading"
    LOADED = "loaded"
    BROKEN = "broken"
    EXPIRED = "expired"

    WAITING = (TO_CHECK, TO_LOAD)
    BUSY = (CHECKING, LOADING)
    ENDED = (REFUSED, LOADED, BROKEN, EXPIRED)
