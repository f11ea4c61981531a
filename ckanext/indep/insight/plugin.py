"""Plugin `indep_insight`: performance measures, their targets and the public dashboard."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import types
from ckan.common import CKANConfig

from ckanext.indep.insight import front, measure_view, parts, subscriptions
from ckanext.indep.insight.projection import places


@tk.blanket.config_declarations
@tk.blanket.actions(parts.actions)
@tk.blanket.auth_functions(parts.auth_functions)
@tk.blanket.helpers
@tk.blanket.blueprints(parts.blueprints)
class InsightPlugin(p.SingletonPlugin):
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IResourceController, inherit=True)
    p.implements(p.IResourceView, inherit=True)
    p.implements(p.ISignal)

    # IMiddleware
    def make_middleware(self, app: Any, config: CKANConfig) -> Any:
        app.wsgi_app = front.Front(app.wsgi_app)
        return app

    # IResourceController
    def before_resource_show(self, resource_dict: dict[str, Any]) -> dict[str, Any]:
        return places.with_table(resource_dict)

    # IResourceView
    def info(self) -> dict[str, Any]:
        return measure_view.info()

    def can_view(self, data_dict: types.DataDict) -> bool:
        return True

    def setup_template_variables(
        self, context: types.Context, data_dict: types.DataDict
    ) -> dict[str, Any]:
        return measure_view.shown(data_dict["resource_view"] or {})

    def view_template(self, context: types.Context, data_dict: types.DataDict) -> str:
        return "indep_insight/view/measure.html"

    def form_template(self, context: types.Context, data_dict: types.DataDict) -> str:
        return "indep_insight/view/form.html"

    # ISignal
    def get_signal_subscriptions(self) -> types.SignalMapping:
        return subscriptions.get_subscriptions()
