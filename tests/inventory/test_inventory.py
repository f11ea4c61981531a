"""The inventory through its actions: who may, what is stored, what nobody else sees."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from ckanext.indep import events
from ckanext.indep.inventory.holding_fields import STAFF_ONLY
from tests.inventory.conftest import HOLDING, Town, act


class TestWho:
    def test_the_department_keeps_its_own_inventory(
        self, town: Town, holding: dict[str, Any]
    ) -> None:
        change: dict[str, Any] = {"id": holding["id"], "title": "Changed"}
        table = "title,status\nNew,not_assessed\n"
        for name in (town.stranger_owner, town.secretary, town.member, ""):
            for action, data in (
                ("indep_holding_create", {"owner_org": town.fire, **HOLDING}),
                ("indep_holding_update", change),
                ("indep_holding_import", {"owner_org": town.fire, "csv": table}),
                ("indep_holding_export", {"owner_org": town.fire}),
            ):
                with pytest.raises(tk.NotAuthorized):
                    act(name, action, **data)
            shown = act(name, "indep_holding_show", id=holding["id"])
            assert set(shown) & {*STAFF_ONLY, "history", "version"} == set()
        for name in (town.editor, town.owner, town.admin):
            shown = act(name, "indep_holding_update", id=holding["id"], title=f"By {name}")
            assert shown["internal_notes"] == "canary-notes"
        assert [row["by"] for row in shown["history"]] == [
            town.admin,
            town.owner,
            town.editor,
            town.editor,
        ]

    def test_what_does_not_exist_is_not_found(self, town: Town) -> None:
        for name in (town.editor, town.admin):
            for number in (999_999, 2**31 - 1):
                for action in ("show", "update"):
                    with pytest.raises(tk.ObjectNotFound):
                        act(name, f"indep_holding_{action}", id=number)
        for number in ("x", "-1", 2**31, "9" * 400, "١"):
            with pytest.raises(tk.ValidationError):
                act(town.editor, "indep_holding_show", id=number)
        with pytest.raises(tk.ValidationError):
            act(town.editor, "indep_holding_create", owner_org="nowhere", **HOLDING)


class TestChanges:
    def test_two_people_do_not_overwrite_each_other(
        self, town: Town, holding: dict[str, Any]
    ) -> None:
        known = holding["version"]
        act(town.owner, "indep_holding_update", id=holding["id"], version=known, title="Mine")
        with pytest.raises(tk.ValidationError, match="meanwhile"):
            act(town.editor, "indep_holding_update", id=holding["id"], version=known, title="No")
        assert act("", "indep_holding_show", id=holding["id"])["title"] == "Mine"

    def test_history_cannot_be_changed(self, town: Town, holding: dict[str, Any]) -> None:
        for statement in (
            "UPDATE indep_holding_version SET actor = 'nobody'",
            "DELETE FROM indep_holding_version",
            "TRUNCATE indep_holding_version",
        ):
            with pytest.raises(DBAPIError, match="append-only"):
                ckan_model.Session.execute(sa.text(statement))
            ckan_model.Session.rollback()

    @pytest.mark.usefixtures("unguarded")
    def test_released_follows_what_is_public(
        self, town: Town, holding: dict[str, Any], public_dataset: dict[str, Any]
    ) -> None:
        def shown() -> Any:
            row = act("", "indep_holding_show", id=holding["id"])
            return row["status"], (row["dataset"] or {}).get("name")

        with pytest.raises(tk.ValidationError, match="no such public dataset"):
            act(
                town.editor,
                "indep_holding_update",
                id=holding["id"],
                status="released",
                dataset="secret-draft",
            )
        act(
            town.editor,
            "indep_holding_update",
            id=holding["id"],
            status="released",
            dataset="hydrants",
        )
        assert shown() == ("released", "hydrants")
        package = ckan_model.Package.get(public_dataset["id"])
        assert package
        package.private = True
        ckan_model.Session.commit()
        assert shown() == ("released", None)
        for _twice in range(2):
            events.withdrawn.send(public_dataset["id"], package_type="dataset")
        assert shown() == ("under_review", None)
        package.private = False
        ckan_model.Session.commit()
        events.released.send(public_dataset["id"], package_type="dataset", revision_id="x")
        assert shown() == ("released", "hydrants")


class TestImport:
    def test_all_or_nothing_with_all_errors(self, town: Town, holding: dict[str, Any]) -> None:
        table = (
            "id,title,status,dataset\n"
            "999,Elsewhere,not_assessed,\n"
            ",Twice,not_assessed,\n"
            ",twice,secret,\n"
            ",Linked,released,secret-draft\n"
        )
        with pytest.raises(tk.ValidationError) as refused:
            act(town.editor, "indep_holding_import", owner_org=town.fire, csv=table)
        rows: Any = refused.value.error_dict["rows"]
        assert [(row["line"], row["column"]) for row in rows] == [
            (2, "id"),
            (4, "status"),
            (4, "title"),
            (5, "dataset"),
        ]
        assert refused.value.error_summary
        assert act("", "indep_holding_list")["count"] == 1

    def test_an_export_can_be_changed_and_imported_again(
        self, town: Town, holding: dict[str, Any]
    ) -> None:
        act(town.editor, "indep_holding_create", owner_org=town.fire, title="+1", status="planned",
            planned_on="2027-01-31")  # fmt: skip
        table = act(town.editor, "indep_holding_export", owner_org=town.fire)["csv"]
        assert "'+1" in table
        same = act(town.editor, "indep_holding_import", owner_org=town.fire, csv=table)
        assert same == {"created": 0, "updated": 0, "unchanged": 2}
        changed = table.replace("Hydrant inspections", "Hydrants, inspected".join('""'))
        changed += ",Trucks,,not_assessed" + "," * 12 + "\r\n"
        done = act(town.editor, "indep_holding_import", owner_org=town.fire, csv=changed)
        assert done == {"created": 1, "updated": 1, "unchanged": 1}
        shown = act(town.editor, "indep_holding_show", id=holding["id"])
        assert (shown["title"], shown["steward"]) == ("Hydrants, inspected", "canary-steward")
        assert act("", "indep_holding_list", organization=town.police)["count"] == 0

    def test_any_table_is_imported_or_refused(self, town: Town) -> None:
        cells = st.text(max_size=20)
        statuses = st.sampled_from(["released", "planned", "not_assessed", ""])

        @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.lists(st.tuples(cells, statuses, cells)))
        def import_it(rows: list[tuple[str, ...]]) -> None:
            text = "title,status,dataset\n" + "\n".join(",".join(row) for row in rows)
            with suppress(tk.ValidationError):
                act(town.editor, "indep_holding_import", owner_org=town.fire, csv=text)

        import_it()


class TestNumbers:
    @pytest.mark.usefixtures("unguarded")
    def test_they_count_what_is_there(
        self, town: Town, holding: dict[str, Any], public_dataset: dict[str, Any]
    ) -> None:
        package = ckan_model.Package.get(public_dataset["id"])
        assert package
        package.extras = {"update_frequency": "R/P1Y", "modified": "2026-11-01"}
        ckan_model.Session.add(
            ckan_model.Package(name="hidden", type="dataset", owner_org=town.fire, private=True)
        )
        ckan_model.Session.commit()
        ckan_model.Session.execute(
            sa.text(
                "INSERT INTO indep_event (seq, at, actor, event, subject, data, previous, hash)"
                " SELECT 900000 + n, now() - make_interval(days => 10 - days), '', event, subject,"
                " '{}', '', '' FROM (VALUES (1, 0, 'submitted', 'a'), (2, 4, 'approved', 'a'),"
                " (3, 0, 'submitted', 'b'), (4, 8, 'submitted', 'b'), (5, 9, 'declined', 'b'),"
                " (6, 0, 'submitted', 'c')) AS had(n, days, event, subject)"
            )
        )
        ckan_model.Session.commit()
        numbers = act("", "indep_program_numbers")
        assert numbers["datasets"]["published"] == 1
        assert numbers["datasets"]["on_time_percent"] == 100
        assert [row["datasets"] for row in numbers["datasets"]["by_department"]] == [1]
        assert numbers["decisions"] == {"decided": 2, "median_days": 6.5}
        assert numbers["holdings"]["not_assessed"] == numbers["holdings"]["total"] == 1
        assert "canary" not in json.dumps(numbers)
