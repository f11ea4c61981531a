"""Lists in the pages have everything that the code has, and files for others are well-formed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from ckanext.indep.governance import (
    handlers,  # noqa: F401  registers what the outbox can do
    outbox,
    requirements,
)
from ckanext.indep.governance.states import State, words

from .pages import DOCS

DOCKER = DOCS / "docker"


def test_governance_explains_every_state() -> None:
    page = (DOCS / "governance.md").read_text("utf-8")
    rows = "".join(re.findall(r"^\| (.*?) \|", page, re.MULTILINE))
    assert [state.value for state in State if words(state.value) not in rows] == []


def test_governance_explains_all_work_of_the_outbox() -> None:
    page = (DOCS / "governance.md").read_text("utf-8")
    assert [kind for kind in outbox.HANDLERS if f"`{kind}`" not in page] == []


def test_the_guide_to_installing_names_what_the_portal_insists_on() -> None:
    page = (DOCS / "install.md").read_text("utf-8")
    assert [key for key in requirements.SETTINGS if key not in page] == []


def test_the_picture_is_small() -> None:
    assert (DOCS / "images" / "insight.png").stat().st_size <= 200_000


@pytest.mark.parametrize("script", sorted(DOCKER.glob("*.sh")), ids=lambda script: script.name)
def test_the_scripts_for_docker_are_shell(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_the_compose_file_needs_what_the_example_of_the_environment_sets() -> None:
    text = (DOCKER / "compose.yaml").read_text("utf-8")
    assert "web" in yaml.safe_load(text)["services"]
    example = (DOCKER / "env.example").read_text("utf-8")
    given = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)\}", text)) == given
