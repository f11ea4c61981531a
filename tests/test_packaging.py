"""What is built from the repository works where it is installed, without the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.tools.source import REPOSITORY

SOURCES = ("LICENSE", "README.md", "ckanext", "pyproject.toml", "setup.py")
PACKAGE = "ckanext/indep"

# Written by tools, never part of the package.
NOT_PACKAGED = {"__pycache__"}

# One of each kind that is read at run time, so that a pattern that fits nothing is noticed.
NEEDED = (
    "config_declaration.yaml",
    "catalog/config_declaration.yaml",
    "catalog/schemas/dcat_us_1_1/catalog.json",
    "catalog/schemas/dcat_us_3/Catalog.json",
    "governance/policy.yaml",
    "governance/policy_schema.yaml",
    "i18n/es/LC_MESSAGES/ckanext-indep.mo",
    "insight/config_declaration.yaml",
    "migration/indep/alembic.ini",
    "migration/indep/env.py",
    "migration/indep/script.py.mako",
    "migration/indep/versions/001_governance.py",
    "public/indep/css/indep.css",
    "sample/city.yaml",
    "sample/data/311-requests.csv",
    "schema/dataset.yaml",
    "schema/measure.yaml",
    "schema/presets.yaml",
    "schema/vocabularies/license.yaml",
    "templates/indep_insight/dashboard.html",
)

# Runs in a process of its own, in another folder, with the installed copy only.
TRIAL = """
import sys
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path

from ckan.config.declaration import Declaration, Key

target = Path(sys.argv[1])
(installed,) = [d for d in distributions(path=[str(target)]) if d.name == "ckanext-indep"]
plugins = {e.name: e.load() for e in installed.entry_points if e.group == "ckan.plugins"}
parts = ("governance", "committee", "inventory", "insight", "catalog")
assert set(plugins) == {"indep", *(f"indep_{part}" for part in parts)}, plugins
for plugin in plugins.values():
    module = sys.modules[plugin.__module__]
    assert target in Path(module.__file__).parents, module.__file__

declaration = Declaration()
for plugin in plugins.values():
    if hasattr(plugin, "declare_config_options"):
        plugin().declare_config_options(declaration, Key())
assert "ckanext.indep.city_name" in declaration
assert "ckanext.indep.insight.office" in declaration
assert "ckanext.indep.catalog.allow_empty" in declaration

from ckanext.indep.governance import policies, policy
from ckanext.indep.schema import fields, vocabularies
from ckanext.indep import cli, models

policy.parse(policies.default_text())
assert vocabularies.choices("license")
assert "title" in fields.names("dataset") and "code" in fields.names("measure")
assert files("ckanext.indep").joinpath("sample/data/311-requests.csv").is_file()
print("works")
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist, built from a copy that leaves the repository as it is."""
    copy = tmp_path_factory.mktemp("copy")
    for name in SOURCES:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns(*NOT_PACKAGED))
        else:
            shutil.copy(source, copy / name)
    _run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "."], copy)
    (wheel,) = (copy / "dist").glob("*.whl")
    (sdist,) = (copy / "dist").glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def in_wheel(built: tuple[Path, Path]) -> set[str]:
    """Names of the files in the wheel."""
    with zipfile.ZipFile(built[0]) as archive:
        return set(archive.namelist())


def _files() -> set[str]:
    """All files of the extension, as they are named in the wheel."""
    return {
        str(path.relative_to(REPOSITORY))
        for path in (REPOSITORY / PACKAGE).rglob("*")
        if path.is_file() and not NOT_PACKAGED & set(path.parts)
    }


def _run(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class TestWheel:
    def test_it_has_every_file_of_the_extension(self, in_wheel: set[str]) -> None:
        assert _files() - in_wheel == set()

    def test_it_has_nothing_else(self, in_wheel: set[str]) -> None:
        others = {name for name in in_wheel - _files() if ".dist-info/" not in name}
        assert others == set()

    @pytest.mark.parametrize("name", NEEDED)
    def test_it_has_what_is_read_at_run_time(self, in_wheel: set[str], name: str) -> None:
        assert f"{PACKAGE}/{name}" in in_wheel

    def test_it_has_the_license(self, in_wheel: set[str]) -> None:
        assert any(name.endswith(".dist-info/licenses/LICENSE") for name in in_wheel)


class TestSdist:
    def test_it_has_every_file_of_the_extension(self, built: tuple[Path, Path]) -> None:
        with tarfile.open(built[1]) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        assert _files() | set(SOURCES) - {"ckanext"} <= names


class TestInstalled:
    def test_it_works_without_the_repository(
        self, built: tuple[Path, Path], tmp_path: Path
    ) -> None:
        target, elsewhere = tmp_path / "target", tmp_path / "elsewhere"
        elsewhere.mkdir()
        install = ["install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
        _run([sys.executable, "-m", "pip", *install, str(built[0])], elsewhere)
        answer = _run(
            [sys.executable, "-W", "ignore", "-c", TRIAL, str(target)],
            elsewhere,
            PYTHONPATH=str(target),
        )
        assert answer.splitlines()[-1] == "works"
