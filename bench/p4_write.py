"""P4: writing through a workspace, against a stock CKAN's own writes. Aim: ≤ 1.3× the time."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from bench import data
from bench.client import Client
from bench.compare import alternate, table
from bench.setting import current

WRITES = 5
CSV = b"id,name\n" + b"".join(b"%d,row %d\n" % (n, n) for n in range(1000))


class Writer:
    """Creates, patches and uploads on one side, each time to something new."""

    def __init__(self, client: Client, for_stock: bool) -> None:
        self._client = client
        self._for_stock = for_stock
        self._numbers = itertools.count()
        self._package: dict[str, Any] = {}

    def create(self) -> None:
        """Create datasets."""
        for _ in range(WRITES):
            self._package = self._client.post("package_create", **self._fields())

    def patch(self) -> None:
        """Change a dataset's description."""
        for _ in range(WRITES):
            notes = f"Changed {next(self._numbers)} times."
            self._client.post("package_patch", id=self._package["id"], notes=notes)

    def upload(self) -> None:
        """Add files to a dataset."""
        for _ in range(WRITES):
            self._client.post(
                "resource_create",
                files={"upload": ("rows.csv", CSV)},
                package_id=self._package["id"],
                name="Rows",
                format="CSV",
            )

    def _fields(self) -> dict[str, Any]:
        fields = data.fields(next(self._numbers))
        del fields["name"]
        if not self._for_stock:
            return fields
        core = {k: fields.pop(k) for k in ("title", "notes", "tags", "owner_org", "license_id")}
        extras = [{"key": key, "value": str(value)} for key, value in fields.items()]
        # A stock CKAN wants a name, and publishes at once: that is its whole workflow.
        name = f"bench-write-{uuid.uuid4().hex}"
        return {**core, "name": name, "extras": extras}


def main() -> None:
    """Print the table of P4."""
    setting = current()
    data.prepare(setting)
    ours = Writer(Client(setting.ours, "steward"), for_stock=False)
    stock = Writer(data.stock_editor(setting), for_stock=True)
    print("Times of", WRITES, "writes, one after the other.\n")
    print(
        table(
            [
                alternate("package_create", ours.create, stock.create),
                alternate("package_patch", ours.patch, stock.patch),
                alternate("resource_create with a file of 1,000 rows", ours.upload, stock.upload),
            ]
        )
    )
