"""Arguments that CKAN's own actions use without looking: asked for here, in a plain sentence."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["ACTIONS"]

# action -> the arguments that must be there (`a.b` stands inside `a`), and whether it only reads
REQUIRED: dict[str, tuple[dict[str, type], bool]] = {
    "group_autocomplete": ({"q": str}, True),
    "group_member_create": ({"id": str, "username": str, "role": str}, False),
    "organization_autocomplete": ({"q": str}, True),
    "organization_member_create": ({"id": str, "username": str, "role": str}, False),
    "package_create_default_resource_views": ({"package.id": str}, False),
    "resource_create_default_resource_views": (
        {"resource.id": str, "resource.package_id": str},
        False,
    ),
    "task_status_update_many": ({"data": list}, False),
    "user_invite": ({"email": str, "group_id": str, "role": str}, False),
}
WORDS: dict[type, str] = {str: "a text", list: "a list"}


def _asking(name: str, required: dict[str, type], reads: bool) -> Any:
    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        errors: dict[str, Any] = {
            key: [tk._("This has to be {kind}.").format(kind=WORDS[kind])]
            for key, kind in required.items()
            if not isinstance(_at(data_dict, key), kind) or not _at(data_dict, key)
        }
        if errors:
            raise tk.ValidationError(errors)
        return next_action(context, data_dict)

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, which says what it lacks."
    return tk.chained_action(tk.side_effect_free(action) if reads else action)


def _at(data: Any, path: str) -> Any:
    """Return what stands at a dotted path, or None where there is nothing."""
    for key in path.split("."):
        data = data.get(key) if isinstance(data, dict) else None
    return data


ACTIONS: dict[str, Any] = {name: _asking(name, *wanted) for name, wanted in REQUIRED.items()}
