"""From the file to the record: checked, loaded at once, the same again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories

from ckanext.indep.insight import periods, reader, service
from ckanext.indep.insight.model import Observation
from ckanext.indep.insight.uploads import jobs, records
from ckanext.indep.insight.uploads import service as uploads
from ckanext.indep.insight.uploads.model import HistoryUpload
from ckanext.indep.insight.uploads.states import State
from tests.insight.conftest import Make

from .conftest import Act

Q1 = periods.parse("FY2026-Q1")


def _values(measure_id: str) -> list[tuple[str, str, str | None]]:
    rows = model.Session.scalars(
        sa.select(Observation).where(Observation.measure_id == measure_id).order_by(Observation.id)
    )
    return [(row.period, f"{row.value:f}", row.correction_reason) for row in rows]


def _upload(**columns: Any) -> None:
    model.Session.execute(sa.update(HistoryUpload).values(**columns))
    model.Session.commit()


class TestLoad:
    def test_checked_then_loaded_and_the_same_again_changes_nothing(
        self, measure: Make, act: Act
    ) -> None:
        made = measure(aggregation="last", unit="cases")
        text = f"measure,period,value\n{made.name},FY2026 Q1,81.5\n{made.name},FY2026 Q2,\n"
        checked = act("indep_history_check", organization=made.department, text=text)
        assert (checked["state"], checked["number_of_problems"]) == (State.CHECKED, 0)
        assert checked["preview"][0]["result"] == "81.5 cases"
        assert _values(made.id) == []
        loaded = act("indep_history_load", id=checked["id"])
        assert (loaded["state"], loaded["loaded"]["new"]) == (State.LOADED, 1)
        assert _values(made.id) == [("FY2026-Q1", "81.5", None)]
        again = act("indep_history_check", organization=made.department, text=text)
        assert again["counts"]["unchanged"] == 1
        act("indep_history_load", id=again["id"])
        assert len(_values(made.id)) == 1

    def test_the_content_is_kept_no_longer_than_needed(self, measure: Make, act: Act) -> None:
        made = measure(aggregation="last", unit="cases")
        checked = act("indep_history_check", id=made.name, text="period,value\nFY2026 Q1,5\n")
        content = sa.select(HistoryUpload.content)
        assert model.Session.scalar(content)
        act("indep_history_load", id=checked["id"])
        model.Session.rollback()
        assert model.Session.scalar(content) is None

    def test_nothing_is_written_while_there_is_a_problem(self, measure: Make, act: Act) -> None:
        made = measure(aggregation="last", unit="cases")
        rows = [{"period": "FY2026 Q1", "value": 5}, {"period": "FY2026 Q2", "value": "many"}]
        checked = act("indep_history_check", id=made.name, rows=rows)
        assert [(one["row"], one["value"]) for one in checked["problems"]] == [(3, "many")]
        with pytest.raises(tk.ValidationError, match="1 problems"):
            act("indep_history_load", id=checked["id"])
        assert _values(made.id) == []
        act("indep_history_load", id=checked["id"], good_rows=True)
        assert _values(made.id) == [("FY2026-Q1", "5", None)]

    def test_a_correction_needs_a_reason_and_keeps_what_was_reported(
        self, measure: Make, act: Act
    ) -> None:
        made = measure(aggregation="last", unit="cases")
        service.load_history(made, [{"period": "FY2026 Q1", "value": 80}], "clerk")
        service.publish([Q1], "office")
        text = "period,value\nFY2026 Q1,82\n"
        silent = act("indep_history_check", id=made.name, text=text)
        assert "already public" in silent["problems"][0]["problem"]
        said = act("indep_history_check", id=made.name, text=text, reason="Two were late")
        assert said["preview"][0]["before"] == "80"
        act("indep_history_load", id=said["id"])
        service.publish([Q1], "office")
        results = reader.records([made.id])[made.id].results
        assert [(f"{one.value:f}", one.correction_reason) for one in results] == [
            ("80", None),
            ("82", "Two were late"),
        ]

    def test_a_rounded_ratio_does_not_replace_its_parts(self, measure: Make, act: Act) -> None:
        made = measure()
        text = "period,numerator,denominator\nFY2026 Q1,2,3\n"
        act("indep_history_load", id=act("indep_history_check", id=made.name, text=text)["id"])
        rounded = act("indep_history_check", id=made.name, text="period,value\nFY2026 Q1,66.7\n")
        assert rounded["counts"]["unchanged"] == 1

    def test_published_in_between_becomes_a_correction(
        self, measure: Make, act: Act, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = measure(aggregation="last", unit="cases")
        service.load_history(made, [{"period": "FY2026 Q1", "value": 80}], "clerk")
        text = "period,value\nFY2026 Q1,82\n"
        checked = act("indep_history_check", id=made.name, text=text)
        write = uploads.write

        def publish_first(*args: Any) -> Any:
            service.publish([Q1], "office")
            return write(*args)

        monkeypatch.setattr(uploads, "write", publish_first)
        late = act("indep_history_load", id=checked["id"])
        assert (late["state"], late["number_of_problems"]) == (State.CHECKED, 1)
        assert [value for _, value, _ in _values(made.id)] == ["80"]


class TestPermission:
    def test_only_the_department(self, measure: Make, act: Act) -> None:
        made = measure(aggregation="last", unit="cases")
        text = "period,value\nFY2026 Q1,5\n"
        checked = act("indep_history_check", id=made.name, text=text)
        stranger = factories.User()["name"]
        for action, data in (
            ("check", {"id": made.name, "text": text}),
            ("list", {"organization": made.department}),
        ):
            with pytest.raises(tk.NotAuthorized):
                act(f"indep_history_{action}", stranger, **data)
        for action in ("load", "show"):
            for upload in (checked["id"], "nothing"):
                with pytest.raises(tk.ObjectNotFound, match="There is no such upload"):
                    act(f"indep_history_{action}", stranger, id=upload)
        admin = factories.Sysadmin()["name"]
        for action, data in (
            ("check", {"id": made.name, "text": text}),
            ("load", {"id": checked["id"]}),
        ):
            with pytest.raises((tk.NotAuthorized, tk.ObjectNotFound)):
                act(f"indep_history_{action}", admin, **data)
        assert _values(made.id) == []

    def test_a_file_with_another_departments_measure_is_refused(
        self, measure: Make, act: Act
    ) -> None:
        made = measure(aggregation="last", unit="cases")
        other = measure(title="Crimes", owner_org=factories.Organization()["id"])
        text = f"measure,period,value\n{made.name},FY2026 Q1,5\n{other.name},FY2026 Q1,5\n"
        refused = act("indep_history_check", organization=made.department, text=text)
        assert refused["state"] == State.REFUSED
        assert "another department" in refused["problems"][0]["problem"]
        with pytest.raises(tk.ValidationError):
            act("indep_history_load", id=refused["id"], good_rows=True)
        assert _values(made.id) == []


class TestBadInput:
    def test_one_sentence_and_nothing_kept(self, measure: Make, act: Act) -> None:
        made = measure()
        wrong: list[dict[str, Any]] = [
            {},
            {"text": "x", "rows": [{"a": 1}]},
            {"rows": "x"},
            {"rows": ["x"]},
            {"rows": [{"a": [1]}]},
            {"upload": "x"},
            {"text": "x", "id": "nothing"},
            {"text": "x", "id": "", "organization": "nothing"},
        ]
        for data in wrong:
            with pytest.raises((tk.ValidationError, tk.ObjectNotFound)):
                act("indep_history_check", **{"id": made.name, **data})
        assert model.Session.scalar(sa.select(sa.func.count(HistoryUpload.id))) == 0


class TestLongFiles:
    def _long(self, made: Any, act: Act, monkeypatch: pytest.MonkeyPatch) -> str:
        asked: list[str] = []
        monkeypatch.setattr(jobs, "request", asked.append)
        filler = "," * 10 + "\n"
        text = "period,value\nFY2026 Q1,5\n" + filler * 3000
        checked = act("indep_history_check", id=made.name, text=text)
        assert checked["state"] == State.TO_CHECK
        assert asked == [checked["id"]]
        return checked["id"]

    def test_the_worker_checks_and_loads_them(
        self, measure: Make, act: Act, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = measure(aggregation="last", unit="cases")
        upload_id = self._long(made, act, monkeypatch)
        jobs.process_upload(upload_id)
        assert act("indep_history_show", id=upload_id)["state"] == State.CHECKED
        assert act("indep_history_load", id=upload_id, good_rows=True)["state"] == State.TO_LOAD
        jobs.process_upload(upload_id)
        assert act("indep_history_show", id=upload_id)["state"] == State.LOADED
        assert _values(made.id) == [("FY2026-Q1", "5", None)]

    def test_what_a_killed_worker_left_is_taken_up_again(
        self, measure: Make, act: Act, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = measure(aggregation="last", unit="cases")
        upload_id = self._long(made, act, monkeypatch)
        assert records.begin(upload_id) is not None
        jobs.on_tick()
        assert act("indep_history_show", id=upload_id)["state"] == State.CHECKING
        _upload(seen_at=sa.func.now() - records.STALE - timedelta(seconds=1))
        jobs.on_tick()
        assert act("indep_history_show", id=upload_id)["state"] == State.CHECKED

    def test_what_kills_each_worker_is_given_up(
        self, measure: Make, act: Act, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        upload_id = self._long(measure(), act, monkeypatch)
        for _ in range(records.MOST_ATTEMPTS):
            assert records.begin(upload_id) is not None
            _upload(seen_at=sa.func.now() - records.STALE - timedelta(seconds=1))
        assert records.begin(upload_id) is None
        assert act("indep_history_show", id=upload_id)["state"] == State.BROKEN

    def test_killed_after_the_write_it_writes_nothing_again(
        self, measure: Make, act: Act, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = measure(aggregation="last", unit="cases")
        text = "period,value\nFY2026 Q1,5\n"
        checked = act("indep_history_check", id=made.name, text=text)

        def die(*_args: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(records, "finish", die)
            with pytest.raises(KeyboardInterrupt):
                act("indep_history_load", id=checked["id"])
        _upload(seen_at=sa.func.now() - records.STALE - timedelta(seconds=1))
        jobs.on_tick()
        done = act("indep_history_show", id=checked["id"])
        assert (done["state"], done["loaded"]["unchanged"]) == (State.LOADED, 1)
        assert len(_values(made.id)) == 1

    def test_what_was_never_loaded_is_let_go(self, measure: Make, act: Act) -> None:
        made = measure(aggregation="last", unit="cases")
        checked = act("indep_history_check", id=made.name, text="period,value\nFY2026 Q1,5\n")
        _upload(seen_at=sa.func.now() - timedelta(days=31))
        jobs.on_tick()
        assert act("indep_history_show", id=checked["id"])["state"] == State.EXPIRED
        assert model.Session.scalar(sa.select(HistoryUpload.content)) is None
