"""Releases that wait for their day, whoever ticks, however often and however late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.model import now
from ckanext.indep.governance.publishing import releasing, scheduling
from tests.governance.conftest import City, act, approve
from tests.tools.killed import killed_at

Make = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2027-01-15", "2027-01-15T06:00:00+00:00"),
        ("2027-07-15", "2027-07-15T05:00:00+00:00"),
        ("2027-01-15T09:30", "2027-01-15T15:30:00+00:00"),
        ("2027-01-15T09:30:00+02:00", "2027-01-15T07:30:00+00:00"),
    ],
)
def test_days_begin_at_midnight_in_the_city(said: str, meant: str) -> None:
    assert scheduling.moment(said).isoformat() == meant


@pytest.mark.parametrize("said", ["", "soon", "2027-13-01", "0001-01-01T00:00+14:00"])
def test_other_words_are_no_day(said: str) -> None:
    with pytest.raises(ConflictError):
        scheduling.moment(said)


def _day(days: int) -> str:
    return (now() + dt.timedelta(days=days)).date().isoformat()


def _has_come(request_id: str) -> None:
    """Let the day of release be past."""
    session = ckan_model.Session
    session.execute(
        sa.text(
            "UPDATE indep_change_request SET release_on = now() - interval '1 minute'"
            " WHERE id = :id"
        ),
        {"id": request_id},
    )
    session.commit()


def _is_public(request: dict[str, Any]) -> bool:
    try:
        return bool(act("", "package_show", id=request["live_id"]))
    except tk.ObjectNotFound:
        return False


def test_scheduled_it_waits_and_is_released_once(city: City, submitted: Make) -> None:
    request = submitted()
    for person in (city.steward, city.members[1], city.admin):
        with pytest.raises(tk.NotAuthorized):
            act(person, "indep_request_schedule", id=request["id"], release_on=_day(3))
    for wrong in (_day(-2), "soon", _day(3000)):
        with pytest.raises(tk.ValidationError):
            act(city.owner, "indep_request_schedule", id=request["id"], release_on=wrong)
    act(city.owner, "indep_request_schedule", id=request["id"], release_on=_day(3))
    assert approve(city, request)["state"] == "scheduled"
    assert releasing.release_waiting() == 0
    with pytest.raises(tk.ValidationError, match="will be released on"):
        act(city.members[0], "indep_request_release", id=request["id"])
    assert not _is_public(request)
    assert list(verify.breaches()) == []
    _has_come(request["id"])
    assert releasing.release_waiting() == 1
    assert releasing.release_waiting() == 0
    assert _is_public(request)
    assert list(verify.breaches()) == []


def test_unscheduled_it_is_released_now(city: City, submitted: Make) -> None:
    request = submitted()
    with pytest.raises(tk.ValidationError):
        act(city.owner, "indep_request_unschedule", id=request["id"])
    act(city.members[0], "indep_request_schedule", id=request["id"], release_on=_day(3))
    approve(city, request)
    result = act(city.owner, "indep_request_unschedule", id=request["id"])
    assert result["state"] == "released"
    assert _is_public(request)


def test_nothing_gets_past_an_embargo(city: City, submitted: Make) -> None:
    request = submitted(embargo_until=_day(5))
    with pytest.raises(tk.ValidationError, match="embargo ends"):
        act(city.owner, "indep_request_schedule", id=request["id"], release_on=_day(2))
    assert approve(city, request)["state"] == "scheduled"
    shown = act(city.owner, "indep_request_show", id=request["id"])
    assert shown["release_on"] == scheduling.moment(_day(5)).isoformat()
    with pytest.raises(tk.ValidationError, match="embargo ends"):
        act(city.owner, "indep_request_unschedule", id=request["id"])
    _has_come(request["id"])
    assert releasing.release_waiting() == 0
    assert not _is_public(request)
    assert act(city.steward, "indep_request_withdraw", id=request["id"])["state"] == "withdrawn"
    assert releasing.release_waiting() == 0
    assert list(verify.breaches()) == []


def test_a_release_is_asked_for_approvals_again(city: City, submitted: Make) -> None:
    request = submitted()
    act(city.owner, "indep_request_schedule", id=request["id"], release_on=_day(3))
    approve(city, request)
    session = ckan_model.Session
    member = ckan_model.User.get(city.members[0])
    assert member
    session.execute(
        sa.text("INSERT INTO indep_contributor VALUES (:request, :user, now())"),
        {"request": request["id"], "user": member.id},
    )
    session.commit()
    _has_come(request["id"])
    assert releasing.release_waiting() == 0
    assert not _is_public(request)


@pytest.mark.parametrize(
    ("point", "is_public"),
    [
        ("ckanext.indep.governance.publishing.release._publish", False),
        ("ckanext.indep.governance.outbox.drain", True),
    ],
)
def test_a_tick_that_is_killed(city: City, submitted: Make, point: str, is_public: bool) -> None:
    request = submitted()
    act(city.owner, "indep_request_schedule", id=request["id"], release_on=_day(3))
    approve(city, request)
    _has_come(request["id"])
    killed_at(point, releasing.release_waiting)
    assert _is_public(request) is is_public
    releasing.release_waiting()
    outbox.drain()
    assert _is_public(request)
    assert list(verify.breaches()) == []
