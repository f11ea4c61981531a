"""Plugin `indep_inventory`: what the departments hold, and what residents ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import types

from ckanext.indep.inventory import subscriptions
from ckanext.indep.inventory.logic import action, request_action


def _actions() -> dict[str, Callable[..., Any]]:
    modules = (action, request_action)
    return {name: getattr(module, name) for module in modules for name in module.__all__}


@tk.blanket.config_declarations
@tk.blanket.actions(_actions)
@tk.blanket.auth_functions
@tk.blanket.helpers
@tk.blanket.blueprints
class InventoryPlugin(p.SingletonPlugin):
    p.implements(p.ISignal)

    # ISignal
    def get_signal_subscriptions(self) -> types.SignalMapping:
        return subscriptions.get_subscriptions()
