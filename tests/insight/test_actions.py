"""The API: who may do what, and plain errors for wrong bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

from ckanext.indep.insight.definition import Definition

from .conftest import MEASURE, Make, publish_package

Department = dict[str, Any]


def act(user: str, action: str, **data: Any) -> Any:
    """Call an action with all permission checks, as the API would."""
    context: Any = {"user": user, "ignore_auth": False, "auth_user_obj": model.User.get(user)}
    return tk.get_action(action)(context, data)


@pytest.fixture
def office(unguarded: None) -> str:
    """A member of the performance office."""
    name = factories.User()["name"]
    factories.Organization(name="city-manager", users=[{"name": name, "capacity": "member"}])
    return name


@pytest.fixture
def manager(office: str) -> str:
    """The city manager: administrator of the performance office."""
    name = factories.User()["name"]
    helpers.call_action(
        "organization_member_create", id="city-manager", username=name, role="admin"
    )
    return name


def test_from_entry_to_the_public(
    measure: Make, department: Department, office: str, manager: str
) -> None:
    made = measure()
    act(
        manager,
        "indep_target_set",
        id=made.name,
        period="FY2026",
        target=75,
        reason="Baseline",
    )
    given = {"id": made.name, "period": "FY2026 Q1", "numerator": 81, "denominator": "100"}
    assert act(department["clerk"], "indep_observation_record", **given)["recorded"] == 1
    assert act("", "indep_measure_show", id=made.name)["latest"] is None
    act(
        department["boss"],
        "indep_quarter_sign_off",
        department=department["name"],
        period="FY2026-Q1",
    )
    assert act(office, "indep_cycle_publish", period="FY2026-Q1")["results"] == 1
    shown = act("", "indep_measure_show", id=made.id)
    assert shown["latest"]["value"] == 81
    assert shown["latest"]["status"] == "met"
    assert [one["name"] for one in act("", "indep_measure_list")] == [made.name]
    assert act("", "indep_cycle_show", period="FY2026-Q1") == {
        "period": "FY2026-Q1",
        "period_end": "2025-09-30",
        "data_due": "2025-10-25",
        "review": "2025-11-08",
        "council": "2025-11-16",
        "published": True,
    }


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("indep_observation_record", {"period": "FY2026-Q1", "value": 1}),
        ("indep_target_set", {"period": "FY2026-Q1", "target": 1, "reason": "x"}),
        ("indep_cycle_publish", {"period": "FY2026-Q1"}),
    ],
)
def test_strangers_may_not_write(measure: Make, action: str, data: dict[str, Any]) -> None:
    made = measure()
    for user in ("", factories.User()["name"], factories.Sysadmin()["name"]):
        with pytest.raises(tk.NotAuthorized):
            act(user, action, id=made.name, **data)


def test_departments_neither_set_targets_nor_publish(
    measure: Make, department: Department, office: str
) -> None:
    made, target = measure(), {"period": "FY2026", "target": 1, "reason": "x"}
    for who in (department["clerk"], department["boss"], office, factories.Sysadmin()["name"]):
        with pytest.raises(tk.NotAuthorized):
            act(who, "indep_target_set", id=made.name, **target)
    for who in (department["clerk"], department["boss"], factories.Sysadmin()["name"]):
        with pytest.raises(tk.NotAuthorized):
            act(who, "indep_cycle_publish", period="FY2026-Q1")


@pytest.mark.parametrize("state", [{"private": True}, {"state": "draft"}, {"type": "dataset"}])
def test_what_is_not_a_public_measure_is_not_found(
    department: Department, state: dict[str, Any]
) -> None:
    data = {"name": "hidden", "owner_org": department["id"], **MEASURE, **state}
    publish_package(**data)
    for user in ("", department["boss"]):
        with pytest.raises(tk.ObjectNotFound):
            act(user, "indep_measure_show", id="hidden")
    assert act(department["boss"], "indep_measure_list") == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "period"),
        ({"period": "soon", "value": 1}, "period"),
        ({"period": "FY2026-Q1"}, "value"),
        ({"period": "FY2026-Q1", "value": "many"}, "value"),
        ({"period": "FY2026-Q1", "value": {"a": [1]}}, "value"),
        ({"period": ["FY2026-Q1"], "value": 1}, "period"),
        ({"period": "FY2026-Q1", "value": 1, "state": "lost"}, "state"),
        ({"period": "FY2026-Q1", "numerator": 1, "denominator": 0}, "period"),
    ],
)
def test_a_malformed_body_is_a_validation_error(
    measure: Make, department: Department, data: dict[str, Any], field: str
) -> None:
    with pytest.raises(tk.ValidationError) as error:
        act(department["clerk"], "indep_observation_record", id=measure().name, **data)
    assert field in error.value.error_dict


@pytest.mark.parametrize("period", ["FY2026", "FY2026-M01", "Q1", ""])
def test_only_a_quarter_is_published(office: str, period: str) -> None:
    with pytest.raises(tk.ValidationError):
        act(office, "indep_cycle_publish", period=period)


def test_a_withdrawn_measure_leaves_the_list(
    reported: Callable[..., Definition], department: Department
) -> None:
    made = reported({"FY2026-Q1": "91"})
    package = model.Package.get(made.id)
    assert package is not None
    package.private = True
    model.Session.commit()
    tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": made.id})
    with pytest.raises(tk.ObjectNotFound):
        act("", "indep_measure_show", id=made.id)
