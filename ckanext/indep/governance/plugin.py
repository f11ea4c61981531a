"""Plugin `indep_governance`: what the public sees is what governance released."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.types import SignalMapping

from ckanext.indep.governance import (
    handlers,  # noqa: F401  registers what the outbox can do
    index,
    parts,
    permissions,
    requirements,
)
from ckanext.indep.governance.drafting import workspace
from ckanext.indep.governance.files import BlobUpload
from ckanext.indep.governance.gate import api_answers, csrf, view_answers
from ckanext.indep.governance.maintenance import ticking


@tk.blanket.actions(parts.actions)
@tk.blanket.auth_functions(parts.auth_functions)
@tk.blanket.helpers
@tk.blanket.blueprints(parts.blueprints)
class GovernancePlugin(p.SingletonPlugin):
    p.implements(p.IConfigurable)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IPermissionLabels)
    p.implements(p.IResourceController, inherit=True)
    p.implements(p.ISignal)
    p.implements(p.IUploader, inherit=True)

    def configure(self, config: CKANConfig) -> None:
        requirements.check(self)

    def make_middleware(self, app: Any, config: CKANConfig) -> Any:
        csrf.protect(app)
        api_answers.install(app)
        view_answers.install(app)
        return app

    def get_signal_subscriptions(self) -> SignalMapping:
        return ticking.subscriptions()

    def get_dataset_labels(self, dataset_obj: ckan_model.Package) -> list[str]:
        return permissions.dataset_labels(dataset_obj)

    def get_user_dataset_labels(self, user_obj: ckan_model.User | None) -> list[str]:
        return permissions.user_labels(user_obj)

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> BlobUpload:
        return BlobUpload(data_dict)

    def after_dataset_create(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        workspace.register_new(context, pkg_dict["id"])

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return index.document(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        return index.allowed(search_params)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        return index.live_only(search_results)

    def after_resource_create(self, context: Any, resource: dict[str, Any]) -> None:
        workspace.wake_for_file(resource)

    def after_resource_update(self, context: Any, resource: dict[str, Any]) -> None:
        workspace.wake_for_file(resource)
