"""Actions of CKAN that would go past the workflow and that the portal has no use for."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["ACTIONS"]

RELATIONSHIPS = "Relationships are not supported: name other datasets in the text."
COLLABORATORS = "Collaborators are not supported: the roles of the policy say who works on what."
FILES = "Files are uploaded with a dataset, so that they are reviewed with it."
FUNCTIONS = "Tables have no functions: they hold what was uploaded and approved."

REASONS = {
    "datastore_function_create": FUNCTIONS,
    "datastore_function_delete": FUNCTIONS,
    "datastore_run_triggers": FUNCTIONS,
    "file_create": FILES,
    "file_ownership_transfer": FILES,
    "file_pin": FILES,
    "file_register": FILES,
    "file_rename": FILES,
    "file_unpin": FILES,
    "package_collaborator_create": COLLABORATORS,
    "package_collaborator_delete": COLLABORATORS,
    "package_collaborator_list": COLLABORATORS,
    "package_collaborator_list_for_user": COLLABORATORS,
    "package_relationship_create": RELATIONSHIPS,
    "package_relationship_delete": RELATIONSHIPS,
    "package_relationship_update": RELATIONSHIPS,
}


def _refusing(name: str, reason: str) -> Any:
    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        raise tk.NotAuthorized(tk._(reason))

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, switched off for everybody. {reason}"
    return tk.chained_action(action)


ACTIONS: dict[str, Any] = {name: _refusing(name, reason) for name, reason in REASONS.items()}
