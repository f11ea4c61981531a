"""Portals in folders of their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.driver import Portal, clone_cache


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Yield a portal that is not up yet and whose packages are those of this test run."""
    cache = os.environ["INDEP_CACHE"]
    var = tmp_path_factory.mktemp("portal") / "var"
    clone_cache(Path(cache), var / "cache")
    portal = Portal(var)
    yield portal
    portal.run("down")


@pytest.fixture
def bare(tmp_path: Path) -> Portal:
    """Return a portal that has never been up, without any downloads."""
    return Portal(tmp_path / "var", {"INDEP_PORTAL_VENV": os.environ.get("INDEP_PORTAL_VENV", "")})
