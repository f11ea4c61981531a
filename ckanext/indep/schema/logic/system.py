"""Validators of what the portal itself sets: names, identifiers, departments, digests.

An internal caller, such as a release, is recognized by ``ignore_auth`` in the context;
an API client cannot set it.
"""

from __future__ import annotations

import mimetypes
import secrets

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.munge import munge_title_to_name
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.indep.schema import checks
from ckanext.indep.schema.logic.presence import is_blank

__all__ = [
    "indep_department",
    "indep_file_name",
    "indep_format",
    "indep_identifier",
    "indep_link",
    "indep_media_type",
    "indep_slug",
    "indep_storable",
    "indep_system_only",
]

# CKAN writes the address of such a resource itself.
_STORED_HERE = ("upload", "datastore", "tabledesigner")

# Formats of open data that Python's own table lacks or that systems differ on.
_MEDIA_TYPES = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "json": "application/json",
    "kml": "application/vnd.google-earth.kml+xml",
    "parquet": "application/vnd.apache.parquet",
    "shp": "application/zip",
    "tsv": "text/tab-separated-values",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}


def indep_slug(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Fill in the name: the one it has, or a new one from the title that is not taken."""
    if not is_blank(data.get(key)):
        _must_be_text(key, data, errors)
        return
    package = context.get("package")
    if package is not None:
        data[key] = package.name
        return
    title = data.get((*key[:-1], "title"))
    name = munge_title_to_name(title)[:80].strip("-_") if isinstance(title, str) else ""
    taken = model.Package.get(name) is not None if name else True
    data[key] = f"{name or 'untitled'}-{secrets.token_hex(3)}" if taken else name


def indep_department(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Fill in the department: the one it has, or the only one the author writes for."""
    if not is_blank(data.get(key)):
        _must_be_text(key, data, errors)
        return
    package = context.get("package")
    if package is not None:
        data[key] = package.owner_org
        return
    departments = tk.get_action("organization_list_for_user")(
        {"user": context.get("user", "")}, {"permission": "create_dataset"}
    )
    if len(departments) != 1:
        errors[key].append(tk._("Department is missing. Choose the one that answers for this."))
        raise tk.StopOnError
    data[key] = departments[0]["id"]


def indep_identifier(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keep the identifier once it is set; give a new one to a new package.

    Only an internal caller may bring one, which it does when it opens a working copy.
    """
    package = context.get("package")
    stored = package.extras.get(key[-1]) if package is not None else None
    brought = data.get(key) if context.get("ignore_auth") else None
    if stored:
        data[key] = stored
    elif isinstance(brought, str) and not checks.is_empty(brought):
        data[key] = brought
    else:
        data[key] = checks.new_identifier()


def indep_system_only(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Drop what a client sends; keep what is stored, or what an internal caller sets."""
    if context.get("ignore_auth") and not is_blank(data.get(key)):
        return
    package = context.get("package")
    stored = package.extras.get(key[-1]) if package is not None and len(key) == 1 else None
    if stored:
        data[key] = stored
        return
    # A column that is left out keeps its stored value.
    data.pop(key, None)
    raise tk.StopOnError


def indep_format(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Guess the format of a new file from the end of its address where none is given."""
    address = data.get((*key[:-1], "url"))
    if is_blank(data.get(key)) and isinstance(address, str):
        media_type, _encoding = mimetypes.guess_type(address.partition("?")[0])
        data[key] = media_type


def indep_media_type(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Set the media type from the format; else keep a given one, without parameters.

    Harvesters refuse ``text/csv; charset=utf-8``, and a download without any.
    """
    form = data.get((*key[:-1], "format"))
    guessed = _media_type(form) if isinstance(form, str) else None
    given = data.get(key)
    if guessed:
        data[key] = guessed
    elif isinstance(given, str) and "/" in given:
        data[key] = given.split(";")[0].strip().lower()
    else:
        data.pop(key, None)
        raise tk.StopOnError


def indep_link(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Ask for a file or for an absolute http or https address."""
    value = data.get(key)
    if is_blank(value):
        errors[key].append(tk._("There is no data yet. Choose a file or write a link."))
        raise tk.StopOnError
    if data.get((*key[:-1], "url_type")) in _STORED_HERE:
        return
    if not checks.is_web_address(str(value)):
        errors[key].append(
            tk._("'{value}' is not a web address. Write all of it, starting with https://.").format(
                value=str(value)[:200]
            )
        )


def indep_file_name(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Name a file after the last part of its address where it has no other name."""
    address = data.get((*key[:-1], "url"))
    if is_blank(data.get(key)) and isinstance(address, str):
        data[key] = address.rstrip("/").rpartition("/")[2][:200]


def indep_storable(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Refuse, in any field, text that the database or the search index cannot hold.

    It runs after all other validators, over core fields and free extras as well.
    """
    own_fields = {each[0] for each in data if len(each) == 1}
    for each, value in data.items():
        if not isinstance(value, str):
            continue
        name = str(each[-1])
        if each[0] == "extras":
            name = str(data.get((*each[:2], "key"), name))
            if name in own_fields:
                continue
        if not checks.is_storable(value):
            errors.setdefault(each, []).append(
                tk._("{name} holds a control character that cannot be stored. Remove it.").format(
                    name=name[:100]
                )
            )
        elif len(value.encode("utf-8")) > checks.LARGEST_BYTES:
            errors.setdefault(each, []).append(
                tk._("{name} is longer than {most} bytes. Shorten it.").format(
                    name=name[:100], most=checks.LARGEST_BYTES
                )
            )


def _must_be_text(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict) -> None:
    """Stop here if the value is not text, before a query asks the database for it."""
    if not isinstance(data[key], str) or not checks.is_storable(data[key]):
        errors[key].append(tk._("{name} must be text.").format(name=key[-1]))
        raise tk.StopOnError


def _media_type(form: str) -> str | None:
    form = form.strip().lower()
    return _MEDIA_TYPES.get(form) or mimetypes.types_map.get(f".{form}")
