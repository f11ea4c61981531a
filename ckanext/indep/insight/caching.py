"""HTTP caching of INsight's pages, keyed by the version that PostgreSQL owns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from importlib import metadata
from typing import ParamSpec

import ckan.plugins.toolkit as tk
from flask import Response, make_response

from ckanext.indep import city_time
from ckanext.indep.insight import front, reader

__all__ = ["by_version"]

SHARED_SECONDS = 60
"""How long a shared cache may serve a page without asking again."""

Arguments = ParamSpec("Arguments")
Body = str | Response


def by_version(view: Callable[Arguments, Body]) -> Callable[Arguments, Response]:
    """Answer 304 without making the page while nothing that it shows has changed.

    The page of a signed-in visitor has their name in it and is never stored. The tag changes
    with INsight's version, the address, the language, the program, and the day, because
    figures fall due by the calendar. So a page that was made for a
    stranger may be given to the next one (`front`).
    """

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        if tk.current_user.is_authenticated:
            response = make_response(view(*args, **kwargs))
            response.headers["Cache-Control"] = "private, no-store"
            return response
        tag = _tag()
        # Weakly, since a server in front that compresses the page makes the tag a weak one.
        if tk.request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = make_response(view(*args, **kwargs))
            front.may_be_kept(tk.request.environ)
        if response.status_code in (200, 304):
            response.set_etag(tag)
            response.cache_control.s_maxage = SHARED_SECONDS
            response.vary.update(("Cookie", "Authorization"))
            # CKAN's after_request adds “public, max-age, must-revalidate” unless this is set.
            tk.request.environ.pop("__no_cache__", None)
        return response

    return answer


def _tag() -> str:
    parts = (
        str(reader.current_version()),
        tk.request.full_path,
        str(tk.h.lang()),
        metadata.version("ckanext-indep"),
        city_time.today().isoformat(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
