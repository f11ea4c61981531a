"""Which measures a person's file may speak of, asked of CKAN."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep.insight import listing
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.uploads.catalogue import Catalogue

__all__ = ["catalogue", "of_department"]


def of_department(organization: str) -> list[Definition]:
    """The public measures of a department, by title."""
    found = [one for one in listing.definitions() if one.department == organization]
    return sorted(found, key=lambda one: one.title.lower())


def catalogue(organization: str, measure_id: str | None, user: str) -> Catalogue:
    """The measures of a department's file, or the one that it is about.

    Those whose targets the person may approve are marked. The measures of other departments are
    known by name, to be refused.
    """
    everything = listing.definitions()
    own = [one for one in everything if one.department == organization]
    only = next((one for one in own if one.id == measure_id), None)
    if measure_id and only is None:
        raise tk.ObjectNotFound(tk._("There is no such measure."))
    context: Context = {"user": user}
    may_target = [one.id for one in own if _may_target(context, one)]
    return Catalogue.of(own, everything, only, may_target)


def _may_target(context: Context, measure: Definition) -> bool:
    try:
        return tk.check_access("indep_target_set", context, {"id": measure.id})
    except tk.NotAuthorized:
        return False
