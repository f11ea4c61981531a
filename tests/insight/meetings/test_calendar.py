"""The dates of quarters, who is late, and what the feed says of corrections and targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from icalendar import Calendar

from ckanext.indep.insight import periods, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.meetings import quarters
from tests.insight.conftest import department, entry, measure, reported
from tests.insight.meetings.test_meetings import headers
from tests.insight.test_actions import act, office

__all__ = ["department", "measure", "office", "reported"]

Q1 = periods.parse("FY2026-Q1")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (("2025-10-20", "2025-10-30", "2025-11-12"), set()),
        (("2025-10-20", "2025-10-20", "2025-10-20"), set()),
        (("2025-09-30", "2025-10-30", "2025-11-12"), {"data_due"}),
        (("2025-10-20", "2025-10-19", "2025-10-18"), {"review", "council"}),
        (("soon", "", "2025-09-01"), {"data_due", "review", "council"}),
        (("2025-10-20", "2025-10-30", "2525-11-12"), {"council"}),
    ],
)
def test_dates_follow_each_other(given: tuple[str, str, str], wrong: set[str]) -> None:
    dates, errors = quarters.read_dates(Q1, dict(zip(quarters.DATES, given, strict=True)))
    assert set(errors) == wrong
    assert wrong or [day.isoformat() for day in dates.values()] == list(given)


def test_the_office_sets_dates_and_all_see_them(
    app: Any, department: dict[str, Any], office: str
) -> None:
    page = "/insight/staff/calendar/FY2027-Q1"
    given = {"data_due": "2026-10-13", "review": "2026-10-12", "council": "x<b>"}
    refused = app.post(page, data=given, headers=headers(office), status=409).body
    assert "x&lt;b&gt;" in refused
    assert refused.count("indep-field-error") == 2
    right = {**given, "review": "2026-10-23", "council": "2026-11-04"}
    for _ in range(2):
        app.post(page, data=right, headers=headers(office), follow_redirects=False)
    app.get(page, headers=headers(department["boss"]), status=403)
    app.get("/insight/staff/calendar/FY2027", headers=headers(office), status=404)
    feed = Calendar.from_ical(app.get("/insight/calendar.ics").body)
    days = {str(one["UID"]).partition("@")[0]: one for one in feed.walk("VEVENT")}
    council = days["insight-FY2027-Q1-council"]
    assert (council.decoded("DTSTART").isoformat(), council["SEQUENCE"]) == ("2026-11-04", 1)
    assert days["insight-FY2027-Q2-council"]["SEQUENCE"] == 0
    assert 'datetime="2026-11-04"' in app.get("/insight/calendar").body
    with pytest.raises(tk.ValidationError, match="is not a quarter"):
        act(office, "indep_cycle_dates_set", period="FY2027", **right)


def test_late_corrected_and_retargeted(
    app: Any, reported: Callable[..., Definition], office: str
) -> None:
    made = reported({"FY2026-Q3": "80"}, name="sewers", title="Sewers <cleaned>")
    for path in ("/insight", "/insight/calendar"):
        assert "Municipal Services" in app.get(path).body
    assert "Overdue:" in app.get("/insight/calendar").body
    assert "Corrected" not in app.get("/insight/feed.atom").body
    service.record(made, [entry("FY2026-Q3", "81", reason="Counted again")], "test")
    assert "Counted again" not in app.get("/insight/feed.atom").body
    service.publish([periods.parse("FY2026-Q3")], "test")
    period = periods.parse("FY2026")
    target = made and act("", "indep_measure_show", id="sewers")
    assert target["latest"]["value"] == 81
    service.load_history(
        made, [{"period": period.key, "target": "95", "target_reason": "More crews"}], "test"
    )
    feed = app.get("/insight/feed.atom").body
    for words in ("Corrected: Sewers &lt;cleaned&gt;", "Counted again", "More crews", "before"):
        assert words in feed
    assert "was corrected" in app.get("/insight").body
