"""What a child that draws cannot do, and what becomes of hostile specifications in it.

The allow-list would refuse most of these before; here it is left out, to show that the child
holds by itself.
"""

from __future__ import annotations

import json
import os
import select
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckanext.indep.insight.suggestions.bounds import DRAWING
from ckanext.indep.insight.suggestions.cleaning import UncleanError, clean
from ckanext.indep.insight.suggestions.specification import SCHEMA
from ckanext.indep.tabular.limited import TooCostlyError, run_limited
from tests.tools.source import REPOSITORY

PROBE = "tests.insight.suggestions.probe_child"
CHILD = "ckanext.indep.insight.suggestions.drawing_child"
ONE_ROW = {"values": [{"a": 1, "b": "x"}]}
A = {"x": {"field": "a", "type": "quantitative"}}


@pytest.fixture(autouse=True)
def child_finds_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("INDEP_SECRET", "canary")


def _draw(**specification: Any) -> Any:
    given = [{"$schema": SCHEMA, "mark": "point", "encoding": A, "data": ONE_ROW, **specification}]
    return run_limited(CHILD, [], DRAWING, json.dumps(given).encode())


class TestChild:
    def test_it_opens_no_socket(self) -> None:
        assert run_limited(PROBE, ["network"], DRAWING) == ["refused", "refused", 0]

    def test_it_starts_in_an_empty_place_without_secrets(self) -> None:
        files, names = run_limited(PROBE, ["place"], DRAWING)
        assert set(files) == {"question", "answer"}
        assert "INDEP_SECRET" not in names
        assert set(names) <= {
            *("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "HOME", "LANG", "TZ"),
            "LC_CTYPE",
        }

    @pytest.mark.parametrize("attempt", ["time", "memory", "file"])
    def test_it_has_no_more_than_its_share(self, attempt: str) -> None:
        with pytest.raises(TooCostlyError):
            run_limited(PROBE, [attempt], DRAWING)

    def test_patience_ends(self) -> None:
        begun = time.monotonic()
        with pytest.raises(TooCostlyError, match="too long"):
            run_limited(PROBE, ["time"], replace(DRAWING, seconds=0.2))
        assert time.monotonic() - begun < 5

    def test_what_it_began_ends_with_it(self) -> None:
        begun = run_limited(PROBE, ["begin"], DRAWING)
        try:
            process = os.pidfd_open(begun)
        except ProcessLookupError:
            return
        ended, _writable, _broken = select.select([process], [], [], 20)
        os.close(process)
        assert ended


class TestHostile:
    def test_memory(self) -> None:
        with pytest.raises(TooCostlyError):
            _draw(data={"sequence": {"start": 0, "stop": 1e9}})

    def test_time(self) -> None:
        slow = "replace(pad('', 2000, 'x'), regexp('(x+x+)+y'), '')"
        given = {"transform": [{"calculate": slow, "as": "b"}]}
        specification = [
            {"$schema": SCHEMA, "mark": "bar", "encoding": A, "data": ONE_ROW, **given}
        ]
        with pytest.raises(TooCostlyError, match="too long"):
            run_limited(
                CHILD, [], replace(DRAWING, seconds=2.5), json.dumps(specification).encode()
            )

    def test_files_are_not_read(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret.json"
        secret.write_text('[{"a": 1, "b": "canary"}]')
        answer = _draw(
            data={"url": secret.as_uri()},
            mark="text",
            encoding={**A, "text": {"field": "b"}},
        )
        assert "canary" not in json.dumps(answer)

    def test_addresses_are_not_asked(self) -> None:
        answer = _draw(data={"url": "http://127.0.0.1:9/rows.json"})
        assert "not allowed" in answer["problem"]

    def test_an_image_is_refused_afterwards(self) -> None:
        answer = _draw(mark={"type": "image", "url": "http://127.0.0.1:9/x.png", "width": 9})
        with pytest.raises(UncleanError, match="image"):
            clean(answer["drawings"][0], "Title", "Description")

    def test_a_script_in_a_text_stays_a_text(self) -> None:
        drawn = _draw(mark={"type": "text", "text": "</text><script>alert(1)</script>"})
        cleaned = clean(drawn["drawings"][0], "Title", "Description")
        assert "<script" not in cleaned
        assert "&lt;script&gt;" in cleaned

    def test_what_it_does_not_know_is_a_problem_in_words(self) -> None:
        assert "problem" in _draw(mark="nothing")
