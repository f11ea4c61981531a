"""Renews the exports in the worker, so that no visitor has to wait for them."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import SignalMapping
from redis.exceptions import RedisError

from ckanext.indep import events
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
    for format_ in catalog_formats().values():
        try:
            service.answer(format_)
        except CatalogUnavailableError as error:
            log.warning("The export %s could not be renewed: %s", format_.name, error.message)


def _renew_later(sender: Any, **facts: Any) -> None:
    """Put the renewal on the queue; without one, the next visitor's request makes the export."""
    try:
        tk.enqueue_job(renew, title="Renew the exports of the catalog")
    except RedisError as error:
        log.warning("The exports are not renewed in advance: %s", error)
