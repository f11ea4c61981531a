"""What there is on a portal that governance does not know yet, or not as it is now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine
from sqlalchemy import func, select

from ckanext.indep.governance.adoption import stock_files
from ckanext.indep.governance.drafting import freeze, schema_fit
from ckanext.indep.governance.model import ChangeRequest, Publication
from ckanext.indep.governance.states import OPEN
from ckanext.indep.schema import fields

__all__ = ["Survey", "names", "notes", "survey"]

Package = ckan_model.Package
SHOWN = sa.and_(Package.state == "active", Package.private.is_not(True))
_DIFFERS = Publication.fingerprint.is_distinct_from(func.indep_fingerprint(Package.id))
SHOWN_AS = {"tag_string": "tags"}
KEPT_FIELDS = frozenset({"name", "owner_org"})


@dataclass(frozen=True)
class Survey:
    """Ids of packages, by what has to be done about them.

    `public`: shown to everybody, or released to city staff, and unknown or different from the
    last release.
    `hidden`: private or draft, and without a change request.
    `unknown_type`: hidden, and of a type for which the portal has no form.
    `without_department`: those of `public` and `hidden` that no organization answers for.
    `gone`: released, but no longer shown.
    `lost`: ids of open requests whose workspace is deleted, or public by itself.
    """

    public: list[str]
    hidden: list[str]
    unknown_type: list[str]
    without_department: list[str]
    gone: list[str]
    lost: list[str]

    @property
    def is_work(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.public or self.hidden or self.gone or self.lost)


def survey() -> Survey:
    """Compare all packages with what governance knows; reads the database only."""
    public = _ids(
        select(Package.id)
        .outerjoin(
            Publication, (Publication.package_id == Package.id) & (Publication.state == "live")
        )
        .where(SHOWN, sa.or_(Publication.package_id.is_(None), _DIFFERS))
        .order_by(Package.metadata_created, Package.id)
    )
    for_staff = _ids(
        select(Package.id)
        .join(Publication, Publication.package_id == Package.id)
        .where(
            Publication.state == "staff",
            Package.state == "active",
            Package.private.is_(True),
            _DIFFERS,
        )
    )
    unreleased = (
        select(Package.id)
        .outerjoin(Publication, Publication.package_id == Package.id)
        .outerjoin(ChangeRequest, ChangeRequest.workspace_id == Package.id)
        .where(
            ~SHOWN,
            Package.state != "deleted",
            Publication.package_id.is_(None),
            ChangeRequest.id.is_(None),
        )
        .order_by(Package.metadata_created, Package.id)
    )
    hidden = _ids(unreleased.where(Package.type.in_(fields.PACKAGE_TYPES)))
    organization = ckan_model.Group
    return Survey(
        public=[*public, *for_staff],
        hidden=hidden,
        unknown_type=_ids(unreleased.where(Package.type.not_in(fields.PACKAGE_TYPES))),
        without_department=_ids(
            select(Package.id)
            .outerjoin(
                organization,
                (organization.id == Package.owner_org)
                & (organization.state == "active")
                & organization.is_organization.is_(True),
            )
            .where(Package.id.in_([*public, *hidden]), organization.id.is_(None))
            .order_by(Package.metadata_created, Package.id)
        ),
        gone=_ids(
            select(Publication.package_id)
            .outerjoin(Package, Package.id == Publication.package_id)
            .where(
                sa.or_(
                    (Publication.state == "live") & sa.func.coalesce(~SHOWN, True),
                    (Publication.state == "staff")
                    & sa.func.coalesce(Package.state != "active", True),
                )
            )
        ),
        lost=_ids(
            select(ChangeRequest.id)
            .outerjoin(
                Package,
                (Package.id == ChangeRequest.workspace_id) & ~SHOWN & (Package.state != "deleted"),
            )
            .where(ChangeRequest.state.in_(OPEN), Package.id.is_(None))
        ),
    )


def names(package_ids: list[str]) -> list[str]:
    """Return the names of packages, sorted."""
    return sorted(_ids(select(Package.name).where(Package.id.in_(package_ids))))


def notes(found: Survey) -> Iterator[str]:
    """Yield a sentence for each thing about the portal that somebody should know.

    None of it keeps a dataset from being taken over; what is missing is asked for by the next
    change request.
    """
    lacking: Counter[str] = Counter()
    for package_id in [*found.public, *found.hidden]:
        package = ckan_model.Package.get(package_id)
        assert package, "the survey named it"
        yield from (
            f"{package.name}: the file '{file}' is missing"
            for file in stock_files.missing(package_id)
        )
        if package.type not in fields.PACKAGE_TYPES:
            yield (
                f"{package.name}: there is no form for the type '{package.type}', so it can be "
                "taken down but not changed"
            )
            continue
        shown = freeze.show(package_id)
        yield from _about_fields(package, shown)
        lacking.update(
            name
            for name in fields.required_to_submit(package.type)
            if not shown.get(SHOWN_AS.get(name, name))
        )
    for name, count in sorted(lacking.items()):
        yield f"{count} datasets have no '{name}'; their next change request asks for it"
    for name in names(found.unknown_type):
        yield f"{name}: not public, and there is no form for its type; it is left as it is"
    yield from _about_access()


def _about_fields(package: ckan_model.Package, shown: dict[str, Any]) -> Iterator[str]:
    context: Any = {
        "model": ckan_model,
        "session": ckan_model.Session,
        "package": package,
        "user": "",
        "ignore_auth": True,
    }
    errors = schema_fit.refused(context, shown, "package_update")
    for name in sorted(set(errors) - KEPT_FIELDS):
        yield f"{package.name}: '{name}' will have to be corrected in the next change request"
    for name in sorted(fields.staff_only(package.type) & set(package.extras or {})):
        yield f"{package.name}: '{name}' is public now and is for staff only here"


def _about_access() -> Iterator[str]:
    collaborators = ckan_model.Session.execute(
        select(func.count(sa.distinct(ckan_model.PackageMember.package_id)))
    ).scalar_one()
    if collaborators:
        yield f"{collaborators} datasets have collaborators, who have no access here"
    with get_read_engine().connect() as connection:
        aliases = connection.execute(
            sa.text('SELECT name FROM "_table_metadata" WHERE alias_of IS NOT NULL ORDER BY name')
        ).scalars()
        for name in aliases:
            yield f"the table alias '{name}' goes on to show the present rows after a release"


def _ids(query: sa.Select[Any]) -> list[str]:
    return [str(each) for each in ckan_model.Session.execute(query).scalars()]
