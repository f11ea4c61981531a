"""What the actions of the inventory and of the data requests accept."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.indep.inventory import plain
from ckanext.indep.inventory.states import HoldingStatus, Outcome, RequestState

__all__ = [
    "answer",
    "assign",
    "department",
    "holding_id",
    "holding_list",
    "merge",
    "number",
    "request_create",
    "request_list",
    "table",
]

LARGEST = 2**31 - 1


def _whole(value: Any) -> int:
    """A whole number that a column can hold."""
    text = str(value)
    usable = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    if not usable or int(text) > LARGEST:
        raise tk.Invalid(tk._("This is not a number that exists here."))
    return int(text)


def _line(shortest: int, longest: int) -> Validator:
    """A text on one line."""
    return lambda value: _within(plain.line(_storable(value)), shortest, longest)


def _text(shortest: int, longest: int) -> Validator:
    """A text of several lines."""
    return lambda value: _within(plain.paragraphs(_storable(value)), shortest, longest)


def _storable(value: Any) -> str:
    text = "" if value is None else str(value)
    if plain.has_unstorable(text):
        raise tk.Invalid(tk._("It holds characters that cannot be kept. Type it anew."))
    return text


def _within(text: str, shortest: int, longest: int) -> str:
    if not text and shortest:
        raise tk.Invalid(tk._("Please fill this in."))
    if len(text) < shortest:
        raise tk.Invalid(tk._("Please write at least {number} characters.").format(number=shortest))
    if len(text) > longest:
        raise tk.Invalid(
            tk._("Please write at most {longest} characters; these are {length}.").format(
                longest=longest, length=len(text)
            )
        )
    return text


@validator_args
def request_create(
    default: ValidatorFactory, email_validator: Validator, boolean_validator: Validator
) -> Schema:
    """A resident's request; `website` is a trap for programs that fill in every field."""
    return {
        "title": [default(""), _line(5, 120)],
        "question": [default(""), _text(10, 2000)],
        "wanted_format": [default(""), _line(0, 100)],
        "why": [default(""), _text(0, 1000)],
        "requester_name": [default(""), _line(0, 100)],
        "requester_email": [default(""), _line(0, 200), email_validator],
        "notify": [default(False), boolean_validator],
        "website": [default(""), _line(0, 2000)],
    }


@validator_args
def request_list(
    default: ValidatorFactory, ignore_empty: Validator, one_of: ValidatorFactory
) -> Schema:
    """Filters of the list of requests, and its page."""
    return {
        "state": [ignore_empty, one_of([state.value for state in RequestState])],
        "organization": [ignore_empty, _line(0, 200)],
        "q": [ignore_empty, _line(0, 200)],
        **_paging(default),
    }


@validator_args
def holding_list(
    default: ValidatorFactory, ignore_empty: Validator, one_of: ValidatorFactory
) -> Schema:
    """Filters of the inventory, and its page."""
    return {
        "status": [ignore_empty, one_of([status.value for status in HoldingStatus])],
        "organization": [ignore_empty, _line(0, 200)],
        "q": [ignore_empty, _line(0, 200)],
        **_paging(default),
    }


def _paging(default: ValidatorFactory) -> Schema:
    return {"offset": [default(0), _whole], "limit": [default(50), _whole]}


@validator_args
def holding_id(not_empty: Validator) -> Schema:
    """``id``: number of a holding."""
    return {"id": [not_empty, _whole]}


@validator_args
def number(not_empty: Validator) -> Schema:
    """``number`` of a data request."""
    return {"number": [not_empty, _whole]}


@validator_args
def department(not_empty: Validator) -> Schema:
    """``owner_org``: id or name of a department."""
    return {"owner_org": [not_empty, _line(1, 200)]}


@validator_args
def table(not_empty: Validator, ignore_missing: Validator) -> Schema:
    """A department's table: `csv` as text, or an uploaded file as `upload`."""
    return {
        "owner_org": [not_empty, _line(1, 200)],
        "csv": [ignore_missing],
        "upload": [ignore_missing],
    }


@validator_args
def assign(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """The department that shall answer, and the words to show in place of those sent."""
    return {
        "number": [not_empty, _whole],
        "owner_org": [not_empty, _line(1, 200)],
        "title": [ignore_empty, _line(5, 120)],
        "question": [ignore_empty, _text(10, 2000)],
    }


@validator_args
def answer(not_empty: Validator, ignore_empty: Validator, one_of: ValidatorFactory) -> Schema:
    """An answer for everybody to read."""
    return {
        "number": [not_empty, _whole],
        "outcome": [not_empty, one_of([outcome.value for outcome in Outcome])],
        "text": [_text(10, 4000)],
        "dataset": [ignore_empty, _line(0, 200)],
        "holding": [ignore_empty, _whole],
        "change_request": [ignore_empty, _whole],
    }


@validator_args
def merge(not_empty: Validator) -> Schema:
    """The request to join, and the one to join it with."""
    return {"number": [not_empty, _whole], "into": [not_empty, _whole]}
