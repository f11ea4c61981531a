"""Template helpers of the inventory and of the data requests."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.schema import vocabularies

__all__ = [
    "indep_departments",
    "indep_holding_status",
    "indep_request_outcome",
    "indep_request_step",
    "indep_term_choices",
]


def indep_departments() -> list[dict[str, Any]]:
    """All departments by title, for the choices of a filter or form."""
    group = ckan_model.Group
    rows = ckan_model.Session.execute(
        select(group.name, group.title)
        .where(group.is_organization.is_(True), group.state == "active")
        .order_by(group.title)
    )
    return [{"name": row.name, "title": row.title or row.name} for row in rows]


def indep_holding_status(status: str) -> dict[str, str]:
    """The words for a holding's status, and the class of its pill."""
    words = {
        "released": (tk._("Public"), "good"),
        "planned": (tk._("To be published"), "warn"),
        "under_review": (tk._("Under review"), "warn"),
        "withheld": (tk._("Withheld"), "bad"),
        "not_assessed": (tk._("Not assessed yet"), "none"),
    }
    label, kind = words[status]
    return {"label": label, "kind": kind}


def indep_request_step(state: str) -> dict[str, str]:
    """The words for a data request's state, and the class of its pill."""
    words = {
        "received": (tk._("Waiting to be read"), "none"),
        "assigned": (tk._("With a department"), "warn"),
        "answered": (tk._("Answered"), "good"),
        "merged": (tk._("Joined with another request"), "none"),
        "spam": (tk._("Put away"), "bad"),
    }
    label, kind = words[state]
    return {"label": label, "kind": kind}


def indep_request_outcome(outcome: str) -> dict[str, str]:
    """The words for an answer's outcome, and the class of its pill."""
    words = {
        "published": (tk._("Published"), "good"),
        "partly": (tk._("Published in part"), "good"),
        "already_public": (tk._("Already public"), "good"),
        "planned": (tk._("To be published"), "warn"),
        "declined": (tk._("Declined, with the reason"), "bad"),
    }
    label, kind = words[outcome]
    return {"label": label, "kind": kind}


def indep_term_choices(vocabulary: str) -> list[tuple[str, str]]:
    """The terms of a vocabulary as (value, words in the reader's language)."""
    language = str(tk.h.lang() or "en").partition("_")[0]
    return [
        (term["value"], vocabularies.label(vocabulary, term["value"], language))
        for term in vocabularies.choices(vocabulary)
    ]
