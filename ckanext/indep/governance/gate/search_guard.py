"""Which questions the search engine is asked: those that the portal's own pages need.

Solr answers more than CKAN means to ask. Facets can list every word of the index with how often
it occurs, functions such as ``docfreq()`` count words past all permission labels, and fields
that only the index has tell how a dataset is labelled. So names of fields are looked up in a
list, and what is not on it is refused in words instead of being dropped unseen.

Pure: from the parameters of ``package_search`` to those that may be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ckanext.indep.errors import IndepError

__all__ = ["SearchRefusedError", "checked", "without"]

PARAMETERS = frozenset(
    {
        "defType", "df", "extras", "facet", "facet.field", "facet.limit", "facet.mincount", "fl",
        "fq", "fq_list", "include_deleted", "include_drafts", "include_private", "mm", "q",
        "rows", "sort", "start", "tie", "use_default_schema",
    }
)  # fmt: skip
PARSERS = frozenset({"dismax", "edismax"})
FACETS = frozenset(
    {"dataset_type", "groups", "license_id", "organization", "res_format", "tags", "type"}
)
FACET_PREFIX = "vocab_"
RESULT_FIELDS = frozenset(
    {
        "author", "ckan_url", "data_dict", "dataset_type", "groups", "id", "license_id",
        "maintainer", "metadata_created", "metadata_modified", "name", "notes", "organization",
        "res_description", "res_format", "res_name", "res_type", "res_url", "tags", "title",
        "url", "validated_data_dict", "version",
    }
)  # fmt: skip
RESULT_PREFIXES = ("extras_", FACET_PREFIX)
SORTS = frozenset(
    {"id", "metadata_created", "metadata_modified", "name", "score", "title_string"}
    | {"views_recent", "views_total"}
)
SORT = re.compile(r"(?:(?P<field>\w+)|(?P<date>indep_\w+_date)) (?:asc|desc)", re.IGNORECASE)
MOST_IDS = 500
"""How many ids one filter names; Solr takes 1,024 clauses in one query."""


class SearchRefusedError(IndepError):
    """A search asked for something that the portal does not answer."""


def checked(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a search that may be sent.

    Results always carry their id, by which hidden ones are taken out, and facets never list
    values that no result has.

    Raises SearchRefusedError naming the parameter or field that is not answered.
    """
    unknown = sorted(set(parameters) - PARAMETERS)
    if unknown:
        raise SearchRefusedError(f"The search has no parameter '{unknown[0]}'.")
    _check_texts(parameters)
    if parameters.get("defType", "dismax") not in PARSERS:
        raise SearchRefusedError("defType can be dismax or edismax.")
    _check_sort(parameters.get("sort"))
    _check_names("facet.field", parameters.get("facet.field"), FACETS, (FACET_PREFIX,))
    _check_names("fl", parameters.get("fl"), RESULT_FIELDS, RESULT_PREFIXES)
    result = {**parameters, "facet.mincount": max(1, parameters.get("facet.mincount") or 1)}
    if result.get("fl") and "id" not in result["fl"]:
        result["fl"] = [*result["fl"], "id"]
    return result


def without(parameters: dict[str, Any], ids: Iterable[str]) -> dict[str, Any]:
    """Return the parameters with filters that leave out these ids, from counts and facets too."""
    left_out = sorted(ids)
    filters = [
        "-id:({})".format(" OR ".join(f'"{each}"' for each in left_out[start : start + MOST_IDS]))
        for start in range(0, len(left_out), MOST_IDS)
    ]
    if not filters:
        return parameters
    return {**parameters, "fq_list": [*parameters.get("fq_list", []), *filters]}


def _check_texts(parameters: dict[str, Any]) -> None:
    for key in ("q", "fq", "sort", "mm", "tie", "defType", "facet"):
        if not isinstance(parameters.get(key) or "", str | int | float):
            raise SearchRefusedError(f"{key} has to be a text.")
    for key in ("fq_list", "fl", "facet.field"):
        values = parameters.get(key) or []
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise SearchRefusedError(f"{key} has to be a list of texts.")


def _check_sort(sort: Any) -> None:
    if not sort or sort == "rank":
        return
    for part in str(sort).split(","):
        found = SORT.fullmatch(part.strip())
        field = found and (found["field"] or found["date"])
        if not field or not (field in SORTS or re.fullmatch(r"indep_\w+_date", field)):
            raise SearchRefusedError(
                f"The search cannot be sorted by '{part.strip()}': write a field's name and asc "
                "or desc."
            )


def _check_names(key: str, names: Any, known: frozenset[str], prefixes: tuple[str, ...]) -> None:
    for name in names or []:
        plain = re.fullmatch(r"\w+", name)
        if not plain or not (name in known or name.startswith(prefixes)):
            raise SearchRefusedError(f"{key} cannot name '{name}'.")
