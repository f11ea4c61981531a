"""Response headers that protect visitors, added to each answer of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.indep.core_scripts import needs_core_scripts

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["DOWNLOAD_POLICY", "add_headers", "content_security_policy", "install"]

DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For files that people uploaded: whatever they hold, it can do nothing in this site's name."""

_STATIC_PREFIX = "/indep/"
_EMBED_PREFIX = "/insight/embed"
_ONE_YEAR = 365 * 24 * 3600


def content_security_policy(core_scripts: bool, may_be_framed: bool) -> str:
    """The Content-Security-Policy of a page.

    Pages of the portal run no script. CKAN's own staff pages (`core_scripts`) need its bundles,
    inline handlers and the templates that its libraries compile. `may_be_framed` is for charts
    that other sites embed.
    """
    scripts = "'self' 'unsafe-inline' 'unsafe-eval'" if core_scripts else "'none'"
    frames = "*" if may_be_framed else "'self'"
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {frames}",
        )
    )


def add_headers(response: Response) -> Response:
    """Add the headers to `response`; one that a view has set itself is kept."""
    headers = response.headers
    framed = tk.request.path.startswith(_EMBED_PREFIX)
    signed_in = tk.current_user.is_authenticated
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    if not framed:
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    if (tk.request.endpoint or "").endswith(".download"):
        headers.setdefault("Content-Security-Policy", DOWNLOAD_POLICY)
        headers["Content-Disposition"] = _as_attachment(headers.get("Content-Disposition", ""))
    elif response.mimetype == "text/html":
        core_scripts = needs_core_scripts(tk.request.endpoint, signed_in)
        headers.setdefault("Content-Security-Policy", content_security_policy(core_scripts, framed))
    if tk.request.path.startswith(_STATIC_PREFIX) and "v" in tk.request.args:
        headers["Cache-Control"] = f"public, max-age={_ONE_YEAR}, immutable"
    elif signed_in:
        headers["Cache-Control"] = "private, no-store"
    return response


def install(app: Flask) -> None:
    """Have `app` add the headers to each answer, after all else has set its own."""
    app.after_request_funcs.setdefault(None, []).insert(0, add_headers)


def _as_attachment(disposition: str) -> str:
    """The same Content-Disposition, file name and all, that saves and never displays."""
    _kind, _, parameters = disposition.partition(";")
    return f"attachment;{parameters}" if parameters else "attachment"
