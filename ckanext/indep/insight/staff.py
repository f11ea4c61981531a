"""What the pages for departments and the performance office have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import ckan.plugins.toolkit as tk
from ckan import types
from flask import Response, make_response

__all__ = ["context", "page"]

Arguments = ParamSpec("Arguments")


def page(view: Callable[Arguments, Any]) -> Callable[Arguments, Response]:
    """Ask who is not signed in to do so, say no in plain words, and keep it out of all caches."""

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        if not tk.current_user.is_authenticated:
            return make_response(
                tk.redirect_to("user.login", came_from=tk.request.full_path.rstrip("?"))
            )
        try:
            response = make_response(view(*args, **kwargs))
        except tk.NotAuthorized as error:
            tk.abort(403, str(error.message or tk._("This page is for others.")))
        except tk.ObjectNotFound as error:
            tk.abort(404, str(error.message or tk._("There is no such page.")))
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return answer


def context() -> types.Context:
    """The context of the signed-in person, for actions."""
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
