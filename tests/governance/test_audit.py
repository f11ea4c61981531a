"""The audit log: what was done to it is found, and who may read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.cli.cli import ckan
from ckan.tests import factories
from sqlalchemy.exc import DBAPIError

from ckanext.indep.errors import UnreadableError
from ckanext.indep.governance import audit, audit_heads, verify
from ckanext.indep.governance.maintenance import ticking
from ckanext.indep.governance.model import Event
from tests.governance.conftest import City, act, city, draft, released, submitted

__all__ = ["city", "draft", "released", "submitted"]

TODAY = dt.date(2026, 11, 22)


@contextmanager
def _as_superuser() -> Iterator[sa.Connection]:
    """Do what only the owner of the database could: write to the log past its trigger."""
    session = ckan_model.Session
    session.rollback()
    session.execute(sa.text("ALTER TABLE indep_event DISABLE TRIGGER indep_append_only"))
    yield session.connection()
    session.execute(sa.text("ALTER TABLE indep_event ENABLE TRIGGER indep_append_only"))
    session.commit()


def _first(event: str) -> int:
    return ckan_model.Session.execute(
        sa.select(sa.func.min(Event.seq)).where(Event.event == event)
    ).scalar_one()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE indep_event SET actor = 'me'",
        "DELETE FROM indep_event",
        "TRUNCATE indep_event",
        "UPDATE indep_ballot SET ballot = 'for'",
        "DELETE FROM indep_revision",
        "TRUNCATE indep_comment",
    ],
)
def test_the_database_refuses(
    city: City, submitted: Callable[..., dict[str, Any]], statement: str
) -> None:
    submitted()
    with pytest.raises(DBAPIError, match="append-only"):
        ckan_model.Session.execute(sa.text(statement))
    ckan_model.Session.rollback()


def test_what_an_owner_of_the_database_did_is_found(
    city: City, released: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    released()
    assert list(audit.breaks()) == []
    heads = tmp_path / "heads"
    assert audit_heads.record_daily(heads, TODAY)
    session = ckan_model.Session
    event: Any = Event.__table__
    last = session.execute(sa.select(sa.func.max(Event.seq))).scalar_one()
    ballot = _first("ballot")
    edited = sa.update(event).where(event.c.seq == ballot).values(data={"ballot": "against"})
    removed = sa.delete(event).where(event.c.seq == ballot)
    reordered = (
        sa.update(event)
        .where(event.c.seq.in_([ballot, ballot + 1]))
        .values(actor=sa.case((event.c.seq == ballot, "one"), else_="two"))
    )
    forged = sa.insert(event).values(
        seq=last + 1,
        at=dt.datetime.now(dt.timezone.utc),
        actor="x",
        event="released",
        subject="y",
        data={},
        previous="0" * 64,
        hash="0" * 64,
    )
    for statement, found in (
        (edited, "was altered"),
        (removed, "is missing"),
        (reordered, "was altered"),
        (forged, "does not continue"),
    ):
        savepoint = session.begin_nested()
        session.execute(sa.text("ALTER TABLE indep_event DISABLE TRIGGER indep_append_only"))
        session.execute(statement)
        session.expire_all()
        assert found in " ".join(audit.breaks())
        savepoint.rollback()
    assert list(audit.breaks()) == []
    with _as_superuser() as connection:
        connection.execute(sa.delete(event).where(event.c.seq >= _first("released")))
    assert list(audit.breaks()) == []
    assert "is gone" in " ".join(audit_heads.missing(audit_heads.read(heads)))
    assert any("is not in the log" in breach for breach in verify.breaches())


class TestHeads:
    def test_one_a_day(self, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        heads = tmp_path / "heads"
        monkeypatch.setitem(tk.config, "ckanext.indep.audit_heads_file", str(heads))
        ticking.tick()
        ticking.tick()
        assert len(audit_heads.read(heads)) == 1
        assert audit_heads.record_daily(heads, TODAY + dt.timedelta(days=1000))
        assert list(audit_heads.missing(audit_heads.read(heads))) == []

    def test_another_file_is_refused_and_kept(self, city: City, tmp_path: Path) -> None:
        other = tmp_path / "notes"
        other.write_text("Dear diary\n")
        with pytest.raises(UnreadableError, match="line 1"):
            audit_heads.record_daily(other, TODAY)
        assert other.read_text() == "Dear diary\n"

    def test_commands(self, cli: Any, city: City, tmp_path: Path) -> None:
        shown = cli.invoke(ckan, ["indep", "audit", "head"])
        assert shown.exit_code == 0, shown.output
        heads = tmp_path / "heads"
        heads.write_text(shown.output.strip().splitlines()[-1] + "\n")
        checked = cli.invoke(ckan, ["indep", "audit", "verify", "--heads", str(heads)])
        assert checked.exit_code == 0, checked.output
        heads.write_text('{"day": "2026-01-01", "seq": 99999, "hash": "x"}\n')
        checked = cli.invoke(ckan, ["indep", "audit", "verify", "--heads", str(heads)])
        assert checked.exit_code == 1
        assert "is gone" in checked.output


class TestPage:
    def test_offices_read_it_and_nobody_else(
        self, app: Any, city: City, submitted: Callable[..., dict[str, Any]]
    ) -> None:
        request = submitted()
        for person in (city.steward, city.outsider):
            with pytest.raises(tk.NotAuthorized):
                act(person, "indep_event_list")
        member = {"Authorization": factories.APIToken(user=city.members[0])["token"]}
        page = app.get(f"/audit?request={request['number']}", headers=member)
        assert "submitted" in page.text
        assert app.get("/audit?request=zero", headers=member).status_code == 200
        assert app.get("/audit?before=99999999999999999999", headers=member).status_code == 200
        assert app.get("/audit").status_code == 403

    @pytest.mark.parametrize("odd", [["1"], {"a": 1}, True, "\0", "-1", "²", "9" * 50])
    def test_odd_numbers_are_refused_in_words(self, city: City, odd: Any) -> None:
        for name in ("request", "before"):
            with pytest.raises(tk.ValidationError, match="whole number"):
                act(city.members[0], "indep_event_list", **{name: odd})

    @pytest.mark.parametrize("nothing", [[], None, ""])
    def test_no_number_means_all(self, city: City, nothing: Any) -> None:
        assert act(city.members[0], "indep_event_list", before=nothing, request=nothing)

    def test_older_events_follow_without_gap(self, city: City) -> None:
        audit.append_all("test", "nobody", [(str(n), {}) for n in range(150)])
        ckan_model.Session.commit()
        first = act(city.members[0], "indep_event_list", event="test")
        assert len(first) == 100
        second = act(city.members[0], "indep_event_list", event="test", before=first[-1]["seq"])
        assert [e["subject"] for e in first + second] == [str(n) for n in reversed(range(150))]
