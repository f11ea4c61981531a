"""What people do with datasets and requests: mostly the sensible thing, sometimes anything."""

from __future__ import annotations

import datetime as dt
import random
import threading
from typing import Any

import ckan.model as ckan_model
import sqlalchemy as sa

from ckanext.indep import city_time
from ckanext.indep.governance.model import ChangeRequest, Condition
from tests.governance.conftest import COMPLETE, act
from tests.governance.machine.town import Town, picked

__all__ = [
    "anything",
    "at_once",
    "attempt",
    "draft",
    "in_order",
    "on_public_data",
    "onwards",
    "overtaken",
    "routine_update",
]

MOST_DRAFTS = 5
TITLES = ("Potholes", "Parks", "Permits", "Streets")

# What people do with a request: action -> whose business it is, and what they send besides its
# id and revision.
DECISIONS: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "indep_request_submit": ("steward", {}),
    "indep_request_decide": ("owner", {"reason": ["", "Right."]}),
    "indep_request_vote": (
        "member",
        {"ballot": ["for", "for", "for", "against", "abstain", "recuse"], "reason": ["", "So."]},
    ),
    "indep_request_changes": ("owner", {"reason": ["", "Not yet."]}),
    "indep_request_decline": ("owner", {"reason": ["", "No."]}),
    "indep_request_withdraw": ("outsider", {}),
    "indep_request_release": ("chair", {}),
    "indep_request_comment": ("owner", {"reason": ["Well."]}),
    "indep_request_escalate": ("chair", {"reason": ["It does not get on."]}),
    "indep_request_schedule": ("chair", {"release_on": ["2020-01-01", "2099-01-01"]}),
    "indep_request_unschedule": ("chair", {}),
    "indep_request_rebase": ("steward", {"seen": ["what was never seen"]}),
    "indep_condition_set": ("member", {"kind": ["blocking", "due"], "text": ["Name the source."]}),
    "indep_break_glass": ("admin", {"reason": ["Too short.", "People are in danger without it."]}),
}
# What people try on a package, public or not, that would change it past the workflow.
ATTEMPTS: dict[str, dict[str, list[Any]]] = {
    "package_patch": {
        "title": ["canary-attempt"],
        "state": ["active", "draft", "deleted"],
        "private": [False, True],
    },
    "package_delete": {},
    "dataset_purge": {},
    "bulk_update_public": {},
    "package_owner_org_update": {},
}


def draft(town: Town, chance: random.Random, audience: str | None = None) -> None:
    """Begin a new dataset as the steward, unless there are enough of them."""
    if len(town.workspaces) >= MOST_DRAFTS:
        return
    today = city_time.today()
    sent: dict[str, Any] = COMPLETE | {
        "title": f"canary {chance.choice(TITLES)}",
        "owner_org": town.people.city.department,
        "audience": chance.choice(["", "", "", "staff"]) if audience is None else audience,
        "modified": (today - dt.timedelta(days=400)).isoformat(),
        "refresh_by": town.people.robot,
        "refresh_max_change": "20",
        "refresh_until": (today + dt.timedelta(days=90)).isoformat(),
        "resources": [
            {"name": "Link", "format": "CSV", "url": f"https://example.gov/{_word(chance)}.csv"}
        ],
    }
    if audience is None and chance.random() < 0.15:
        sent["embargo_until"] = (today + dt.timedelta(days=chance.choice([0, 3]))).isoformat()
    package = town.do(town.people.city.steward, "package_create", **sent)
    assert package, "a steward may begin a dataset"
    town.workspaces.append(package["id"])
    town.touched.add(package["id"])


def onwards(town: Town, chance: random.Random) -> None:
    """Take some of the next sensible steps with one request."""
    request = _any_open(town, chance)
    for _move in range(chance.randint(2, 5)):
        if request:
            town.touch(request)
            _next(town, chance, request)
            request = town.request(request.id)


def in_order(town: Town, chance: random.Random, request_id: str) -> None:
    """Take the shortest way to a release."""
    for _step in range(8):
        request = town.request(request_id)
        town.touch(request)
        match request.state:
            case "draft" | "changes_requested":
                town.do(town.people.city.steward, "indep_request_submit", id=request.id)
            case "submitted":
                _decide(town, request)
            case "in_review":
                _vote(town, chance, request, "for")
            case _:
                return


def anything(town: Town, chance: random.Random) -> None:
    """Have anybody do anything with a request, whether it is their turn or not."""
    request = _any_open(town, chance)
    if request:
        town.touch(request)
        _decision(town, chance, request.id, request.revision_id)


