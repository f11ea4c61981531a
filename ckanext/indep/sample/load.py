"""Load the sample city through the workflow itself, as its people would.

Everything is done by actions with the demo accounts' own permissions; loading again adds
what is missing and changes nothing else.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import yaml
from ckan.types import Context
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import outbox, permissions, policies
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.insight import definition, derive, periods, service
from ckanext.indep.sample import inventory, measures, people
from ckanext.indep.tabular.jobs import load_table

__all__ = ["Accounts", "load"]

FOLDER = Path(__file__).parent
ACTOR = "ckan indep sample load"


class Accounts:
    """The demo accounts' passwords, kept in a file that only its owner can read."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.rows: list[dict[str, str]] = []
        if path and path.exists():
            self.rows = json.loads(path.read_text("utf-8"))

    def password(self, name: str) -> str | None:
        """Return the password that was given to an account, if it is known."""
        return next((row["password"] for row in self.rows if row["name"] == name), None)

    def add(self, role: str, name: str, password: str) -> None:
        """Remember an account and write the file at once, whole."""
        self.rows = [row for row in self.rows if row["name"] != name]
        self.rows.append({"role": role, "name": name, "password": password})
        if self._path:
            partial = self._path.with_suffix(".partial")
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self.rows, file, indent=2)
            partial.replace(self._path)


def load(accounts: Accounts) -> Iterator[str]:
    """Load what is missing; yield a line for each part that is done."""
    city = yaml.safe_load((FOLDER / "city.yaml").read_text("utf-8"))
    policies.load(policies.default_text(), ACTOR)
    yield f"{_people(city, accounts)} accounts"
    yield f"{_departments(city)} departments"
    yield f"{_datasets(city)} datasets"
    yield f"{_measures(city)} measures"
    yield f"{_histories()} results and targets"
    yield f"{inventory.load_holdings(_act)} holdings"
    yield f"{inventory.load_requests(_act)} data requests"


def _people(city: dict[str, Any], accounts: Accounts) -> int:
    for account in city["accounts"]:
        name = account["name"]
        if not ckan_model.User.get(name) or not accounts.password(name):
            accounts.add(account["role"], name, _account(account))
        user = ckan_model.User.get(name)
        assert user, "it was created just now"
        office = account.get("office")
        if office and office not in permissions.offices(user.id):
            _as_site("indep_appointment_create", user=name, office=office)
    return len(city["accounts"])


def _account(account: dict[str, Any]) -> str:
    """Create an account, or give it a new password where the old one is lost; return it."""
    password = secrets.token_urlsafe(12)
    user = ckan_model.User.get(account["name"])
    if user:
        user.password = password
        ckan_model.Session.commit()
        return password
    _as_site(
        "user_create",
        name=account["name"],
        fullname=account["title"],
        email=f"{account['name']}@example.org",
        password=password,
        sysadmin=account.get("sysadmin", False),
    )
    return password


def _departments(city: dict[str, Any]) -> int:
    for department in city["departments"]:
        if ckan_model.Group.get(department["name"]):
            continue
        extras = [
            {"key": key, "value": department[key]}
            for key in ("contact_name", "contact_email")
            if key in department
        ]
        _as_site(
            "organization_create",
            name=department["name"],
            title=department["title"],
            users=people.members(city, department),
            extras=extras,
        )
    return len(city["departments"])


def _datasets(city: dict[str, Any]) -> int:
    loaded = 0
    # Not by the steward's list, which ends after a while.
    names = [entry["name"] for entry in city["datasets"]]
    asked_for = select(ChangeRequest.slug).where(ChangeRequest.slug.in_(names))
    known = set(ckan_model.Session.execute(asked_for).scalars())
    for entry in city["datasets"]:
        if entry["name"] in known:
            continue
        fields = {k: v for k, v in entry.items() if k not in ("file", "resource", "released")}
        workspace = _act("data-steward", "package_create", **fields)
        with (FOLDER / "data" / entry["file"]).open("rb") as file:
            resource = _act(
                "data-steward",
                "resource_create",
                package_id=workspace["id"],
                upload=FileStorage(file, filename=entry["file"]),
                **entry["resource"],
            )
        outbox.drain()
        load_table(resource["id"])
        decision = _submit(workspace, city["checklist"])
        if entry.get("released", True):
            _vote(decision)
        loaded += 1
    return loaded


def _measures(city: dict[str, Any]) -> int:
    released = 0
    for package in measures.packages():
        if not ckan_model.Package.get(package["name"]):
            workspace = _act("data-steward", "package_create", **_staff_fields(package))
            _vote(_submit(workspace, city["checklist"]))
            released += 1
    outbox.drain()
    return released


def _histories() -> int:
    written = 0
    found = {}
    for name, rows in measures.histories().items():
        measure = definition.of_package(_act("administrator", "package_show", id=name))
        found[name] = measure
        if rows:
            written += service.load_history(measure, rows, ACTOR)
    for name, baseline in measures.baselines().items():
        first, last = (periods.parse(baseline[end]) for end in ("first", "last"))
        service.set_baseline(found[name], first, last, None, baseline["reason"], ACTOR)
    derive.recompute_all(ACTOR)
    pending = service.pending_quarters()
    if pending:
        service.publish(pending, ACTOR)
    return written


def _staff_fields(package: dict[str, Any]) -> dict[str, Any]:
    return {"classification": "public", "retention": "Permanent", **package}


def _submit(workspace: dict[str, Any], checklist: dict[str, str]) -> dict[str, Any]:
    """Submit a draft and approve it as data owner; return what the committee decides on."""
    mine = _act("data-steward", "indep_request_list", which="mine")
    request = next(r for r in mine if r["workspace_id"] == workspace["id"])
    sent = _act("data-steward", "indep_request_submit", id=request["id"], checklist=checklist)
    decision = {"id": sent["id"], "revision_id": sent["revision_id"]}
    _act("data-owner", "indep_request_decide", **decision)
    return decision


def _vote(decision: dict[str, Any]) -> None:
    """Carry it in the committee, which releases it."""
    _act("committee-chair", "indep_request_vote", ballot="for", **decision)
    result = _act("committee-member", "indep_request_vote", ballot="for", **decision)
    if result["state"] != "released":
        raise tk.ValidationError({"sample": [f"{result['title']} could not be released."]})


def _act(actor: str, action: str, /, **data: Any) -> Any:
    context: Context = {"user": actor, "auth_user_obj": ckan_model.User.get(actor)}
    return tk.get_action(action)(context, data)


def _as_site(action: str, /, **data: Any) -> Any:
    """Create accounts and departments as the site itself: there is nobody else yet."""
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return _act(site, action, **data)
