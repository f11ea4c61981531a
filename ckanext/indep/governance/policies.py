"""The policy in force: loaded from a file, recorded with its hash, cited by every decision."""

from __future__ import annotations

import hashlib
from importlib import resources

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit
from ckanext.indep.governance.model import PolicyVersion
from ckanext.indep.governance.policy import Policy, from_data, parse

__all__ = ["by_id", "default_text", "in_force", "load"]

_KNOWN: dict[str, Policy] = {}
"""Policies by the hash of their text; there are as many as were ever loaded, so a few."""


def default_text() -> str:
    """Return the policy that ships with the extension."""
    return resources.files("ckanext.indep.governance").joinpath("policy.yaml").read_text("utf-8")


def load(text: str, actor: str) -> PolicyVersion:
    """Put a policy in force; the same text again changes nothing.

    Raises PolicyError with line and reason, and then the old policy stays in force.
    """
    _policy, content = parse(text)
    sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
    newest = _newest()
    if newest and newest.sha256 == sha256:
        return newest
    version = PolicyVersion(sha256=sha256, content=content, loaded_by=actor)
    ckan_model.Session.add(version)
    ckan_model.Session.flush()
    audit.append("policy_loaded", str(version.id), actor, sha256=sha256)
    ckan_model.Session.commit()
    return version


def in_force() -> tuple[PolicyVersion, Policy]:
    """Return the newest policy; raises ConflictError where none was ever loaded."""
    version = _newest()
    if not version:
        raise ConflictError(
            "No policy is in force, so nothing can be submitted. An administrator loads one "
            "with: ckan indep policy load"
        )
    return version, _read(version)


def by_id(version_id: int) -> Policy:
    """Return an earlier policy, as the decisions made under it cite it."""
    version = ckan_model.Session.get(PolicyVersion, version_id)
    assert version, "policies are never deleted"
    return _read(version)


def _read(version: PolicyVersion) -> Policy:
    """Return a version as data classes; a text once read is kept, as its hash tells it apart."""
    if version.sha256 not in _KNOWN:
        _KNOWN[version.sha256] = from_data(version.content)
    return _KNOWN[version.sha256]


def _newest() -> PolicyVersion | None:
    return ckan_model.Session.execute(
        select(PolicyVersion).order_by(PolicyVersion.id.desc()).limit(1)
    ).scalar()
