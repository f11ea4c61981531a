"""What the portal must keep to itself, looked for in what it says of errors and in its log."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Callable
from configparser import RawConfigParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from tests.attack.planting import DEPARTMENT, word
from tests.attack.probing import TALLY, each
from tests.attack.visitor import SECONDS, Visitor

Visit = Callable[..., Visitor]
Ask = Callable[[Visitor], requests.Response]

ROLES = (None, "outsider", "steward", "chair", "administrator")
WRITERS = ("steward", "administrator")
NAMED_SECRET = re.compile(r"secret|password|jwt", re.IGNORECASE)
SHORTEST = 8
"""Letters. A shorter secret, as in a portal for trying things out, is in many a word."""
INSIDE = (
    "Traceback (most recent",
    "site-packages/",
    "psycopg2.",
    "sqlalchemy.exc",
    "postgresql://",
)
"""What stands in an answer only if an error's own text does."""


@pytest.fixture(scope="module")
def settings() -> RawConfigParser:
    """The ini of the running portal."""
    ini = RawConfigParser()
    ini.read(os.environ["INDEP_INI"], "utf-8")
    return ini


@pytest.fixture(scope="module")
def secrets(settings: RawConfigParser) -> list[str]:
    """Keys and passwords of the running portal, how it names itself to databases, its files."""
    options = dict(settings["app:main"])
    found = {
        value.removeprefix("string:")
        for name, value in options.items()
        if NAMED_SECRET.search(name)
    }
    for value in options.values():
        if value.startswith("postgresql"):
            parts = urlsplit(value)
            found |= {parts.password or "", parts.netloc}
    found.add(options["ckan.storage_path"])
    kept = sorted(text for text in found if len(text) >= SHORTEST)
    assert len(kept) >= 4
    return kept


class Log:
    """What the portal writes into its log from now on."""

    def __init__(self, settings: RawConfigParser) -> None:
        self._path = Path(ast.literal_eval(settings["handler_file"]["args"])[0])
        self._start = self._path.stat().st_size

    def text(self) -> str:
        with self._path.open(encoding="utf-8", errors="replace") as file:
            file.seek(self._start)
            return file.read()


@pytest.fixture
def log(settings: RawConfigParser) -> Log:
    return Log(settings)


@pytest.fixture(scope="module")
def draft(visit: Visit) -> dict[str, str]:
    """A draft with a file, for what only its steward may try."""
    steward = visit("steward")
    package = steward.done("package_create", title=word("errors"), owner_org=DEPARTMENT)["id"]
    made = steward.upload(package, "table.txt", b"nothing", format="TXT").json()["result"]
    return {"package": package, "resource": made["id"]}


def _act(action: str, **data: Any) -> Ask:
    return lambda visitor: visitor.act(action, **data)


def _get(path: str) -> Ask:
    return lambda visitor: visitor.get(path)


def _upload(package: str, filename: str, **fields: str) -> Ask:
    return lambda visitor: visitor.upload(package, filename, b"a,b\n1,2\n", **fields)


def _writes(draft: dict[str, str]) -> list[Ask]:
    """Return what the DataStore refuses to write, or should."""
    table: dict[str, Any] = {"resource_id": draft["resource"], "force": True}
    column, number = {"id": "a", "type": "text"}, {"id": "a", "type": "int"}
    return [
        _act("datastore_create", **table, fields=[{"id": "a", "type": "nosuchtype"}]),
        _act("datastore_create", **table, fields=[{"id": "a", "type": "int; DROP TABLE x"}]),
        _act("datastore_create", **table, fields=[column], records=[{"b": 1}]),
        _act("datastore_create", **table, fields=[column], primary_key="b"),
        _act("datastore_create", **table, fields=[column, column], indexes="'"),
        _act("datastore_create", **table, fields=[number], records=[{"a": "x"}]),
        _act("datastore_create", **table, fields="x", records="x"),
        _act("datastore_upsert", **table, records=[{"a": {"b": 1}}], method="insert"),
        _act("datastore_upsert", **table, records=[{"a": 1}], method="upsert"),
        _act("datastore_records_delete", **table, filters={"nothing": "x"}),
        _act("datastore_delete", **table, filters={"a": {"gt": []}}),
    ]


