"""Plugin `indep_committee`: the meetings at which data is released."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.indep.committee import (
    handlers,  # noqa: F401  registers what the outbox can do
    policy_check,  # noqa: F401  registers what it asks of a policy
)


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.helpers
@tk.blanket.blueprints
class CommitteePlugin(p.SingletonPlugin):
    """Registers what the modules beside it offer."""
