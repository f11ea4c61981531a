"""The actions of the inventory: what the departments hold, for everybody and for programs."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep import city_time
from ckanext.indep.errors import UnreadableError
from ckanext.indep.inventory import holding_table, holdings, numbers, program, reading
from ckanext.indep.inventory.holding_fields import COLUMNS
from ckanext.indep.inventory.logic import schema
from ckanext.indep.inventory.logic.common import (
    actor,
    department_id,
    existing_holding,
    told_plainly,
    validated,
)
from ckanext.indep.inventory.model import Holding

__all__ = [
    "indep_holding_create",
    "indep_holding_export",
    "indep_holding_import",
    "indep_holding_list",
    "indep_holding_show",
    "indep_holding_update",
    "indep_program_numbers",
]

MOST_AT_ONCE = 1000


@tk.side_effect_free
def indep_holding_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what the departments hold, whether public or not, with the reason where not.

    :param q: words in title or description
    :param organization: name or id of a department
    :param status: released, planned, under_review, withheld or not_assessed
    :param offset: how many to skip
    :param limit: at most how many, 50 by default, 1000 at most
    :returns: ``count`` and ``results``, and ``totals`` of the whole inventory by status
    """
    data = validated(schema.holding_list, context, data_dict)
    tk.check_access("indep_holding_list", context, data)
    wanted = reading.HoldingFilter(
        owner_org=department_id(data.get("organization")),
        status=data.get("status", ""),
        words=data.get("q", ""),
    )
    limit = min(data["limit"], MOST_AT_ONCE)
    count, rows = reading.page_of(reading.holdings(wanted), data["offset"], limit)
    return {
        "count": count,
        "results": reading.public_holdings(rows),
        "totals": numbers.holdings(),
    }


@tk.side_effect_free
def indep_holding_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one holding; its department also sees the fields for staff and the history.

    :param id: its number
    """
    data = validated(schema.holding_id, context, data_dict)
    tk.check_access("indep_holding_show", context, data)
    return _shown(context, data["id"])


def indep_holding_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Add a holding to a department's inventory; it is public at once, but for staff fields.

    :param owner_org: name or id of the department
    :param title: what it is called
    :param status: released, planned, under_review, withheld or not_assessed
    :param description: what it is (optional, as all that follows)
    :param dataset: name of the public dataset; needed when released
    :param planned_on: ISO date; needed when planned
    :param withheld_reason: a term of that vocabulary; needed when withheld
    :param withheld_law: the law that the department cites
    :param public_note: what residents should know
    :param format: such as paper, spreadsheet, database
    :param volume: such as 12,000 rows a year
    :param update_frequency: a term of that vocabulary
    :param source_system: for staff
    :param steward: for staff: the unit that keeps it
    :param classification: for staff: a term of that vocabulary
    :param internal_notes: for staff
    """
    data = _with_department(context, data_dict)
    tk.check_access("indep_holding_create", context, data)
    with told_plainly():
        holding = holdings.create(data["owner_org"], data_dict, actor(context))
    return _shown(context, holding.id)


def indep_holding_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change a holding; fields that are not given stay as they are.

    :param id: its number
    :param version: the version that was read (optional): refused where it is no longer the last

    The other parameters are those of ``indep_holding_create``.
    """
    data = validated(schema.holding_id, context, data_dict)
    existing_holding(data["id"])
    tk.check_access("indep_holding_update", context, data)
    values = {name: data_dict[name] for name in COLUMNS if name in data_dict}
    with told_plainly():
        holdings.update(data["id"], values, actor(context), version=_version(data_dict))
    return _shown(context, data["id"])


def indep_holding_import(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Import a department's inventory from CSV: all of it, or nothing and all errors at once.

    The columns are the fields of ``indep_holding_create``, and ``id`` to change a holding; a row
    without it changes the holding of the same title or adds one. What ``indep_holding_export``
    gives can be imported again.

    :param owner_org: name or id of the department
    :param csv: the table as text
    :param upload: or the table as a file
    :returns: ``created``, ``updated``, ``unchanged``: how many
    :raises ValidationError: ``csv`` holds sentences, ``rows`` the same as facts: ``line``,
        ``column``, ``value``, ``problem``, ``remedy``
    """
    data = _with_department(context, validated(schema.table, context, data_dict))
    tk.check_access("indep_holding_import", context, data)
    try:
        table = holding_table.read(_content(data))
        imported = holdings.import_table(data["owner_org"], table, actor(context))
    except UnreadableError as error:
        raise tk.ValidationError({"csv": [error.message]}) from error
    except holdings.FaultyTableError as error:
        raise tk.ValidationError(_row_errors(error)) from error
    return vars(imported)


