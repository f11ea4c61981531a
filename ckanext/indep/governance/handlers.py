"""What the outbox does after a commit, but for the swap of tables (``tables.swap``).

Every handler may be called twice, and reads what is so now instead of trusting the queue.
"""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan import logic
from ckan.lib.search import clear
from sqlalchemy import delete, select

from ckanext.indep import events
from ckanext.indep.governance import notifications, outbox, tables
from ckanext.indep.governance.drafting import workspace
from ckanext.indep.governance.maintenance.model import Message
from ckanext.indep.governance.model import ResourceFile, WorkspaceResource, now
from ckanext.indep.governance.states import OPEN, State
from ckanext.indep.governance.submission import scanning

__all__: list[str] = []


@outbox.handler
def index(package_id: str) -> None:
    """Bring the search index in line with the database, for one package."""
    ckan_model.Session.rollback()
    if ckan_model.Package.get(package_id):
        logic.index_update_package({"ignore_auth": True, "use_cache": False}, package_id)
    else:
        clear(package_id)


@outbox.handler
def discard(workspace_id: str) -> None:
    """Remove the workspace of a request that has ended, with what nothing else uses."""
    session = ckan_model.Session
    session.rollback()
    request = workspace.of_package(workspace_id)
    if not request or State(request.state) in OPEN:
        return
    resource = ckan_model.Resource
    resources = list(
        session.execute(select(resource.id).where(resource.package_id == workspace_id)).scalars()
    )
    package = session.get(ckan_model.Package, workspace_id)
    if package:
        package.purge()
    session.execute(delete(ResourceFile).where(ResourceFile.package_id == workspace_id))
    session.execute(delete(WorkspaceResource).where(WorkspaceResource.request_id == request.id))
    session.commit()
    for resource_id in resources:
        tables.drop(resource_id)
    clear(workspace_id)


@outbox.handler
def file_stored(resource_id: str, sha256: str) -> None:
    """Tell that a workspace has a new file; its table starts with the dictionary of the old."""
    mapping = ckan_model.Session.get(WorkspaceResource, resource_id)
    if mapping and tables.exists(mapping.live_resource_id) and not tables.exists(resource_id):
        tables.copy(mapping.live_resource_id, resource_id, rows=False)
    events.file_stored.send(resource_id, sha256=sha256)


@outbox.handler
def scan(revision_id: str) -> None:
    """Have what was submitted scanned for personal data."""
    scanning.request(revision_id)


@outbox.handler
def released(package_id: str, package_type: str, revision_id: str) -> None:
    """Tell the other parts of the portal that a new revision is public."""
    events.released.send(package_id, package_type=package_type, revision_id=revision_id)


@outbox.handler
def withdrawn(package_id: str, package_type: str) -> None:
    """Tell the other parts of the portal that a package is public no longer."""
    events.withdrawn.send(package_id, package_type=package_type)


@outbox.handler
def mail(user_id: str, messages: list[int]) -> None:
    """Mail one person some messages of the inbox; who has no address or left is passed over.

    A portal without a sender's address (``smtp.mail_from``) sends no mail.
    """
    _mail(user_id, Message.seq.in_(messages))


@outbox.handler
def digest(user_id: str) -> None:
    """Mail one person in one mail all that has collected in the inbox."""
    _mail(user_id, Message.user_id == user_id)


def _mail(user_id: str, which: Any) -> None:
    session = ckan_model.Session
    session.rollback()
    waiting = list(
        session.execute(
            select(Message)
            .where(which, Message.user_id == user_id, Message.mailed_at.is_(None))
            .order_by(Message.seq)
            .with_for_update()
        ).scalars()
    )
    user = ckan_model.User.get(user_id)
    may_send = waiting and tk.config.get("smtp.mail_from")
    if may_send and user and user.email and user.state == "active":
        subject, body = notifications.render(waiting)
        tk.mail_recipient(user.fullname or user.name, user.email, subject, body)
    for message in waiting:
        message.mailed_at = now()
    session.commit()
