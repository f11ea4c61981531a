"""What must hold in a walk, whatever was done: held against the journal, not the workflow."""

from __future__ import annotations

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pysolr
import sqlalchemy as sa
from ckan.lib.search.common import make_connection

from ckanext.indep.governance import outbox
from ckanext.indep.governance.model import (
    ChangeRequest,
    Contributor,
    Publication,
    Ratification,
    Revision,
)
from tests.governance.conftest import act
from tests.governance.machine.town import Town

__all__ = [
    "releases_had_their_votes",
    "strangers_find_what_is_released",
    "strangers_see_what_is_released",
]

HIDDEN = (tk.NotAuthorized, tk.ObjectNotFound)
OF_THE_ROBOT = {"resources", "modified", "temporal_end"}
"""What an update under the standing approval may change."""


def strangers_see_what_is_released(packages: list[str]) -> None:
    """Hold what a stranger is shown and finds against the released revisions, word for word."""
    outbox.drain(*outbox.AT_ONCE)
    released = _released(packages)
    for package_id in packages:
        try:
            shown = _told(act("", "package_show", id=package_id))
        except HIDDEN:
            assert package_id not in released, f"{package_id} is released and cannot be seen"
        else:
            assert package_id in released, f"{package_id} can be seen and is not released"
            approved = released[package_id]
            assert shown == approved, f"{package_id} is shown as {shown}, released as {approved}"


def strangers_find_what_is_released(packages: list[str]) -> None:
    """Hold what a stranger finds by the search against the released revisions, word for word."""
    released = _released(packages)
    _make_search_current()
    query = " OR ".join(packages)
    found = act("", "package_search", fq=f"id:({query})", rows=len(packages))["results"]
    assert {r["id"]: _told(r) for r in found} == released, "the search tells something else"


def releases_had_their_votes(town: Town) -> None:
    """Hold every release against the ballots that were answered with success."""
    released = town.released()
    workers: dict[str, set[str]] = {}
    people = sa.select(Contributor.request_id, ckan_model.User.name).join(
        ckan_model.User, Contributor.user_id == ckan_model.User.id
    )
    ids = [request.id for request in released]
    for request_id, name in ckan_model.Session.execute(
        people.where(Contributor.request_id.in_(ids))
    ):
        workers.setdefault(request_id, set()).add(name)
    glass = {e.sent["id"] for e in town.journal.accepted("indep_break_glass")}
    for request in released:
        if request.id in glass:
            continue
        if request.snapshot.get("rejected"):
            _was_rejected(town, request)
        elif request.snapshot["lane"] == "standing":
            _was_routine(town, request, workers[request.id])
        else:
            _was_voted_on(town, request, workers[request.id])


def _was_voted_on(town: Town, request: ChangeRequest, workers: set[str]) -> None:
    cast = town.ballots.get((request.id, request.revision_id or ""), [])
    voters = {who for who, _ballot in cast}
    assert not workers & voters, f"request {request.number}: who worked on it decided"
    assert (town.people.city.owner, "owner") in cast, f"request {request.number}: no owner"
    if "committee" in request.snapshot["stages"]:
        said = [(who, ballot) for who, ballot in cast if ballot != "owner"]
        assert {who for who, _b in said} <= set(town.people.city.members)
        assert "for" in dict(said).values(), f"request {request.number}: nobody was for it"
        present = len(voters) - 1 + len(request.snapshot.get("left", []))
        electorate = len(request.snapshot["electorate"])
        assert present >= min(2, electorate), f"request {request.number}: no quorum"


def _was_routine(town: Town, request: ChangeRequest, workers: set[str]) -> None:
    assert workers == {town.people.robot}, f"request {request.number}: {workers} took part"
    new = ckan_model.Session.get(Revision, request.revision_id)
    assert new
    before = ckan_model.Session.execute(
        sa.select(Revision.content).where(
            Revision.live_id == request.live_id, Revision.content_hash == request.base_hash
        )
    ).scalars()
    base = next(iter(before))
    changed = {key for key in base | new.content if base.get(key) != new.content.get(key)}
    assert changed <= OF_THE_ROBOT, f"request {request.number}: a routine changed {changed}"


def _was_rejected(town: Town, request: ChangeRequest) -> None:
    ratification = ckan_model.Session.get(Ratification, request.snapshot["rejected"])
    assert ratification
    assert ratification.state == "rejected"
    against = [
        entry
        for entry in town.journal.accepted("indep_ratification_vote")
        if entry.sent["id"] == ratification.id and entry.sent["ballot"] == "against"
    ]
    assert against, f"ratification {ratification.number} was rejected by nobody"


def _released(packages: list[str]) -> dict[str, tuple[object, ...]]:
    """Return what is released to everybody, by package."""
    ckan_model.Session.rollback()
    rows = ckan_model.Session.execute(
        sa.select(Publication.package_id, Revision.content)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Publication.state == "live", Publication.package_id.in_(packages))
    )
    return {package_id: _told(content) for package_id, content in rows}


def _told(package: dict[str, object]) -> tuple[object, ...]:
    """Return what the comparison is about."""
    resources = package.get("resources")
    assert isinstance(resources, list)
    return (
        package["title"],
        package["notes"],
        package.get("modified"),
        [(r["id"], r["name"], r["url"]) for r in resources],
    )


def _make_search_current() -> None:
    solr = make_connection()
    assert isinstance(solr, pysolr.Solr)
    solr.commit(softCommit=True)
