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
from ckanext.indep.insight import reader
from ckanext.indep.insight.kept_pages import KeptPages, Page

__all__ = ["by_version", "pages"]

SHARED_SECONDS = 60
"""How long a shared cache may serve a page without asking again."""

MOST_KEPT = 4 * 2**20
"""How many bytes of pages each web process keeps."""

pages = KeptPages(MOST_KEPT)
"""What this process has made for strangers."""

Arguments = ParamSpec("Arguments")
Body = str | Response


def by_version(view: Callable[Arguments, Body]) -> Callable[Arguments, Response]:
    """Answer 304 without making the page while nothing that it shows has changed.

    The page of a signed-in visitor has their name in it and is never stored. The tag changes
    with INsight's version, the address, the language, the program, and the day, because
    figures fall due by the calendar. So a page that this process has made under the same tag
    for a stranger is given to the next one.
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
            response = _made(tag, lambda: view(*args, **kwargs))
        if response.status_code in (200, 304):
            response.set_etag(tag)
            response.cache_control.s_maxage = SHARED_SECONDS
            response.vary.update(("Cookie", "Authorization"))
            # CKAN's after_request adds “public, max-age, must-revalidate” unless this is set.
            tk.request.environ.pop("__no_cache__", None)
        return response

    return answer


def _made(tag: str, make: Callable[[], Body]) -> Response:
    """The page as it was kept, or else as it is made now.

    Who sends a cookie may have a message waiting that is for nobody else.
    """
    if tk.request.headers.get("Cookie") or tk.request.headers.get("Authorization"):
        return make_response(make())
    page = pages.get(tag)
    if page:
        return Response(page.body, headers=list(page.headers))
    response = make_response(make())
    if response.status_code == 200 and not response.is_streamed:
        pages.add(tag, Page(response.get_data(), tuple(response.headers.items())))
    return response


def _tag() -> str:
    parts = (
        str(reader.current_version()),
        tk.request.full_path,
        str(tk.h.lang()),
        metadata.version("ckanext-indep"),
        city_time.today().isoformat(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
