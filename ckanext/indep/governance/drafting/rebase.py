"""Bringing a request up to date with what became public after it was opened.

What is public now and the draft are merged over what the draft was made from; the result is
written to the workspace, which is a draft again and goes through review like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import (
    audit,
    outbox,
    requests,
    states,
)
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.comparing.merge import CHOICES, Conflict, merge
from ckanext.indep.governance.drafting import freeze, workspace, workspace_content
from ckanext.indep.governance.model import (
    ChangeRequest,
    Publication,
    Revision,
    WorkspaceResource,
)
from ckanext.indep.governance.states import State

__all__ = ["Sides", "base_content", "check_current", "is_behind", "rebase", "sides"]

BEHIND = (
    "What is public has changed since this draft was opened. Bring the request up to date, "
    "then submit it."
)


EDITED = ("create", "edit")
"""Kinds of requests whose content is edited; that of the others follows from the records."""


@dataclass(frozen=True)
class Sides:
    """The three contents of a merge; `seen` stands for exactly these.

    `base` and `public` are None for a request on something that was never public.
    """

    base: dict[str, Any] | None
    public: dict[str, Any] | None
    mine: dict[str, Any]
    public_hash: str | None

    @property
    def seen(self) -> str:
        """What a choice refers to: it is refused when either side has changed meanwhile."""
        return content_hash([self.public_hash, self.mine])


def is_behind(request: ChangeRequest) -> bool:
    """Whether what is public is no longer what the request was made from."""
    return _public_hash(request) != request.base_hash


def check_current(request: ChangeRequest) -> None:
    """Refuse a draft that was made from an earlier version of what is public."""
    if is_behind(request):
        raise ConflictError(BEHIND)


def base_content(request: ChangeRequest) -> dict[str, Any] | None:
    """Return the content that the request was made from, whatever became public since."""
    return _content(request, request.base_hash)


def sides(request: ChangeRequest) -> Sides:
    """Return the contents to merge, the draft's taken from its workspace now."""
    base = base_content(request)
    public_hash = _public_hash(request)
    mine = freeze.content(request)
    _give_back_shared_tables(request, base, mine)
    return Sides(base, _content(request, public_hash), mine, public_hash)


def rebase(
    request_id: str, user: ckan_model.User, choices: Mapping[str, str], seen: str
) -> ChangeRequest:
    """Merge what is public now into the request's workspace, and make the request a draft.

    `choices` maps the key of each conflict to ``mine`` or ``public``; `seen` is what `Sides`
    said when they were made. Raises ConflictError when there is nothing to do or a side has
    changed since, and ValidationError when a choice is missing or wrong.
    """
    request = requests.lock(request_id)
    transition = states.check("rebase", State(request.state))
    if request.state != State.STALE.value and not is_behind(request):
        raise ConflictError(
            "Nothing has become public since this request was opened, so it is up to date."
        )
    _lock_public(request)
    read = sides(request)
    if read.seen != seen:
        raise ConflictError(
            "The draft or what is public has changed since you opened this page. "
            "Look at the differences again."
        )
    if read.public is not None and request.kind in EDITED:
        merged = merge(read.base, read.public, read.mine, choices)
        _check_choices(merged.conflicts, choices)
        workspace_content.write(request, merged.content, read.public, read.mine, user)
        request.title = str(merged.content.get("title") or request.title)
        request.owner_org = str(merged.content.get("owner_org") or request.owner_org)
    audit.append(
        "rebased",
        request.id,
        user.id,
        before=request.base_hash,
        after=read.public_hash,
        choices=dict(choices),
    )
    request.base_hash = read.public_hash
    request.revision_id = None
    workspace.add_contributor(request, user.id)
    requests.move(request, transition)
    ckan_model.Session.commit()
    outbox.wake()
    return request


def _check_choices(conflicts: tuple[Conflict, ...], choices: Mapping[str, str]) -> None:
    known = {conflict.key for conflict in conflicts}
    unknown = sorted(set(choices) - known)
    if unknown:
        raise _refusal(tk._("There is no conflict called '{key}'.").format(key=unknown[0]))
    for key in sorted(known & set(choices)):
        if choices[key] not in CHOICES:
            raise _refusal(tk._("Choose 'mine' or 'public' for '{key}'.").format(key=key))
    missing = len(known - set(choices))
    if missing:
        raise _refusal(
            tk.ungettext(
                "Choose for the one difference that both sides made.",
                "Choose for each difference that both sides made; %(num)s are left.",
                missing,
            )
        )


def _refusal(sentence: str) -> tk.ValidationError:
    return tk.ValidationError({"choices": [sentence]})


def _give_back_shared_tables(
    request: ChangeRequest, base: dict[str, Any] | None, mine: dict[str, Any]
) -> None:
    """A shared table is the public one, which has moved on: the draft's is the one of its base."""
    shared = set(
        ckan_model.Session.execute(
            select(WorkspaceResource.live_resource_id).where(
                WorkspaceResource.request_id == request.id, WorkspaceResource.shares_table
            )
        ).scalars()
    )
    before = {r["id"]: r for r in (base or {}).get("resources", [])}
    for resource in mine["resources"]:
        if resource["id"] in shared & set(before):
            resource.pop("table", None)
            table = before[resource["id"]].get("table")
            if table:
                resource["table"] = table


def _lock_public(request: ChangeRequest) -> None:
    ckan_model.Session.get(
        Publication, request.live_id, with_for_update=True, populate_existing=True
    )


def _public_hash(request: ChangeRequest) -> str | None:
    publication = ckan_model.Session.get(Publication, request.live_id)
    return publication.content_hash if publication else None


def _content(request: ChangeRequest, sha256: str | None) -> dict[str, Any] | None:
    if sha256 is None:
        return None
    return ckan_model.Session.execute(
        select(Revision.content)
        .where(Revision.live_id == request.live_id, Revision.content_hash == sha256)
        .limit(1)
    ).scalar()
