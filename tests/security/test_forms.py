"""A form without its token changes no row of any table, at each address of the portal.

The databases are compared after every single form. That the comparison sees what a forged form
does is shown with the check switched off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy.orm import Session

from ckanext.indep.governance.gate import csrf
from tests.governance.conftest import City, request_of

Make = Callable[..., dict[str, Any]]
Form = tuple[str, Mapping[str, str]]

PASSWORD = "correct horse battery staple"
PART = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
TOKEN = re.compile(r'name="_csrf_token"[^>]*(?:value|content)="([^"]+)"')
TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
ROWS = """
    SELECT '{0}', count(*), md5(string_agg(ctid::text || xmin::text, ',' ORDER BY ctid)) FROM {0}
"""
"""Each insert, update and delete gives a row another place, or the last writer's number."""


@dataclass(frozen=True)
class Forger:
    """Somebody signed in, whose browser another site makes send forms."""

    client: Any
    ids: dict[str, str]

    def addresses(self, url_map: Any) -> Iterator[str]:
        """Yield each address that takes a form, for what this person may change."""
        for rule in url_map.iter_rules():
            if "POST" in (rule.methods or ()):
                yield PART.sub(lambda part: self.ids.get(part[1], "1"), rule.rule)

    def changing(self, forms: list[Form]) -> tuple[list[str], set[int]]:
        """Send forms without a token; return where something changed, and all statuses."""
        changed, statuses = [], set()
        before = _rows()
        for path, form in forms:
            statuses.add(self.client.post(path, data=form).status_code)
            after = _rows()
            if after != before:
                changed.append(path)
            before = after
        return changed, statuses


@pytest.fixture
def forger(app: Any, city: City, released: Make, draft: Make) -> Forger:
    """A system administrator who is a steward as well: nobody may change more."""
    public, workspace = released(), draft(title="Another one")
    person = factories.Sysadmin(password=PASSWORD)
    helpers.call_action(
        "organization_member_create", id=city.department, username=person["name"], role="admin"
    )
    client = app.flask_app.test_client()
    form = {
        "login": person["name"],
        "password": PASSWORD,
        "_csrf_token": TOKEN.findall(client.get("/user/login").text)[0],
    }
    client.post("/user/login", data=form)
    assert client.get("/work").status_code == 200
    request = request_of(city.steward, workspace["id"])
    ids = {
        "id": public["id"],
        "resource_id": workspace["resources"][0]["id"],
        "number": str(request["number"]),
        "decision": "comment",
        "proposal": "retire",
        "department": city.department,
        "user": person["name"],
        "workspace": workspace["id"],
    }
    return Forger(client, ids)


def _rows() -> frozenset[tuple[Any, ...]]:
    """Return what stands for all rows of CKAN's database and of the DataStore's."""
    found: set[tuple[Any, ...]] = set()
    for bind in (ckan_model.Session.get_bind(), get_write_engine()):
        with Session(bind) as own:
            own.execute(sa.text("SET LOCAL max_parallel_workers_per_gather = 0"))
            tables = own.execute(sa.text(TABLES)).scalars().all()
            query = " UNION ALL ".join(ROWS.format(table) for table in tables)
            found |= {tuple(row) for row in own.execute(sa.text(query))}
    return frozenset(found)


def _forms(forger: Forger) -> list[Form]:
    """Forms that change something, were they the person's own."""
    ids = forger.ids
    return [
        (f"/request/{ids['number']}/comment", {"reason": "forged"}),
        ("/inbox/mail", {"mail": "never"}),
        (f"/dataset/follow/{ids['id']}", {}),
        (f"/user/{ids['user']}/api-tokens", {"name": "forged"}),
        (
            "/inventory/new",
            {"owner_org": ids["department"], "title": "F", "status": "not_assessed"},
        ),
        ("/data-requests/new", {"title": "Forged", "question": "What was forged here?"}),
        ("/api/3/action/package_patch", {"id": ids["workspace"], "title": "Forged"}),
        (f"/take-down/{ids['id']}", {"reason": "forged"}),
        (f"/dataset/delete/{ids['workspace']}", {}),
    ]


def test_nothing_changes_without_a_token(
    app: Any, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with both checks off, the portal's and CKAN's own, each of the forms is carried out."""
    forms = _forms(forger)
    everywhere = [(path, {"reason": "forged"}) for path in forger.addresses(app.flask_app.url_map)]
    assert len(everywhere) > 100
    changed, statuses = forger.changing([*forms, *everywhere])
    assert changed == []
    assert statuses <= {400, 404}

    checks = app.flask_app.before_request_funcs[None]
    others = [check for check in checks if check.__module__ != csrf.__name__]
    assert len(others) == len(checks) - 1
    monkeypatch.setitem(app.flask_app.before_request_funcs, None, others)
    monkeypatch.setitem(app.flask_app.config, "WTF_CSRF_ENABLED", False)
    changed, _statuses = forger.changing(forms)
    assert changed == [path for path, _form in forms]
