"""The action that tells stewards why a dataset is missing in an export."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers

from ckanext.indep.catalog import validation, wording
from ckanext.indep.catalog.validation import Problem

from .conftest import CLOSED, City


def problems(user: str) -> list[dict[str, Any]]:
    return helpers.call_action("indep_catalog_problems", {"user": user, "ignore_auth": False})


def test_a_sysadmin_sees_all_with_reasons(city: City) -> None:
    city.publish()
    bad = city.publish(title="Bad", tag_string=None)
    found = problems(factories.Sysadmin()["name"])
    assert {each["format"] for each in found} == {"dcat_us_1_1"}
    assert [each["id"] for each in found] == [bad["id"]]
    assert found[0]["reasons"] == ["It has no keyword; harvesters need at least one."]


def test_an_editor_sees_the_own_department(city: City) -> None:
    city.publish(tag_string=None)
    editor, stranger = factories.User(), factories.User()
    helpers.call_action(
        "organization_member_create",
        id=city.department["id"],
        username=editor["name"],
        role="editor",
    )
    assert len(problems(editor["name"])) == 1
    assert problems(stranger["name"]) == []


def test_a_stranger_sees_nothing(city: City) -> None:
    with pytest.raises(tk.NotAuthorized):
        problems("")


def test_it_answers_while_everything_is_refused(city: City) -> None:
    """Then ``/data.json`` is a 503, and this is how to learn why."""
    city.publish(tag_string=None)
    assert len(problems(factories.Sysadmin()["name"])) == 1


def test_search_down(city: City) -> None:
    sysadmin = factories.Sysadmin()["name"]
    with (
        helpers.changed_config("solr_url", CLOSED),
        pytest.raises(tk.ValidationError, match="search"),
    ):
        problems(sysadmin)


@pytest.mark.usefixtures("with_request_context")
@pytest.mark.parametrize("schema", [validation.DCAT_US_1_1, validation.DCAT_US_3])
def test_each_required_property_has_a_sentence(schema: str) -> None:
    for name in validation.read_schema(schema)["required"]:
        assert "property" not in wording.sentence(Problem(name, missing=True))


@pytest.mark.usefixtures("with_request_context")
def test_any_other_property_has_a_sentence_too() -> None:
    assert "'bureauCode'" in wording.sentence(Problem("bureauCode", missing=False))
