"""Plugin `indep_catalog`: the catalog for harvesters and other programs."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import AuthFunction, SignalMapping
from flask import Blueprint

from ckanext.indep.catalog import jobs, rdf, views
from ckanext.indep.catalog.logic import action, auth


@tk.blanket.config_declarations
class CatalogPlugin(p.SingletonPlugin):
    p.implements(p.IActions)
    p.implements(p.IAuthFunctions)
    p.implements(p.IBlueprint)
    p.implements(p.ISignal)

    def get_actions(self) -> dict[str, Any]:
        actions: dict[str, Any] = {"indep_catalog_problems": action.indep_catalog_problems}
        if p.plugin_loaded("dcat"):
            actions["dcat_dataset_show"] = rdf.dcat_dataset_show
        return actions

    def get_auth_functions(self) -> dict[str, AuthFunction]:
        return {"indep_catalog_problems": auth.indep_catalog_problems}

    def get_blueprint(self) -> list[Blueprint]:
        return [views.indep_catalog]

    def get_signal_subscriptions(self) -> SignalMapping:
        return jobs.subscriptions()
