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

__all__ = ["being_made", "by_version", "not_finished"]

SHARED_SECONDS = 60
"""How long a shared cache may serve a page without asking again."""

RETRY_SECONDS = "60"
"""When to ask again for a file that is being made."""

_NOT_FINISHED = "indep.insight.not_finished"

Arguments = ParamSpec("Arguments")
Body = str | Response


def by_version(view: Callable[Arguments, Body]) -> Callable[Arguments, Response]:
    """Answer 304 without making the page while nothing that it shows has changed.

    The page of a signed-in visitor has their name in it and is never stored. The tag changes
    with INsight's version, the address, the language, the program, and the day, because
    figures fall due by the calendar. So a page that was made for a
    stranger may be given to the next one (`front`).

    Whoever asks gets all of a page as of one version: it is made again if something was published
    while it was made, and is a 503 while that goes on. What tells of something that is still being
    made (`not_finished`) has no tag and is stored nowhere, so what is made follows at once.
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
            if _NOT_FINISHED in tk.request.environ:
                response.cache_control.no_store = True
                return response
            front.may_be_kept(tk.request.environ)
        if response.status_code in (200, 304):
            response.set_etag(tag)
            response.cache_control.s_maxage = SHARED_SECONDS
            response.vary.update(("Cookie", "Authorization"))
            # CKAN's after_request adds “public, max-age, must-revalidate” unless this is set.
            tk.request.environ.pop("__no_cache__", None)
        return response

    return answer


def not_finished() -> None:
    """Say, while a page is made, that it tells of something which is not made yet."""
    tk.request.environ[_NOT_FINISHED] = True


def being_made(body: str) -> Response:
    """The answer for a file that is not made yet: not found, to be asked for again, never kept."""
    response = make_response(body, 404)
    response.headers["Retry-After"] = RETRY_SECONDS
    response.cache_control.no_store = True
    return response


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
