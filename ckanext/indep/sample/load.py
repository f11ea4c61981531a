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

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import permissions, policies
from ckanext.indep.insight import config, definition, derive, periods, service
from ckanext.indep.insight.projection import service as projection
from ckanext.indep.sample import (
    city,
    history,
    inventory,
    measures,
    people,
    performance,
    requests,
    suggesting,
)
from ckanext.indep.sample.acting import act

__all__ = ["Accounts", "found", "load"]

ACTOR = "ckan indep sample load"
FIRST_DATASETS = ("311-service-requests", "insight-figures")


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
    """Load what is missing; yield a line for each part that is done.

    A city that an earlier version loaded gets no history: it would run into what people have done
    there since. Raises ConflictError where the portal has another performance office than the
    city, in which nobody could publish a quarter.
    """
    _check_office()
    has_history = history.begin(city.city()["accounts"][0]["name"])
    yield from found(accounts)
    yield f"{_histories()} results and targets"
    yield f"{suggesting.load()} suggested charts"
    yield f"{projection.rebuild()[1]} tables of the published figures"
    if has_history:
        yield f"{history.play()} steps of the history"
        yield f"{inventory.load_holdings(history.days())} holdings"
        yield f"{inventory.load_requests(history.days())} data requests"
        yield f"{performance.load(history.days())} performance meetings"
    else:
        yield "no history, since the city is older; a new portal has it"


def _check_office() -> None:
    office = _with_role("performance")["department"]
    if config.office() != office:
        raise ConflictError(
            f"Quarters are published by “{config.office()}” here, in the sample city by “{office}”."
            f" Set ckanext.indep.insight.office = {office}, and load it again."
        )


def found(accounts: Accounts) -> list[str]:
    """Found the city on the day that its history begins: policy, people and what they measure."""
    with city_time.set_to(history.beginning()):
        policies.load(policies.default_text(), ACTOR)
        return [
            f"{_people(accounts)} accounts",
            f"{_departments()} departments",
            f"{_publish()} measures and {len(FIRST_DATASETS)} datasets",
        ]


def _people(accounts: Accounts) -> int:
    declared = city.city()["accounts"]
    for account in declared:
        name = account["name"]
        if not ckan_model.User.get(name) or not accounts.password(name):
            accounts.add(account["role"], name, _account(account))
        user = ckan_model.User.get(name)
        assert user, "it was created just now"
        office = account.get("office")
        if office and office not in permissions.offices(user.id):
            _as_site("indep_appointment_create", user=name, office=office)
    return len(declared)


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


def _departments() -> int:
    declared = city.city()["departments"]
    for department in declared:
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
            users=people.members(city.city(), department),
            extras=extras,
        )
    return len(declared)


def _publish() -> int:
    declared = [city.measure(package) for package in measures.packages()]
    for entry in (*map(city.dataset, FIRST_DATASETS), *declared):
        if not ckan_model.Package.get(entry["name"]):
            requests.publish(entry)
    return len(declared)


def _histories() -> int:
    manager, performance = _name_of("manager"), _name_of("performance")
    written = 0
    found = {}
    for name, rows in measures.histories().items():
        measure = definition.of_package(act("administrator", "package_show", id=name))
        found[name] = measure
        if rows:
            written += service.load_history(measure, rows, manager)
    for name, baseline in measures.baselines().items():
        first, last = (periods.parse(baseline[end]) for end in ("first", "last"))
        service.set_baseline(found[name], first, last, None, baseline["reason"], manager)
    derive.recompute_all(ACTOR)
    pending = service.pending_quarters()
    if pending:
        service.publish(pending, performance)
    return written


def _name_of(role: str) -> str:
    return str(_with_role(role)["name"])


def _with_role(role: str) -> dict[str, Any]:
    return next(one for one in city.city()["accounts"] if one["role"] == role)


def _as_site(action: str, /, **data: Any) -> Any:
    """Create accounts and departments as the site itself: there is nobody else yet."""
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return act(site, action, **data)
