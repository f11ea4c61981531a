"""What the API says while the search engine is away: 503 with Retry-After, not 500.

CKAN's API view answers 500 for it, which tells a harvester that its request was wrong.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.common import g
from ckan.lib.search import SolrConnectionError
from flask import Response, has_request_context

__all__ = ["ACTIONS", "mark_unavailable", "note_search_away"]

RETRY_SECONDS = "30"


@tk.chained_action
@tk.side_effect_free
def package_search(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_search; it notes that the search engine did not answer."""
    try:
        return next_action(context, data_dict)
    except SolrConnectionError:
        note_search_away()
        raise


def note_search_away() -> None:
    """Note that the search engine did not answer this request; `mark_unavailable` asks for it."""
    if has_request_context():
        g.indep_search_away = True


def mark_unavailable(response: Response) -> Response:
    """Turn the API's 500 into 503 where the search engine was the cause."""
    if response.status_code == 500 and getattr(g, "indep_search_away", False):
        response.status_code = 503
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


ACTIONS = {"package_search": package_search}
