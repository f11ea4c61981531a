"""Calling actions as the sample's people, and doing at once what a worker does for them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import outbox
from ckanext.indep.privacy import records
from ckanext.indep.privacy import service as privacy
from ckanext.indep.tabular.jobs import load_table

__all__ = ["act", "upload", "work"]

DATA = Path(__file__).parent / "data"
AT_ONCE = dt.timedelta()
MOST_SCANS = 100
MAILS = frozenset({"mail", "digest", "meeting_mail"})
"""What the outbox leaves to the worker: nobody here waits for a mail."""


def act(actor: str, action: str, /, **data: Any) -> Any:
    """Call an action as the account `actor`, or as a stranger by the empty name."""
    context: Context = {"user": actor, "auth_user_obj": ckan_model.User.get(actor)}
    return tk.get_action(action)(context, data)


def upload(file: str, **resource: Any) -> None:
    """Put a file of the sample's data into a workspace: a new one by `package_id`, else by `id`."""
    with (DATA / file).open("rb") as stream:
        stored = act(
            "data-steward",
            "resource_patch" if "id" in resource else "resource_create",
            upload=FileStorage(stream, filename=file),
            **resource,
        )
    work()
    load_table(stored["id"])


def work() -> None:
    """Do what the outbox holds, and the scans that are asked for."""
    outbox.drain(*(set(outbox.HANDLERS) - MAILS))
    for scan in records.waiting(AT_ONCE, AT_ONCE, MOST_SCANS):
        privacy.run(scan.subject)
