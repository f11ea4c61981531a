"""What each part of INsight offers to CKAN: its actions, permissions and pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from ckanext.indep.insight import views
from ckanext.indep.insight.embed import views as embed_views
from ckanext.indep.insight.logic import action, auth
from ckanext.indep.insight.meetings import action as meetings_action
from ckanext.indep.insight.meetings import auth as meetings_auth
from ckanext.indep.insight.meetings import views as meetings_views
from ckanext.indep.insight.pictures import views as pictures_views
from ckanext.indep.insight.projection import action as projection_action
from ckanext.indep.insight.projection import views as projection_views
from ckanext.indep.insight.report import action as report_action
from ckanext.indep.insight.report import auth as report_auth
from ckanext.indep.insight.report import views as report_views
from ckanext.indep.insight.reporting import action as reporting_action
from ckanext.indep.insight.reporting import auth as reporting_auth
from ckanext.indep.insight.reporting import views as reporting_views
from ckanext.indep.insight.suggestions import action as suggestions_action
from ckanext.indep.insight.suggestions import auth as suggestions_auth
from ckanext.indep.insight.suggestions import staff_views as suggestions_staff_views
from ckanext.indep.insight.suggestions import views as suggestions_views
from ckanext.indep.insight.targets import action as targets_action
from ckanext.indep.insight.targets import auth as targets_auth
from ckanext.indep.insight.targets import views as targets_views
from ckanext.indep.insight.uploads import action as uploads_action
from ckanext.indep.insight.uploads import auth as uploads_auth
from ckanext.indep.insight.uploads import views as uploads_views

__all__ = ["actions", "auth_functions", "blueprints"]

ACTIONS = (
    action,
    meetings_action,
    projection_action,
    report_action,
    reporting_action,
    suggestions_action,
    targets_action,
    uploads_action,
)
AUTH = (
    auth,
    meetings_auth,
    report_auth,
    reporting_auth,
    suggestions_auth,
    targets_auth,
    uploads_auth,
)
BLUEPRINTS = (
    views.blueprint,
    meetings_views.blueprint,
    embed_views.blueprint,
    pictures_views.blueprint,
    projection_views.blueprint,
    report_views.blueprint,
    reporting_views.blueprint,
    suggestions_views.blueprint,
    suggestions_staff_views.blueprint,
    targets_views.blueprint,
    uploads_views.blueprint,
)


def actions() -> dict[str, Any]:
    """Return the actions by name."""
    return _offered(*ACTIONS)


def auth_functions() -> dict[str, Any]:
    """Return the functions that decide who may use which action, by the action's name."""
    return _offered(*AUTH)


def blueprints() -> list[Blueprint]:
    """Return the pages."""
    return list(BLUEPRINTS)


def _offered(*modules: Any) -> dict[str, Any]:
    return {name: getattr(module, name) for module in modules for name in module.__all__}
