"""The rules alone: notice, regular days, agenda, minutes, states, calendar."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ckanext.indep import city_time, ics
from ckanext.indep.committee import agenda, drafting, notice, recurrence, states
from ckanext.indep.committee.agenda import Waiting
from ckanext.indep.committee.drafting import Item, MeetingRecord, Member, RequestFacts, Vote
from ckanext.indep.committee.states import MeetingState, Presence, Section
from ckanext.indep.errors import ConflictError

YEAR = dt.date(2026, 1, 1)
HOUR = dt.timedelta(hours=1)
moments = st.datetimes(min_value=dt.datetime(2026, 1, 15), max_value=dt.datetime(2026, 12, 15)).map(
    lambda moment: moment.replace(tzinfo=city_time.ZONE)
)
holidays = st.frozensets(st.integers(0, 364).map(lambda n: YEAR + dt.timedelta(n)), max_size=20)
hours = st.integers(0, 96)


class TestNotice:
    @pytest.mark.parametrize(
        ("starts", "closed", "latest"),
        [
            ("2026-12-16 14:00", [], "2026-12-15 14:00"),
            ("2026-12-14 14:00", [], "2026-12-11 14:00"),  # over a weekend
            ("2026-11-30 14:00", ["2026-11-26", "2026-11-27"], "2026-11-25 14:00"),
            ("2026-12-15 00:00", [], "2026-12-14 00:00"),
            ("2026-12-13 14:00", [], "2026-12-11 00:00"),  # a Sunday: Friday's hours count
        ],
    )
    def test_the_last_moment_to_post(self, starts: str, closed: list[str], latest: str) -> None:
        days = frozenset(map(dt.date.fromisoformat, closed))
        assert notice.latest(_at(starts), 24, days) == _at(latest)

    def test_an_hour_that_the_clock_leaves_out_is_none(self) -> None:
        """On March 8, 2026 summer time begins; it is a Sunday, whose hours never count."""
        posted, starts = _at("2026-03-06 14:00"), _at("2026-03-09 14:00")
        assert notice.given(posted, starts, frozenset()) == 24 * HOUR

    @given(starts=moments, wanted=hours, closed=holidays)
    def test_posting_then_gives_just_enough(
        self, starts: dt.datetime, wanted: int, closed: frozenset[dt.date]
    ) -> None:
        last = notice.latest(starts, wanted, closed)
        assert notice.given(last, starts, closed) == wanted * HOUR

    @given(starts=moments, wanted=hours, closed=holidays, later=st.integers(1, 10**6))
    def test_posting_later_gives_no_more(
        self, starts: dt.datetime, wanted: int, closed: frozenset[dt.date], later: int
    ) -> None:
        last = notice.latest(starts, wanted, closed)
        after = (last.astimezone(dt.timezone.utc) + dt.timedelta(seconds=later)).astimezone(
            city_time.ZONE
        )
        assert notice.given(after, starts, closed) <= wanted * HOUR

    @given(starts=moments, wanted=hours, closed=holidays, more=holidays)
    def test_another_holiday_never_gives_more_time(
        self,
        starts: dt.datetime,
        wanted: int,
        closed: frozenset[dt.date],
        more: frozenset[dt.date],
    ) -> None:
        assert notice.latest(starts, wanted, closed | more) <= notice.latest(starts, wanted, closed)


class TestRegularDays:
    def test_third_wednesdays_but_for_a_holiday(self) -> None:
        schedule = recurrence.parse("FREQ=MONTHLY;BYDAY=3WE", "14:00")
        days = recurrence.occurrences(schedule, _at("2026-11-22 12:00"), {dt.date(2027, 1, 20)})
        assert list(itertools.islice(days, 3)) == [
            _at("2026-12-16 14:00"),
            _at("2027-02-17 14:00"),
            _at("2027-03-17 14:00"),
        ]

    def test_every_second_week_means_the_same_weeks_whenever_one_asks(self) -> None:
        schedule = recurrence.parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "09:30")
        early = recurrence.occurrences(schedule, _at("2026-01-01 00:00"), set())
        late = next(recurrence.occurrences(schedule, _at("2026-06-01 00:00"), set()))
        assert late in itertools.islice(early, 30)

    @pytest.mark.parametrize(
        "rule",
        [
            "",
            "third Wednesday",
            "FREQ=SECONDLY",
            "FREQ=MONTHLY;X=1",
            "FREQ=MONTHLY;BYDAY=XX",
            "FREQ=MONTHLY;INTERVAL=0",
            "FREQ=MONTHLY;UNTIL=20300101T000000Z",
            "FREQ=MONTHLY\nFREQ=WEEKLY",
        ],
    )
    def test_what_is_no_rule_is_refused(self, rule: str) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            recurrence.parse(rule, "14:00")


waiting = st.lists(
    st.builds(
        Waiting,
        request_id=st.uuids().map(str),
        number=st.integers(1, 999),
        since=moments,
        due=st.none() | st.dates(YEAR, YEAR + dt.timedelta(400)),
        low_risk=st.booleans(),
    ),
    max_size=12,
    unique_by=(lambda w: w.request_id, lambda w: w.number),
)


class TestAgenda:
    @given(queue=waiting, seed=st.integers())
    def test_the_order_of_the_queue_does_not_matter(self, queue: list[Waiting], seed: int) -> None:
        shuffled = list(queue)
        random.Random(seed).shuffle(shuffled)
        assert agenda.build(shuffled) == agenda.build(queue)

    @given(queue=waiting)
    def test_each_is_there_once_and_in_its_section(self, queue: list[Waiting]) -> None:
        built = agenda.build(queue)
        expected = {
            w.request_id: Section.CONSENT if w.low_risk else Section.DISCUSSION for w in queue
        }
        assert {p.request_id: p.section for p in built} == expected
        assert len(built) == len(queue)

    @given(queue=waiting)
    def test_building_again_adds_nothing(self, queue: list[Waiting]) -> None:
        first = {p.request_id for p in agenda.build(queue)}
        assert agenda.build(queue, first) == []

    def test_what_is_due_first_and_waits_longest_comes_first(self) -> None:
        old, new = _at("2026-05-01 08:00"), _at("2026-06-01 08:00")
        queue = [
            Waiting("late", 1, new, None, low_risk=False),
            Waiting("due", 2, new, dt.date(2026, 7, 1), low_risk=False),
            Waiting("old", 3, old, None, low_risk=False),
        ]
        assert [p.request_id for p in agenda.build(queue)] == ["due", "old", "late"]

    @pytest.mark.parametrize("missing", sorted(agenda.FREE_OF_RISK))
    def test_silence_is_a_risk(self, missing: str) -> None:
        content = {"access_level": "public", "classification": "public"}
        content["pii_reviewed"] = "none-found"
        assert agenda.low_risk(content)
        assert not agenda.low_risk({k: v for k, v in content.items() if k != missing})


def _record(**facts: Any) -> MeetingRecord:
    request = RequestFacts(
        id="r1",
        number=7,
        kind="create",
        package_type="dataset",
        department="Public Works",
        title="canary-title",
        outcome="carried",
        votes=(
            Vote("Member B", "recuse", "canary-reason"),
            Vote("Member C", "for"),
            Vote("Member A", "for"),
        ),
        conditions=("canary-condition",),
    )
    return MeetingRecord(
        number=3,
        title="Committee",
        opened_at=_at("2026-12-16 14:02"),
        adjourned_at=_at("2026-12-16 15:00"),
        location="City Hall",
        online_url="",
        agenda_posted_at=_at("2026-12-10 09:00"),
        good_cause="",
        quorum=2,
        members=(
            Member("Member A", "chair", Presence.PRESENT),
            Member("Member B", "member", Presence.ABSENT),
        ),
        items=(
            Item(Section.DISCUSSION, notes="canary-notes", presenter="canary-p", request=request),
            Item(Section.OTHER, title="Holidays", notes="Agreed."),
        ),
        **facts,
    )


class TestMinutes:
    def test_the_record_is_told_in_full(self) -> None:
        minutes = drafting.draft(_record(), "  Remarks.  ")
        assert [m["name"] for m in minutes["attendance"]["present"]] == ["Member A"]
        assert [m["name"] for m in minutes["attendance"]["absent"]] == ["Member B"]
        request = minutes["items"][0]["request"]
        assert [(v["name"], v["ballot"]) for v in request["votes"]] == [
            ("Member A", "for"),
            ("Member C", "for"),
            ("Member B", "recuse"),
        ]
        assert request["counts"] == {"for": 2, "against": 0, "abstain": 0, "recuse": 1}
        assert minutes["notes"] == "Remarks."

    def test_the_same_record_gives_the_same_minutes(self) -> None:
        assert drafting.draft(_record()) == drafting.draft(_record())

    def test_the_public_reads_no_word_about_what_is_not_public(self) -> None:
        minutes = drafting.draft(_record())
        told = drafting.for_public(minutes["items"], {}, titles=False)
        assert "canary" not in str(told)
        assert told[0]["request"]["number"] == 7
        assert [v["name"] for v in told[0]["request"]["votes"]] == [
            "Member A",
            "Member C",
            "Member B",
        ]
        assert told[1]["notes"] == "Agreed."

    def test_the_policy_may_have_the_title_told(self) -> None:
        minutes = drafting.draft(_record())
        told = drafting.for_public(minutes["items"], {}, titles=True)
        assert told[0]["title"] == "canary-title"
        assert "canary-reason" not in str(told)

    def test_after_the_release_all_is_told_under_the_public_title(self) -> None:
        minutes = drafting.draft(_record())
        public = {"r1": {"title": "Potholes", "package": "potholes", "package_type": "dataset"}}
        told = drafting.for_public(minutes["items"], public, titles=False)
        assert told[0]["title"] == "Potholes"
        assert "canary-reason" in str(told)


class TestStates:
    @pytest.mark.parametrize("name", states.TRANSITIONS)
    @pytest.mark.parametrize("state", MeetingState)
    def test_a_wrong_state_is_one_clear_sentence(self, name: str, state: MeetingState) -> None:
        if state in states.TRANSITIONS[name].sources:
            assert states.check(name, state).name == name
            return
        with pytest.raises(ConflictError) as refused:
            states.check(name, state)
        assert refused.value.facts["state"] == state.value
        assert name in refused.value.message

    def test_every_state_can_be_reached(self) -> None:
        targets = {t.target for t in states.TRANSITIONS.values() if t.target}
        assert targets == set(MeetingState) - {MeetingState.PLANNED}

    def test_what_has_ended_stays(self) -> None:
        ended = {MeetingState.CANCELLED, MeetingState.MINUTES_APPROVED}
        assert not any(t.sources & ended for t in states.TRANSITIONS.values())


class TestCalendar:
    def test_what_is_written_is_read_back(self) -> None:
        entry = ics.CalendarEntry(
            uid="committee-meeting-4",
            title="Committee; with, signs",
            starts_at=_at("2026-07-15 14:00"),
            ends_at=_at("2026-07-15 15:00"),
            location="City Hall",
            url="https://data.example.gov/committee/meetings/4",
            description="Agenda and minutes",
            status="CANCELLED",
            sequence=5,
            changed_at=_at("2026-07-01 08:00"),
        )
        feed = Calendar.from_ical(
            ics.calendar("committee", "Committee", "data.example.gov", [entry])
        )
        (event,) = feed.walk("VEVENT")
        (zone,) = feed.walk("VTIMEZONE")
        assert str(event["UID"]) == "committee-meeting-4@data.example.gov"
        assert event["SEQUENCE"] == 5
        assert str(event["STATUS"]) == "CANCELLED"
        assert str(event["SUMMARY"]) == "Committee; with, signs"
        assert event.decoded("DTSTART") == entry.starts_at
        assert event["DTSTART"].params["TZID"] == str(zone["TZID"]) == "America/Chicago"
        assert event.decoded("DTSTAMP") == entry.changed_at


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=city_time.ZONE)
