"""What the pages share: the reader, filters from the address, and actions that may refuse."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.callers import reader
from ckanext.indep.refusals import Refusals, by_field

__all__ = ["Form", "Pages", "arguments", "attempt", "page_links"]

PAGE_ROWS = 50
MOST_PAGES = 100_000

Form = dict[str, Any]
Pages = dict[str, Any]


def arguments(*names: str) -> tuple[dict[str, str], int]:
    """Return the filters that the address holds and the number of the page."""
    wanted = {name: tk.request.args.get(name, "").strip()[:200] for name in names}
    page = tk.request.args.get("page", "1")
    usable = page.isascii() and page.isdigit() and len(page) < 9 and 0 < int(page) <= MOST_PAGES
    return {name: value for name, value in wanted.items() if value}, int(page) if usable else 1


def page_links(route: str, wanted: dict[str, str], page: int, count: int) -> Pages:
    """Where one is, and the addresses of the pages before and after."""
    last = max((count - 1) // PAGE_ROWS + 1, 1)
    return {
        "page": page,
        "last": last,
        "before": tk.h.url_for(route, **wanted, page=page - 1) if page > 1 else None,
        "after": tk.h.url_for(route, **wanted, page=page + 1) if page < last else None,
    }


def attempt(
    action: str, data: Form, rows: list[dict[str, Any]] | None = None
) -> tuple[Any, Refusals]:
    """Call an action; return its result, or None and its refusals.

    Facts about the rows of a table are put into `rows`. 404 where the thing does not exist.
    """
    try:
        return tk.get_action(action)(reader(), data), []
    except tk.ValidationError as error:
        told = dict(error.error_dict or {})
        facts = told.pop("rows", [])
        if rows is not None and isinstance(facts, list):
            rows += [fact for fact in facts if isinstance(fact, dict)]
        return None, by_field(told)
    except tk.NotAuthorized as error:
        return None, [("", str(error) or tk._("You may not do this."))]
    except tk.ObjectNotFound as error:
        tk.abort(404, str(error) or tk._("This page does not exist."))
