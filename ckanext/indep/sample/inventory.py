"""The sample's inventory and data requests, entered by the demo accounts through the actions."""

from __future__ import annotations

from typing import Any

from ckanext.indep import city_time
from ckanext.indep.sample import city
from ckanext.indep.sample.acting import act
from ckanext.indep.sample.calendar import Calendar

__all__ = ["load_holdings", "load_requests"]

STRANGER, SECRETARY, OWNER = "", "committee-secretary", "data-owner"
ENTERED = "today-20"
ASKED_FOR = ("title", "question", "wanted_format", "why")
STATES = ("received", "assigned", "answered", "merged", "spam")


def load_holdings(days: Calendar) -> int:
    """Enter the holdings that are missing; return how many the sample has."""
    declared = city.inventory()["holdings"]
    with city_time.set_to(days.moment(ENTERED)):
        for entry in declared:
            department, title = entry["owner_org"], entry["title"]
            known = act(STRANGER, "indep_holding_list", organization=department, q=title)
            if all(row["title"] != title for row in known["results"]):
                act("data-steward", "indep_holding_create", **days.filled(entry))
    return len(declared)


def load_requests(days: Calendar) -> int:
    """Ask what is missing as a stranger and have it answered; return how many the sample has."""
    declared = city.inventory()["requests"]
    known = _numbers()
    for entry in declared:
        if entry["title"] not in known:
            _ask(entry, days)
    return len(declared)


def _numbers() -> dict[str, int]:
    return {
        row["title"]: row["number"]
        for state in STATES
        for row in act(SECRETARY, "indep_data_request_list", state=state, limit=200)["results"]
    }


def _ask(entry: dict[str, Any], days: Calendar) -> None:
    asked = days.moment(entry["asked"])
    with city_time.set_to(asked):
        said = {key: entry[key] for key in ASKED_FOR if key in entry}
        number = act(STRANGER, "indep_data_request_create", **said)["number"]
        if "owner_org" in entry:
            department = entry["owner_org"]
            act(SECRETARY, "indep_data_request_assign", number=number, owner_org=department)
        if "same_as" in entry:
            into = _numbers()[entry["same_as"]]
            act(SECRETARY, "indep_data_request_merge", number=number, into=into)
        if entry.get("spam"):
            act(SECRETARY, "indep_data_request_spam", number=number)
    for answer in entry.get("answers", ()):
        with city_time.set_to(days.moment(answer["day"])):
            said = {key: value for key, value in answer.items() if key != "day"}
            act(OWNER, "indep_data_request_answer", number=number, **said)
