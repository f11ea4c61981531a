"""HTTP's own caching for exports: entity tags, dates, 304, gzip, and no cookie."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Any

from flask import Request, Response
from werkzeug.datastructures import Headers

from ckanext.indep.catalog.export import Head

__all__ = [
    "PublicResponse",
    "accepts_gzip",
    "entity_tag",
    "is_fresh",
    "not_modified",
    "public",
    "small",
    "unavailable",
]

_SHARED = "public, max-age=300"
_RETRY_AFTER_SECONDS = 120


class PublicResponse(Response):
    """A response that is the same for everyone.

    CKAN sets ``Cache-Control`` and ``Vary: Cookie`` on every response and may add a session
    cookie, all after the view has returned; so they are set right at the very end.
    """

    caching = _SHARED
    varies_by = "Accept-Encoding"

    def get_wsgi_headers(self, environ: Any) -> Headers:
        """The final headers."""
        headers = super().get_wsgi_headers(environ)
        headers.remove("Set-Cookie")
        headers["Cache-Control"] = self.caching
        headers["Vary"] = self.varies_by
        return headers


class _Unavailable(PublicResponse):
    caching = "no-store"


def accepts_gzip(request: Request) -> bool:
    """Whether the client takes a compressed body and does not prefer the plain one."""
    accepted = request.accept_encodings
    return accepted["gzip"] > 0 and accepted["gzip"] >= accepted["identity"]


def entity_tag(head: Head, *, compressed: bool) -> str:
    """The strong entity tag of one of the two bodies, which are different bytes."""
    return f"{head.etag}-gzip" if compressed else head.etag


def is_fresh(request: Request, head: Head) -> bool:
    """Whether what the client has is still right (RFC 9110, 13.1.2 and 13.1.3)."""
    if "If-None-Match" in request.headers:
        tags = request.if_none_match
        return any(tags.contains_weak(entity_tag(head, compressed=each)) for each in (True, False))
    since = request.if_modified_since
    return since is not None and since >= head.last_modified


def public(body: bytes, content_type: str, head: Head, *, compressed: bool) -> PublicResponse:
    """The export itself."""
    response = _identified(PublicResponse(body, content_type=content_type), head, compressed)
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def not_modified(head: Head, *, compressed: bool) -> PublicResponse:
    """304: the client has the export already."""
    return _identified(PublicResponse(status=304), head, compressed)


def _identified(response: PublicResponse, head: Head, compressed: bool) -> PublicResponse:
    response.set_etag(entity_tag(head, compressed=compressed))
    response.last_modified = head.last_modified
    return response


def small(body: bytes, content_type: str, request: Request) -> PublicResponse:
    """A document of one dataset, made for this request; 304 if the client has the same bytes."""
    response = PublicResponse(body, content_type=content_type)
    response.set_etag(hashlib.sha256(body).hexdigest())
    response.make_conditional(request)
    return response


def unavailable(sentence: str) -> PublicResponse:
    """503: there is no whole export now; come again."""
    response = _Unavailable(f"{sentence}\n", 503, content_type="text/plain; charset=utf-8")
    response.retry_after = _RETRY_AFTER_SECONDS
    response.date = datetime.now(timezone.utc)
    return response
