"""Workbooks made to harm who reads them: each is told of, none reaches out, the portal lives."""

from __future__ import annotations

import io
import json
import socket
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.attack.planting import DEPARTMENT, word
from tests.attack.probing import TALLY, each
from tests.attack.visitor import Visitor
from tests.tabular.workbooks import sheet_xml, workbook_bytes

Visit = Callable[..., Visitor]

ENDS = frozenset({"loaded", "failed", "not_a_table"})
SECONDS = 90
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLAIN = sheet_xml([["name", "zip"], ["one", "64050"]])
LAUGHS = "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "ha">' for n in range(10)
)


@dataclass(frozen=True)
class Outside:
    """What a workbook could reach for: a file with a word of its own, and a server."""

    file: Path
    secret: str
    server: socket.socket

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/taken"

    def was_called(self) -> bool:
        """Whether anybody has connected to the server; connections wait until they are taken."""
        try:
            self.server.accept()
        except BlockingIOError:
            return False
        return True


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    file, secret = tmp_path_factory.mktemp("outside") / "secret.txt", word("secret")
    file.write_text(secret)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Outside(file, secret, server)


def _with(sheet: str, doctype: str, cell: str) -> str:
    """Return a sheet that begins with a DOCTYPE and has the text of a cell from it."""
    return f"<!DOCTYPE x [{doctype}]>" + sheet.replace("one", cell)


def _book(sheet: str = PLAIN, parts: Mapping[str, str | bytes] = MappingProxyType({})) -> bytes:
    """Return a workbook with this sheet and further parts."""
    extra = {n: part.encode() if isinstance(part, str) else part for n, part in parts.items()}
    return workbook_bytes({"S": sheet}, extra=extra)


def _led_astray(target: str) -> bytes:
    """Return a workbook whose first sheet is said to be at `target`."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_book())) as honest,
        zipfile.ZipFile(packed, "w") as changed,
    ):
        for name in honest.namelist():
            content = honest.read(name)
            if name.endswith("workbook.xml.rels"):
                content = content.replace(b"worksheets/sheet1.xml", target.encode())
            changed.writestr(name, content)
    return packed.getvalue()


def _hostile(outside: Outside) -> dict[str, bytes]:
    """Return the workbooks by the names of their files.

    One of them can be read: it says to be very large, and has a macro, a link and a formula to
    another server, and a part that climbs out of the folder into which it is unpacked.
    """
    entity = f'<!ENTITY e SYSTEM "{outside.file.as_uri()}">'
    remote = f'<!ENTITY % r SYSTEM "{outside.url}"> %r;'
    linked = (
        f'<Relationships xmlns="{OFFICE.replace("officeDocument", "package")}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/externalLinkPath" Target="{outside.url}" '
        'TargetMode="External"/></Relationships>'
    )
    asks = f'<c r="A2"><f>WEBSERVICE("{outside.url}")</f><v></v></c>'
    wide = PLAIN.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    deep = "<a>" * 200_000
    return {
        "entity.xlsx": _book(_with(PLAIN, entity, "&e;")),
        "remote.xlsx": _book(_with(PLAIN, remote, "x")),
        "laughs.xlsx": _book(_with(PLAIN, LAUGHS, "&e9;")),
        "laughing-texts.xlsx": _book(
            PLAIN.replace('t="inlineStr"', 't="s"'),
            {"xl/sharedStrings.xml": f"<!DOCTYPE x [{LAUGHS}]><sst><si><t>&e9;</t></si></sst>"},
        ),
        "deep.xlsx": _book(PLAIN.replace("<sheetData>", deep + "<sheetData>")),
        "reaching.xlsm": _book(
            wide.replace('<row r="2">', f'<row r="2">{asks}', 1),
            {
                "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>',
                "xl/externalLinks/_rels/externalLink1.xml.rels": linked,
                "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(2_000),
                "../../../../tmp/climbed.txt": b"up",
            },
        ),
        "astray.xlsx": _led_astray("../../../../../../etc/passwd"),
        "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_096),
        "table.csv": _book(),
        "bomb.xlsx": _book(PLAIN, {"xl/media/image1.bin": bytes(220_000_000)}),
    }


def _report(steward: Visitor, resource: str) -> dict[str, Any]:
    """Wait until the worker is done with a file, and return what became of it."""
    deadline = time.monotonic() + SECONDS
    report = steward.done("indep_table_report", id=resource)
    while report["state"] not in ENDS and time.monotonic() < deadline:
        time.sleep(0.3)
        report = steward.done("indep_table_report", id=resource)
    return report


@pytest.fixture(scope="module")
def read(visit: Visit, outside: Outside) -> dict[str, dict[str, Any]]:
    """The reports on all of them, once the worker has read each."""
    steward = visit("steward")
    package = steward.done("package_create", title=word("workbooks"), owner_org=DEPARTMENT)["id"]
    resources: dict[str, str] = {}
    for filename, content in _hostile(outside).items():
        answer = steward.upload(package, filename, content, format="XLSX")
        assert answer.status_code == 200, (filename, answer.text)
        resources[filename] = answer.json()["result"]["id"]
    TALLY.probes += len(resources)
    return {name: _report(steward, resource) for name, resource in resources.items()}


class TestHostileWorkbooks:
    def test_each_is_told_of(self, read: dict[str, dict[str, Any]]) -> None:
        """The worker comes to an end with each, and says in words what is wrong."""
        states = {name: report["state"] for name, report in read.items()}
        assert set(states.values()) <= ENDS, states
        assert states["reaching.xlsm"] == "loaded"
        for name in ("laughs.xlsx", "bomb.xlsx", "locked.xlsx", "astray.xlsx"):
            assert states[name] != "loaded", name

    def test_nothing_of_the_machine_comes_out(
        self, visit: Visit, read: dict[str, dict[str, Any]], outside: Outside
    ) -> None:
        """No file that a workbook names is read, into the rows or into the words of an error."""
        steward = visit("steward")

        def rows(report: dict[str, Any]) -> str:
            answer = steward.act("datastore_search", resource_id=report["resource_id"])
            return answer.text + json.dumps(report)

        texts = each(read.values(), rows)
        told = [
            name
            for name, text in zip(read, texts, strict=True)
            if any(found in text for found in (outside.secret, "root:", "/tmp", "Traceback"))
        ]
        assert told == []
        assert not outside.file.with_name("climbed.txt").exists()
        assert not Path("/tmp/climbed.txt").exists()

    def test_nobody_is_called(self, read: dict[str, dict[str, Any]], outside: Outside) -> None:
        """Neither by an entity, nor by a link, nor by a formula."""
        assert len(read) >= 10
        assert not outside.was_called()
        socket.create_connection(outside.server.getsockname()).close()
        assert outside.was_called()

    def test_the_portal_is_there_and_reads_on(
        self, visit: Visit, read: dict[str, dict[str, Any]]
    ) -> None:
        """The next honest workbook is a table, and no page of the draft falls over."""
        steward = visit("steward")
        package = steward.done("resource_show", id=read["entity.xlsx"]["resource_id"])["package_id"]
        answer = steward.upload(package, "honest.xlsx", _book(), format="XLSX")
        honest = _report(steward, answer.json()["result"]["id"])
        assert (honest["state"], honest["rows"]) == ("loaded", 1)
        pages = [f"/dataset/{package}/resource/{r['resource_id']}" for r in read.values()]
        assert {answer.status_code for answer in each(pages, steward.get)} == {200}
