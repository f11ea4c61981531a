"""What was done in a walk, in order, so that a walk that fails can be read.

Several people act at once, so no walk can be repeated exactly; what it did has to tell enough.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Entry", "Journal"]

LONGEST = 160


@dataclass(frozen=True)
class Entry:
    """That somebody did something, and what the answer was: empty if it was accepted."""

    who: str
    action: str
    sent: dict[str, Any]
    refusal: str

    def __str__(self) -> str:
        sent = ", ".join(f"{key}={value!r}" for key, value in sorted(self.sent.items()))
        answer = f"refused: {self.refusal}" if self.refusal else "done"
        return f"{self.who or 'a stranger'}: {self.action}({sent[:LONGEST]}) {answer[:LONGEST]}"


class Journal:
    """The entries of one walk, with people by their `roles`; threads may write at once."""

    def __init__(self, totals: Counter[tuple[str, bool]], roles: Mapping[str, str]) -> None:
        self._roles = roles
        self._entries: list[Entry] = []
        self._totals = totals
        self._lock = threading.Lock()

    def note(self, entry: Entry) -> None:
        """Write down one act, and count it in the totals of all walks."""
        with self._lock:
            self._entries.append(entry)
            self._totals[entry.action, not entry.refusal] += 1

    def accepted(self, action: str) -> list[Entry]:
        """Return what was done by this name and accepted, in order."""
        return [e for e in self._entries if e.action == action and not e.refusal]

    def __str__(self) -> str:
        lines = (f"{number:4} {entry}" for number, entry in enumerate(self._entries, start=1))
        text = "\n".join(("What was done:", *lines))
        for name, role in self._roles.items():
            text = text.replace(name, role)
        return text
