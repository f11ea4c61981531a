"""Pages that this process has made, for a while and as long as there is room (pure)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

__all__ = ["KeptPages", "Page"]


@dataclass(frozen=True)
class Page:
    """The content of a page and its headers."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptPages:
    """The pages that were asked for last, up to `most` bytes of content, for some seconds each."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._pages: OrderedDict[str, tuple[Page, float]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: str) -> Page | None:
        """The page with that key, if it is here and not too old."""
        with self._lock:
            page, until = self._pages.get(key, (None, 0.0))
            if page is None or until < self._clock():
                return None
            self._pages.move_to_end(key)
            return page

    def add(self, key: str, page: Page) -> None:
        """Keep a page; those that nobody has asked for the longest make room."""
        if len(page.body) > self._most:
            return
        with self._lock:
            if key in self._pages:
                before, _until = self._pages.pop(key)
                self._size -= len(before.body)
            self._pages[key] = (page, self._clock() + self._seconds)
            self._size += len(page.body)
            while self._size > self._most:
                _key, (oldest, _until) = self._pages.popitem(last=False)
                self._size -= len(oldest.body)
