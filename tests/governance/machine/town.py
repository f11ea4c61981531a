"""The town that a walk leads through: who lives there, what they do, what there is now.

Lists come in an order that does not depend on random ids, so a number that was drawn picks one
by its index.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.indep.db import Base
from ckanext.indep.governance.model import ChangeRequest, Publication, Ratification
from ckanext.indep.governance.states import OPEN
from tests.committee.conftest import Clock
from tests.governance.conftest import City, act
from tests.governance.machine.journal import Entry, Journal

__all__ = ["People", "Town", "fresh", "picked"]

REFUSED = (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound)
T = TypeVar("T")


@dataclass(frozen=True)
class People:
    """Who there is besides the city's usual people: a secretary and a service account."""

    city: City
    secretary: str
    robot: str
    clock: Clock

    @property
    def everybody(self) -> list[str]:
        """All accounts, and the stranger who has none."""
        city = self.city
        named = [city.steward, city.owner, *city.members, self.secretary, self.robot]
        return [*named, city.outsider, city.admin, ""]

    def roles(self) -> dict[str, str]:
        """Return what everybody is, by the account's name."""
        city = self.city
        members = {name: f"member{number}" for number, name in enumerate(city.members)}
        others = ("steward", "owner", "outsider", "admin")
        named = {getattr(city, role): role for role in others}
        return {**members, **named, self.secretary: "secretary", self.robot: "robot"}

    def of_role(self, role: str, chance: random.Random) -> str:
        """Return who has that role: chair, member, secretary, robot, or one of the city's."""
        if role == "chair":
            return self.city.members[0]
        if role == "member":
            return chance.choice(self.city.members)
        if role in ("secretary", "robot"):
            return self.secretary if role == "secretary" else self.robot
        return str(getattr(self.city, role))


@dataclass
class Town:
    """What a walk knows: its journal, its packages, and what it touched since the last look."""

    people: People
    journal: Journal
    workspaces: list[str] = field(default_factory=list[str])
    touched: set[str] = field(default_factory=set[str])
    ballots: dict[tuple[str, str], list[tuple[str, str]]] = field(
        default_factory=dict[tuple[str, str], list[tuple[str, str]]]
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def do(self, who: str, action: str, /, **sent: Any) -> dict[str, Any] | None:
        """Act; what is refused has to be refused in words. Return the answer, None if refused."""
        try:
            answer = act(who, action, **sent)
        except REFUSED as error:
            ckan_model.Session.rollback()
            self.journal.note(Entry(who, action, sent, str(error) or type(error).__name__))
            return None
        except Exception as error:
            self.journal.note(Entry(who, action, sent, f"FAILED: {error}"))
            raise
        self.journal.note(Entry(who, action, sent, ""))
        if action in ("indep_request_decide", "indep_request_vote"):
            voter = sent.get("on_behalf_of") or who
            ballot = "owner" if action == "indep_request_decide" else sent["ballot"]
            self.note_ballot(sent["id"], sent["revision_id"], voter, ballot)
        return answer if isinstance(answer, dict) else {}

    def note_ballot(self, request_id: str, revision_id: str | None, who: str, ballot: str) -> None:
        """Remember a ballot (for, against …, or `owner` for the data owner's approval)."""
        with self._lock:
            self.ballots.setdefault((request_id, revision_id or ""), []).append((who, ballot))

    def open_requests(self, kinds: Sequence[str] = ()) -> list[ChangeRequest]:
        """Return the requests of this walk that have not ended, by number."""
        wanted = sa.select(ChangeRequest).where(
            ChangeRequest.live_id.in_(self._lives()), ChangeRequest.state.in_(OPEN)
        )
        if kinds:
            wanted = wanted.where(ChangeRequest.kind.in_(kinds))
        return list(fresh(wanted.order_by(ChangeRequest.number)))

    def request(self, request_id: str) -> ChangeRequest:
        """Return a request as it is now."""
        return fresh(sa.select(ChangeRequest).where(ChangeRequest.id == request_id))[0]

    def opener(self, request: ChangeRequest) -> str:
        """Return who opened a request; a steward who has no part in one does not see it."""
        user = ckan_model.User.get(request.opened_by)
        return user.name if user else self.people.city.steward

    def released(self) -> list[ChangeRequest]:
        """Return the requests of this walk that were released, by number."""
        return list(
            fresh(
                sa.select(ChangeRequest)
                .where(ChangeRequest.live_id.in_(self._lives()), ChangeRequest.state == "released")
                .order_by(ChangeRequest.number)
            )
        )

    def shown(self) -> list[str]:
        """Return the ids of what this walk has public or for staff, the first drafted first."""
        first = sa.func.min(ChangeRequest.number)
        return list(
            fresh(
                sa.select(Publication.package_id)
                .join(ChangeRequest, ChangeRequest.live_id == Publication.package_id)
                .where(
                    Publication.package_id.in_(self._lives()),
                    Publication.state.in_(["live", "staff"]),
                )
                .group_by(Publication.package_id)
                .order_by(first)
            )
        )

    def free(self) -> list[str]:
        """Return which of these no open request holds."""
        held = {request.live_id for request in self.open_requests()}
        return [package_id for package_id in self.shown() if package_id not in held]

    def packages(self) -> list[str]:
        """Return the ids of all workspaces of this walk, and of what is or will be public."""
        ckan_model.Session.rollback()
        rows = ckan_model.Session.execute(
            sa.select(ChangeRequest.workspace_id, ChangeRequest.live_id)
            .where(ChangeRequest.live_id.in_(self._lives()))
            .order_by(ChangeRequest.number)
        )
        return list(dict.fromkeys(package_id for row in rows for package_id in row))

    def pending_ratifications(self) -> list[Ratification]:
        """Return what waits for the committee to ratify it, by number."""
        return list(
            fresh(
                sa.select(Ratification)
                .where(Ratification.state == "pending", Ratification.package_id.in_(self._lives()))
                .order_by(Ratification.number)
            )
        )

    def touch(self, request: ChangeRequest) -> None:
        """Have the next look include what belongs to this request."""
        self.touched |= {request.workspace_id, request.live_id}

    def _lives(self) -> sa.Select[Any]:
        return sa.select(ChangeRequest.live_id).where(
            ChangeRequest.workspace_id.in_(self.workspaces)
        )


def picked(things: Sequence[T], chance: random.Random) -> T | None:
    """Return one of some things, None where there are none."""
    number = chance.randrange(2**32)
    return things[number % len(things)] if things else None


def fresh(query: sa.Select[Any]) -> list[Any]:
    """Read rows as they are now; they stay as read, whatever is done later."""
    session = ckan_model.Session
    session.rollback()
    rows = list(session.execute(query, execution_options={"populate_existing": True}).scalars())
    for row in rows:
        if isinstance(row, Base):
            session.expunge(row)
    return rows
