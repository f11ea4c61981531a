"""From an uploaded file to the DataStore."""

from __future__ import annotations

import threading
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import helpers
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.indep import events
from ckanext.indep.tabular import jobs, records, service, store
from ckanext.indep.tabular.model import TableLoad

from .conftest import Upload
from .workbooks import sheet_xml, workbook_bytes

GOOD = "zip,name,n\n02113,Peña,1\n64050,,2\n"


def rows_of(resource_id: str) -> list[dict[str, Any]]:
    found = helpers.call_action("datastore_search", resource_id=resource_id, sort="_id")
    return [{k: v for k, v in row.items() if k != "_id"} for row in found["records"]]


def types_of(resource_id: str) -> dict[str, str]:
    info = helpers.call_action("datastore_info", id=resource_id)
    return {field["id"]: field["type"] for field in info["fields"]}


def state_of(resource_id: str) -> TableLoad:
    row = records.find(resource_id)
    assert row is not None
    return row


def tables_like(resource_id: str) -> list[str]:
    query = sa.text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE :like")
    with get_write_engine().connect() as connection:
        return list(connection.scalars(query, {"like": f"%{resource_id}%"}))


class TestLoaded:
    def test_rows_types_search_and_flag(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        report = service.load(resource_id)
        assert report is not None
        assert (report.state, report.rows) == ("loaded", 2)
        assert rows_of(resource_id) == [
            {"zip": "02113", "name": "Peña", "n": 1},
            {"zip": "64050", "name": None, "n": 2},
        ]
        assert types_of(resource_id) == {"zip": "text", "name": "text", "n": "int8"}
        found = helpers.call_action("datastore_search", resource_id=resource_id, q="peña")
        assert found["total"] == 1
        assert helpers.call_action("resource_show", id=resource_id)["datastore_active"] is True
        row = state_of(resource_id)
        assert row.state == "loaded"
        assert row.sha256 == row.loaded_sha256
        assert row.report["rows"] == 2

    def test_a_workbook(self, upload: Upload) -> None:
        content = workbook_bytes({"S": sheet_xml([["day", "n"], ["2022-01-31", 5]])})
        resource_id = upload(content, "table.xlsx")
        service.load(resource_id)
        assert types_of(resource_id) == {"day": "date", "n": "int8"}
        assert rows_of(resource_id)[0]["n"] == 5

    def test_cells_and_names_that_try_the_copy_format(self, upload: Upload) -> None:
        text = '"% done","x(y)",a:b\n"back\\slash\\N","tab\there","line\r\nbreak"\n\\.,:p,%s\n'
        resource_id = upload(text)
        service.load(resource_id)
        assert rows_of(resource_id) == [
            {"% done": "back\\slash\\N", "x(y)": "tab\there", "a b": "line\r\nbreak"},
            {"% done": "\\.", "x(y)": ":p", "a b": "%s"},
        ]

    @pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "cp1252"])
    def test_encodings(self, upload: Upload, codec: str) -> None:
        resource_id = upload(GOOD.encode(codec))
        service.load(resource_id)
        assert rows_of(resource_id)[0]["name"] == "Peña"

    def test_a_header_only(self, upload: Upload) -> None:
        resource_id = upload("a,b\n")
        service.load(resource_id)
        assert rows_of(resource_id) == []

    def test_bad_rows_are_left_out_and_listed(self, upload: Upload) -> None:
        resource_id = upload("a,b\n" + "1,2\n" * 30 + "1,2,3\n")
        service.load(resource_id)
        assert len(rows_of(resource_id)) == 30
        assert state_of(resource_id).report["bad_rows"] == [
            {"line": 32, "code": "wrong_width", "facts": {"cells": 3, "columns": 2}}
        ]


