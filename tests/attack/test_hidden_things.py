"""What is hidden is answered like what is not there: each kind of thing, by everything of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.attack import alike
from tests.attack.hiding import Thing, things
from tests.attack.planting import Planted
from tests.attack.probing import actions, each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]

ROLES = (None, "outsider", "other_steward")
FORM = {
    "reason": "Forged here", "ballot": "for", "revision_id": "x", "note": "Forged", "version": "1",
    "title": "Forged", "text": "Forged at length", "outcome": "planned", "owner_org": "police",
    "decision": "approve", "state": "done", "into": "1", "release_on": "2099-01-01",
    "department": "police", "due_on": "2099-01-01",
}  # fmt: skip
"""Fields that the steps on such things ask for, so that permission is what decides."""


@pytest.fixture(scope="module")
def hidden(visit: Visit, for_staff: Planted, taken_down: Planted) -> list[Thing]:
    return things(visit, for_staff, taken_down)


def _addresses(thing: Thing, *probes: str) -> Iterator[str]:
    """Yield the addresses about such things, each with every step that it may take."""
    rules = [rule for probe in probes for rule in alike.rules(probe)]
    for rule in rules:
        parts = set(alike.PART.findall(rule))
        needed = parts & set(thing.parts)
        if not rule.startswith(thing.addresses) or not needed:
            continue
        for step in thing.steps if parts & {"step", "decision", "proposal"} else ("",):
            names = {"filename": "x.csv", "_format": "ttl", **dict.fromkeys(parts - needed, step)}
            names |= thing.parts
            yield alike.PART.sub(lambda part: names[part[1]], rule)  # noqa: B023


def _told_apart(thing: Thing, ask: Callable[[Thing, int], Any], count: int) -> list[Any]:
    """Return the probes that are answered otherwise for the thing than for none."""
    missing = thing.missing()

    def both(number: int) -> Any:
        answers = [
            alike.plain(ask(each_thing, number), each_thing.names)
            for each_thing in (thing, missing)
        ]
        fell_over = max(answers[0][0], answers[1][0]) >= 500
        return [] if answers[0] == answers[1] and not fell_over else [number, *answers]

    return [found for found in each(range(count), both) if found]


class TestOwn:
    @pytest.mark.parametrize("role", ROLES)
    def test_actions(self, visit: Visit, hidden: list[Thing], role: str | None) -> None:
        """Each action of the portal, with every id of the thing, and what else it asks for."""
        visitor = visit(role)
        for thing in hidden:
            if role not in thing.hidden_from:
                continue
            named_so = [name for name in actions() if name.startswith(thing.actions)]
            assert named_so, thing.kind

            def ask(named: Thing, number: int) -> Any:
                return visitor.act(named_so[number], **{**FORM, **named.ids})  # noqa: B023

            told = _told_apart(thing, ask, len(named_so))
            assert [(named_so[n], *rest) for n, *rest in told] == [], thing.kind

    @pytest.mark.parametrize("role", ROLES)
    def test_pages(self, visit: Visit, hidden: list[Thing], role: str | None) -> None:
        """Status, page, headers, and where one is sent."""
        visitor = visit(role)
        tried = 0
        for thing in hidden:
            if role not in thing.hidden_from:
                continue
            count = len(list(_addresses(thing, "package", "group")))

            def ask(named: Thing, number: int) -> Any:
                path = list(_addresses(named, "package", "group"))[number]
                return visitor.get(path, allow_redirects=False)

            assert _told_apart(thing, ask, count) == [], thing.kind
            tried += count
        assert tried > 15

    @pytest.mark.parametrize("role", ROLES[1:])
    def test_forms(self, visit: Visit, hidden: list[Thing], role: str | None) -> None:
        """Sent with their token, by somebody who has no business with the thing."""
        visitor = visit(role)
        tried = 0
        for thing in hidden:
            if role not in thing.hidden_from:
                continue
            paths = list(_addresses(thing, "write"))

            def ask(named: Thing, number: int) -> Any:
                path = list(_addresses(named, "write"))[number]
                return visitor.post(path, data=FORM, allow_redirects=False)

            assert _told_apart(thing, ask, len(paths)) == [], thing.kind
            tried += len(paths)
        assert tried >= 8
