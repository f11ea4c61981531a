"""The page of the audit log."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from flask import Blueprint
from sqlalchemy import func, select

from ckanext.indep.callers import signed_in
from ckanext.indep.governance import names
from ckanext.indep.governance.logic.auditing import PAGE
from ckanext.indep.governance.pages import event_words
from ckanext.indep.refusals import sentences

__all__ = ["indep_audit"]

indep_audit = Blueprint("indep_audit", __name__)
FILTERS = ("request", "event", "before")


@indep_audit.route("/audit")
def log() -> str:
    """What was done, by whom and when, the newest first."""
    context = signed_in()
    chosen = {k: v for k in FILTERS if (v := tk.request.args.get(k, "").strip())}
    errors: list[str] = []
    events: list[dict[str, Any]] = []
    try:
        events = tk.get_action("indep_event_list")(context, chosen)
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))
    except tk.ValidationError as error:
        errors = sentences(error.error_dict)
    older = ""
    if len(events) == PAGE:
        older = tk.h.url_for("indep_audit.log", **{**chosen, "before": events[-1]["seq"]})
    return tk.render(
        "indep_governance/audit.html",
        {"days": _days(events), "chosen": chosen, "older": older, "errors": errors},
    )


def _days(events: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the events by the city's day, each with its sentence as `words`."""
    words, names = event_words.sentences(), _names(events)
    told = [{**e, "words": event_words.sentence(e, words, names)} for e in events]
    by_day = itertools.groupby(told, key=lambda event: tk.h.indep_city_date(event["at"], "full"))
    return [(day, list(rows)) for day, rows in by_day]


def _names(events: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Return the people's names and the datasets' titles that the events speak of, by id."""
    ids = {value for e in events for value in e["data"].values() if isinstance(value, str)}
    ids |= {e["subject"] for e in events}
    package = ckan_model.Package
    titles = ckan_model.Session.execute(
        select(package.id, func.coalesce(func.nullif(package.title, ""), package.name)).where(
            package.id.in_(ids)
        )
    )
    return {**names.of_all(ids), **{row[0]: row[1] for row in titles}}
