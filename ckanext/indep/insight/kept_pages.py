"""Pages that this process has made, by their ETag, as long as there is room (no CKAN in it)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

__all__ = ["KeptPages", "Page"]


@dataclass(frozen=True)
class Page:
    """The content of a page and its headers."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptPages:
    """The pages that were asked for last, up to `most` bytes of content."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, tag: str) -> Page | None:
        """The page with that tag, if it is here."""
        with self._lock:
            page = self._pages.get(tag)
            if page is not None:
                self._pages.move_to_end(tag)
            return page

    def add(self, tag: str, page: Page) -> None:
        """Keep a page; those that nobody has asked for the longest make room."""
        if len(page.body) > self._most:
            return
        with self._lock:
            before = self._pages.pop(tag, None)
            self._size += len(page.body) - (len(before.body) if before else 0)
            self._pages[tag] = page
            while self._size > self._most:
                _tag, oldest = self._pages.popitem(last=False)
                self._size -= len(oldest.body)
