"""From the number in an address to the request."""

from __future__ import annotations

from typing import NoReturn

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance.model import ChangeRequest

__all__ = ["no_request", "request_id"]


def request_id(number: int) -> str:
    """Return the id of the request; 404 where there is none."""
    found = ckan_model.Session.execute(
        select(ChangeRequest.id).where(ChangeRequest.number == number)
    ).scalar()
    return found or no_request()


def no_request() -> NoReturn:
    """Answer 404, in words that do not tell whether there is one."""
    tk.abort(404, tk._("There is no such request, or you may not see it."))
