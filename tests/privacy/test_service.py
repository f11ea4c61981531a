"""Scans in the database: made once for each content, and shown on a revision."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.indep.privacy import jobs, records, service
from ckanext.indep.privacy.messages import described, limits
from ckanext.indep.privacy.model import Scan
from ckanext.indep.privacy.sources import FileSource, TableSource, from_dict, subject_of

CONTENT = "mail,note\nx@example.org,Call 816-555-1234 before noon.\n"


@pytest.fixture
def tables(migrate_db_for: Callable[[str], None], with_plugins: None) -> None:
    migrate_db_for("indep")


@pytest.fixture
def source(tmp_path: Path) -> FileSource:
    path = tmp_path / "table.csv"
    path.write_text(CONTENT)
    return FileSource(str(path), "CSV", "table.csv")


@pytest.fixture
def subject() -> str:
    return f"file:{uuid.uuid4().hex}:csv"


@pytest.fixture
def datastore_table(tables: None) -> Iterator[str]:
    """A table as the DataStore makes them, with columns of its own that begin with "_"."""
    name = str(uuid.uuid4())
    table = sa.Table(
        name,
        sa.MetaData(),
        sa.Column("_id", sa.Integer, primary_key=True),
        sa.Column("n", sa.Integer),
        sa.Column("mail", sa.Text),
    )
    with get_write_engine().begin() as connection:
        table.create(connection)
        connection.execute(
            table.insert(), [{"n": 1, "mail": None}, {"n": 2, "mail": "x@example.org"}]
        )
    yield name
    with get_write_engine().begin() as connection:
        table.drop(connection)


def revision(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"title": "Requests", "resources": list(resources)}


def state_of(subject: str) -> str:
    return records.find([subject])[subject].state


def make_older(subject: str) -> None:
    """As if it had been asked for an hour ago."""
    with model.ensure_engine().begin() as connection:
        connection.execute(
            sa.update(Scan)
            .where(Scan.subject == subject)
            .values(requested_at=sa.func.now() - sa.text("interval '1 hour'"))
        )


@pytest.mark.usefixtures("tables")
class TestOnce:
    def test_report_and_counts(self, subject: str, source: FileSource) -> None:
        report = service.ensure(subject, source)
        found = {(one["column"], one["kind"]) for one in report["parts"][0]["findings"]}
        assert found == {("mail", "email"), ("note", "phone")}
        scan = records.find([subject])[subject]
        assert (scan.state, scan.findings, scan.cells) == ("done", 2, 2)
        assert scan.started_at
        assert scan.finished_at

    def test_the_same_content_is_not_scanned_again(self, subject: str, source: FileSource) -> None:
        report = service.ensure(subject, source)
        Path(source.path).unlink()
        assert service.ensure(subject, source) == report
        assert not records.request(subject, source)

    def test_new_detectors_scan_it_anew(
        self, subject: str, source: FileSource, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service.ensure(subject, source)
        monkeypatch.setattr(records, "VERSION", records.VERSION + 1)
        assert records.find([subject]) == {}

    def test_nothing_of_a_value_is_kept(self, subject: str, source: FileSource) -> None:
        kept = str(service.ensure(subject, source))
        assert "x@example.org" not in kept
        assert "555-1234" not in kept


@pytest.mark.usefixtures("tables")
class TestLater:
    def test_the_tick_takes_what_no_worker_took(self, subject: str, source: FileSource) -> None:
        records.request(subject, source)
        jobs.tick()
        assert state_of(subject) == "pending"
        make_older(subject)
        assert jobs.tick() >= 1
        assert state_of(subject) == "done"

    def test_a_scan_that_broke_off_can_be_asked_for_again(
        self, subject: str, source: FileSource, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(service, "scan_file", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                service.ensure(subject, source)
        assert state_of(subject) == "failed"
        service.ensure(subject, source)
        assert state_of(subject) == "done"

    def test_without_redis_the_request_stays(
        self, subject: str, source: FileSource, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: Any, **__: Any) -> None:
            raise service.redis.ConnectionError

        monkeypatch.setattr(service.tk, "enqueue_job", refuse)
        service.request(subject, source)
        assert state_of(subject) == "pending"

    def test_what_nobody_asked_for_is_not_run(self, subject: str) -> None:
        service.run(subject)
        assert records.find([subject]) == {}


@pytest.mark.usefixtures("tables")
class TestRevision:
    def test_files_tables_and_links(self, source: FileSource) -> None:
        file = {
            "name": "Table",
            "format": "CSV",
            "file": {"sha256": uuid.uuid4().hex},
        }
        link = {"name": "Site", "url": "https://example.org"}
        content = revision(file, link)
        states = [(scan.name, scan.state) for scan in service.of_revision(content)]
        assert states == [("", "done"), ("Table", "missing"), ("Site", "link")]
        assert not service.is_finished(content)
        service.request_revision(content, lambda one: source if "file" in one else None)
        assert [scan.state for scan in service.of_revision(content)][1] == "pending"
        service.run(str(subject_of(file)))
        assert service.is_finished(content)

    def test_a_table_is_scanned_besides_the_file_it_was_loaded_from(self) -> None:
        table = {"columns": [{"id": "mail"}], "rows": 2, "md5": uuid.uuid4().hex}
        content = revision({"name": "Table", "file": {"sha256": "0"}, "table": table})
        names = [scan.name for scan in service.of_revision(content)]
        assert names == ["", "Table", "Table (DataStore)"]
        asked: list[dict[str, Any]] = []
        service.request_revision(content, lambda one: asked.append(dict(one)))
        assert [("file" in one, "table" in one) for one in asked] == [(True, False), (False, True)]

    def test_the_description_is_scanned_too(self) -> None:
        content = {**revision(), "notes": "Ask x@example.org for the rest."}
        (found,) = service.of_revision(content)
        assert found.report["parts"][0]["findings"][0]["column"] == "notes"

    def test_the_same_bytes_as_another_format_are_another_subject(self) -> None:
        file = {"sha256": "0"}
        assert subject_of({"file": file, "format": "CSV"}) != subject_of(
            {"file": file, "format": "TXT"}
        )
        assert subject_of({"file": file, "url": "a.csv"}) == subject_of(
            {"file": file, "format": "CSV"}
        )


@pytest.mark.usefixtures("tables")
class TestDataStore:
    def test_rows(self, datastore_table: str) -> None:
        source = TableSource(datastore_table)
        report = service.ensure(f"table:{datastore_table}", source)
        (found,) = report["parts"][0]["findings"]
        assert (found["column"], found["rows"]) == ("mail", [2])
        assert from_dict(source.as_dict()) == source

    def test_no_table(self) -> None:
        report = service.ensure(f"table:{uuid.uuid4()}", TableSource(str(uuid.uuid4())))
        assert [note["code"] for note in report["not_scanned"]] == ["table_missing"]


@pytest.mark.usefixtures("tables", "with_request_context")
class TestPage:
    def test_what_reviewers_read(self, subject: str, source: FileSource) -> None:
        from ckan.lib import base

        service.ensure(subject, source)
        scan = records.find([subject])[subject]
        scans = [service.ResourceScan("Table <1>", scan.state, scan.report)]
        page = base.render(
            "indep_privacy/findings.html", {"scans": described(scans), "limits": limits()}
        )
        assert "Table &lt;1&gt;" in page
        assert "x***@e***.org" in page
        assert "x@example.org" not in page
        assert "does not mean that nothing is there" in page
