"""What all guards of writing actions do: refuse in words, and leave nothing half written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchIndexError
from sqlalchemy.exc import DBAPIError

from ckanext.indep import outage
from ckanext.indep.errors import IndepError
from ckanext.indep.governance import outbox
from ckanext.indep.governance.drafting import workspace
from ckanext.indep.governance.logic.refusals import is_collision, is_refusal, released_sentence
from ckanext.indep.governance.model import ChangeRequest, Publication

__all__ = [
    "checked",
    "must_see",
    "refuse_frozen",
    "refuse_released",
    "translated",
    "user_id",
    "write",
]


def write(next_action: Callable[..., Any], context: Any, data_dict: Any) -> Any:
    """Call the next action; a refusal leaves nothing half written, in no store."""
    try:
        return next_action(context, data_dict)
    except IndepError as error:
        ckan_model.Session.rollback()
        raise tk.ValidationError({"message": [error.message]}) from error
    except DBAPIError as error:
        ckan_model.Session.rollback()
        ckan_model.Session.expire_all()
        if is_collision(error):
            raise tk.ValidationError(
                {"message": [tk._("Somebody else changes this at the same moment. Try again.")]}
            ) from error
        if not is_refusal(error):
            raise
        _repair_index(data_dict)
        raise tk.NotAuthorized(released_sentence()) from error
    except SearchIndexError as error:
        # CKAN writes to the search engine before it commits, so nothing was saved.
        ckan_model.Session.rollback()
        outage.note_search_away()
        raise SearchIndexError(
            tk._("The search engine does not answer, so nothing was saved. Try again in a minute.")
        ) from error
    except Exception:
        ckan_model.Session.rollback()
        raise


def translated(name: str) -> Any:
    """Return a chained action that answers a refusal of the database with a plain 403."""
    return checked(name, "which cannot change what is released.", lambda _context, _data: None)


def checked(name: str, limit: str, check: Callable[[Any, dict[str, Any]], object]) -> Any:
    """Return a chained action that writes once `check` lets it; `limit` says it in words."""

    def action(next_action: Any, context: Any, data_dict: Any) -> Any:
        check(context, data_dict)
        return write(next_action, context, data_dict)

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, {limit}"
    return tk.chained_action(action)


def must_see(context: Any, package_id: Any) -> ckan_model.Package:
    """Return the package; ObjectNotFound where there is none, or none that the user may know."""
    package = ckan_model.Package.get(package_id) if isinstance(package_id, str) else None
    if package is None:
        raise tk.ObjectNotFound()
    within: Any = {**context, "package": package}
    tk.check_access("package_show", within, {"id": package.id})
    return package


def refuse_released(package_id: str) -> None:
    """Raise NotAuthorized for what is, or was, public: governance alone changes that."""
    if ckan_model.Session.get(Publication, package_id):
        raise tk.NotAuthorized(released_sentence())


def refuse_frozen(request: ChangeRequest) -> None:
    """Raise ValidationError, naming the state, for a workspace that has been submitted."""
    refusal = workspace.edit_refusal(request)
    if refusal:
        ckan_model.Session.rollback()
        raise tk.ValidationError({"state": [refusal]})


def user_id(context: Any) -> str:
    """Return the id of the acting person, or an empty text where there is none."""
    user = ckan_model.User.get(context.get("user"))
    return user.id if user else ""


def _repair_index(data_dict: Any) -> None:
    """Index again what CKAN wrote to the search engine before the database refused it."""
    keys = [data_dict.get("id"), data_dict.get("object"), *(data_dict.get("datasets") or [])]
    for key in filter(None, keys):
        package = ckan_model.Package.get(str(key))
        if package:
            outbox.add("index", package_id=package.id)
    ckan_model.Session.commit()
    outbox.drain("index")
