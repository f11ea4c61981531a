"""The actions that bring a request up to date with what became public meanwhile."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.governance.comparing import comparison
from ckanext.indep.governance.comparing.merge import merge
from ckanext.indep.governance.drafting import rebase
from ckanext.indep.governance.logic import answers, rights, schema

__all__ = ["indep_request_merge", "indep_request_rebase"]


@tk.side_effect_free
def indep_request_merge(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show what bringing a request up to date would do.

    :param id: id of the request
    :returns: ``behind``, whether what is public has changed since; ``seen``, to be given back
        with the choices; ``conflicts``, each with ``key``, ``where``, ``field`` and the values
        of ``base``, ``public`` and ``mine``; ``arrived``, what changed in public since, as
        ``indep_request_diff`` tells it
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_request_merge", context, data)
    request = rights.request_of(data["id"])
    sides = rebase.sides(request)
    conflicts = merge(sides.base, sides.public, sides.mine).conflicts if sides.public else ()
    return {
        "behind": rebase.is_behind(request),
        "seen": sides.seen,
        "conflicts": [{**asdict(conflict), "key": conflict.key} for conflict in conflicts],
        "arrived": asdict(comparison.compare(sides.base, sides.public)) if sides.public else None,
    }


def indep_request_rebase(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Bring a stale request, or a draft, up to date with what is public now.

    :param id: id of the request
    :param seen: what ``indep_request_merge`` gave
    :param choices: for each conflict, its ``key`` with ``mine`` or ``public``; may be left out
        where there is none
    """
    data = answers.validated(schema.rebase(), context, data_dict)
    tk.check_access("indep_request_rebase", context, data)
    choices = data.get("choices") or {}
    if not isinstance(choices, dict) or not all(isinstance(v, str) for v in choices.values()):
        raise tk.ValidationError(
            {"choices": [tk._("Give the choices as an object: the key of a conflict, a side.")]}
        )
    user = answers.user_of(context)
    return answers.request_dict(
        answers.answer(lambda: rebase.rebase(data["id"], user, choices, data["seen"]))
    )
