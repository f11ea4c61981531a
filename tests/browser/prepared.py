"""Datasets on their way, made by the demo accounts over the API: what a test begins with."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable
from typing import Any

from tests.attack.visitor import Visitor
from tests.tools.answers import CHECKLIST

__all__ = ["Visit", "in_review", "measure", "released", "word"]

Visit = Callable[..., Visitor]

SECONDS = 60
NOT_YET = ("still being read", "still being scanned")
"""What the portal says while the worker has not looked at a file."""


def word(start: str) -> str:
    """Return a new word that begins so."""
    return start + "".join(random.choices(string.ascii_lowercase, k=8))


def in_review(visit: Visit, title: str) -> dict[str, Any]:
    """Bring a new dataset with a table before the committee; return its request."""
    steward = visit("steward")
    workspace = steward.done(
        "package_create",
        title=title,
        notes="One row for each bench in the parks.",
        tags=[{"name": "benches"}],
        owner_org=steward.done("organization_show", id="city-manager")["id"],
        contact_name="Action Center",
        contact_email="311@example.org",
        access_level="public",
        license_id="cc-zero",
        theme=["environment"],
        update_frequency="R/P1M",
        steward="Steward of the parks",
        retention="Three years",
        classification="public",
        pii_reviewed="none-found",
    )
    rows = b"bench_id,park,wood\n1,McCoy,oak\n2,Waterfall,pine\n"
    assert steward.upload(workspace["id"], "benches.csv", rows, format="CSV").status_code == 200
    mine = steward.done("indep_request_list", which="mine")
    request = next(one for one in mine if one["workspace_id"] == workspace["id"])
    sent = _patiently(steward, "indep_request_submit", id=request["id"], checklist=CHECKLIST)
    decision = {"id": request["id"], "revision_id": sent["revision_id"]}
    _patiently(visit("owner"), "indep_request_decide", **decision)
    return visit("chair").done("indep_request_show", id=request["id"])


def released(visit: Visit, title: str) -> dict[str, Any]:
    """Release a new dataset; return it as everybody sees it."""
    request = in_review(visit, title)
    decision = {"id": request["id"], "revision_id": request["revision_id"]}
    return _voted(visit, request["id"], decision)


def _patiently(who: Visitor, action: str, **data: Any) -> Any:
    """Call an action, again while the worker still looks at the file."""
    deadline = time.monotonic() + SECONDS
    answer = who.act(action, **data)
    while any(said in answer.text for said in NOT_YET) and time.monotonic() < deadline:
        time.sleep(0.3)
        answer = who.act(action, **data)
    assert answer.status_code == 200, answer.text[:500]
    return answer.json()["result"]


def measure(visit: Visit, department: str, name: str, title: str) -> dict[str, Any]:
    """Release a new quarterly measure in percent; return it as everybody sees it."""
    steward = visit("steward")
    workspace = steward.done(
        "package_create",
        type="measure",
        name=name,
        title=title,
        notes="How many of the books that were lent came back in time.",
        code="LB-1",
        why_it_matters="A book that is back can be lent again.",
        strategic_goal="quality",
        owner_org=steward.done("organization_show", id=department)["id"],
        contact_name="Library",
        contact_email="library@example.org",
        unit="%",
        precision="1",
        direction="up",
        aggregation="ratio",
        numerator_label="Books back on time",
        denominator_label="Books lent",
        frequency="quarter",
        source_system="departmental-report",
        method="Books due in the quarter.",
        steward="Librarian",
        classification="public",
        retention="Permanent",
    )
    mine = steward.done("indep_request_list", which="mine")
    request = next(one for one in mine if one["workspace_id"] == workspace["id"])
    sent = _patiently(steward, "indep_request_submit", id=request["id"], checklist=CHECKLIST)
    decision = {"id": request["id"], "revision_id": sent["revision_id"]}
    _patiently(visit("owner"), "indep_request_decide", **decision)
    return _voted(visit, request["id"], decision)


def _voted(visit: Visit, request_id: str, decision: dict[str, str]) -> dict[str, Any]:
    """Carry a request in the committee; return what is public then."""
    for voter in ("chair", "member"):
        _patiently(visit(voter), "indep_request_vote", ballot="for", **decision)
    live = visit("owner").done("indep_request_show", id=request_id)["live_id"]
    return visit().done("package_show", id=live)
