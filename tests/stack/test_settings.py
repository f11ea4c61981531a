"""Ports and secrets."""

import socket
from pathlib import Path

import pytest

from stack import ports, settings
from stack.settings import Settings

pytestmark = pytest.mark.stack


def test_saved_settings_come_back(tmp_path: Path) -> None:
    kept = Settings(ports={"portal": 5000}, secrets={"redis": "word"})
    path = tmp_path / "settings.json"
    settings.save(path, kept)
    assert settings.load(path) == kept
    assert path.stat().st_mode & 0o777 == 0o600


def test_secret_is_made_once() -> None:
    kept = Settings()
    assert kept.secret("redis") == kept.secret("redis")
    assert kept.secret("redis") != kept.secret("postgres")
    assert len(kept.secret("redis")) == 64


def test_first_choice_gives_each_service_a_port_of_its_own() -> None:
    kept = Settings()
    names = ["postgres", "redis", "solr", "mail", "portal"]
    assert settings.choose_ports(kept, names, set()) == []
    assert len(set(kept.ports.values())) == len(names)


def test_preferred_port_or_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        wanted = other.getsockname()[1] % 20000 + 10000
    kept = Settings()
    settings.choose_ports(kept, ["portal"], set(), {"portal": wanted})
    assert wanted <= kept.ports["portal"] < wanted + 100


def test_free_port_is_kept() -> None:
    port = ports.next_free(ports.random_start(), set())
    kept = Settings(ports={"redis": port})
    assert settings.choose_ports(kept, ["redis"], set()) == []
    assert kept.ports == {"redis": port}


def test_taken_port_changes_and_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        kept = Settings(ports={"redis": port})
        (remark,) = settings.choose_ports(kept, ["redis"], set())
        assert str(port) in remark
        assert kept.ports["redis"] != port


def test_running_service_keeps_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as own:
        port = own.getsockname()[1]
        kept = Settings(ports={"redis": port})
        assert settings.choose_ports(kept, ["redis"], {"redis"}) == []
        assert kept.ports["redis"] == port
