"""Template helpers of governance."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from babel.dates import format_date, format_time, get_timezone_name

from ckanext.indep import city_time
from ckanext.indep.callers import reader
from ckanext.indep.governance import policies, states
from ckanext.indep.governance.comparing import word_diff
from ckanext.indep.governance.drafting import seen, workspace
from ckanext.indep.governance.maintenance import inbox
from ckanext.indep.governance.model import Publication
from ckanext.indep.governance.pages import drawing
from ckanext.indep.governance.publishing import scheduling
from ckanext.indep.schema import fields, vocabularies

__all__ = [
    "indep_can_propose",
    "indep_city_clock",
    "indep_city_date",
    "indep_city_time",
    "indep_city_zone",
    "indep_deadline_words",
    "indep_field_label",
    "indep_field_value",
    "indep_office_name",
    "indep_open_ratifications",
    "indep_open_request",
    "indep_publication_state",
    "indep_release_history",
    "indep_request_diff",
    "indep_request_state",
    "indep_seen",
    "indep_unread_messages",
    "indep_word_diff",
    "indep_workflow_drawings",
    "indep_workspace_request",
]


def indep_workspace_request(package_id: str) -> dict[str, Any] | None:
    """Return number, state and whether it can be edited, of a workspace's request."""
    request = workspace.of_package(package_id)
    if not request:
        return None
    return {
        "id": request.id,
        "number": request.number,
        "state": request.state,
        "kind": request.kind,
        "editable": states.State(request.state) in states.EDITABLE,
        "live_name": request.slug if request.kind == "edit" else None,
    }


def indep_release_history(package_id: str) -> list[dict[str, Any]]:
    """Return the releases of a package, newest first; empty before the first one."""
    if not ckan_model.Session.get(Publication, package_id):
        return []
    return tk.get_action("indep_publication_history")(reader(), {"id": package_id})


def indep_city_time(moment: str) -> str:
    """Return an ISO moment as the city's clocks show it."""
    return scheduling.in_words(_moment(moment))


def indep_city_clock(moment: str) -> str:
    """Return the time of day of an ISO moment in the city."""
    local = _moment(moment).astimezone(city_time.ZONE)
    return format_time(local, "short", tzinfo=city_time.ZONE, locale=tk.h.lang())


def indep_city_date(moment: str, length: Literal["long", "full"] = "long") -> str:
    """Return the day of an ISO moment in the city; `full` names the day of the week as well."""
    day = _moment(moment).astimezone(city_time.ZONE).date()
    return format_date(day, length, locale=tk.h.lang())


def indep_city_zone() -> str:
    """Return the name of the city's time zone."""
    return get_timezone_name(city_time.ZONE, locale=tk.h.lang())


def indep_unread_messages() -> int:
    """Return how many messages the signed-in person has not read."""
    return 0 if tk.current_user.is_anonymous else inbox.unread(tk.current_user.id)


def indep_office_name(office: str) -> str:
    """Return the name of an office of the committee."""
    return {
        "auditor": tk._("Auditor"),
        "chair": tk._("Chair"),
        "member": tk._("Member"),
        "privacy_reviewer": tk._("Privacy reviewer"),
        "records_custodian": tk._("Records custodian"),
        "secretary": tk._("Secretary"),
    }.get(office, office)


def indep_publication_state(package_id: str) -> str | None:
    """Return live, staff, withdrawn or retired; None for what was never released."""
    publication = ckan_model.Session.get(Publication, package_id)
    return publication.state if publication else None


def indep_can_propose(package_id: str) -> bool:
    """Whether the reader may open a change request on this public package."""
    if not ckan_model.Session.get(Publication, package_id):
        return False
    return bool(tk.h.check_access("indep_request_open", {"id": package_id}))


def indep_open_request(live_id: str) -> dict[str, Any] | None:
    """Return number and title of the open request on a public package, if there is one."""
    request = workspace.open_request_of(live_id)
    return {"number": request.number, "state": request.state} if request else None


def indep_open_ratifications() -> list[dict[str, Any]] | None:
    """Return what waits for the committee's word; None for who does not review."""
    try:
        return tk.get_action("indep_ratification_list")(reader(), {})
    except tk.NotAuthorized:
        return None


