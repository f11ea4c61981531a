"""CSRF protection that one visitor cannot switch off for the others.

CKAN 2.12.0 exempts an endpoint from its check for the rest of the process as soon as one
anonymous or token request has come by (CVE-2026-41255). This check is made before each
request, keeps no state, and is not installed where CKAN has the fix (2.12.1 and later).
"""

from __future__ import annotations

from typing import Any

import ckan
from ckan.common import current_user, g, request
from ckan.config.middleware.flask_app import csrf
from packaging.version import Version

__all__ = ["protect"]

FIXED_IN = Version("2.12.1")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def protect(app: Any) -> None:
    """Check the token of every request that changes something with a session's authority."""
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
