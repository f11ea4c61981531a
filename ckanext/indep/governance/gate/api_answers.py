"""The API's questions and answers, where CKAN's own say too much or fall over.

CKAN's actions word their 404 by which of several look-ups failed, and so tell a hidden dataset
from one that never was. Here all of them say the same. And arguments that no action can use,
such as an id that is an object or a text with a NUL, are refused before any action sees them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Flask, Response, jsonify

__all__ = ["install"]

API = "api.action"
DEEPEST = 20
TEXT_KEYS = frozenset(
    {
        "capacity", "entity_id", "entity_type", "group_id", "id", "id2", "key", "name",
        "name_or_id", "object", "object_type", "org_id", "organization_id", "owner_id",
        "owner_org", "owner_type", "package_id", "resource_id", "revision_id", "role",
        "storage", "task_type", "type", "url", "user", "user_id", "username", "view_type",
        "vocabulary_id",
    }
)  # fmt: skip
"""Arguments that are one text, or nothing, wherever CKAN or the portal takes them."""
NEEDED_TEXT_KEYS = frozenset({"q"})
"""Arguments that are one text wherever they are given."""


def install(app: Flask) -> None:
    """Have `app` look at each question to the action API, and at each answer of it."""
    app.before_request_funcs.setdefault(None, []).append(_refuse_unusable)
    app.after_request_funcs.setdefault(None, []).append(_same_not_found)


def problem(arguments: Any, action: str = "") -> str | None:
    """Return why no action can use these arguments, in one sentence, or None.

    The portal's own actions take the number of a thing as the number that they gave.
    """
    if not isinstance(arguments, dict):
        return None
    for key, value in arguments.items():
        unusable = value is not None if key in TEXT_KEYS else key in NEEDED_TEXT_KEYS
        if key == "id" and type(value) is int and action.startswith("indep_"):
            continue
        if unusable and not isinstance(value, str):
            return tk._("{key} has to be a text.").format(key=key)
    if _has_nul(arguments, 0):
        return tk._("Texts cannot have the character NUL, nor lists stand in more than 20 others.")
    return None


def _refuse_unusable() -> Response | None:
    if tk.request.endpoint != API:
        return None
    found = problem(_arguments(), (tk.request.view_args or {}).get("logic_function", ""))
    if not found:
        return None
    answer = jsonify(success=False, error={"__type": "Validation Error", "message": [found]})
    answer.status_code = 409
    return answer


def _arguments() -> Any:
    request = tk.request
    if request.method == "POST" and request.is_json:
        return request.get_json(silent=True)
    sent = request.form if request.form else request.args
    if len(sent) == 1 and next(iter(sent.values())) in ("", "1"):
        # CKAN takes the name of a single empty field for a whole JSON body.
        try:
            return json.loads(next(iter(sent)))
        except ValueError:
            return None
    return {key: values[0] if len(values) == 1 else values for key, values in sent.lists()}


def _has_nul(value: Any, depth: int) -> bool:
    """Whether a text in `value` has a NUL, or `value` is nested beyond use."""
    if isinstance(value, str):
        return "\0" in value
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = (*value.keys(), *value.values())
    elif isinstance(value, list):
        inner = value
    return depth > DEEPEST or any(_has_nul(each, depth + 1) for each in inner)


def _same_not_found(response: Response) -> Response:
    """Give all 404s of the action API the same words."""
    if tk.request.endpoint != API or response.status_code != 404 or not response.is_json:
        return response
    body = response.get_json()
    body["error"]["message"] = tk._("Not found: there is nothing with this id that you may see.")
    response.set_data(json.dumps(body))
    return response
