"""The actions that read ratifications and the data for city staff."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep import city_time
from ckanext.indep.governance import names, policies
from ckanext.indep.governance.approving import ballots
from ckanext.indep.governance.emergency import excuses, ratifying
from ckanext.indep.governance.logic import answers, release_schema, rights, schema
from ckanext.indep.governance.model import ChangeRequest, Publication, Ratification
from ckanext.indep.governance.publishing import history, staff_data

__all__ = [
    "indep_publication_history",
    "indep_ratification_list",
    "indep_ratification_show",
    "indep_staff_data_search",
]

LISTED = 200


@tk.side_effect_free
def indep_publication_history(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the releases of a dataset or measure, newest first.

    :param id: id or name of the dataset
    :returns: list of ``version``, ``request``, ``kind`` (create, edit, roll_back …),
        ``released_at``, ``sha256``, ``lane`` (how it was approved, in words), ``votes`` (of the
        committee, where it voted) and ``current`` (whether this is what is released now)
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    package = ckan_model.Package.get(data["id"])
    if package is None:
        raise tk.ObjectNotFound()
    tk.check_access("indep_publication_history", context, {"id": package.id})
    publication = ckan_model.Session.get(Publication, package.id)
    return [
        {
            "version": each.version,
            "request": each.number,
            "kind": each.kind,
            "released_at": each.released_at.isoformat(),
            "sha256": each.content_hash,
            "lane": _lane(each),
            "votes": _votes(each),
            "current": publication is not None and publication.revision_id == each.revision_id,
        }
        for each in reversed(history.versions(package.id))
    ]


def _lane(version: history.Version) -> str:
    """Return in words how a release was approved; nobody is named."""
    if excuses.BREAK_GLASS in version.snapshot:
        return tk._("Released by an administrator, subject to ratification")
    if excuses.REJECTED in version.snapshot:
        return tk._("Brought back by the committee")
    if "lane" not in version.snapshot:
        return ""
    return policies.by_id(version.snapshot["policy"]).lane(version.snapshot["lane"]).label


def _votes(version: history.Version) -> dict[str, int] | None:
    request = ckan_model.Session.get(ChangeRequest, version.request_id)
    if request is None or "committee" not in request.snapshot.get("stages", []):
        return None
    tally = ballots.tally_of(request)
    return {"for": tally.for_, "against": tally.against, "abstain": tally.abstain}


@tk.side_effect_free
def indep_ratification_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what one person did at once and the committee ratifies, most urgent first.

    :param which: ``open`` (default) or ``all``
    """
    data = answers.validated(release_schema.ratification_list(), context, data_dict)
    tk.check_access("indep_ratification_list", context, data)
    query = select(Ratification).order_by(
        (Ratification.state != excuses.PENDING), Ratification.due_on, Ratification.number
    )
    if data.get("which", "open") == "open":
        query = query.where(Ratification.state == excuses.PENDING)
    rows = ckan_model.Session.execute(query.limit(LISTED)).scalars()
    return [ratification_dict(row) for row in rows]


@tk.side_effect_free
def indep_ratification_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one ratification with its votes.

    :param id: id of the ratification
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_ratification_show", context, data)
    row = rights.ratification_of(data["id"])
    votes = ratifying.ballots_of(row)
    return {
        **ratification_dict(row),
        "ballots": [
            {
                "user": names.of(vote.user_id),
                "ballot": vote.ballot,
                "reason": vote.reason,
                "cast_at": vote.cast_at.isoformat(),
            }
            for vote in votes
        ],
    }


@tk.side_effect_free
def indep_staff_data_search(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Find data that is released to city staff only.

    :param q: words, as in a web search; all of it without
    :param department: name of a department
    :param start: how many to pass over, 0 by default
    :param rows: how many at most, 20 by default, 100 at most
    :returns: ``count``, ``departments`` (name, title, count) and ``results``
    """
    data = answers.validated(release_schema.staff_search(), context, data_dict)
    tk.check_access("indep_staff_data_search", context, data)
    return staff_data.search(
        str(data.get("q") or ""),
        str(data.get("department") or ""),
        int(data.get("start") or 0),
        min(int(data.get("rows") or 20), 100),
    )


def ratification_dict(row: Ratification) -> dict[str, Any]:
    """Return a ratification as plain values; `state` says overdue where it is."""
    late = row.state == excuses.PENDING and row.due_on < city_time.today()
    package = ckan_model.Session.get(ckan_model.Package, row.package_id)
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "package_id": row.package_id,
        "name": package.name if package else None,
        "type": package.type if package else None,
        "request_id": row.request_id,
        "reason": row.reason,
        "opened_by": names.of(row.opened_by),
        "opened_at": row.opened_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "state": "overdue" if late else row.state,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "tally": answers.tally_dict(ratifying.tally_of(row)),
    }