@tk.side_effect_free
def indep_holding_export(context: Context, data_dict: dict[str, Any]) -> dict[str, str]:
    """Return a department's whole inventory as CSV, with the fields for staff.

    :param owner_org: name or id of the department
    :returns: ``csv``, the table as text
    """
    data = _with_department(context, validated(schema.department, context, data_dict))
    tk.check_access("indep_holding_export", context, data)
    wanted = reading.HoldingFilter(owner_org=data["owner_org"])
    rows: list[Holding] = list(ckan_model.Session.execute(reading.holdings(wanted)).scalars())
    merged = [
        {
            **shown,
            **reading.holding_staff_fields(row),
            "dataset": (shown["dataset"] or {}).get("name"),
        }
        for row, shown in zip(rows, reading.public_holdings(rows), strict=True)
    ]
    return {"csv": holding_table.write(("id", *COLUMNS), merged)}


@tk.side_effect_free
def indep_program_numbers(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the open data program in numbers, counted now.

    :returns: ``as_of``; ``datasets`` (published, by department, on time against the promised
        update frequency), ``decisions`` (median days from submission to decision), ``requests``
        (received, answered, median days to the answer), ``holdings`` (by status); medians are
        those of the last 365 days
    """
    tk.check_access("indep_program_numbers", context, data_dict)
    today = city_time.today()
    taken = tk.get_action("indep_decision_numbers")({"user": ""}, {})
    return {
        "as_of": today.isoformat(),
        "window_days": program.WINDOW_DAYS,
        "datasets": numbers.datasets(today),
        "decisions": {
            "decided": taken["decided"],
            "median_days": program.median(dict(taken["days"])),
        },
        "requests": numbers.requests(today),
        "holdings": numbers.holdings(),
    }


def _with_department(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Put the department's id in place of its name; ValidationError if there is none such."""
    data = validated(schema.department, context, {"owner_org": data_dict.get("owner_org")})
    found = department_id(data["owner_org"])
    if found == "none":
        raise tk.ValidationError({"owner_org": [tk._("There is no such department.")]})
    return {**data_dict, "owner_org": found}


def _shown(context: Context, holding_id: int) -> dict[str, Any]:
    holding = existing_holding(holding_id)
    result = reading.public_holdings([holding])[0]
    own: Context = {"user": actor(context)}
    try:
        tk.check_access("indep_holding_manage", own, {"id": holding_id})
    except tk.NotAuthorized:
        return result
    history = reading.holding_history(holding_id)
    return {**result, **reading.holding_staff_fields(holding), "history": history}


def _version(data_dict: dict[str, Any]) -> int | None:
    given = str(data_dict.get("version") or "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise tk.ValidationError({"version": [tk._("This is not a version of the holding.")]})
    return int(given)


def _content(data: dict[str, Any]) -> bytes:
    upload = data.get("upload")
    if upload is not None and hasattr(upload, "read"):
        return bytes(upload.read(holding_table.MOST_BYTES + 1))
    text = data.get("csv")
    if not isinstance(text, str) or not text.strip():
        raise tk.ValidationError({"csv": [tk._("Choose a CSV file first.")]})
    return text.encode("utf-8", errors="replace")


def _row_errors(error: holdings.FaultyTableError) -> dict[str, Any]:
    facts = [problem.as_dict() for problem in error.problems]
    return {
        "csv": [tk._("Line {line}, {column}: {problem} {remedy}").format(**row) for row in facts],
        "rows": facts,
    }
