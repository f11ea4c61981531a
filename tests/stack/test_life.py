"""A portal's life: interrupted, finished, used, taken down, brought up again."""

import json
import os
import signal
import socket
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.stack.driver import Portal

pytestmark = pytest.mark.stack

# Each step of `up`, and three of them killed in the middle (after so many seconds).
STEPS = [
    "settings", "jars", "initdb:0.3", "initdb", "postgres:0.02", "postgres", "databases", "redis",
    "solr:0.5", "solr", "mail", "ini", "schema:2", "schema", "datastore", "index", "sample:3",
    "sample", "worker", "renderer", "ticker", "web:1", "web", "check",
]  # fmt: skip
NOWHERE = "http://127.0.0.1:9"
OFFLINE = {
    "http_proxy": NOWHERE,
    "https_proxy": NOWHERE,
    "HTTP_PROXY": NOWHERE,
    "HTTPS_PROXY": NOWHERE,
    "no_proxy": "127.0.0.1",
    "NO_PROXY": "127.0.0.1",
}


def get(url: str) -> str:
    with urlopen(url, timeout=60) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step(portal: Portal, step: str) -> None:
    """Each run goes on from the kill before it, so that the last one is nearly done."""
    done = portal.run("up", INDEP_PORTAL_KILL_AT=step)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def test_up_after_all_these_kills(portal: Portal) -> None:
    done = portal.run("up")
    assert done.returncode == 0, done.stdout + done.stderr
    url = portal.status()["url"]
    assert url in done.stdout
    assert "<html" in get(url + "/")
    assert '"success": true' in get(url + "/api/3/action/package_search")


def test_status_names_ports_processes_and_accounts(portal: Portal) -> None:
    status = portal.status()
    assert set(status["pids"]) == {
        "postgres", "redis", "solr", "mail", "portal", "worker", "renderer", "ticker",
    }  # fmt: skip
    assert {"postgres", "redis", "solr", "mail", "portal"} <= set(status["ports"])
    for account in status["accounts"]:
        assert set(account) == {"role", "name", "password"}


def test_token_of_each_role_opens_the_api(portal: Portal) -> None:
    accounts = portal.status()["accounts"]
    assert accounts
    done = portal.run("token", accounts[0]["role"])
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 1


def test_token_of_an_unknown_role(portal: Portal) -> None:
    done = portal.run("token", "emperor")
    assert done.returncode == 1
    assert "'emperor'" in done.stderr
    assert "Traceback" not in done.stderr


def test_secrets_are_for_the_owner_only(portal: Portal) -> None:
    for name in ("settings.json", "portal.ini", "accounts.json"):
        assert (portal.var / name).stat().st_mode & 0o077 == 0, name


def test_every_process_keeps_its_files_below_var(portal: Portal) -> None:
    for name, pid in portal.status()["pids"].items():
        words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        home = next(word for word in words if word.startswith(b"HOME="))
        assert home.startswith(b"HOME=" + bytes(portal.var)), name


def test_second_up_changes_nothing_and_needs_no_network(portal: Portal) -> None:
    before = portal.status()
    done = portal.run("up", **OFFLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert portal.status() == before


def test_stands_beside_another_portal(portal: Portal) -> None:
    """Two checkouts run side by side: the one that serves the browser tests is up as well."""
    addresses = {portal.status()["url"].rstrip("/"), os.environ["INDEP_URL"].rstrip("/")}
    assert len(addresses) == 2
    for address in addresses:
        with urlopen(f"{address}/api/3/action/status_show") as answer:
            assert answer.status == 200


def test_pages_and_api_while_redis_and_solr_are_dead(portal: Portal) -> None:
    """Reading goes on without Redis; without Solr each answer is the thing or a plain 503."""
    before = portal.status()
    token = portal.run("token", "steward").stdout.strip()

    def ask(path: str, **body: str) -> tuple[int, str]:
        data = json.dumps(body).encode() if body else None
        headers = {"Authorization": token, "Content-Type": "application/json"} if body else {}
        try:
            with urlopen(Request(before["url"].rstrip("/") + path, data, headers)) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    api = "/api/3/action/"
    draft = {"title": "Made while something is dead", "owner_org": "city-manager"}
    needs_search = ["/dataset/", "/data.json", f"{api}package_search"]
    always = ["/", "/dataset/311-service-requests", f"{api}package_show?id=311-service-requests"]
    os.kill(before["pids"]["redis"], signal.SIGKILL)
    for path in [*needs_search, *always, "/insight"]:
        assert ask(path)[0] == 200, path
    assert ask(f"{api}package_create", **draft)[0] == 200
    os.kill(before["pids"]["solr"], signal.SIGKILL)
    for path in always:
        assert ask(path)[0] == 200, path
    for path in needs_search:
        assert ask(path)[0] == 503, path
    assert ask("/insight")[0] in (200, 503)  # a web process may have kept the page
    listed = f"{api}indep_request_list"
    requests = ask(listed, which="mine")
    status, text = ask(f"{api}package_create", **draft)
    assert status == 503
    assert "nothing was saved" in text
    assert "127.0.0.1:" + str(before["ports"]["solr"]) not in text
    assert ask(listed, which="mine") == requests
    done = portal.run("up", **OFFLINE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_services_that_died_come_back_on_their_ports(portal: Portal) -> None:
    """The web server's processes outlive their master for a while and hold its port."""
    before = portal.status()
    for name in ("redis", "portal"):
        os.kill(before["pids"][name], signal.SIGKILL)
    done = portal.run("up", **OFFLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    after = portal.status()
    assert after["ports"] == before["ports"]
    changed = {name for name, pid in after["pids"].items() if pid != before["pids"][name]}
    # The worker hangs on Redis, so it is started anew with it.
    assert changed == {"redis", "portal", "worker", "renderer"}


def test_down_ends_every_process_and_up_keeps_ports_and_data(portal: Portal) -> None:
    before = portal.status()
    assert portal.run("down").returncode == 0
    for pid in before["pids"].values():
        stat = Path(f"/proc/{pid}/stat")
        assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"
    assert portal.run("status").returncode == 3
    mark = portal.var / "storage" / "portal" / "mark"
    mark.write_text("kept")
    done = portal.run("up", **OFFLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("unchanged") >= 5
    assert portal.status()["ports"] == before["ports"]
    assert mark.read_text() == "kept"


def test_a_taken_port_is_left_to_its_program(portal: Portal) -> None:
    ports = portal.status()["ports"]
    assert portal.run("down").returncode == 0
    with socket.create_server(("127.0.0.1", ports["portal"])):
        done = portal.run("up")
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"port {ports['portal']} of portal is taken by another program" in done.stdout
        status = portal.status()
        assert status["ports"]["portal"] != ports["portal"]
        assert "<html" in get(status["url"] + "/")


def test_logs_of_one_service(portal: Portal) -> None:
    done = portal.run("logs", "postgres")
    assert done.returncode == 0
    assert "database system is ready" in done.stdout


def test_reset_asks_first(portal: Portal) -> None:
    assert portal.run("reset").returncode == 1
    assert portal.status()["pids"]


def test_reset_removes_data_and_stops_services(portal: Portal) -> None:
    assert portal.run("reset", "--yes").returncode == 0
    left = {path.name for path in portal.var.iterdir()}
    assert left <= {"cache", "venv", "pycache", "lock"}
    assert portal.run("down").stdout.strip() == "Nothing was running."
