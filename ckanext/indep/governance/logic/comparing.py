"""The action that says what a request changes, down to columns and rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance.comparing import comparison, table_diff
from ckanext.indep.governance.comparing.comparison import FileChange
from ckanext.indep.governance.drafting import rebase
from ckanext.indep.governance.logic import answers, rights, schema
from ckanext.indep.governance.model import Revision

__all__ = ["indep_request_diff"]


@tk.side_effect_free
def indep_request_diff(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say what the submitted revision of a request changes in what it was made from.

    :param id: id of the request
    :returns: ``behind`` (what is public has changed since), ``new`` (nothing was public) and
        ``comparison``, None before the first submission: ``summary``, ``fields``, ``order`` and
        ``files``, each with ``table`` and its ``columns``, and ``rows``: ``state`` is ``done``,
        ``waiting``, ``unknown`` or None where no rows differ; once done ``key``, ``added``,
        ``removed``, ``changed`` and samples in ``rows``
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_diff", context, data)
    session = ckan_model.Session
    request = rights.request_of(data["id"])
    revision = session.get(Revision, request.revision_id) if request.revision_id else None
    base = rebase.base_content(request)
    result = {
        "behind": rebase.is_behind(request),
        "new": base is None,
        "comparison": None,
    }
    if revision:
        compared = comparison.compare(base, revision.content)
        result["comparison"] = asdict(compared)
        for file, shown in zip(compared.files, result["comparison"]["files"], strict=True):
            shown["rows"] = _rows(file, revision)
    return result


def _rows(file: FileChange, revision: Revision) -> dict[str, Any]:
    if not table_diff.has_rows(file):
        return {"state": None}
    found = table_diff.stored(file, table_diff.key_of(revision.content, file.id))
    if found:
        return {"state": "done", **found}
    return {"state": "waiting" if table_diff.is_waiting(revision.id) else "unknown"}
