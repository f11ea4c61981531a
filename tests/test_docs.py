"""Everything a person or program can use is documented, and no page leads astray."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import ckan.plugins as p
import click
import pytest
import yaml
from ckan.common import config_declaration
from ckan.types import CKANApp

from ckanext.indep.cli import indep
from docs import generate
from tests.tools.source import REPOSITORY

DOCS = REPOSITORY / "docs"
REFERENCE = generate.REFERENCE
OURS = "ckanext.indep."

LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)(?: \"[^\"]*\")?\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
FRAGMENT = re.compile(r"^[a-z0-9_-]+\.(added|changed|deprecated|removed|fixed|security)\.md$")

# What would tie a checkout to the machine it was written on, or to one server of packages.
# Taken apart, so that this file does not hold what it looks for.
FOREIGN = {
    "a path of somebody's machine": r"(?<![\w.$}/])/(?:home|Users|root|work|mnt)/[\w.-]",
    "a server of packages": r"(?:files\.python" + r"hosted|\bpypi\.|repo1?\.maven|registry\.npm)",
}


def _options() -> dict[str, dict[str, object]]:
    """The settings that the declaration files hold, by key."""
    return {
        option["key"]: option
        for path in generate.PACKAGE.rglob("config_declaration.yaml")
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]
        for option in group["options"]
    }


def _pages() -> list[Path]:
    return [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]


def _name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


class TestReference:
    @pytest.mark.parametrize("name", generate.PAGES)
    def test_each_page_is_as_the_code_is(self, name: str) -> None:
        written = (REFERENCE / name).read_text("utf-8")
        assert written == generate.PAGES[name](), "run: python docs/generate.py"

    def test_nothing_else_is_there(self) -> None:
        assert {path.name for path in REFERENCE.iterdir()} == set(generate.PAGES)


@pytest.mark.usefixtures("with_plugins")
class TestSettings:
    def test_each_one_that_ckan_knows_is_documented(self) -> None:
        page = (REFERENCE / "settings.md").read_text("utf-8")
        declared = {str(key) for key in config_declaration.iter_options() if _is_ours(str(key))}
        assert declared == set(_options())
        assert {key for key in declared if f"| `{key}` |" not in page} == set()

    def test_each_one_that_the_code_reads_is_declared(self) -> None:
        read = {
            match[0]
            for path in generate.PACKAGE.rglob("*.py")
            for match in re.finditer(
                r"(?<=\")ckanext\.indep\.[\w.]+(?=\"\])", path.read_text("utf-8")
            )
        }
        assert read <= set(_options())

    def test_the_readme_lists_each_with_its_default(self) -> None:
        readme = (REPOSITORY / "README.md").read_text("utf-8")
        page = (REFERENCE / "settings.md").read_text("utf-8")
        for key in _options():
            row = re.search(rf"^\| `{re.escape(key)}` \| [^|]* \|", page, re.MULTILINE)
            assert row
            assert row[0] in readme


def _is_ours(key: str) -> bool:
    return key.startswith(OURS)


@pytest.mark.usefixtures("with_plugins")
class TestRegistered:
    """What the running portal offers, not what a list in a file says."""

    def test_each_action_is_documented(self) -> None:
        page = (REFERENCE / "actions.md").read_text("utf-8")
        names = {
            name
            for plugin in p.PluginImplementations(p.IActions)
            for name in plugin.get_actions()
            if name.startswith("indep_")
        }
        assert names
        assert {name for name in names if f"### {name}\n" not in page} == set()

    def test_each_route_is_documented(self, app: object) -> None:
        page = (REFERENCE / "routes.md").read_text("utf-8")
        flask_app: CKANApp = app.flask_app  # pyright: ignore[reportAttributeAccessIssue]
        rules = {
            rule.rule
            for rule in flask_app.url_map.iter_rules()
            if rule.endpoint.split(".")[0] in _blueprints()
        }
        assert rules
        assert {rule for rule in rules if f"| `{rule}` |" not in page} == set()

    def test_each_route_and_action_says_what_it_is_for(self) -> None:
        routes = (REFERENCE / "routes.md").read_text("utf-8")
        assert re.findall(r"^\| `/.*\|\s*\|$", routes, re.MULTILINE) == []
        actions = (REFERENCE / "actions.md").read_text("utf-8")
        assert re.findall(r"^(?:GET, )?POST\. *$", actions, re.MULTILINE) == []


def _blueprints() -> set[str]:
    """Names of the blueprints of our plugins."""
    found: set[str] = set()
    for plugin in p.PluginImplementations(p.IBlueprint):
        if not type(plugin).__module__.startswith(OURS):
            continue
        blueprints = plugin.get_blueprint()
        several = blueprints if isinstance(blueprints, list) else [blueprints]
        found |= {blueprint.name for blueprint in several}
    return found


class TestCommands:
    def test_each_says_what_it_does(self) -> None:
        page = (REFERENCE / "cli.md").read_text("utf-8")
        for path, command in _commands(indep, "indep"):
            assert command.help, f"{path} has no help"
            if not isinstance(command, click.Group):
                assert f"## {path}\n" in page
            for option in command.params:
                if isinstance(option, click.Option):
                    assert option.help, f"{path} {option.opts[0]} has no help"


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _commands(below, f"{path} {name}")


class TestPages:
    @pytest.mark.parametrize("page", _pages(), ids=_name)
    def test_each_link_leads_somewhere(self, page: Path) -> None:
        broken = [
            target
            for target in _targets(page)
            if "://" not in target
            and not target.startswith(("#", "mailto:"))
            and not (page.parent / target.split("#")[0]).exists()
        ]
        assert broken == []

    def test_each_page_can_be_found_from_the_first(self) -> None:
        first = DOCS / "README.md"
        linked = {(DOCS / target.split("#")[0]).resolve() for target in _targets(first)}
        lost = [_name(page) for page in sorted(DOCS.rglob("*.md")) if page.resolve() not in linked]
        assert set(lost) - {_name(first)} == set()

    def test_the_readme_leads_to_the_documentation(self) -> None:
        assert "docs/README.md" in _targets(REPOSITORY / "README.md")


def _targets(page: Path) -> list[str]:
    """Where the links of a page lead, those inside examples of code left out."""
    words = CODE.sub("", page.read_text("utf-8"))
    return [match["target"] for match in LINK.finditer(words)]


class TestRepository:
    @pytest.mark.parametrize("what", FOREIGN)
    def test_no_file_holds(self, what: str) -> None:
        pattern = re.compile(FOREIGN[what])
        found = [
            f"{_name(path)}:{number}: {line.strip()[:120]}"
            for path, text in _tracked_texts()
            if path != Path(__file__)
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
        assert found == []


def _tracked_texts() -> Iterator[tuple[Path, str]]:
    """The text files that git knows; outside a repository there is nothing to check."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = REPOSITORY / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                yield path, content.decode("utf-8", errors="replace")


class TestChanges:
    FRAGMENTS = sorted((REPOSITORY / "changes").glob("*.md"))

    @pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
    def test_each_is_a_sentence_of_a_known_kind(self, fragment: Path) -> None:
        text = fragment.read_text("utf-8")
        assert FRAGMENT.match(fragment.name)
        assert text.strip().endswith(".")
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith("\n")
        assert "\n\n" not in text
