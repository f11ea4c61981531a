"""CSRF protection that one visitor cannot switch off for the others.

CKAN 2.12.0 exempts an endpoint from its check for the rest of the process as soon as one
anonymous or token request has come by (CVE-2026-41255). This check is made before each
request, keeps no state, and is not installed where CKAN has the fix (2.12.1 and later).

Who is refused, by either check, is told what to do.
"""

from __future__ import annotations

from typing import Any

import ckan
import ckan.plugins.toolkit as tk
from ckan.common import current_user, g, request
from ckan.config.middleware.flask_app import csrf
from flask import Response, jsonify
from flask_wtf.csrf import CSRFError
from packaging.version import Version

__all__ = ["protect"]

FIXED_IN = Version("2.12.1")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
BAD_REQUEST = 400


def protect(app: Any) -> None:
    """Check the token of every request that changes something with a session's authority."""
    app.register_error_handler(CSRFError, _refuse)
    if Version(ckan.__version__) < FIXED_IN:
        app.before_request_funcs.setdefault(None, []).append(_check)


def _check() -> None:
    if request.method in SAFE_METHODS or not request.endpoint:
        return
    if g.get("login_via_auth_header") and current_user.is_authenticated:
        return
    if request.blueprint == "api" and current_user.is_anonymous:
        return
    csrf.protect()


def _refuse(error: CSRFError) -> tuple[Response | str, int]:
    """Answer a program in JSON, and a person with a page."""
    if request.blueprint == "api":
        told = {"__type": "Bad Request", "message": error.description}
        return jsonify(success=False, error=told), BAD_REQUEST
    words = {"code": BAD_REQUEST, "content": error.description}
    return tk.render("indep/form_refused.html", words), BAD_REQUEST
