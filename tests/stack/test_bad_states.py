"""What `./portal` says when something is in its way: one sentence, never a stack trace."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stack import cli, up
from stack.errors import StackError
from stack.layout import Layout
from tests.stack.driver import REPOSITORY, Portal, sentence

pytestmark = pytest.mark.stack

GOOD = {"ports": {"portal": 5000}, "secrets": {}}


def test_down_and_status_before_the_first_up(bare: Portal) -> None:
    assert bare.run("down").stdout.strip() == "Nothing was running."
    assert "./portal up" in bare.run("status").stdout
    assert not bare.var.exists() or not list(bare.var.glob("*.json"))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"ports": {}}', json.dumps(GOOD | {"ports": {"portal": "web"}}), "\0"]
)
@pytest.mark.parametrize("command", ["up", "status"])
def test_broken_settings(bare: Portal, command: str, text: str) -> None:
    bare.var.mkdir()
    (bare.var / "settings.json").write_text(text)
    said = sentence(bare.run(command))
    assert "settings.json" in said
    assert "./portal reset" in said


def test_accounts_that_are_not_json(bare: Portal) -> None:
    bare.var.mkdir()
    (bare.var / "settings.json").write_text(json.dumps(GOOD))
    (bare.var / "accounts.json").write_text("[1]")
    assert "accounts.json" in sentence(bare.run("status"))


def test_state_folder_that_cannot_be_made(bare: Portal, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file in the way")
    assert str(tmp_path / "var") in sentence(bare.run("up"))


def test_token_while_down(bare: Portal) -> None:
    assert "./portal up" in sentence(bare.run("token", "steward"))


def test_logs_before_the_first_up(bare: Portal) -> None:
    assert "log" in sentence(bare.run("logs", "web"))


@pytest.mark.parametrize("words", [["emerge"], ["up", "now"], []])
def test_unknown_words(bare: Portal, words: list[str]) -> None:
    done = bare.run(*words)
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_small_disk(bare: Portal) -> None:
    bare.var.mkdir()
    script = f"mount -t tmpfs -o size=40m none {bare.var} && exec {REPOSITORY}/portal up"
    if subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("this machine allows no mounts")
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env=os.environ | bare.environment | {"INDEP_PORTAL_VAR": str(bare.var)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = sentence(done)
    assert "is full" in said
    assert "./portal up" in said


def test_disk_that_fills_up_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = Layout(tmp_path, tmp_path / "venv", tmp_path / "cache")

    def fail(*_: object) -> int:
        usage = type(shutil.disk_usage(tmp_path))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 100, 0))
        raise StackError("Creating the databases failed: no reason.")

    monkeypatch.setattr(cli, "checkout_layout", lambda: layout)
    monkeypatch.setattr(cli, "_down", fail)
    assert cli.main(["down"]) == 1
    said = capsys.readouterr().err
    assert "is full (0 MB are free)" in said
    assert "goes on from where it stopped" in said


def test_disk_check_of_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    up.check_disk(Layout(tmp_path / "a" / "b", tmp_path / "venv", tmp_path / "cache"))


def test_no_python_that_is_new_enough(tmp_path: Path) -> None:
    for name in ("dirname", "env"):
        found = shutil.which(name)
        assert found
        (tmp_path / name).symlink_to(found)
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    text = (REPOSITORY / "portal").read_text().replace(" /usr/bin/python3;", ";")
    script = tmp_path / "portal"
    script.write_text(text)
    done = subprocess.run(
        ["/bin/sh", script],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "apt-get install -y python3" in sentence(done)
