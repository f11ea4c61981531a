"""Which pages load CKAN's own bundles (Bootstrap, jQuery, htmx: about 1.1 MB). Pure."""

from __future__ import annotations

__all__ = ["SCRIPTLESS_ENDPOINTS", "needs_core_scripts"]

SCRIPTLESS_ENDPOINTS = frozenset(
    {
        "home.index",
        "home.about",
        "dataset.search",
        "dataset.read",
        "dataset.new",
        "dataset.edit",
        "dataset_resource.read",
        "dataset_resource.new",
        "dataset_resource.edit",
        "measure.read",
        "measure.new",
        "measure.edit",
        "organization.index",
        "organization.read",
        "organization.about",
        "group.index",
        "group.read",
        "user.login",
        "user.logged_out_page",
        "user.request_reset",
        "user.perform_reset",
    }
)
"""Pages that this extension renders itself; they need no script, whoever looks at them."""

_VIEW_ENDPOINTS = frozenset({"dataset_resource.view", "resource.view", "datatablesview.ajax"})
"""Interactive previews: they are scripts by nature, so strangers get them too."""


def needs_core_scripts(endpoint: str | None, signed_in: bool) -> bool:
    """Say whether the page behind `endpoint` loads CKAN's scripts and their styles.

    `endpoint` is Flask's name of the route, None for an address that no route answers. Residents
    get them for interactive previews only; staff get them on the pages of CKAN's that this
    extension does not render itself.
    """
    if endpoint is None:
        return False
    if endpoint in _VIEW_ENDPOINTS:
        return True
    if endpoint in SCRIPTLESS_ENDPOINTS or endpoint.startswith("indep"):
        return False
    return signed_in
