"""Playing the sample's history: what happened when, each step at its own time, through actions.

How far it has come is kept in the database. A history that was interrupted goes on where it
stopped, with the days it began with; one that is finished is never played again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.governance.maintenance import expiring
from ckanext.indep.sample import calendar, city, requests, sessions
from ckanext.indep.sample.acting import act, work
from ckanext.indep.sample.calendar import Calendar

__all__ = ["begin", "beginning", "days", "in_order", "play"]

MARK = "indep.sample.history"
EARLIER = dt.timedelta(days=100)
"""Regular meetings are looked for from so many days ago on: at least three of them are past."""

OPENS = dt.time(9)
APART = dt.timedelta(minutes=2)
"""So much later is the next step of the same day."""

Step = dict[str, Any]


def begin(account: str) -> bool:
    """Begin the history in a portal that has no city yet; return whether this one has a history.

    `account` is the first that a loading makes: where it is there already, the city is older.
    """
    if ckan_model.get_system_info(MARK):
        return True
    if ckan_model.User.get(account):
        return False
    _keep(_mark())
    return True


def beginning() -> dt.datetime:
    """Return when the history begins, the present moment where there is none."""
    if not ckan_model.get_system_info(MARK):
        return city_time.now()
    return dt.datetime.combine(_today() - calendar.LONG_BEFORE, OPENS, tzinfo=city_time.ZONE)


def days() -> Calendar:
    """Return the days that the history counts with; the policy says when the committee meets."""
    today = _today()
    early = dt.datetime.combine(today - EARLIER, dt.time(), tzinfo=city_time.ZONE)
    with city_time.set_to(early):
        regular = act("", "indep_committee_show")["regular_dates"]
    return calendar.make(today, [dt.datetime.fromisoformat(day) for day in regular])


def in_order(known: Calendar) -> list[tuple[dt.datetime, Step]]:
    """Return the steps in the order of time, each with its moment; no two have the same."""
    steps = [(known.moment(step["day"], step.get("time")), step) for step in city.steps()]
    steps.sort(key=lambda timed: timed[0])
    apart: list[tuple[dt.datetime, Step]] = []
    for moment, step in steps:
        earliest = apart[-1][0] + APART if apart else moment
        apart.append((max(moment, earliest), step))
    return apart


def play() -> int:
    """Play what has not been played yet; return how many steps that were."""
    mark = _mark()
    if mark["finished"]:
        return 0
    known = days()
    steps = in_order(known)
    for number in range(mark["done"], len(steps)):
        moment, step = steps[number]
        with city_time.set_to(moment):
            _take(step, known, again=number == mark["done"])
        _keep({**mark, "done": number + 1})
    _keep({**mark, "done": len(steps), "finished": True})
    return len(steps) - mark["done"]


def _take(step: Step, known: Calendar, again: bool) -> None:
    """Take one step; `again` is one that an interrupted run may have taken already."""
    told = {k: known.filled(v) for k, v in step.items() if k not in ("day", "time", "do", "by")}
    own = OWN_STEPS.get(step["do"])
    if own:
        own(told, known)
        return
    try:
        act(step["by"], step["do"], **_addressed(told, known))
    except tk.ValidationError:
        if not again:
            raise
    work()


def _addressed(told: dict[str, Any], known: Calendar) -> dict[str, Any]:
    """Return what is told to an action, with ids and numbers in the place of names."""
    data = dict(told)
    if "dataset" in data:
        request = requests.newest(data.pop("dataset"))
        assert request, "the history opened it before"
        data["id"] = request.id
    if "ratification" in data:
        data["id"] = _ratification(data.pop("ratification"))
    if "meeting" in data:
        data["number"] = sessions.number(known.exactly(data.pop("meeting")))
    return data


def _ratification(name: str) -> str:
    package = ckan_model.Package.get(name)
    assert package, "it was released before"
    waiting = act("committee-secretary", "indep_ratification_list")
    return next(one["id"] for one in waiting if one["package_id"] == package.id)


def _dataset(told: dict[str, Any], known: Calendar) -> requests.Dataset:
    return known.filled(city.dataset(told["dataset"]))


def _publish(told: dict[str, Any], known: Calendar) -> None:
    requests.publish(_dataset(told, known))


def _review(told: dict[str, Any], known: Calendar) -> None:
    requests.review(_dataset(told, known))


def _draft(told: dict[str, Any], known: Calendar) -> None:
    requests.draft(_dataset(told, known))


def _change(told: dict[str, Any], known: Calendar) -> None:
    fields = {key: value for key, value in told.items() if key not in ("dataset", "file")}
    requests.change(told["dataset"], fields, told.get("file"))


def _submit(told: dict[str, Any], known: Calendar) -> None:
    requests.draft(_dataset(told, known))
    requests.submit(told["dataset"], _dataset(told, known)["checklist"])


def _approve(told: dict[str, Any], known: Calendar) -> None:
    requests.approve(told["dataset"])


def _carry(told: dict[str, Any], known: Calendar) -> None:
    requests.carry(told["dataset"])


def _expire(told: dict[str, Any], known: Calendar) -> None:
    expiring.expire_old()
    work()


def _hold(told: dict[str, Any], known: Calendar) -> None:
    sessions.hold(told, known)
    work()


OWN_STEPS: dict[str, Callable[[dict[str, Any], Calendar], None]] = {
    "publish": _publish,
    "review": _review,
    "draft": _draft,
    "change": _change,
    "submit": _submit,
    "approve": _approve,
    "carry": _carry,
    "expire": _expire,
    "hold": _hold,
}


def _today() -> dt.date:
    """Return the day that the history counts from: the one on which it was begun."""
    return dt.date.fromisoformat(_mark()["today"])


def _mark() -> dict[str, Any]:
    kept = ckan_model.get_system_info(MARK)
    if kept:
        return json.loads(kept)
    return {"today": city_time.today().isoformat(), "done": 0, "finished": False}


def _keep(mark: dict[str, Any]) -> None:
    ckan_model.set_system_info(MARK, json.dumps(mark))
