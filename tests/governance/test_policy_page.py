"""The page of the policy: the drawing of its workflow, and the same in words."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.governance import policies
from ckanext.indep.governance.pages.drawing import draw
from ckanext.indep.governance.policy import STAGES, Lane, parse

WORDS = {n: n.title() for n in ("department", *STAGES, "public", "staff", "off")}
LANES = st.lists(
    st.builds(
        Lane,
        name=st.just("lane"),
        label=st.text(min_size=1, max_size=120),
        stages=st.sampled_from([("data_owner",), ("committee",), STAGES]),
        fields=st.just(frozenset({"*"})),
        kinds=st.sampled_from([None, frozenset({"retire"})]),
        audience=st.sampled_from([None, "staff", "public"]),
    ),
    min_size=1,
    max_size=6,
)


class TestDrawing:
    @given(LANES, st.sampled_from(["wide", "narrow"]))
    def test_everything_is_inside_and_nothing_overlaps(self, lanes: list[Lane], size: str) -> None:
        picture = draw(lanes, WORDS, size)
        for box in picture.boxes:
            assert 0 <= box.x <= box.x + box.width <= picture.width
            assert 0 <= box.y <= box.y + box.height <= picture.height
        assert all(0 <= label.y <= picture.height for label in picture.labels)
        boxes = picture.boxes
        assert not any(
            a.x < b.x + b.width
            and b.x < a.x + a.width
            and a.y < b.y + b.height
            and b.y < a.y + a.height
            for i, a in enumerate(boxes)
            for b in boxes[i + 1 :]
        )

    def test_each_lane_goes_through_its_stages_to_its_end(self) -> None:
        policy, _content = parse(policies.default_text())
        picture = draw(policy.lanes, WORDS, "wide")
        ends = [box.text for box in picture.boxes if box.end]
        assert len(ends) == len(policy.lanes)
        assert ends.count("Staff") == 1
        assert len(picture.arrows) == len(picture.boxes) - len(policy.lanes)


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestPage:
    def test_it_shows_what_is_in_force(self, app: Any) -> None:
        assert "No policy is in force yet" in app.get("/open-data-policy").text
        policies.load(policies.default_text(), "test")
        page = BeautifulSoup(app.get("/open-data-policy").text, "html.parser")
        words = page.select_one("#workflow-words")
        assert words
        assert len(words.select("li")) == len(policies.in_force()[1].lanes)
        assert len(page.select("svg.indep-flow[role=img] title")) == 2
        assert "Privacy reviewer" in page.text
        assert policies.in_force()[0].sha256 in page.text

    def test_words_of_the_policy_are_escaped(self, app: Any) -> None:
        text = policies.default_text().replace(
            "label: Data for city staff only", "label: <script>alert(1)</script>"
        )
        policies.load(text, "test")
        shown = app.get("/open-data-policy").text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;" in shown
