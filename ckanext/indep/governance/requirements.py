"""What must hold before the portal starts: without these, the gate would have a hole."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException

__all__ = ["check"]

# setting -> value that is needed, and what would happen otherwise
SETTINGS: dict[str, tuple[bool, str]] = {
    "ckan.auth.user_create_groups": (
        False,
        "any signed-in user could put public datasets into a group of their own",
    ),
    "ckan.auth.allow_dataset_collaborators": (
        False,
        "a collaborator could read and edit past the roles of the policy",
    ),
    "ckan.datastore.sqlsearch.enabled": (
        False,
        "rows that are not released could be read by SQL",
    ),
    "ckan.auth.public_user_details": (
        False,
        "strangers could list the staff and what they work on",
    ),
    "ckan.auth.create_unowned_dataset": (
        False,
        "a dataset without a department has no data owner who could decide on it",
    ),
}
NEEDED_EMPTY = {
    "ckan.datastore.public_table_search": (
        "anybody could read tables of which no dataset says who may see them"
    ),
}
"""Setting, and what would happen if it named anything; CKAN's default does."""
FORBIDDEN_PLUGINS = {
    "activity": "it keeps datasets as they were, and shows them after they were taken down",
    "resource_proxy": "it fetches addresses of the inner network for anybody",
}


def check(governance: p.SingletonPlugin) -> None:
    """Raise CkanConfigurationException naming what opens a hole, and why."""
    for key, (needed, otherwise) in SETTINGS.items():
        if tk.asbool(tk.config.get(key)) is not needed:
            raise CkanConfigurationException(
                f"Set {key} = {str(needed).lower()}: otherwise {otherwise}."
            )
    for key, otherwise in NEEDED_EMPTY.items():
        if tk.config.get(key):
            raise CkanConfigurationException(f"Set {key} to nothing: otherwise {otherwise}.")
    for name, reason in FORBIDDEN_PLUGINS.items():
        if p.plugin_loaded(name):
            raise CkanConfigurationException(f"Take '{name}' out of ckan.plugins: {reason}.")
    first = next(iter(p.PluginImplementations(p.IPermissionLabels)))
    if first is not governance:
        raise CkanConfigurationException(
            f"Put indep_governance before {first.name} in ckan.plugins: CKAN asks only the first "
            "plugin who may see a dataset."
        )
    for plugin in p.PluginImplementations(p.IAuthFunctions):
        if plugin is governance:
            break
        if _lets_sysadmins_pass(plugin.get_auth_functions().get("package_update")):
            raise CkanConfigurationException(
                f"Put indep_governance before {plugin.name} in ckan.plugins: its check of who may "
                "edit a dataset lets system administrators pass, who may not edit a public one."
            )


def _lets_sysadmins_pass(auth_function: Any) -> bool:
    """Whether CKAN asks nobody about a sysadmin once this function is first in the chain."""
    chained = getattr(auth_function, "chained_auth_function", False)
    return chained and not getattr(auth_function, "auth_sysadmins_check", False)
