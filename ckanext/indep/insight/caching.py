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
from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import front, reader, steady

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

    Whoever asks gets all of a page as of one version: it is made again if something was published
    while it was made, and is a 503 while that goes on.
    """

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        if tk.current_user.is_authenticated:
            response = _made(view, reader.current_version(), *args, **kwargs)[1]
            response.headers["Cache-Control"] = "private, no-store"
            return response
        version = reader.current_version()
        tag = _tag(version)
        # Weakly, since a server in front that compresses the page makes the tag a weak one.
        if tk.request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            version, response = _made(view, version, *args, **kwargs)
            tag = _tag(version)
            front.may_be_kept(tk.request.environ)
        if response.status_code in (200, 304):
            response.set_etag(tag)
            response.cache_control.s_maxage = SHARED_SECONDS
            response.vary.update(("Cookie", "Authorization"))
            # CKAN's after_request adds “public, max-age, must-revalidate” unless this is set.
            tk.request.environ.pop("__no_cache__", None)
        return response

    return answer


def _made(
    view: Callable[Arguments, Body],
    version: int,
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> tuple[int, Response]:
    """The page, and the version that all of it shows."""
    try:
        return steady.read(lambda: make_response(view(*args, **kwargs)), version)
    except ConflictError as error:
        tk.abort(503, tk._(error.message))


def _tag(version: int) -> str:
    parts = (
        str(version),
        tk.request.full_path,
        str(tk.h.lang()),
        metadata.version("ckanext-indep"),
        city_time.today().isoformat(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
