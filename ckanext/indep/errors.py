"""The errors of the extension: each carries facts and one clear sentence.

The sentence says what happened, where, and what to do. Actions turn these into
CKAN's own ``ValidationError``, ``NotAuthorized`` or ``ObjectNotFound``, so that the API
answers 409, 403 or 404; none of them may reach a visitor as a 500.
"""

from __future__ import annotations

__all__ = ["ConflictError", "IndepError", "PolicyError", "RefusedError", "UnreadableError"]


class IndepError(Exception):
    """Base of the family. ``facts`` is what a program may want to know."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class ConflictError(IndepError):
    """The thing is in another state, or was changed by somebody else meanwhile."""


class RefusedError(IndepError):
    """The person may not do this, or the rules forbid it to anyone."""


class PolicyError(IndepError):
    """The policy file cannot be used; ``line`` is in the facts where it is known."""


class UnreadableError(IndepError):
    """A file that somebody gave cannot be read as what it claims to be."""
