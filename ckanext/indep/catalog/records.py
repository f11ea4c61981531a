"""Which records of an export the harvester would take, and why not the others."""

# pyright: strict
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ckanext.indep.catalog.readers import Json, Package, Site
from ckanext.indep.catalog.validation import Problem, RecordValidator

__all__ = ["DUPLICATE", "Refusal", "accepted"]

DUPLICATE = Problem("identifier", missing=False)
"""The problem of a record whose identifier an earlier one has: harvesters drop the later."""


@dataclass(frozen=True)
class Refusal:
    """A public dataset that an export leaves out, and the properties that are the reason."""

    package_id: str
    name: str
    title: str
    owner_org: str
    problems: tuple[Problem, ...]


def accepted(
    packages: Iterable[Package],
    site: Site,
    write: Callable[[Package, Site], dict[str, Json]],
    validator: RecordValidator,
) -> tuple[list[dict[str, Json]], tuple[Refusal, ...]]:
    """The records that the schema accepts, in the order of ``packages``, and the refusals."""
    records: list[dict[str, Json]] = []
    refusals: list[Refusal] = []
    identifiers: set[Any] = set()
    for package in packages:
        record = write(package, site)
        problems = validator.problems(record)
        if not problems and record["identifier"] in identifiers:
            problems = [DUPLICATE]
        if problems:
            refusals.append(_refusal(package, problems))
        else:
            identifiers.add(record["identifier"])
            records.append(record)
    return records, tuple(refusals)


def _refusal(package: Package, problems: Iterable[Problem]) -> Refusal:
    return Refusal(
        package_id=str(package["id"]),
        name=str(package["name"]),
        title=str(package.get("title") or package["name"]),
        owner_org=str(package.get("owner_org") or ""),
        problems=tuple(problems),
    )
