"""From the entry of figures over the sign-off to publication, as departments and the office."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories
from sqlalchemy.exc import DBAPIError

from ckanext.indep import events
from ckanext.indep.insight.reporting import desks, reminding
from tests.insight.conftest import Make, department, measure
from tests.insight.test_actions import act, office

__all__ = ["department", "measure", "office"]

Q1 = "FY2026-Q1"


def figures(clerk: str, department: dict[str, Any], **values: dict[str, Any]) -> Any:
    given = {f"{name.replace('_', '-')}.{Q1}": value for name, value in values.items()}
    return act(
        clerk, "indep_figures_record", department=department["name"], period=Q1, figures=given
    )


def shown(name: str) -> Any:
    return act("", "indep_measure_show", id=name)["latest"]


def sign(who: str, department: dict[str, Any], **more: str) -> Any:
    return act(who, "indep_quarter_sign_off", department=department["name"], period=Q1, **more)


@pytest.fixture
def two(measure: Make) -> None:
    """Two measures of the department."""
    measure(name="potholes")
    measure(name="sewers", aggregation="last", unit="", precision="2")


def test_only_what_is_signed_off_is_published(
    two: None, department: dict[str, Any], office: str
) -> None:
    clerk, boss = department["clerk"], department["boss"]
    done = figures(clerk, department, potholes={"numerator": "1,081", "denominator": 1200})
    assert done == {"period": Q1, "recorded": 1}
    with pytest.raises(tk.ValidationError, match="1 figures of FY2026 Q1 are missing"):
        sign(boss, department)
    figures(clerk, department, sewers={"state": "not_collected", "comment": "The pump broke."})
    with pytest.raises(tk.ValidationError, match="No department has signed off"):
        act(office, "indep_cycle_publish", period=Q1)
    with pytest.raises(tk.NotAuthorized):
        sign(clerk, department)
    with pytest.raises(tk.NotAuthorized):
        sign(factories.Sysadmin()["name"], department)
    assert sign(boss, department, note="All counted.")["signed_off"] is True
    assert shown("potholes") is None
    figures(clerk, department, potholes={"numerator": "1,082", "denominator": 1200})
    with pytest.raises(tk.ValidationError, match="No department has signed off"):
        act(office, "indep_cycle_publish", period=Q1)
    again = sign(boss, department)
    assert (again["entered"], again["changed_since"]) == (2, False)
    published = act(office, "indep_cycle_publish", period=Q1)
    assert (published["results"], published["left_out"]) == (2, [])
    assert shown("potholes")["numerator"] == 1082


def test_a_correction_needs_reason_and_sign_off(
    two: None, department: dict[str, Any], office: str
) -> None:
    clerk, boss = department["clerk"], department["boss"]
    figures(clerk, department, potholes={"value": 90}, sewers={"value": "1.25"})
    sign(boss, department)
    act(office, "indep_cycle_publish", period=Q1)
    with pytest.raises(tk.ValidationError) as error:
        figures(clerk, department, potholes={"value": 91}, sewers={"value": "7"})
    assert set(error.value.error_dict) == {f"potholes.{Q1}.reason", f"sewers.{Q1}.reason"}
    figures(clerk, department, potholes={"value": 91, "reason": "Counted twice."})
    assert shown("potholes")["value"] == 90
    seen = act(clerk, "indep_figures_show", department=department["name"], period=Q1)
    [row] = [one for one in seen["figures"] if one["measure"] == "potholes"]
    assert (row["value"], row["progress"]) == ("91", "corrected")
    sign(boss, department)
    act(office, "indep_cycle_publish", period=Q1)
    assert shown("potholes")["value"] == 91


def test_one_wrong_figure_and_none_is_written(two: None, department: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as error:
        figures(department["clerk"], department, potholes={"value": 90}, sewers={"value": "some"})
    assert list(error.value.error_dict) == [f"sewers.{Q1}.value"]
    assert desks.desk(department["name"], desks.periods.parse(Q1)).waiting == frozenset()


@pytest.mark.parametrize(
    "given",
    [None, [], "x", {"potholes": 1}, {f"potholes.{Q1}": {"value": [1]}}, {"other.FY2026-Q1": {}}],
)
def test_nonsense_is_refused(two: None, department: dict[str, Any], given: Any) -> None:
    with pytest.raises(tk.ValidationError):
        act(
            department["clerk"], "indep_figures_record",
            department=department["name"], period=Q1, figures=given,
        )  # fmt: skip


def test_others_see_nothing(two: None, department: dict[str, Any], office: str) -> None:
    figures(department["clerk"], department, potholes={"value": 90})
    stranger = factories.User()["name"]
    for who in ("", stranger):
        for action in ("indep_figures_show", "indep_figures_record", "indep_quarter_sign_off"):
            with pytest.raises(tk.NotAuthorized):
                act(who, action, department=department["name"], period=Q1, figures={})
        with pytest.raises(tk.NotAuthorized):
            act(who, "indep_reporting_list", period=Q1)
    for who in (office, factories.Sysadmin()["name"]):
        with pytest.raises(tk.NotAuthorized):
            act(who, "indep_figures_record", department=department["name"], period=Q1, figures={})
    [row] = act(office, "indep_reporting_list", period=Q1)["departments"]
    assert (row["missing"], row["entered"], row["late"]) == (1, 1, True)


def test_a_sign_off_cannot_be_changed(two: None, department: dict[str, Any]) -> None:
    figures(department["clerk"], department, potholes={"value": 90}, sewers={"value": 1})
    sign(department["boss"], department)
    for statement in ("UPDATE indep_sign_off SET note = 'x'", "DELETE FROM indep_sign_off"):
        with pytest.raises(DBAPIError, match="indep_sign_off"):
            model.Session.execute(sa.text(statement))
        model.Session.rollback()


@pytest.mark.usefixtures("with_request_context")
def test_what_is_late_is_told_to_department_and_office(
    two: None, department: dict[str, Any], office: str
) -> None:
    told: list[tuple[str, set[str], str]] = []

    def listen(kind: str, user_ids: set[str], path: str, **_more: object) -> None:
        told.append((kind, user_ids, path))

    with events.notice.connected_to(listen):
        reminding.remind()
    [(kind, user_ids, path)] = told
    people = {model.User.get(name).id for name in (department["clerk"], department["boss"], office)}  # type: ignore[union-attr]
    assert kind == "figures_late"
    assert people <= user_ids
    quarter = desks.current_quarter()
    assert path == f"/insight/staff/figures/{department['name']}/{quarter.key}"


class TestPages:
    def headers(self, name: str) -> dict[str, str]:
        return {"Authorization": factories.APIToken(user=name)["token"]}

    def test_a_department_enters_and_the_office_publishes(
        self, app: Any, two: None, department: dict[str, Any], office: str
    ) -> None:
        clerk, boss, manager = map(self.headers, (department["clerk"], department["boss"], office))
        page = f"/insight/staff/figures/{department['name']}/{Q1}"
        wrong = {f"potholes.{Q1}.value": "<b>many", f"sewers.{Q1}.value": "2"}
        refused = app.post(page, data=wrong, headers=clerk, status=409).body
        assert "Nothing was saved" in refused
        assert "&lt;b&gt;many" in refused
        assert 'value="2"' in refused
        right = {f"potholes.{Q1}.value": "92", f"sewers.{Q1}.value": "2"}
        answer = app.post(page, data=right, headers=clerk, follow_redirects=False)
        assert answer.status_code == 302
        assert (
            "Waits for the sign-off" in app.get(f"/insight/staff?period={Q1}", headers=clerk).body
        )
        sign = f"/insight/staff/sign-off/{department['name']}/{Q1}"
        app.post(sign, data={"note": "Fine"}, headers=boss, follow_redirects=False)
        overview = app.get("/insight/staff?period=" + Q1, headers=manager)
        assert "Municipal Services: 2 figures" in overview.body
        assert "takes part since FY2026 Q1" in overview.body
        assert overview.headers["Cache-Control"] == "private, no-store"
        app.post(f"/insight/staff/publish/{Q1}", headers=manager, follow_redirects=False)
        assert shown("potholes")["value"] == 92
        folded = '<details class="indep-fold">'
        assert app.get(page, headers=clerk).body.count(folded) == 2
        unexplained = {**right, f"potholes.{Q1}.value": "93"}
        refused = app.post(page, data=unexplained, headers=clerk, status=409).body
        assert refused.count('<details class="indep-fold" open>') == 1
        assert refused.count(folded) == 1

    def test_they_are_for_staff(self, app: Any, two: None, department: dict[str, Any]) -> None:
        page = f"/insight/staff/figures/{department['name']}/{Q1}"
        for path in ("/insight/staff", page):
            assert app.get(path, follow_redirects=False).status_code == 302
            app.get(path, headers=self.headers(factories.User()["name"]), status=403)
        clerk = self.headers(department["clerk"])
        for path in ("/insight/staff?period=FY2099-Q1", "/insight/staff?period=x"):
            app.get(path, headers=clerk, status=404)
