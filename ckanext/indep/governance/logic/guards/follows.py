"""Following: whether it works must not tell that a hidden dataset exists."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.governance.logic.guards.writing import must_see

__all__ = ["ACTIONS"]

READERS = ("am_following_dataset", "dataset_follower_count", "dataset_follower_list")
WRITERS = ("follow_dataset", "unfollow_dataset")


def _of_seen(name: str) -> Any:
    """Return a chained action on datasets that the asker may know of."""

    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        must_see(context, tk.get_or_bust(data_dict, "id"))
        return next_action(context, data_dict)

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, of datasets that one may know of."
    return tk.chained_action(tk.side_effect_free(action) if name in READERS else action)


ACTIONS: dict[str, Any] = {name: _of_seen(name) for name in (*READERS, *WRITERS)}
