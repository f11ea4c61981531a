"""Every package and jar is locked by a hash, and no file names where packages come from."""

import os
import re
from pathlib import Path

import pytest

from stack import jars
from stack.errors import StackError
from stack.layout import Layout
from tests.stack.driver import REPOSITORY

pytestmark = pytest.mark.stack

REQUIREMENTS = ("requirements-boot.txt", "requirements.txt", "requirements-test.txt")
LOCKS = (*REQUIREMENTS, "stack/solr/jgo.toml", "stack/solr/jgo.lock.toml")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_requirement_has_one_version_and_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z])", (REPOSITORY / name).read_text().strip())
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9._\[\]-]+==[^ ]+ ", block), block
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_a_host(name: str) -> None:
    text = (REPOSITORY / name).read_text()
    assert "://" not in text
    assert "index-url" not in text


def test_both_requirements_files_agree() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", (REPOSITORY / name).read_text(), re.M))

    main, test = versions("requirements.txt"), versions("requirements-test.txt")
    assert {name: main[name] for name in main.keys() & test.keys()} == {
        name: test[name] for name in main.keys() & test.keys()
    }


def test_each_jar_that_is_asked_for_is_locked() -> None:
    import tomli

    asked = tomli.loads((REPOSITORY / "stack/solr/jgo.toml").read_text())
    locked = {str(jar) for jar in jars.locked()}
    assert set(asked["dependencies"]["coordinates"]) <= locked
    assert all(len(jar.sha256) == 64 for jar in jars.locked())


def test_damaged_jar_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A jar that is not the locked one is fetched anew, and offline that is one clear error."""
    cache = Path(os.environ["INDEP_CACHE"])
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    layout = Layout(tmp_path, tmp_path / "venv", tmp_path)
    first = jars.locked()[0]
    good = first.path(cache / "maven")
    bad = first.path(jars.folder(layout))
    bad.parent.mkdir(parents=True)
    bad.write_bytes(good.read_bytes()[:-1] + b"?")
    monkeypatch.setattr(jars, "locked", lambda: [first])
    with pytest.raises(StackError, match="could not be fetched"):
        jars.fetch(layout)
    assert not bad.exists()
