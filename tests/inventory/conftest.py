"""Two departments with their people, a committee's desk, and something that they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from ckan.types import Context

from ckanext.indep.models import metadata

HOLDING: dict[str, Any] = {
    "title": "Hydrant inspections",
    "description": "One row for each inspection since 2015.",
    "status": "not_assessed",
    "source_system": "canary-system",
    "steward": "canary-steward",
    "classification": "internal",
    "internal_notes": "canary-notes",
}
REQUEST: dict[str, Any] = {
    "title": "Crashes by intersection",
    "question": "Which intersections have the most crashes?",
    "why": "canary-why",
    "requester_name": "canary-name",
    "requester_email": "canary@example.org",
    "notify": True,
}
CANARIES = ("canary-system", "canary-steward", "canary-notes", "canary-why", "canary-name")


@dataclass(frozen=True)
class Town:
    """Names of the people by role, and the departments' ids."""

    fire: str
    police: str
    editor: str
    owner: str
    stranger_owner: str
    secretary: str
    member: str
    admin: str


def act(actor: str, action: str, /, **data: Any) -> Any:
    """Call an action as a person would through the API, a stranger by the empty name."""
    context: Context = {
        "user": actor,
        "ignore_auth": False,
        "auth_user_obj": ckan_model.User.get(actor),
    }
    return tk.get_action(action)(context, data)


@pytest.fixture
def town(with_plugins: None, request: pytest.FixtureRequest) -> Town:
    """Fire with an editor and an owner, Police with an owner, and the committee's people.

    Accounts take long to make, so a town that is still there is emptied and used again. A test
    that needs the database without guards asks for that first, by ``usefixtures``.
    """
    ckan_model.Session.rollback()
    if not _towns or ckan_model.Group.get(_towns[-1].fire) is None:
        for fixture in ("clean_db", "clean_index"):
            request.getfixturevalue(fixture)
        _towns.append(_build())
    _empty_inventory()
    return _towns[-1]


_towns: list[Town] = []


def _empty_inventory() -> None:
    names = [name for name in metadata.tables if name.startswith(("indep_holding", "indep_data_"))]
    for name in names:
        ckan_model.Session.execute(sa.DDL(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        ckan_model.Session.execute(sa.delete(metadata.tables[name]))
        ckan_model.Session.execute(sa.DDL(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
    ckan_model.Session.commit()


def _build() -> Town:
    editor, owner, stranger, secretary, member = (factories.User()["name"] for _ in range(5))
    fire = factories.Organization(
        users=[{"name": editor, "capacity": "editor"}, {"name": owner, "capacity": "admin"}]
    )["id"]
    police = factories.Organization(users=[{"name": stranger, "capacity": "admin"}])["id"]
    for name, office in ((secretary, "secretary"), (member, "member")):
        helpers.call_action("indep_appointment_create", user=name, office=office)
    admin = factories.Sysadmin()["name"]
    return Town(fire, police, editor, owner, stranger, secretary, member, admin)


@pytest.fixture
def holding(town: Town) -> dict[str, Any]:
    """Something that Fire holds."""
    return act(town.editor, "indep_holding_create", owner_org=town.fire, **HOLDING)


@pytest.fixture
def asked(town: Town) -> Callable[..., int]:
    """Ask for data as a stranger; return the number."""

    def ask(**fields: Any) -> int:
        return act("", "indep_data_request_create", **{**REQUEST, **fields})["number"]

    return ask


@pytest.fixture
def accepted(town: Town, asked: Callable[..., int]) -> Callable[..., int]:
    """Ask for data and have the secretary give it to Fire; return the number."""

    def accept(**fields: Any) -> int:
        number = asked(**fields)
        act(town.secretary, "indep_data_request_assign", number=number, owner_org=town.fire)
        return number

    return accept


@pytest.fixture
def public_dataset(town: Town) -> dict[str, Any]:
    """A public dataset, made without going through a release; needs `unguarded` before."""
    package = ckan_model.Package(
        name="hydrants", title="Hydrants", type="dataset", owner_org=town.fire, state="active"
    )
    ckan_model.Session.add(package)
    ckan_model.Session.commit()
    return {"id": package.id, "name": package.name}


def headers(name: str) -> dict[str, str]:
    """Headers of a request that this person makes."""
    return {"Authorization": factories.APIToken(user=name)["token"]}
