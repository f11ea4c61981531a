"""How much one request may send.

CKAN reads the body of a request into memory before it asks who sends it, however long it is. So
the length is limited before anything is read: for strangers, who fill in forms and ask questions,
to little, and for everybody else to twice the largest file that the portal takes.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.common import request
from ckan.types import CKANApp

__all__ = ["STRANGERS", "install"]

STRANGERS = 1 << 20
"""Bytes. The longest form that strangers have, a request for data, has some thousand letters."""
MEGABYTE = 1 << 20
TIMES_A_FILE = 2


def install(app: CKANApp) -> None:
    """Have `app` answer 413 to more; call it before what reads bodies is installed."""
    largest = int(tk.config["ckan.max_resource_size"]) * MEGABYTE
    app.config["MAX_CONTENT_LENGTH"] = TIMES_A_FILE * largest
    app.before_request_funcs.setdefault(None, []).insert(0, _limit)


def _limit() -> None:
    has_body = request.content_length or "Transfer-Encoding" in request.headers
    if has_body and tk.current_user.is_anonymous:
        request.max_content_length = STRANGERS
