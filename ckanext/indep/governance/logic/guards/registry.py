"""CKAN's own actions and permission checks, made to keep to the workflow.

New packages become workspaces; workspaces can be written to while their request allows it;
what is released can be changed by a release only. Sysadmins and privileged contexts are no
exception: the actions refuse before the database does. ``tests/governance/actions.yaml`` says
of every action which of these modules guards it, or why none has to.
"""

from __future__ import annotations

from typing import Any

from ckanext.indep.governance.logic.guards import (
    arguments,
    follows,
    groups,
    packages,
    permission,
    reading,
    resources,
    switched_off,
    tables,
)

__all__ = ["ACTIONS", "AUTH_FUNCTIONS"]

ACTIONS: dict[str, Any] = {
    **arguments.ACTIONS,
    **follows.ACTIONS,
    **groups.ACTIONS,
    **packages.ACTIONS,
    **reading.ACTIONS,
    **resources.ACTIONS,
    **switched_off.ACTIONS,
    **tables.ACTIONS,
}
AUTH_FUNCTIONS: dict[str, Any] = permission.AUTH_FUNCTIONS
