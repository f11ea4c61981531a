"""The sample's people: who reports figures does not publish them."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.indep.sample import city as declared
from ckanext.indep.sample import measures
from ckanext.indep.sample.people import members
from stack.site import PORTAL


@pytest.fixture(scope="module")
def city() -> dict[str, Any]:
    return declared.city()


def _office() -> str:
    setting, _equals, name = PORTAL.settings.partition(" = ")
    assert setting == "ckanext.indep.insight.office"
    return name


def _names(city: dict[str, Any], department: dict[str, Any]) -> set[str]:
    return {person["name"] for person in members(city, department)}


def test_the_office_shares_nobody_with_a_department(city: dict[str, Any]) -> None:
    departments = {entry["name"]: entry for entry in city["departments"]}
    office = _names(city, departments.pop(_office()))
    assert office == {"performance-analyst", "city-manager"}
    for department in departments.values():
        assert _names(city, department) == {"data-steward", "data-owner"}


def test_the_office_reports_no_figures(city: dict[str, Any]) -> None:
    owners = {package["owner_org"] for package in measures.packages()}
    assert owners <= {entry["name"] for entry in city["departments"]}
    assert _office() not in owners
