"""What the actions of the committee accept."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args

from ckanext.indep.committee import clock
from ckanext.indep.committee.states import Presence, Section
from ckanext.indep.governance.approving.votes import Ballot

__all__ = [
    "agenda_item",
    "agenda_post",
    "approval",
    "attendance",
    "cancellation",
    "consent",
    "details",
    "draft",
    "item",
    "item_note",
    "item_place",
    "listing",
    "meeting",
    "motion",
    "roll_call",
    "update",
]

LONGEST_LINE = 300
LONGEST_TEXT = 10_000
LARGEST = 2**31 - 1


def moment(value: Any) -> Any:
    """Read an ISO date and time; one that names no zone is in the city's time."""
    try:
        return clock.parse(str(value))
    except (ValueError, OverflowError) as error:
        raise tk.Invalid(tk._("Write date and time as 2027-01-20T14:00.")) from error


def whole_number(value: Any) -> int:
    """Read a number of a meeting, a request, a version or a place; larger ones fit no column."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value.strip()):
        number = int(value)
    else:
        raise tk.Invalid(tk._("Write a whole number."))
    if not 0 <= number <= LARGEST:
        raise tk.Invalid(tk._("There is no such number."))
    return number


def web_address(value: Any) -> Any:
    """Accept addresses of the web only: they become links."""
    if not str(value).startswith(("https://", "http://")):
        raise tk.Invalid(tk._("Write a web address that begins with https://."))
    return value


def _at_most(length: int) -> Any:
    def check(value: str) -> str:
        if len(value) > length:
            raise tk.Invalid(tk._("This is longer than {length} characters.").format(length=length))
        if "\0" in value:
            raise tk.Invalid(tk._("There is a character that cannot be stored."))
        return value

    return check


def _line(*before: Any) -> list[Any]:
    return [*before, tk.get_validator("unicode_safe"), _at_most(LONGEST_LINE)]


def _text(*before: Any) -> list[Any]:
    return [*before, tk.get_validator("unicode_safe"), _at_most(LONGEST_TEXT)]


@validator_args
def meeting(not_missing: Any) -> Any:
    return {"number": [not_missing, whole_number]}


@validator_args
def listing(ignore_empty: Any, one_of: Any) -> Any:
    return {"which": [ignore_empty, one_of(["all", "coming", "past"])]}


@validator_args
def details(ignore_empty: Any, ignore_missing: Any) -> Any:
    return {
        "title": _line(ignore_empty),
        "starts_at": [ignore_empty, moment],
        "ends_at": [ignore_empty, moment],
        "location": _line(ignore_missing),
        "online_url": _line(ignore_empty, web_address),
    }


@validator_args
def update(ignore_empty: Any) -> Any:
    return {**meeting(), **details(), "good_cause": _text(ignore_empty)}


@validator_args
def cancellation(default: Any) -> Any:
    return {**meeting(), "reason": _text(default(""))}


@validator_args
def agenda_item(ignore_empty: Any, one_of: Any) -> Any:
    return {
        **meeting(),
        "request": [ignore_empty, whole_number],
        "title": _line(ignore_empty),
        "section": [ignore_empty, one_of([s.value for s in Section])],
        "presenter": _line(ignore_empty),
        "notes": _text(ignore_empty),
    }


@validator_args
def item(not_empty: Any) -> Any:
    return {**meeting(), "item": _line(not_empty)}


@validator_args
def item_place(not_missing: Any) -> Any:
    return {**item(), "position": [not_missing, whole_number]}


@validator_args
def item_note(default: Any) -> Any:
    return {**item(), "notes": _text(default(""))}


@validator_args
def agenda_post(default: Any) -> Any:
    return {**meeting(), "good_cause": _text(default(""))}


@validator_args
def attendance(not_empty: Any, ignore_empty: Any, one_of: Any) -> Any:
    return {
        **meeting(),
        "member": _line(not_empty),
        "presence": [not_empty, one_of([p.value for p in Presence])],
        "arrived_at": [ignore_empty, moment],
        "left_at": [ignore_empty, moment],
    }


@validator_args
def roll_call(not_empty: Any, default: Any, one_of: Any) -> Any:
    return {
        **motion(),
        "votes": {
            "member": _line(not_empty),
            "ballot": [not_empty, one_of([b.value for b in Ballot])],
            "reason": _text(default("")),
        },
    }


@validator_args
def consent(not_empty: Any, ignore_empty: Any, one_of: Any) -> Any:
    return {
        **meeting(),
        "moved_by": _line(ignore_empty),
        "seconded_by": _line(ignore_empty),
        "revisions": {"request": _line(not_empty), "revision_id": _line(not_empty)},
        "votes": {
            "member": _line(not_empty),
            "ballot": [not_empty, one_of(["for", "against", "abstain"])],
        },
    }


@validator_args
def draft(default: Any) -> Any:
    return {**meeting(), "notes": _text(default(""))}


@validator_args
def approval(not_missing: Any, ignore_empty: Any) -> Any:
    return {
        **meeting(),
        "version": [not_missing, whole_number],
        "at_meeting": [ignore_empty, whole_number],
    }


@validator_args
def motion(not_empty: Any, ignore_empty: Any) -> Any:
    return {
        **meeting(),
        "request": _line(not_empty),
        "revision_id": _line(not_empty),
        "moved_by": _line(ignore_empty),
        "seconded_by": _line(ignore_empty),
    }