class TestAgain:
    def test_the_same_file_is_loaded_once(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        assert service.load(resource_id) is None
        assert len(rows_of(resource_id)) == 2

    def test_a_lost_table_is_loaded_again(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        with get_write_engine().begin() as connection:
            connection.execute(sa.text(f'DROP TABLE "{resource_id}"'))
        assert service.load(resource_id) is not None
        assert len(rows_of(resource_id)) == 2

    def test_a_new_file_replaces_the_table(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        upload("zip,n\n1,2.5\n", resource_id=resource_id)
        service.load(resource_id)
        assert types_of(resource_id) == {"zip": "text", "n": "numeric"}
        assert helpers.call_action("datastore_search", resource_id=resource_id)["total"] == 1

    def test_the_dictionary_is_kept_and_its_types_are_obeyed(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        info = {"label": "ZIP code", "notes": "Of the request", "type_override": "numeric"}
        helpers.call_action(
            "datastore_create",
            resource_id=resource_id,
            force=True,
            fields=[
                {"id": "zip", "type": "text", "info": info},
                {"id": "name", "type": "text"},
                {"id": "n", "type": "int8"},
            ],
        )
        jobs.request_load(resource_id, None, again=True)
        service.load(resource_id)
        fields = helpers.call_action("datastore_info", id=resource_id)["fields"]
        assert fields[0]["info"] == info
        assert fields[0]["type"] == "numeric"

    def test_two_at_once_leave_one_whole_table(self, upload: Upload) -> None:
        resource_id = upload("a,b\n" + "1,2\n" * 20_000)
        threads = [
            threading.Thread(target=lambda: (service.load(resource_id), model.Session.remove()))
            for _number in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = helpers.call_action("datastore_search", resource_id=resource_id, limit=1)
        assert found["total"] == 20_000
        assert tables_like(resource_id) == [resource_id]
        assert state_of(resource_id).state == "loaded"


class TestFailed:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            ("", "empty_file"),
            (b"PK\x03\x04\x00", "nul_bytes"),
            ("a,b\n1\n", "too_many_bad_rows"),
            ('a,b\n"1,2\n', "open_quote"),
        ],
    )
    def test_the_earlier_table_stands(
        self, upload: Upload, content: bytes | str, code: str
    ) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        upload(content, resource_id=resource_id)
        report = service.load(resource_id)
        assert report is not None
        assert report.state == "failed"
        row = state_of(resource_id)
        assert row.report["failure"]["code"] == code
        assert row.loaded_sha256 != row.sha256
        assert len(rows_of(resource_id)) == 2

    def test_nothing_is_made_of_a_bad_first_file(self, upload: Upload) -> None:
        resource_id = upload("a,b\n1\n")
        service.load(resource_id)
        assert tables_like(resource_id) == []
        assert not helpers.call_action("resource_show", id=resource_id)["datastore_active"]

    def test_an_error_in_the_middle_of_the_rows(
        self, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        upload("a\n" + "1\n" * 50_000, resource_id=resource_id)
        whole = service.converted_rows

        def broken(*arguments: Any) -> Any:
            for number, row in enumerate(whole(*arguments)):
                if number == 40_000:
                    raise RuntimeError("cut")
                yield row

        monkeypatch.setattr(service, "converted_rows", broken)
        with pytest.raises(RuntimeError):
            service.load(resource_id)
        assert len(rows_of(resource_id)) == 2
        assert tables_like(resource_id) == [resource_id]
        assert state_of(resource_id).report["failure"]["code"] == "unexpected"

    def test_what_the_database_refuses(
        self, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        upload("a\n1\n", resource_id=resource_id)
        monkeypatch.setitem(store.SQL_TYPES, "integer", "date")
        service.load(resource_id)
        assert state_of(resource_id).report["failure"]["code"] == "database_refused"
        assert len(rows_of(resource_id)) == 2

    def test_a_row_too_long_for_the_search_index(self, upload: Upload) -> None:
        cells = [
            " ".join(f"{column}{number:x}" for number in range(18_000)) for column in "abcdefghijkl"
        ]
        resource_id = upload("a,b,c,d,e,f,g,h,i,j,k,l\n" + ",".join(cells) + "\n")
        service.load(resource_id)
        assert state_of(resource_id).report["failure"]["code"] == "database_refused"

    def test_a_database_that_is_away_is_waited_for(
        self, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resource_id = upload(GOOD)

        def away(*_arguments: Any) -> None:
            raise psycopg2.OperationalError("connection refused")

        monkeypatch.setattr(store, "replace_table", away)
        assert service.load(resource_id) is None
        assert state_of(resource_id).state == "pending"


class TestNotATable:
    def test_another_format(self, upload: Upload) -> None:
        resource_id = upload(b"%PDF-1.7", "report.pdf")
        service.load(resource_id)
        assert state_of(resource_id).state == "not_a_table"

    def test_the_table_of_an_earlier_file_is_removed(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        upload(b"%PDF-1.7", "report.pdf", format="PDF", resource_id=resource_id)
        service.load(resource_id)
        assert tables_like(resource_id) == []
        assert state_of(resource_id).loaded_sha256 is None
        assert not helpers.call_action("resource_show", id=resource_id)["datastore_active"]

    def test_the_table_of_a_link_is_left_alone(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        resource = model.Resource.get(resource_id)
        assert resource is not None
        resource.url_type = "link"
        model.Session.commit()
        report = service.load(resource_id)
        assert report is not None
        assert report.state == "not_a_table"
        assert len(rows_of(resource_id)) == 2

    def test_a_resource_that_is_gone(self, upload: Upload) -> None:
        upload(GOOD)
        records.request("no-such-resource", None)
        assert service.load("no-such-resource") is None
        assert records.find("no-such-resource") is None


class TestRequested:
    def test_without_redis_the_tick_loads(
        self, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resource_id = upload(GOOD)

        def refuse(*_arguments: Any, **_options: Any) -> None:
            raise jobs.redis.ConnectionError

        monkeypatch.setattr(jobs.tk, "enqueue_job", refuse)
        monkeypatch.setattr(jobs, "_LEFT_TO_WORKER", -jobs._LEFT_TO_WORKER)
        jobs.request_load(resource_id, "digest")
        assert state_of(resource_id).state == "pending"
        assert jobs.tick() >= 1
        assert state_of(resource_id).state == "loaded"
        assert jobs.tick() == 0

    def test_the_signal_asks_once_for_each_file(
        self, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resource_id = upload(GOOD)
        asked: list[list[str]] = []
        monkeypatch.setattr(
            jobs.tk, "enqueue_job", lambda _job, arguments, **_options: asked.append(arguments)
        )
        receivers: Any = jobs.subscriptions()[events.file_stored]
        receiver = receivers[0]
        receiver(resource_id, sha256="one")
        records.begin(resource_id, "one")
        receiver(resource_id, sha256="one")
        receiver(resource_id, sha256="two")
        assert asked == [[resource_id]] * 2

    def test_a_newer_file_stays_pending_when_an_older_load_ends(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        records.begin(resource_id, "one")
        records.request(resource_id, "two")
        report = service.TableReport("loaded")
        records.finish(resource_id, "one", report, has_table=True)
        row = state_of(resource_id)
        assert (row.state, row.sha256, row.loaded_sha256) == ("pending", "two", "one")
