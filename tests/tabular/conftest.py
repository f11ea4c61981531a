"""Files to read, and resources that have them."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from ckanext.indep.tabular.examine import Examined, examine
from ckanext.indep.tabular.limits import Limits
from ckanext.indep.tabular.read import open_table

MakeFile = Callable[..., Path]
Examine = Callable[..., Examined]
Upload = Callable[..., str]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Write bytes, or text as UTF-8, to a file."""

    def make(content: bytes | str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture
def examine_file(make_file: MakeFile) -> Examine:
    """Examine a table given as bytes or text."""

    def run(
        content: bytes | str,
        overrides: dict[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Examined:
        limits = limits or Limits()
        with open_table(make_file(content), limits) as source:
            return examine(source, overrides or {}, limits)

    return run


@pytest.fixture
def upload(migrate_db_for: Callable[[str], None], with_plugins: None) -> Upload:
    """Store a file as a resource of a new draft, or as the new file of a resource."""
    from ckan.tests import factories, helpers

    migrate_db_for("indep")
    # The database is not emptied between tests, and the factory's addresses repeat.
    sysadmin = factories.Sysadmin(email=f"{uuid.uuid4().hex}@example.com")
    context: dict[str, Any] = {"user": sysadmin["name"], "ignore_auth": True}

    def store(
        content: bytes | str, name: str = "table.csv", format: str = "", resource_id: str = ""
    ) -> str:
        data = content.encode("utf-8") if isinstance(content, str) else content
        fields: dict[str, Any] = {
            "name": name,
            "format": format,
            "url": name,
            "url_type": "upload",
            "upload": FileStorage(io.BytesIO(data), name, "upload"),
        }
        if resource_id:
            helpers.call_action("resource_patch", context, id=resource_id, **fields)
            return resource_id
        package = helpers.call_action(
            "package_create",
            context,
            name=f"draft-{uuid.uuid4().hex[:12]}",
            title="Draft",
            state="draft",
            private=True,
            owner_org=factories.Organization()["id"],
        )
        fields["package_id"] = package["id"]
        return helpers.call_action("resource_create", context, **fields)["id"]

    return store