def at_once(town: Town, chance: random.Random) -> None:
    """Have several people decide on one request at the same moment."""
    seeds = [chance.randrange(2**32) for _person in range(chance.randint(2, 4))]
    request = _any_open(town, chance)
    if not request:
        return
    town.touch(request)
    request_id, revision_id, state = request.id, request.revision_id, request.state
    ckan_model.Session.remove()
    failures: list[Exception] = []

    def run(seed: int) -> None:
        try:
            own = random.Random(seed)
            if state == "in_review" and own.random() < 0.7:
                who = own.choice(town.people.city.members)
                decision = {"id": request_id, "revision_id": revision_id}
                town.do(who, "indep_request_vote", ballot=_ballot(own), **decision)
            else:
                _decision(town, own, request_id, revision_id)
        except Exception as error:
            failures.append(error)
        finally:
            ckan_model.Session.remove()

    threads = [threading.Thread(target=run, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def attempt(town: Town, chance: random.Random) -> None:
    """Try to change a package past the workflow."""
    package = picked(town.packages(), chance)
    action = chance.choice(sorted(ATTEMPTS))
    sent = {k: chance.choice(v) for k, v in ATTEMPTS[action].items() if chance.random() < 0.6}
    who = chance.choice(town.people.everybody)
    removal = sent.get("state") == "deleted" or action in ("package_delete", "dataset_purge")
    if not package or (removal and chance.random() < 0.7):
        return
    department = town.people.city.department
    if action == "bulk_update_public":
        sent |= {"datasets": [package], "org_id": department}
    if action == "package_owner_org_update":
        sent["organization_id"] = department
    town.touched.add(package)
    town.do(who, action, id=package, **sent)


def on_public_data(town: Town, chance: random.Random) -> None:
    """Do to something released what its people may do: attest, hide, retire, go back."""
    package = picked(town.free() if chance.random() < 0.8 else town.shown(), chance)
    city = town.people.city
    what = chance.choice(["attest", "attest", "open", "down", "back", "back", "retire"])
    stray = chance.choice(town.people.everybody) if chance.random() < 0.15 else None
    if not package:
        return
    town.touched.add(package)
    if what == "attest":
        town.do(stray or city.steward, "indep_attest", id=package)
    elif what == "open":
        town.do(stray or city.steward, "indep_request_open", id=package)
    elif what == "down":
        town.do(stray or city.owner, "indep_take_down", id=package, reason="Wrong.")
    elif what == "back":
        version = chance.choice([1, 1, 2])
        sent = {"version": version, "reason": "The one before was right."}
        town.do(stray or city.steward, "indep_roll_back", id=package, **sent)
    elif chance.random() < 0.5:
        town.do(stray or city.steward, "indep_retire", id=package, reason="Nobody needs it.")


def routine_update(town: Town, chance: random.Random) -> None:
    """Send an update under the standing approval; one of three goes beyond it."""
    robot, package = town.people.robot, picked(town.free(), chance)
    modified = (city_time.today() - dt.timedelta(days=chance.randrange(300))).isoformat()
    beyond, word = chance.random() < 0.3, _word(chance)
    request = package and town.do(robot, "indep_request_open", id=package)
    if not request:
        return
    town.touched |= {request["workspace_id"], request["live_id"]}
    fields = {"modified": modified} | ({"notes": f"canary {word}"} if beyond else {})
    town.do(robot, "package_patch", id=request["workspace_id"], **fields)
    town.do(robot, "indep_request_submit", id=request["id"])


def overtaken(town: Town, chance: random.Random) -> None:
    """Have a request overtaken by another one on the same dataset, then brought up to date.

    Only one request at a time may hold a dataset, so the late one stands aside meanwhile.
    """
    package = picked(town.free(), chance)
    words, submits = (_word(chance), _word(chance)), chance.random() < 0.5
    side = chance.choice(["mine", "public"])
    steward = town.people.city.steward
    late = package and town.do(steward, "indep_request_open", id=package)
    if not late:
        return
    town.do(steward, "package_patch", id=late["workspace_id"], notes=f"canary {words[0]}")
    if submits:
        town.do(steward, "indep_request_submit", id=late["id"])
    state = town.request(late["id"]).state
    _put(late["id"], "withdrawn")
    early = town.do(steward, "indep_request_open", id=package)
    assert early, "nothing else holds the dataset"
    town.do(steward, "package_patch", id=early["workspace_id"], notes=f"canary {words[1]}")
    in_order(town, chance, early["id"])
    if town.request(early["id"]).state not in ("released", "declined", "withdrawn"):
        town.do(steward, "indep_request_withdraw", id=early["id"])
    _put(late["id"], state)
    if submits:
        in_order(town, chance, late["id"])
    _rebase(town, late["id"], side)


def _rebase(town: Town, request_id: str, side: str) -> None:
    request = town.request(request_id)
    steward = town.opener(request)
    if request.state not in ("draft", "stale"):
        return
    seen = act(steward, "indep_request_merge", id=request_id)
    choices = {conflict["key"]: side for conflict in seen["conflicts"]}
    sent = {"seen": seen["seen"], "choices": choices}
    town.do(steward, "indep_request_rebase", id=request_id, **sent)


def _next(town: Town, chance: random.Random, request: ChangeRequest) -> None:
    """Do what comes next with a request, in one of its ways."""
    city, turn = town.people.city, chance.random()
    steward = town.opener(request)
    reason = {"id": request.id, "reason": "So it is."}
    match request.state:
        case "draft" | "changes_requested" if _wants_words(town, request, turn):
            notes = f"canary {_word(chance)}"
            town.do(steward, "package_patch", id=request.workspace_id, notes=notes)
        case "draft" | "changes_requested" if turn > 0.95:
            town.do(steward, "indep_request_withdraw", id=request.id)
        case "draft" | "changes_requested":
            town.do(steward, "indep_request_submit", id=request.id)
        case "submitted" | "in_review" if turn < 0.06:
            town.do(city.owner, "indep_request_changes", **reason)
        case "submitted" | "in_review" if turn < 0.14:
            kind = chance.choice(["blocking", "due"])
            sent = {"kind": kind, "text": "Name the source."}
            town.do(city.members[0], "indep_condition_set", id=request.id, **sent)
        case "submitted" | "in_review" if turn < 0.2:
            town.do(city.owner, "indep_request_comment", **reason)
        case "submitted" | "in_review" if turn < 0.24:
            day = (city_time.today() + dt.timedelta(days=7)).isoformat()
            town.do(city.members[0], "indep_request_schedule", id=request.id, release_on=day)
        case "submitted" if turn < 0.27:
            town.do(city.owner, "indep_request_decline", **reason)
        case "submitted":
            _decide(town, request)
        case "in_review":
            _vote(town, chance, request, _ballot(chance))
        case "approved_with_conditions":
            for condition_id in _conditions(request.id):
                sent = {"id": condition_id, "note": "Seen."}
                town.do(city.members[0], "indep_condition_meet", **sent)
        case "scheduled" if turn < 0.6:
            town.do(city.members[0], "indep_request_unschedule", id=request.id)
        case "scheduled":
            sent = {"id": request.id, "reason": "People are in danger without it."}
            town.do(city.admin, "indep_break_glass", **sent)
        case "stale":
            _rebase(town, request.id, chance.choice(["mine", "public"]))
        case _:
            if request.state == "approved":
                town.do(city.members[0], "indep_request_release", id=request.id)


def _wants_words(town: Town, request: ChangeRequest, turn: float) -> bool:
    """Whether the steward edits before submitting: mostly where nothing was changed yet."""
    edits = town.journal.accepted("package_patch")
    changed = any(entry.sent["id"] == request.workspace_id for entry in edits)
    fresh_copy = request.kind == "edit" and not changed
    return turn < (0.9 if fresh_copy else 0.15) and request.kind in ("create", "edit")


def _decide(town: Town, request: ChangeRequest) -> None:
    sent = {"id": request.id, "revision_id": request.revision_id}
    town.do(town.people.city.owner, "indep_request_decide", **sent)


def _vote(town: Town, chance: random.Random, request: ChangeRequest, ballot: str) -> None:
    """Have a member vote who has not done so yet, as far as there is one."""
    cast = {who for who, _b in town.ballots.get((request.id, request.revision_id or ""), [])}
    missing = [name for name in town.people.city.members if name not in cast]
    who = picked(missing or town.people.city.members, chance)
    sent = {"id": request.id, "revision_id": request.revision_id, "ballot": ballot}
    town.do(str(who), "indep_request_vote", reason="So.", **sent)


def _decision(town: Town, chance: random.Random, request_id: str, revision_id: str | None) -> None:
    action = chance.choice(sorted(DECISIONS))
    role, choices = DECISIONS[action]
    sent = {key: chance.choice(values) for key, values in choices.items()}
    whoever = chance.choice(town.people.everybody)
    who = town.people.of_role(role, chance) if chance.random() < 0.6 else whoever
    if chance.random() < 0.05:
        revision_id = "an older one"
    town.do(who, action, id=request_id, revision_id=revision_id, **sent)


def _any_open(town: Town, chance: random.Random) -> ChangeRequest | None:
    """Return an open request; where there is none, one is opened."""
    found = town.open_requests()
    if not found:
        package = picked(town.shown(), chance)
        if package:
            town.do(town.people.city.steward, "indep_request_open", id=package)
        else:
            _another(town, chance)
        found = town.open_requests()
    return picked(found, chance)


def _another(town: Town, chance: random.Random) -> None:
    """Begin a dataset although there were enough: all of them are gone."""
    kept, town.workspaces = town.workspaces, []
    draft(town, chance)
    town.workspaces = kept + town.workspaces


def _conditions(request_id: str) -> list[str]:
    return list(
        ckan_model.Session.execute(
            sa.select(Condition.id)
            .where(Condition.request_id == request_id)
            .order_by(Condition.set_at)
        ).scalars()
    )


def _put(request_id: str, state: str) -> None:
    ckan_model.Session.rollback()
    ckan_model.Session.execute(
        sa.update(ChangeRequest).where(ChangeRequest.id == request_id).values(state=state)
    )
    ckan_model.Session.commit()


def _ballot(chance: random.Random) -> str:
    return chance.choice(["for"] * 8 + ["against", "abstain", "recuse"])


def _word(chance: random.Random) -> str:
    return f"{chance.randrange(10**6):06}"
