"""What the actions share: validation, refusals in CKAN's words, who calls, which department."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.types import Context, Schema

from ckanext.indep.errors import IndepError, RefusedError
from ckanext.indep.inventory import data_requests, holdings
from ckanext.indep.inventory.model import DataRequest, Holding

__all__ = [
    "actor",
    "department_id",
    "existing_holding",
    "existing_request",
    "told_plainly",
    "validated",
]


def validated(
    make_schema: Callable[[], Schema], context: Context, data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return the data that the schema allows, or raise ValidationError."""
    data, errors = tk.navl_validate(dict(data_dict), make_schema(), context)
    if errors:
        raise tk.ValidationError(errors)
    known = make_schema()
    return {
        name: value for name, value in data.items() if name in known and value is not tk.missing
    }


@contextmanager
def told_plainly() -> Generator[None]:
    """Turn refusals into the API's own errors, under the field they are about."""
    try:
        yield
    except holdings.FaultyError as error:
        ckan_model.Session.rollback()
        errors: dict[str, Any] = {}
        for problem in error.problems:
            errors.setdefault(problem.column, []).append(problem.sentence)
        raise tk.ValidationError(errors) from error
    except RefusedError as error:
        ckan_model.Session.rollback()
        raise tk.NotAuthorized(error.message) from error
    except IndepError as error:
        ckan_model.Session.rollback()
        field = str(error.facts.get("field", "state"))
        raise tk.ValidationError({field: [error.message]}) from error


def actor(context: Context) -> str:
    """The name of who calls, empty for a stranger."""
    return str(context.get("user") or "")


def department_id(name_or_id: str | None) -> str:
    """Return a department's id; of one that does not exist, what nothing has."""
    if not name_or_id:
        return ""
    group = ckan_model.Group.get(name_or_id)
    if group is None or not group.is_organization or group.state != "active":
        return "none"
    return group.id


def existing_holding(number: int) -> Holding:
    """Return a holding; ObjectNotFound where there is none, whoever asks."""
    found = holdings.get(number)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such holding."))
    return found


def existing_request(number: int) -> DataRequest:
    """Return a data request; ObjectNotFound where there is none, whoever asks."""
    found = data_requests.get(number)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such data request."))
    return found
