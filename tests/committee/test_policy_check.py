"""A policy whose regular days no calendar can follow is refused, with line and reason."""

from __future__ import annotations

import pytest

from ckanext.indep.committee import policy_check
from ckanext.indep.errors import PolicyError
from ckanext.indep.governance import policies, policy


class TestMeetings:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("BYDAY=3WE", "BYDAY=3XX", "invalid 'BYDAY'"),
            ("BYDAY=3WE", "BYDAY=9WE", "It names no day"),
            ("BYDAY=3WE", "BYMONTH=13", "It names no day"),
            ("BYDAY=3WE", "COLOR=1", "unknown parameter 'COLOR'"),
            ("FREQ=MONTHLY", "FREQ=HOURLY", "DAILY at most"),
        ],
    )
    def test_a_bad_one_is_named_with_its_line(self, old: str, new: str, message: str) -> None:
        text = policies.default_text()
        line = text[: text.index("rule: FREQ=")].count("\n") + 1
        with pytest.raises(PolicyError, match=f"line {line}: meetings: rule: .* {message}"):
            policy.parse(text.replace(old, new))

    def test_a_committee_may_meet_as_needed(self) -> None:
        text = policies.default_text().replace("  rule: FREQ=MONTHLY;BYDAY=3WE\n", "")
        given, _content = policy.parse(text)
        assert given.meetings.rule == ""
        policy_check.check_meetings(given)

    def test_a_policy_in_force_is_not_asked_again(self) -> None:
        """What was put in force before there was this check still reads."""
        _policy, content = policy.parse(policies.default_text())
        content["meetings"]["rule"] = "FREQ=HOURLY"
        assert policy.from_data(content).meetings.rule == "FREQ=HOURLY"
