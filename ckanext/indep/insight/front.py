"""Gives strangers the pages of INsight that this process has made, before CKAN begins its work.

CKAN spends several milliseconds on each request before a page's own code is asked. A page that
`caching.by_version` answers for is the same until the version, the public measures or the day
change; so one small query decides whether the bytes that were sent before are sent again. Whoever
has a cookie or a token is passed on: they may be signed in, or have a message waiting that is for
nobody else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import ckan.model as model
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from werkzeug.http import parse_etags
from werkzeug.wrappers import Response

from ckanext.indep import city_time
from ckanext.indep.insight.kept_pages import KeptPages, Page
from ckanext.indep.insight.model import Version

__all__ = ["MOST_KEPT", "SECONDS", "Front", "may_be_kept", "pages"]

log = logging.getLogger(__name__)

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

MOST_KEPT = 4 * 2**20
"""How many bytes of pages each web process keeps."""

SECONDS = 60.0
"""How long at most, as for any shared cache."""

pages = KeptPages(MOST_KEPT, SECONDS)
"""What this process has made for strangers."""

_ALLOWED = "indep.insight.front"
_PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_X_CKAN_API_KEY")
_OF_CONTENT = frozenset({"content-length", "content-type", "content-disposition"})
_PUBLIC = (
    model.Package.type == "measure",
    model.Package.state == "active",
    model.Package.private.is_(False),
)
# The measures too: one that is taken down is gone before anybody was told of it.
_STATE = sa.select(
    sa.select(sa.func.max(Version.id)).scalar_subquery(),
    sa.func.count(model.Package.id),
    sa.func.max(model.Package.metadata_modified),
).where(*_PUBLIC)


class Front:
    """A WSGI application in front of CKAN's own."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        page = pages.get(key)
        if page is None:
            allowed: list[bool] = []
            inner = {**environ, _ALLOWED: allowed}
            response = Response.from_app(self._application, inner, buffered=True)
            made = environ["REQUEST_METHOD"] == "GET" and allowed
            if made and _is_for_all(response):
                pages.add(key, Page(response.get_data(), tuple(response.headers.items())))
            return response(environ, start_response)
        return _again(page, environ)(environ, start_response)


def may_be_kept(environ: Environ) -> None:
    """Say, while a page is made, that the next stranger may have it too."""
    environ.get(_ALLOWED, []).append(True)


def _key(environ: Environ) -> str | None:
    """What the page depends on; None where it is not for any stranger, or no page of INsight."""
    path = str(environ.get("PATH_INFO") or "")
    if "/insight" not in path or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
        return None
    if any(environ.get(name) for name in _PERSONAL):
        return None
    try:
        with model.ensure_engine().connect() as connection:
            state = connection.execute(_STATE).one()
    except DBAPIError:
        log.warning("The database does not tell INsight's version; CKAN is asked for the page")
        return None
    parts = (
        environ.get("HTTP_HOST"),
        environ.get("wsgi.url_scheme"),
        environ.get("SCRIPT_NAME"),
        path,
        environ.get("QUERY_STRING"),
        *state,
        city_time.today().isoformat(),
    )
    return "\n".join(map(str, parts))


def _is_for_all(response: Response) -> bool:
    return (
        response.status_code == 200
        and "ETag" in response.headers
        and "Set-Cookie" not in response.headers
    )


def _again(page: Page, environ: Environ) -> Response:
    """The page as it was sent before; 304 for whoever has it still."""
    headers = dict(page.headers)
    tag = headers["ETag"].removeprefix("W/").strip('"')
    if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(tag):
        kept = [pair for pair in page.headers if pair[0].lower() not in _OF_CONTENT]
        return Response(status=304, headers=kept)
    return Response(page.body, headers=list(page.headers))
