"""Upload, see the problems, mend, load: by forms only."""

from __future__ import annotations

import csv
import io
from typing import Any

from ckan.tests import factories

from ckanext.indep.insight.uploads import records
from tests.insight.conftest import Make


def _send(app: Any, headers: dict[str, str], department: str, text: str) -> Any:
    return app.post(
        "/insight/staff/history",
        data={"organization": department, "upload": (io.BytesIO(text.encode()), "history.csv")},
        headers=headers,
        content_type="multipart/form-data",
        follow_redirects=False,
    )


def _headers(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]}


def test_from_the_form_to_the_record(app: Any, measure: Make, department: dict[str, Any]) -> None:
    made = measure(aggregation="last", unit="cases")
    headers = _headers(department["clerk"])
    form = app.get("/insight/staff/history", headers=headers)
    assert form.headers["Cache-Control"] == "private, no-store"
    assert 'enctype="multipart/form-data"' in form.body

    nothing = app.post("/insight/staff/history", data={}, headers=headers, status=409)
    assert "Choose a" in nothing.body

    wrong = f"measure,period,value\n{made.name},FY2026 Q1,5\n{made.name},FY2026 Q2,=1+<b>\n"
    sent = _send(app, headers, department["name"], wrong)
    assert sent.status_code == 302
    page = app.get(sent.headers["Location"], headers=headers)
    assert "1 problem" in page.body
    assert "=1+&lt;b&gt;" in page.body
    errors = app.get(sent.headers["Location"] + "/errors.csv", headers=headers)
    rows = list(csv.reader(io.StringIO(errors.body)))
    assert rows[1][:3] == ["3", "C “value”", "'=1+<b>"]
    refused = app.post(sent.headers["Location"] + "/load", headers=headers, status=409)
    assert "Nothing was loaded" in refused.body

    mended = _send(app, headers, department["name"], wrong.replace("=1+<b>", "6"))
    loaded = app.post(mended.headers["Location"] + "/load", headers=headers)
    assert "2 new results" in loaded.body

    template = app.get(f"/insight/staff/history/template/{department['name']}.csv", headers=headers)
    assert f"{made.name},FY2026 Q4" in template.body

    stranger = _headers(factories.User()["name"])
    for path in ("", f"/template/{department['name']}.csv"):
        app.get(f"/insight/staff/history{path}", headers=stranger, status=403)
    app.get(sent.headers["Location"], headers=stranger, status=404)
    app.get("/insight/staff/history/nothing", headers=headers, status=404)
    signed_out = app.get(sent.headers["Location"], status=302, follow_redirects=False)
    assert "/user/login" in signed_out.headers["Location"]


def test_work_under_way_asks_again_without_javascript(
    app: Any, measure: Make, department: dict[str, Any]
) -> None:
    made = measure(aggregation="last", unit="cases")
    received = records.Received(b"x", "x.csv", made.department, made.id, "", department["clerk"])
    path = f"/insight/staff/history/{records.receive(received)}"
    page = app.get(path, headers=_headers(department["clerk"]))
    assert page.headers["Refresh"]
    assert "Waiting to be checked" in page.body
