"""Pages that people read: links lead somewhere, and lists have everything."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ckanext.indep.governance import requirements
from ckanext.indep.governance.outbox import HANDLERS
from ckanext.indep.governance.states import State, words

from .pages import DOCS, REPOSITORY

PAGES = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
DOCKER = DOCS / "docker"
DECLARATIONS = sorted((REPOSITORY / "ckanext" / "indep").rglob("config_declaration.yaml"))
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_has_every_page() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()


def test_governance_explains_every_state() -> None:
    page = (DOCS / "governance.md").read_text("utf-8")
    rows = "".join(re.findall(r"^\| (.*?) \|", page, re.MULTILINE))
    assert [state.value for state in State if words(state.value) not in rows] == []


def test_governance_explains_all_work_of_the_outbox() -> None:
    page = (DOCS / "governance.md").read_text("utf-8")
    assert [kind for kind in HANDLERS if f"`{kind}`" not in page] == []


def test_the_guide_to_installing_names_what_the_portal_insists_on() -> None:
    page = (DOCS / "install.md").read_text("utf-8")
    assert [key for key in requirements.SETTINGS if key not in page] == []


def test_the_picture_is_small() -> None:
    assert (DOCS / "images" / "insight.png").stat().st_size <= 200_000


def test_the_readme_has_every_setting_with_its_default() -> None:
    page = (REPOSITORY / "README.md").read_text("utf-8")
    assert [row for row in _settings() if row not in page] == []


def _settings() -> Iterator[str]:
    """Yield the beginning of the row of each declared setting."""
    for declaration in DECLARATIONS:
        for group in yaml.safe_load(declaration.read_text("utf-8"))["groups"]:
            for option in group["options"]:
                default = option["default"]
                words = str(default).lower() if isinstance(default, bool) else default
                yield f"| `{option['key']}` | `{words}` |"


@pytest.mark.parametrize("script", sorted(DOCKER.glob("*.sh")), ids=lambda script: script.name)
def test_the_scripts_for_docker_are_shell(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_the_compose_file_needs_what_the_example_of_the_environment_sets() -> None:
    text = (DOCKER / "compose.yaml").read_text("utf-8")
    assert "web" in yaml.safe_load(text)["services"]
    example = (DOCKER / "env.example").read_text("utf-8")
    given = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)\}", text)) == given
