"""What the two schema files say about their fields, for code that needs no CKAN.

``dataset.yaml`` and ``measure.yaml`` are read once. Beside the keys of ckanext-scheming,
a field may carry:

``staff_only``
    never shown, searched or exported to the public
``required_to_submit``
    a draft may lack it, a submission may not
``required_to_submit_if`` / ``required_to_submit_unless``
    ``{field: NAME, is: VALUE}``: the same, depending on another field
``vocabulary``
    the name of the list that its terms come from
``several``
    whether it holds a list of values
``facet``
    the heading under which search results can be narrowed by it
``fieldset``
    the part of the form it stands in; the parts are listed under ``fieldsets``
``wide``
    whether it takes the full width of the form

This module is pure: it imports neither CKAN nor a database.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from ckanext.indep.errors import IndepError

__all__ = [
    "PACKAGE_TYPES",
    "dates",
    "facets",
    "field",
    "multi_valued",
    "names",
    "public_fields",
    "required_to_submit",
    "staff_only",
    "staff_only_of_resources",
    "vocabulary_of",
]

PACKAGE_TYPES = ("dataset", "measure")
_FOLDER = Path(__file__).parent

FieldDefinition = dict[str, Any]


def names(package_type: str) -> list[str]:
    """The names of all fields of ``package_type``, in the order of the form.

    :raises IndepError: if the type is not one of ``PACKAGE_TYPES`` (so for each function here)
    """
    return [str(each["field_name"]) for each in _dataset_fields(package_type)]


def field(package_type: str, name: str) -> FieldDefinition | None:
    """The definition of one field as written in the YAML file, or None."""
    found = (each for each in _dataset_fields(package_type) if each["field_name"] == name)
    return next(found, None)


def staff_only(package_type: str) -> frozenset[str]:
    """The fields that no member of the public may ever see."""
    return _marked(package_type, "staff_only")


def staff_only_of_resources(package_type: str) -> frozenset[str]:
    """The fields of a file or link that no member of the public may ever see."""
    return frozenset(
        str(each["field_name"])
        for each in _schema(package_type).get("resource_fields", [])
        if each.get("staff_only")
    )


def required_to_submit(package_type: str) -> frozenset[str]:
    """The fields without which nothing can be submitted, whatever the other fields hold."""
    return _marked(package_type, "required_to_submit")


def multi_valued(package_type: str) -> frozenset[str]:
    """The fields that hold a list of values."""
    return _marked(package_type, "several")


def dates(package_type: str) -> frozenset[str]:
    """The fields that hold a calendar date, ``YYYY-MM-DD``."""
    return frozenset(
        str(each["field_name"])
        for each in _dataset_fields(package_type)
        if each.get("preset") == "indep_date"
    )


def public_fields(package_type: str) -> list[str]:
    """The fields that may be shown to anyone, in the order of the form."""
    hidden = staff_only(package_type)
    return [name for name in names(package_type) if name not in hidden]


def facets() -> dict[str, str]:
    """The fields by which search results can be narrowed, with their English headings.

    Both types together; where both define one, the heading of the dataset's counts.
    """
    headings: dict[str, str] = {}
    for package_type in PACKAGE_TYPES:
        for each in _dataset_fields(package_type):
            if "facet" in each:
                headings.setdefault(str(each["field_name"]), str(each["facet"]))
    return headings


def vocabulary_of(name: str) -> str | None:
    """The vocabulary that the field ``name`` takes its terms from, in either type."""
    for package_type in PACKAGE_TYPES:
        definition = field(package_type, name)
        if definition and "vocabulary" in definition:
            return str(definition["vocabulary"])
    return None


def _marked(package_type: str, key: str) -> frozenset[str]:
    return frozenset(
        str(each["field_name"]) for each in _dataset_fields(package_type) if each.get(key)
    )


def _dataset_fields(package_type: str) -> list[FieldDefinition]:
    return cast("list[FieldDefinition]", _schema(package_type)["dataset_fields"])


@cache
def _schema(package_type: str) -> dict[str, Any]:
    if package_type not in PACKAGE_TYPES:
        raise IndepError(
            f"There is no schema for the type '{package_type}'. "
            f"Known are: {', '.join(PACKAGE_TYPES)}.",
            package_type=package_type,
        )
    text = (_FOLDER / f"{package_type}.yaml").read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.safe_load(text))
