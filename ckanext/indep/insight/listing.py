"""Which measures the public may see, and what is to be said about them.

Everything is read as nobody in particular, so that CKAN's permission labels decide; a signed-in
visitor sees the same pages as a stranger.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.insight import config, definition, reader
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.summary import Summary, Today, summarise

__all__ = ["anonymous", "definitions", "public_measure", "summaries", "summary_of", "today"]

PAGE = 500


def anonymous() -> Any:
    """The context of somebody who is not signed in."""
    return {"user": "", "auth_user_obj": None, "ignore_auth": False}


def today() -> Today:
    """The day and the calendar in force."""
    return Today(city_time.today(), config.calendar_rule(), reader.cycles())


def summaries() -> list[Summary]:
    """All public measures, by title."""
    found = definitions()
    records = reader.records([one.id for one in found])
    as_of = today()
    return [
        summarise(one, records[one.id], as_of)
        for one in sorted(found, key=lambda one: one.title.lower())
    ]


def definitions() -> list[Definition]:
    """What is measured: all public measures."""
    return [definition.of_package(package) for package in _packages()]


def public_measure(name_or_id: str) -> Definition:
    """The measure of that name or id. Raises ObjectNotFound unless it is public."""
    try:
        package = tk.get_action("package_show")(anonymous(), {"id": name_or_id})
    except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError) as error:
        raise tk.ObjectNotFound(tk._("There is no such measure.")) from error
    if package["type"] != "measure" or package["state"] != "active" or package["private"]:
        raise tk.ObjectNotFound(tk._("There is no such measure."))
    return definition.of_package(package)


def summary_of(measure: Definition) -> Summary:
    """What is to be said about one public measure."""
    return summarise(measure, reader.records([measure.id])[measure.id], today())


def _packages() -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        found = tk.get_action("package_search")(
            anonymous(),
            {
                "fq": "dataset_type:measure state:active",
                "sort": "id asc",
                "rows": PAGE,
                "start": start,
                "facet": "false",
            },
        )
        yield from found["results"]
        start += PAGE
        if start >= found["count"]:
            return
