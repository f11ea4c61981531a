"""Template helpers: the schema's choices, defaults, labels and rows to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import ckan.plugins.toolkit as tk

from ckanext.indep.schema import checks, fields, indexing, vocabularies

__all__ = [
    "indep_choices",
    "indep_error_rows",
    "indep_facet_label",
    "indep_field_rows",
    "indep_fieldsets",
    "indep_form_defaults",
    "indep_largest_file",
    "indep_list",
    "indep_required_label",
]

# The page shows these in places of their own: heading, lead, tags, department.
_SHOWN_ELSEWHERE = frozenset({"title", "name", "notes", "tag_string", "owner_org"})


@dataclass(frozen=True)
class Value:
    """One thing to show: words, and where they lead, if anywhere."""

    text: str
    url: str | None = None


@dataclass(frozen=True)
class Row:
    """One row of a dataset's description: the field, its label, what it holds."""

    name: str
    label: str
    values: tuple[Value, ...]
    is_long: bool = False


@dataclass(frozen=True)
class ErrorRow:
    """One error of a form: where to go, what the field is called, what is wrong."""

    anchor: str | None
    label: str
    message: str


def language() -> str:
    """The visitor's language; English outside of a request, as in a job."""
    try:
        return str(tk.h.lang() or "en").partition("_")[0]
    except (RuntimeError, TypeError):
        return "en"


def facet_titles() -> dict[str, str]:
    """Solr field → heading in the visitor's language, for the search pages."""
    return {name: tk._(heading) for name, heading in indexing.facet_headings().items()}


def indep_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The terms of a field for ckanext-scheming: value, label by language, description."""
    return [
        {
            "value": term["value"],
            "label": {"en": term["label"], "es": term["label_es"]},
            "description": term.get("description", ""),
        }
        for term in vocabularies.choices(field["vocabulary"])
    ]


def indep_facet_label(facet: str, value: str) -> str:
    """The words for one value of a search facet; the value itself if it has no others."""
    return indexing.facet_label(facet, value, language(), value)


def indep_largest_file() -> int:
    """The largest file that can be uploaded, in megabytes."""
    return int(tk.config["ckan.max_resource_size"])


def indep_list(value: object) -> list[str]:
    """The items of a field of several values, whatever form they came back in."""
    return checks.as_list(value) or []


def indep_required_label(field: dict[str, Any], data: dict[str, Any]) -> str:
    """The words beside a label that say when the field is needed; empty if never."""
    validators = str(field.get("validators", "")).split()
    if "indep_required" in validators or "indep_department" in validators:
        return tk._("needed")
    when, unless = field.get("required_to_submit_if"), field.get("required_to_submit_unless")
    if field.get("required_to_submit"):
        return tk._("needed before you submit")
    if (when and data.get(when["field"]) == when["is"]) or (
        unless and data.get(unless["field"]) not in (None, "", unless["is"])
    ):
        return tk._("needed before you submit")
    return ""


def indep_error_rows(definitions: list[dict[str, Any]], errors: dict[str, Any]) -> list[ErrorRow]:
    """The errors of a form, in the order of its fields, each with the field to go to.

    :param definitions: the fields of the form, as ckanext-scheming expands them
    :param errors: CKAN's error dictionary; errors of parts, such as free extras, come last
    """
    shown = {
        each["field_name"]: each for each in definitions if each.get("form_snippet", "") is not None
    }
    rows = [
        ErrorRow(anchor=f"field-{name}", label=tk._(str(each["label"])), message=message)
        for name, each in shown.items()
        for message in _messages(errors.get(name))
    ]
    rows += [
        ErrorRow(anchor=None, label=tk._(name), message=message)
        for name in sorted(errors.keys() - shown.keys())
        for message in _messages(errors[name])
    ]
    return rows


def indep_fieldsets(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a form with the fields of each, in the order of the schema.

    :param schema: an expanded schema of ckanext-scheming
    :returns: dictionaries with ``name``, ``legend``, ``intro`` and ``fields``
    """
    shown = [each for each in schema["dataset_fields"] if each.get("form_snippet", "") is not None]
    return [
        {
            "name": part["name"],
            "legend": part["legend"],
            "intro": part.get("intro", ""),
            "fields": [each for each in shown if each.get("fieldset") == part["name"]],
        }
        for part in schema["fieldsets"]
    ]


def indep_form_defaults(schema: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """What a new form starts out with: the schema's defaults, the department's contact.

    Nothing that ``data`` holds already is among them, and an existing package gets none.
    """
    if data.get("id"):
        return {}
    defaults = {
        each["field_name"]: each["default"]
        for each in schema["dataset_fields"]
        if "default" in each
    }
    defaults.update(_department_defaults(data.get("owner_org") or data.get("group_id")))
    return {name: value for name, value in defaults.items() if name not in data}


def indep_field_rows(pkg: dict[str, Any]) -> list[Row]:
    """What a resident may read of a dataset's or measure's description, as rows.

    Staff-only and empty fields are left out, and so are those that the page shows in
    places of their own: title, description, keywords, department.

    :param pkg: the dictionary of ``package_show``
    """
    package_type = str(pkg.get("type"))
    if package_type not in fields.PACKAGE_TYPES:
        return []
    rows: list[Row] = []
    for name in fields.public_fields(package_type):
        definition = fields.field(package_type, name)
        if definition is None or name in _SHOWN_ELSEWHERE or checks.is_empty(pkg.get(name)):
            continue
        values = tuple(_shown(definition, text) for text in _texts(definition, pkg[name]))
        rows.append(
            Row(
                name=name,
                label=tk._(str(definition["label"])),
                values=values,
                is_long=definition.get("preset") == "indep_long_text",
            )
        )
    return rows


def _messages(error: object) -> list[str]:
    """All sentences in an error, however deep CKAN nested them."""
    if isinstance(error, str):
        return [error]
    if isinstance(error, dict):
        error = list(cast("dict[str, object]", error).values())
    if not isinstance(error, list):
        return []
    return [sentence for part in cast("list[object]", error) for sentence in _messages(part)]


def _texts(definition: dict[str, Any], value: object) -> list[str]:
    return checks.as_list(value) or [] if definition.get("several") else [str(value)]


def _shown(definition: dict[str, Any], text: str) -> Value:
    vocabulary = definition.get("vocabulary")
    if vocabulary:
        words = vocabularies.label(vocabulary, text, language())
        return Value(words, vocabularies.url(vocabulary, text))
    preset = definition.get("preset")
    if preset in ("indep_url", "indep_urls"):
        return Value(text, text)
    if preset == "indep_email":
        return Value(text, f"mailto:{text}")
    if preset == "indep_date":
        return Value(tk.h.indep_date(text))
    return Value(text)


def _department_defaults(department: str | None) -> dict[str, str]:
    """The contact that the department has set for itself, in its own extras.

    Without a chosen department, it is the visitor's only one.
    """
    if not department:
        own = tk.h.organizations_available("create_dataset")
        if len(own) != 1:
            return {}
        department = str(own[0]["id"])
    try:
        found = tk.get_action("organization_show")({}, {"id": department, "include_extras": True})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return {}
    extras = {each["key"]: each["value"] for each in found.get("extras", [])}
    contact = {name: extras[name] for name in ("contact_name", "contact_email") if name in extras}
    return {"owner_org": found["id"], **contact}
