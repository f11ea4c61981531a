"""Things that somebody else has, of each kind that has an id: drafts are planted elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.attack.planting import Planted
from tests.attack.visitor import Visitor

__all__ = ["Thing", "things"]

FOREIGN = "fire"
"""A department in which neither the outsider nor the other steward works."""
NO_NUMBER = "999999"


@dataclass(frozen=True)
class Thing:
    """Something hidden: how actions and addresses name it, and from whom it is hidden.

    `ids` are by the argument of actions, `parts` by the part of an address, `steps` what an
    address does with it. Actions and addresses that begin otherwise are about other things.
    """

    kind: str
    ids: dict[str, str]
    parts: dict[str, str]
    actions: tuple[str, ...]
    addresses: tuple[str, ...]
    steps: tuple[str, ...] = ()
    hidden_from: tuple[str | None, ...] = (None, "other_steward")

    def missing(self) -> Thing:
        """Return what is named alike and is not there."""

        def other(value: str) -> str:
            return NO_NUMBER if value.isdecimal() else str(uuid.uuid4())

        known = {value: other(value) for value in (*self.ids.values(), *self.parts.values())}
        return replace(
            self,
            ids={key: known[value] for key, value in self.ids.items()},
            parts={key: known[value] for key, value in self.parts.items()},
        )

    @property
    def names(self) -> dict[str, str]:
        """All that names it, to take it out of answers."""
        values = {**self.ids, **self.parts}
        return {"number" if v.isdecimal() else key: v for key, v in values.items()}


def things(visit: Callable[..., Visitor], for_staff: Planted, gone: Planted) -> list[Thing]:
    """Return one hidden thing of each kind."""
    return [
        _package("data for staff", for_staff, None, "outsider"),
        _package("what was taken down", gone, "other_steward"),
        _request(for_staff),
        _ratification(visit("chair")),
        _data_request(visit),
        _upload(visit("steward")),
        _proposal(visit("steward")),
        _meeting(visit("performance")),
        _suggestion(visit("steward")),
        _delegation(visit("auditor")),
    ]


def _package(kind: str, planted: Planted, *hidden_from: str | None) -> Thing:
    ids = planted.ids
    return Thing(
        kind,
        {"id": ids["package"], "package_id": ids["package"], "resource_id": ids["resource"]},
        {
            "id": ids["package"],
            "name": ids["name"],
            "resource_id": ids["resource"],
            "view_id": ids["view"],
            "resource_view_id": ids["view"],
        },
        ("indep_",),
        ("/dataset/", "/measure/", "/datastore/", "/propose/", "/take-down/", "/maintenance/"),
        ("retire",),
        hidden_from,
    )


def _request(planted: Planted) -> Thing:
    ids = planted.ids
    return Thing(
        "a request",
        {"id": ids["request"], "resource_id": ids["resource"]},
        {"number": ids["number"], "resource_id": ids["resource"]},
        ("indep_request", "indep_condition", "indep_checklist", "indep_break_glass", "indep_table"),
        ("/request/",),
        ("approve", "comment", "submit"),
    )


def _ratification(chair: Visitor) -> Thing:
    row = chair.done("indep_ratification_list", which="all")[-1]
    return Thing(
        "a ratification",
        {"id": row["id"]},
        {"number": str(row["number"])},
        ("indep_ratification",),
        ("/ratification/",),
    )


def _data_request(visit: Callable[..., Visitor]) -> Thing:
    """One that nobody has accepted yet."""
    waiting = visit("secretary").done("indep_data_request_list", state="received")["results"]
    if waiting:
        number = waiting[0]["number"]
    else:
        asked = {"title": "Canaries", "question": "How many canaries live in the city?"}
        number = visit().done("indep_data_request_create", **asked)["number"]
    return Thing(
        "a data request",
        {"number": str(number)},
        {"number": str(number)},
        ("indep_data_request",),
        ("/data-requests/",),
        ("assign", "spam"),
    )


def _upload(steward: Visitor) -> Thing:
    """A history of another department, whose file nobody can use."""
    text = "measure,period,value\nnothing,FY2026 Q1,1\n"
    made = steward.done("indep_history_check", organization=FOREIGN, text=text)
    return Thing(
        "an upload",
        {"id": made["id"]},
        {"upload_id": made["id"]},
        ("indep_history_load", "indep_history_show"),
        ("/insight/staff/",),
    )


def _proposal(steward: Visitor) -> Thing:
    """A target that another department proposes for a year that nobody plans yet."""
    own = [m for m in steward.done("indep_measure_list") if m["department"] == FOREIGN]
    found = steward.done("indep_target_proposal_list", id=own[0]["name"])
    if not found:
        proposal: dict[str, Any] = {"FY2028": {"target": "5"}}
        found = steward.done(
            "indep_target_propose", id=own[0]["name"], targets=proposal, reason="To be tested."
        )["proposals"]
    number = str(found[0]["id"])
    return Thing(
        "a proposal",
        {"id": number},
        {"number": number},
        ("indep_target",),
        ("/insight/staff/target-proposal/",),
    )


def _meeting(analyst: Visitor) -> Thing:
    """A performance meeting to which another department is invited."""
    made = analyst.done(
        "indep_performance_meeting_create",
        quarter="FY2026 Q1",
        starts_at="2099-01-20T14:00",
        place="Room 1",
        departments=[FOREIGN],
        is_public="",
    )
    number = str(made["id"])
    return Thing(
        "a meeting",
        {"id": number},
        {"number": number},
        ("indep_performance_meeting", "indep_meeting_action"),
        ("/insight/staff/meeting",),
        ("agree", "hold"),
    )


def _suggestion(steward: Visitor) -> Thing:
    """A chart that another department suggests, and that nobody has accepted."""
    own = [m for m in steward.done("indep_measure_list") if m["department"] == FOREIGN]
    chart = {"mark": "bar", "encoding": {"x": {"field": "period"}, "y": {"field": "value"}}}
    made = steward.done(
        "indep_suggestion_create",
        id=own[0]["name"],
        title="Canaries",
        explanation="To be tested.",
        specification=chart,
    )
    number = str(made["id"])
    return Thing(
        "a suggestion",
        {"id": number},
        {"number": number},
        ("indep_suggestion_show", "indep_suggestion_decide", "indep_suggestion_withdraw"),
        ("/insight/staff/suggestion/", "/insight/suggestion/"),
    )


def _delegation(auditor: Visitor) -> Thing:
    """A vote that one member of the committee lent to another."""
    lent = auditor.done("indep_delegation_list")[-1]
    return Thing(
        "a delegation",
        {"id": lent["id"]},
        {"id": lent["id"]},
        ("indep_delegation_end",),
        ("/delegations/",),
        ("end",),
    )
