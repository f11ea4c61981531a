"""Renews the exports in the worker, so that no visitor has to wait for them."""

from __future__ import annotations

import logging
from typing import Any

from ckan.types import SignalMapping

from ckanext.indep import events, waking
from ckanext.indep.catalog import service
from ckanext.indep.catalog.errors import CatalogUnavailableError
from ckanext.indep.catalog.exporters import catalog_formats

__all__ = ["renew", "subscriptions"]

log = logging.getLogger(__name__)


def subscriptions() -> SignalMapping:
    """Renew whenever something became public or ceased to be."""
    return {events.released: [_renew_later], events.withdrawn: [_renew_later]}


def renew() -> None:
    """Make each export of the whole catalog that is not there in its present version."""
    waking.begun(renew)
    for format_ in catalog_formats().values():
        try:
            service.answer(format_)
        except CatalogUnavailableError as error:
            log.warning("The export %s could not be renewed: %s", format_.name, error.message)


def _renew_later(sender: Any, **facts: Any) -> None:
    """Put the renewal on the queue; without one, the next visitor's request makes the export."""
    waking.wake(renew, "Renew the exports of the catalog")
