"""Typed readers of INsight's settings."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.indep.insight.calendar import Rule

__all__ = ["calendar_rule", "office"]


def office() -> str:
    """Name of the organization whose members publish."""
    return str(tk.config["ckanext.indep.insight.office"])


def calendar_rule() -> Rule:
    """Dates of a quarter for which none were set."""
    return Rule(
        data_due=int(tk.config["ckanext.indep.insight.data_due_days"]),
        review=int(tk.config["ckanext.indep.insight.review_days"]),
        council=int(tk.config["ckanext.indep.insight.council_days"]),
    )
