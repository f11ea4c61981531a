"""What the search engine may know: the words of released packages, and of nothing else.

Facet counts, suggestions and some query functions tell of every word in the index, whatever
the permission labels say; so a workspace is indexed as a bare id that no query finds.
"""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
from ckan.lib.search import SearchQueryError
from sqlalchemy import ARRAY, Text, any_, bindparam, select

from ckanext.indep.governance.gate import search_guard
from ckanext.indep.governance.model import Outbox, Publication

__all__ = ["allowed", "document", "live_only"]

HIDDEN = "indep-hidden"
LIVE = select(Publication.__table__.c.package_id).where(
    Publication.__table__.c.state == "live",
    Publication.__table__.c.package_id == any_(bindparam("ids", type_=ARRAY(Text))),
)

# What is public no longer while the search engine may still have its words.
BEING_HIDDEN = (
    select(Publication.__table__.c.package_id)
    .join(Outbox, Outbox.payload["package_id"].astext == Publication.__table__.c.package_id)
    .where(
        Publication.__table__.c.state != "live",
        Outbox.kind == "index",
        Outbox.done_at.is_(None),
    )
)


def allowed(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a search as they may be sent to the search engine.

    What the search engine has still to forget is left out by a filter, so that neither counts
    nor facets tell of it. Raises SearchQueryError, which CKAN answers with 400.
    """
    try:
        checked = search_guard.checked(parameters)
    except search_guard.SearchRefusedError as error:
        raise SearchQueryError(error.message) from error
    hidden = ckan_model.Session.connection().execute(BEING_HIDDEN).scalars()
    return search_guard.without(checked, hidden)


def document(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the document of a released package as it is, of any other a skeleton."""
    publication = ckan_model.Session.get(Publication, pkg_dict["id"])
    if publication and publication.state == "live" and pkg_dict.get("state") == "active":
        return pkg_dict
    return {
        "id": pkg_dict["id"],
        "index_id": pkg_dict["index_id"],
        "entity_type": HIDDEN,
        "site_id": HIDDEN,
        "state": HIDDEN,
        # The next plugins in line, such as dcat, read the type.
        "type": pkg_dict["type"],
    }


def live_only(search_results: dict[str, Any]) -> dict[str, Any]:
    """Drop results that the database says are not public (any longer), and count them out.

    So that taking down works at once, even while the search engine cannot be reached.
    """
    ids = [r["id"] for r in search_results["results"] if isinstance(r, dict) and "id" in r]
    if not ids:
        return search_results
    # Past the ORM, with one array as parameter: this runs at every search.
    live = set(ckan_model.Session.connection().execute(LIVE, {"ids": ids}).scalars())
    hidden = set(ids) - live
    if hidden:
        search_results["results"] = [r for r in search_results["results"] if r["id"] not in hidden]
        search_results["count"] -= len(hidden)
    return search_results
