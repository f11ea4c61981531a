"""Measures and files for the tests of uploads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.indep.insight import definition
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.uploads import reading
from ckanext.indep.insight.uploads.catalogue import Catalogue
from ckanext.indep.insight.uploads.reading import Findings

TODAY = date(2026, 11, 23)

Act = Callable[..., dict[str, Any]]


def define(name: str, **fields: Any) -> Definition:
    """A measure that no database knows."""
    return definition.of_package(
        {
            "id": f"id-{name}",
            "name": name,
            "title": name.title(),
            "unit": "cases",
            "precision": "1",
            "direction": "up",
            "aggregation": "last",
            "frequency": "quarter",
            "organization": {"name": "works", "title": "Works"},
            **fields,
        }
    )


POTHOLES = define("potholes", code="MS-1")
SHARE = define("share", unit="%", aggregation="ratio")
MONEY = define("money", unit="$", frequency="year")
MONTHLY = define("monthly", frequency="month")
FOREIGN = define("crimes", organization={"name": "police", "title": "Police"})
OWN = (POTHOLES, SHARE, MONEY, MONTHLY)


def read(
    content: str | bytes,
    only: Definition | None = None,
    reason: str = "",
    may_target: tuple[str, ...] = (),
) -> Findings:
    """What a file of the department says."""
    catalogue = Catalogue.of(OWN, (*OWN, FOREIGN), only, may_target)
    data = content.encode() if isinstance(content, str) else content
    return reading.read(data, catalogue, TODAY, reason)


def results(findings: Findings) -> dict[tuple[str, str], str]:
    """Figures by measure and period, as text."""
    return {
        (one.measure.name, one.content.period.key): f"{one.content.entry.value:f}"
        for one in findings.good
        if one.content.entry is not None and one.content.entry.value is not None
    }


@pytest.fixture
def act(department: dict[str, Any]) -> Act:
    """Call an action as the department's editor, or as somebody else."""

    def call(action: str, user: str = "", **data: Any) -> Any:
        return tk.get_action(action)({"user": user or department["clerk"]}, data)

    return call
