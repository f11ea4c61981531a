"""Plugin `indep_insight`: performance measures, their targets and the public dashboard."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import types

from ckanext.indep.insight import parts, subscriptions


@tk.blanket.config_declarations
@tk.blanket.actions(parts.actions)
@tk.blanket.auth_functions(parts.auth_functions)
@tk.blanket.helpers
@tk.blanket.blueprints(parts.blueprints)
class InsightPlugin(p.SingletonPlugin):
    p.implements(p.ISignal)

    # ISignal
    def get_signal_subscriptions(self) -> types.SignalMapping:
        return subscriptions.get_subscriptions()
