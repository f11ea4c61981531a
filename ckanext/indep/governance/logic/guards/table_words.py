"""What the DataStore's actions say of arguments that do not fit a table.

CKAN's own answer holds the SQL statement, its parameters and the words of the database, or it
falls over where an argument has another shape than it thinks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import psycopg2
import sqlalchemy.exc

__all__ = ["in_words"]

UNUSABLE = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    psycopg2.DataError,
    psycopg2.ProgrammingError,
    sqlalchemy.exc.DataError,
    sqlalchemy.exc.ProgrammingError,
)
"""How CKAN's own code ends with lists and objects where it takes texts and numbers, and where it
does not look at what the database says: in downloads, and when two make a column at once."""
OF_DATABASE = frozenset({"info", "query"})
"""Keys of a refusal under which CKAN hands on what the database said."""


def in_words(act: Callable[[], Any]) -> Any:
    """Return what an action on a table returns; raise its refusals without a word of SQL."""
    try:
        return act()
    except tk.ValidationError as error:
        if "info" not in error.error_dict:
            raise
        said = {k: v for k, v in error.error_dict.items() if k not in OF_DATABASE}
        raise _refusal(said) from error
    except UNUSABLE as error:
        raise _refusal({}) from error


def _refusal(said: dict[str, Any]) -> tk.ValidationError:
    """Return the refusal that says what CKAN's own words were, or where to look."""
    look = tk._(
        "The table cannot take these arguments. Compare them with its fields and their types."
    )
    return tk.ValidationError(said or {"query": [look]})
