"""Every code has a sentence, and its facts fill it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ckanext.indep.privacy import messages
from ckanext.indep.privacy.kinds import detectors

FOLDER = Path(messages.__file__).parent
OF_READERS = {"broken_encoding", "empty_file", "nul_bytes", "open_quote", "unknown_encoding"}
CODES = sorted(
    {
        code
        for path in FOLDER.rglob("*.py")
        for code in re.findall(r"(?:Note|NotedError)\(\s*\"(\w+)\"", path.read_text("utf-8"))
    }
    | set(re.findall(r"\"(is_\w+)\"", (FOLDER / "scan.py").read_text("utf-8")))
    | OF_READERS
)
FACTS = dict.fromkeys(("size", "limit", "line", "years", "cells", "rows", "codec"), "x")


@pytest.mark.usefixtures("with_request_context")
def test_sentences_and_labels() -> None:
    for code in CODES:
        assert messages.sentence({"code": code, "facts": FACTS}).endswith("."), code
    for kind in detectors():
        assert messages.kind_label(kind)
