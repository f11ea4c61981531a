"""What the reader of tables has to tell: a code and facts, put into words when shown.

Files are read by a worker that knows nobody's language, so a finding is stored as data and
`ckanext.indep.tabular.messages` turns it into a sentence on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.indep.errors import UnreadableError

__all__ = ["Fact", "Note", "NotedError"]

Fact = str | int | float


@dataclass(frozen=True)
class Note:
    """One finding: ``code`` is a key of the messages, ``facts`` fill its places."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])

    def as_dict(self) -> dict[str, object]:
        """The note as JSON can hold it."""
        return {"code": self.code, "facts": dict(self.facts)}


class NotedError(UnreadableError):
    """The file cannot be loaded; ``note`` says why, in a form that can be translated."""

    def __init__(self, code: str, **facts: Fact) -> None:
        details = ", ".join(f"{name}={value!r}" for name, value in facts.items())
        super().__init__(f"{code} ({details})" if details else code, **facts)
        self.note = Note(code, facts)