def indep_request_state(state: str) -> dict[str, str]:
    """Return the words for a state and the class of its pill."""
    labels = {
        "draft": (tk._("Draft"), "none"),
        "submitted": (tk._("With the data owner"), "warn"),
        "in_review": (tk._("With the committee"), "warn"),
        "changes_requested": (tk._("Changes requested"), "bad"),
        "approved_with_conditions": (tk._("Approved with conditions"), "warn"),
        "approved": (tk._("Approved"), "good"),
        "scheduled": (tk._("Scheduled"), "good"),
        "released": (tk._("Released"), "good"),
        "declined": (tk._("Declined"), "bad"),
        "withdrawn": (tk._("Withdrawn"), "none"),
        "expired": (tk._("Expired"), "none"),
        "stale": (tk._("Out of date"), "bad"),
    }
    label, kind = labels[state]
    return {"label": label, "kind": kind}


def indep_field_label(package_type: str, field: str, of_file: bool = False) -> str:
    """Return the form's label of a field, or the field's name in plain words.

    Some names, such as `name`, mean one thing of a dataset and another of one of its files.
    """
    schema = tk.h.scheming_get_dataset_schema(package_type) or {}
    parts = [schema.get("dataset_fields", []), schema.get("resource_fields", [])]
    for definition in [d for part in (reversed(parts) if of_file else parts) for d in part]:
        if definition["field_name"] == field:
            return tk.h.scheming_language_text(definition["label"])
    words = {
        "tags": tk._("Keywords"),
        "file": tk._("File"),
        "table": tk._("Table"),
        "views": tk._("Previews"),
        "url_type": tk._("Kind of source"),
        "order of files": tk._("Order of the files"),
        "checklist": tk._("Checklist"),
        "retire_reason": tk._("Why it is retired"),
    }
    return words.get(field, field.replace("_", " "))


def indep_field_value(field: str, value: Any) -> Any:
    """Return a field's value in words: terms by their label, a department by its title."""
    if field == "owner_org":
        department = ckan_model.Group.get(value) if value else None
        return department.title if department else value
    vocabulary = fields.vocabulary_of(field)
    if not vocabulary or not value:
        return value
    values = value if isinstance(value, list) else [value]
    known = vocabularies.values(vocabulary)
    language = tk.h.lang()
    return [vocabularies.label(vocabulary, v, language) if v in known else v for v in values]


def indep_seen(package_id: str, package_type: str) -> str:
    """Return the marks of a draft's fields as they are saved now, for its form."""
    package = tk.get_action("package_show")(reader(), {"id": package_id})
    return seen.marks(package, fields.names(package_type))


def indep_workflow_drawings() -> list[drawing.Drawing]:
    """Return the drawing of the policy in force, for wide screens and for narrow ones."""
    _version, policy = policies.in_force()
    words = {
        "department": tk._("Department"),
        "data_owner": tk._("Data owner"),
        "committee": tk._("Committee"),
        "public": tk._("Everybody"),
        "staff": tk._("City staff"),
        "off": tk._("Off the portal"),
    }
    return [drawing.draw(policy.lanes, words, size) for size in ("wide", "narrow")]


def indep_deadline_words() -> list[tuple[str, str]]:
    """Return the policy's deadlines by name, and what each is for."""
    return [
        ("owner_days", tk._("The data owner decides within")),
        ("scan_days", tk._("What the scan for personal data found is answered within")),
        ("committee_days", tk._("The committee decides within")),
        ("ratify_days", tk._("The committee confirms an emergency step within")),
        ("condition_days", tk._("Conditions are met within")),
        ("expire_days", tk._("A draft that nobody works on ends after")),
    ]


def indep_request_diff(request_id: str) -> dict[str, Any]:
    """Return what a request changes, as `indep_request_diff` tells it to the reader."""
    return tk.get_action("indep_request_diff")(reader(), {"id": request_id})


def indep_word_diff(before: str, after: str) -> list[word_diff.Part]:
    """Return two texts as one, with the words that were removed and added."""
    return word_diff.word_diff(before, after)


def _moment(text: str) -> dt.datetime:
    """Return an ISO moment; one without an offset is in UTC."""
    said = dt.datetime.fromisoformat(text)
    return said if said.tzinfo else said.replace(tzinfo=dt.timezone.utc)
