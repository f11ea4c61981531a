"""The one error of exports."""

from __future__ import annotations

from ckanext.indep.errors import IndepError

__all__ = ["CatalogUnavailableError"]


class CatalogUnavailableError(IndepError):
    """The export cannot be made whole now; a part of it must not be handed out."""
