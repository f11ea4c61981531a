"""What each part of governance offers to CKAN: its actions, permissions and pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from ckanext.indep.governance.logic import (
    action,
    auditing,
    auditing_auth,
    auth,
    comparing,
    comparing_auth,
    maintenance,
    maintenance_auth,
    offices,
    offices_auth,
    outside,
    outside_auth,
    previewing,
    previewing_auth,
    reading,
    rebasing,
    rebasing_auth,
    release_action,
    release_auth,
    release_reading,
    review,
    review_auth,
    review_reading,
)
from ckanext.indep.governance.logic.guards import registry as guards
from ckanext.indep.governance.pages import (
    appointment_views,
    audit_views,
    delegation_views,
    maintenance_views,
    release_views,
    review_views,
    views,
)

__all__ = ["actions", "auth_functions", "blueprints"]

ACTIONS = (
    action,
    auditing,
    comparing,
    maintenance,
    offices,
    outside,
    previewing,
    reading,
    rebasing,
    release_action,
    release_reading,
    review,
    review_reading,
)
AUTH = (
    auditing_auth,
    auth,
    comparing_auth,
    maintenance_auth,
    offices_auth,
    outside_auth,
    previewing_auth,
    rebasing_auth,
    release_auth,
    review_auth,
)
BLUEPRINTS = (
    appointment_views.indep_appointments,
    audit_views.indep_audit,
    delegation_views.indep_delegations,
    maintenance_views.indep_maintenance,
    release_views.indep_release,
    review_views.indep_review,
    views.indep_governance,
)


def actions() -> dict[str, Any]:
    """Return our own actions, and those of CKAN that we guard, by name."""
    return {**_offered(*ACTIONS), **guards.ACTIONS}


def auth_functions() -> dict[str, Any]:
    """Return the functions that decide who may use which action, by the action's name."""
    return {**_offered(*AUTH), **guards.AUTH_FUNCTIONS}


def blueprints() -> list[Blueprint]:
    """Return the pages."""
    return list(BLUEPRINTS)


def _offered(*modules: Any) -> dict[str, Any]:
    return {name: getattr(module, name) for module in modules for name in module.__all__}
