"""What strangers see of a portal, told in the same words with and without governance."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import uploader
from ckan.types import Context

COMPUTED = {"isopen", "license_title", "license_url", "organization", "num_tags"}
"""Left out of the comparison: made from others when a package is shown."""


def by_strangers() -> dict[str, Any]:
    """Return each public dataset as an anonymous visitor gets it, by its name.

    With fields, files (digest of their bytes), tables (columns, dictionary and rows), previews,
    and what the search finds.
    """
    found = _ask("package_search", q="*:*", rows=1000)
    return {
        "count": found["count"],
        "list": sorted(_ask("package_list")),
        "words": sorted(each["name"] for each in _ask("package_search", q="canary")["results"]),
        "packages": {each["name"]: _package(each["name"]) for each in found["results"]},
    }


def is_hidden(name_or_id: str) -> bool:
    """Whether a stranger is told neither of a dataset nor of its resources."""
    try:
        _ask("package_show", id=name_or_id)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return True
    return False


def _package(name: str) -> dict[str, Any]:
    shown = _ask("package_show", id=name)
    extras = {each["key"]: each["value"] for each in shown.pop("extras", [])}
    resources = shown.pop("resources")
    fields = {**shown, **extras}
    return {
        "fields": {
            key: _plain(value) for key, value in fields.items() if value and key not in COMPUTED
        },
        "resources": [_resource(each) for each in resources],
    }


def _plain(value: Any) -> Any:
    """Groups and tags by their names only; a list of terms, which CKAN shows as it is stored."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sorted(each["name"] for each in value)
    if isinstance(value, str) and value.startswith("["):
        return json.loads(value)
    return value


def _resource(resource: dict[str, Any]) -> dict[str, Any]:
    result = {k: v for k, v in resource.items() if v not in (None, "", {}, [])}
    if resource["url_type"] == "upload":
        path = uploader.get_resource_uploader({**resource}).get_path(resource["id"])
        with open(path, "rb") as file:
            result["bytes"] = hashlib.sha256(file.read()).hexdigest()
    if resource.get("datastore_active"):
        table = _ask("datastore_search", resource_id=resource["id"], limit=1000)
        result["rows"], result["columns"] = table["records"], table["fields"]
    result["views"] = [
        {k: view[k] for k in ("id", "title", "view_type")}
        for view in _ask("resource_view_list", id=resource["id"])
    ]
    return result


def _ask(action: str, **data: Any) -> Any:
    context: Context = {"user": "", "ignore_auth": False, "use_cache": False}
    return tk.get_action(action)(context, data)


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Return a line for each place where two answers of `by_strangers` differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            line
            for key in sorted({*before, *after})
            for line in differences(before.get(key), after.get(key), f"{path}/{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [line for n, (b, a) in pairs for line in differences(b, a, f"{path}/{n}")]
    return [] if before == after else [f"{path}: {str(before)[:80]} -> {str(after)[:80]}"]