def _errors(draft: dict[str, str]) -> list[Ask]:
    """Return questions that the databases, the search engine, the files and the pages refuse."""
    package, resource = draft["package"], draft["resource"]
    odd_names = ("x" * 300 + ".csv", "../../etc/passwd", "a:b|c?.csv")
    return [
        *(_act("datastore_search_sql", sql=sql) for sql in ("x", "SELECT * FROM pg_user")),
        *(_act("package_search", q=q) for q in ("[[[", "{!xml}", "x:[1 TO", "*:* AND (")),
        *(_act("package_search", fq=fq) for fq in ("{!", "a:[", "+x:(")),
        _act("package_search", sort="nothing desc", rows="x", start="y"),
        *(_upload(package, name) for name in odd_names),
        _upload(package, "x.csv", url="/etc/passwd", url_type="upload", id="../x"),
        _upload(package, "x.csv", format="x" * 5_000, sha256="x", size="y"),
        _act("resource_patch", id=resource, url="file:///etc/passwd", url_type="upload"),
        *(
            _act("config_option_show", key=key)
            for key in ("SECRET_KEY", "sqlalchemy.url", "smtp.password", "ckan.storage_path")
        ),
        *(_act(action) for action in ("config_option_list", "job_list", "status_show", "nosuch")),
        _act("help_show", name="../../etc/passwd"),
        *(
            _get(path)
            for path in (
                "/dataset/%ff%fe", "/dataset/%00", "/dataset/?page=x&q=[[",
                "/feeds/custom.atom?page=x", "/sitemap.xml?x=%ff", "/webassets/../../x",
                "/api/9/action/x", "/api/3/action/", "/datastore/dump/x?format=x&filters={",
                f"/dataset/{package}/resource/{resource}/download/..%2f..%2fetc%2fpasswd",
                f"/dataset/{package}/resource/%2e%2e/download", "/file/download/x",
                "/file/trusted-download/x", "/uploads/../../etc/passwd",
                "/ckan-admin/config", "/ckan-admin", "/user/login?came_from=%00",
            )
        ),
    ]  # fmt: skip


class TestErrors:
    def test_none_tells_a_secret(
        self, visit: Visit, draft: dict[str, str], secrets: list[str], log: Log
    ) -> None:
        """Neither its answer nor the log, whoever asks; and none is a server error."""

        def ask(probe: tuple[str | None, Ask]) -> Any:
            role, question = probe
            answer = question(visit(role))
            if any(secret in answer.text for secret in secrets):
                TALLY.leaks.append((role, answer.url))
            told = [inside for inside in INSIDE if inside in answer.text]
            fell_over = answer.status_code >= 500
            return [role, answer.url, answer.status_code, *told] if told or fell_over else []

        # One table is written to by one person at a time.
        writes = _writes(draft)
        found = [ask((role, write)) for role in WRITERS for write in writes]
        found += each([(role, error) for role in ROLES for error in _errors(draft)], ask)
        assert [one for one in found if one] == []
        assert TALLY.leaks == []
        written = log.text()
        assert [secret for secret in secrets if secret in written] == []

    def test_a_failed_sign_in_tells_no_password(self, visit: Visit, log: Log) -> None:
        """What was typed is in no page and not in the log: it may be right but for a letter."""
        password = word("password")
        for name in ("data-steward", "nobody", "x\n2026", "\x00"):
            page = requests.Session()
            start = f"{visit().url}/user/login"
            token = re.findall(r'name="_csrf_token"[^>]*value="([^"]+)"', page.get(start).text)[0]
            answer = page.post(
                start,
                data={"login": name, "password": password, "_csrf_token": token},
                headers={"Referer": start},
                timeout=SECONDS,
            )
            assert answer.status_code < 500
            assert password not in answer.text
        assert password not in log.text()


class TestTokens:
    def test_a_token_is_in_no_page_and_in_no_log(self, visit: Visit, log: Log) -> None:
        """Right or wrong, in a header or, by mistake, in an address."""
        outsider = visit("outsider")
        made = outsider.done("api_token_create", user=outsider.name, name=word("token"))["token"]
        wrong, letters = f"{made[:-6]}abcdef", made.split(".")[-1][:30]
        paths = (
            "/api/3/action/package_show?id=nothing", "/api/3/action/user_show?id=nothing",
            "/api/3/action/package_search?q=[[", "/dataset/nothing", "/work",
            "/datastore/dump/nothing",
        )  # fmt: skip

        def ask(probe: tuple[str, str, bool]) -> Any:
            path, token, in_address = probe
            more = "&" if "?" in path else "?"
            address = f"{path}{more}token={quote(token)}&apikey={quote(token)}"
            answer = requests.get(
                outsider.url + (address if in_address else path),
                headers={} if in_address else {"Authorization": token, "X-CKAN-API-Key": token},
                timeout=SECONDS,
            )
            if letters in answer.text or letters in json.dumps(dict(answer.headers)):
                TALLY.leaks.append(probe)
            return probe if answer.status_code >= 500 else None

        probes = [
            (p, t, where) for p in paths for t in (made, wrong, "x") for where in (True, False)
        ]
        assert [found for found in each(probes, ask) if found] == []
        assert TALLY.leaks == []
        assert letters not in log.text()
