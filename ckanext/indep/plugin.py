"""Plugin `indep`: the look of the portal and the city's metadata schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.types import CKANApp, SignalMapping

from ckanext.indep import (
    bodies,
    headers,
    helpers,
    log_lines,
    mail,
    outage,
    requirements,
    resets,
    sessions,
)
from ckanext.indep.schema import helpers as schema_helpers
from ckanext.indep.schema import indexing
from ckanext.indep.schema.logic import validators
from ckanext.indep.tabular import helpers as tabular_helpers
from ckanext.indep.tabular import jobs
from ckanext.indep.tabular.logic import action, auth


def _all_helpers() -> dict[str, Callable[..., Any]]:
    modules = (helpers, schema_helpers, tabular_helpers)
    return {name: getattr(module, name) for module in modules for name in module.__all__}


def _all_actions() -> dict[str, Callable[..., Any]]:
    return {**outage.ACTIONS, **{name: getattr(action, name) for name in action.__all__}}


@tk.blanket.actions(_all_actions)
@tk.blanket.auth_functions(auth)
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers(_all_helpers)
@tk.blanket.validators(validators)
class IndepPlugin(DefaultTranslation, p.SingletonPlugin):
    p.implements(p.IConfigurable)
    p.implements(p.IConfigurer)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.INotifier, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.ISignal)
    p.implements(p.ITranslation)

    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")

    def configure(self, config: CKANConfig) -> None:
        requirements.check()
        log_lines.install()

    def make_middleware(self, app: CKANApp, config: CKANConfig) -> CKANApp:
        headers.install(app)
        bodies.install(app)  # before it, the session is looked at
        sessions.install(app)
        return app

    def notify_recipient(
        self, already_notified: bool, recipient_name: str, recipient_email: str, *words: Any
    ) -> bool:
        return already_notified or mail.notify((recipient_name, recipient_email), *words)

    def notify_about_topic(self, already_notified: bool, *words: Any) -> bool:
        return already_notified or resets.notify(*words)

    def get_signal_subscriptions(self) -> SignalMapping:
        return {**jobs.subscriptions(), **sessions.subscriptions()}

    def dataset_facets(self, facets_dict: dict[str, str], package_type: str) -> dict[str, str]:
        return schema_helpers.facet_titles()

    def organization_facets(
        self, facets_dict: dict[str, str], organization_type: str, package_type: str | None
    ) -> dict[str, str]:
        return schema_helpers.facet_titles()

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return indexing.prepare(pkg_dict)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        return indexing.with_labels(search_results, schema_helpers.language())
