"""A portal of plain CKAN: made, changed and looked at in a process without this extension.

``python -m tests.takeover.stock_portal SETTINGS fill|work`` prints JSON.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.cli import load_config
from ckan.cli.db import _run_migrations
from ckan.config.middleware import make_app
from ckanext.activity.model import Activity
from werkzeug.datastructures import FileStorage

from tests.takeover import seen

LONG_NOTE = "The streets of the canary are long. " * 1200  # more than 40 KB
CSV = b"zip,count\n64050,4\n64055,3\n"


def main(settings: str, command: str) -> None:
    """Run one command in a request context of stock CKAN and print what it returns."""
    app = make_app(load_config(settings))
    with app.test_request_context():
        result = {"fill": fill, "work": work}[command]()
    print(json.dumps(result, default=str))


def fill() -> dict[str, Any]:
    """Make people, datasets of every kind, files, tables, previews and activities."""
    _run_migrations("activity")
    for name in ("steward", "owner", "reader"):
        _act("user_create", name=name, email=f"{name}@example.gov", password="Password-1234")
    department = _act(
        "organization_create",
        name="public-works",
        title="Public Works",
        users=[
            {"name": "steward", "capacity": "editor"},
            {"name": "owner", "capacity": "admin"},
            {"name": "reader", "capacity": "member"},
        ],
    )["id"]
    _act("group_create", name="streets", title="Streets")
    potholes = _dataset(
        "potholes",
        owner_org=department,
        notes=LONG_NOTE,
        license_id="notspecified",
        author="Street crew",
        author_email="crew@example.gov",
        url="https://example.gov/potholes",
        version="3",
        tags=[{"name": "streets"}, {"name": "asphalt"}],
        groups=[{"name": "streets"}],
        extras=[
            {"key": "survey_year", "value": "2019"},
            {"key": "contact_name", "value": "Street office"},
        ],
    )
    table = _upload(potholes, "potholes.csv", CSV)
    _act(
        "datastore_create",
        resource_id=table,
        force=True,
        fields=[
            {"id": "zip", "type": "text", "info": {"label": "ZIP code"}},
            {"id": "count", "type": "int", "info": {"notes": "repairs"}},
        ],
        records=[{"zip": "64050", "count": 4}, {"zip": "64055", "count": 3}],
    )
    _act("resource_view_create", resource_id=table, title="Rows", view_type="datatables_view")
    _act("resource_create", package_id=potholes, name="Map", url="https://example.gov/map")
    _act("package_patch", id=potholes, title="Potholes of the city")
    nobody = _dataset("nobody", license_id="cc-by")
    _upload(nobody, "list.pdf", b"%PDF-1.4 not really")
    _dataset("stall", type="showcase", owner_org=department)
    private = _dataset("private-plan", owner_org=department, private=True)
    _upload(private, "plan.csv", b"secret\nparrot\n")
    _dataset("draft-plan", owner_org=department, state="draft", title="Parrot draft")
    _act("package_delete", id=_dataset("deleted-plan", owner_org=department))
    return look()


def look() -> dict[str, Any]:
    """Return what strangers see, and state, privacy and activities of every dataset."""
    rows = ckan_model.Session.query(ckan_model.Package).order_by(ckan_model.Package.name)
    return {
        "seen": seen.by_strangers(),
        "packages": {p.name: {"id": p.id, "state": p.state, "private": p.private} for p in rows},
        "activities": ckan_model.Session.query(Activity).count(),
    }


def work() -> dict[str, Any]:
    """Edit, add, delete and publish, as the staff of a plain CKAN may; look before and after."""
    found = look()
    _act("package_patch", id="potholes", notes="Edited while governance was off.")
    resource = _act("package_show", id="potholes")["resources"][0]
    upload = FileStorage(io.BytesIO(b"zip,count\n64050,9\n"), filename="potholes.csv")
    _act("resource_patch", id=resource["id"], upload=upload)
    _dataset("newcomer", owner_org="public-works")
    _act("package_delete", id="nobody")
    _act("package_patch", id="draft-plan", state="active", private=False)
    return {"found": found, "left": look()}


def _dataset(name: str, **fields: Any) -> str:
    title = fields.pop("title", f"The canary's {name}")
    return _act("package_create", name=name, title=title, **fields)["id"]


def _upload(package_id: str, filename: str, content: bytes) -> str:
    upload = FileStorage(io.BytesIO(content), filename=filename)
    return _act(
        "resource_create", package_id=package_id, name=filename, format="CSV", upload=upload
    )["id"]


def _act(action: str, **data: Any) -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return tk.get_action(action)({"ignore_auth": True, "user": user["name"]}, data)


if __name__ == "__main__":
    main(*sys.argv[1:])
