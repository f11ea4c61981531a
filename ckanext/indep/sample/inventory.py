"""The sample's inventory and data requests, entered by the demo accounts through the actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

__all__ = ["load_holdings", "load_requests"]

Act = Callable[..., Any]
"""``act(account, action, **data)`` calls an action as a demo account, a stranger by no name."""

FILE = Path(__file__).parent / "inventory.yaml"
STRANGER = ""


def load_holdings(act: Act) -> int:
    """Enter the holdings that are missing; return how many the sample has."""
    declared = _declared()["holdings"]
    for entry in declared:
        department, title = entry["owner_org"], entry["title"]
        known = act(STRANGER, "indep_holding_list", organization=department, q=title)
        if all(row["title"] != title for row in known["results"]):
            act("data-steward", "indep_holding_create", **entry)
    return len(declared)


def load_requests(act: Act) -> int:
    """Ask what is missing as a stranger, accept and answer it; return how many the sample has."""
    declared = _declared()["requests"]
    known = {
        row["title"]
        for state in ("received", "assigned", "answered")
        for row in act("committee-secretary", "indep_data_request_list", state=state)["results"]
    }
    for entry in declared:
        if entry["title"] not in known:
            _ask(act, entry)
    return len(declared)


def _ask(act: Act, entry: dict[str, Any]) -> None:
    own = ("title", "question", "wanted_format")
    asked = act(
        STRANGER, "indep_data_request_create", **{key: entry[key] for key in own if key in entry}
    )
    number = asked["number"]
    if "owner_org" in entry:
        act(
            "committee-secretary",
            "indep_data_request_assign",
            number=number,
            owner_org=entry["owner_org"],
        )
    for answer in entry.get("answers", ()):
        act("data-owner", "indep_data_request_answer", number=number, **answer)


def _declared() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text("utf-8"))
