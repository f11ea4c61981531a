"""P7: release of a pending edit whose table has a million rows.

Compared with a release of a thousand rows (aim: at most twice the time), and with reading the
million rows in again, as a portal does that loads after the decision (aim: a hundredth).
"""

from __future__ import annotations

import datetime as dt
import secrets
import statistics
import time
from typing import Any

from bench import data, scans
from bench.client import Client
from bench.setting import Side, current

RUNS = 3
SMALL, LARGE = 1_000, 1_000_000
PATIENCE_SECONDS = 900


class Edited:
    """A released dataset with a table, of which new versions are proposed and released."""

    def __init__(self, side: Side, rows: int) -> None:
        self._by = {role: Client(side, role) for role in ("steward", "owner", "chair", "member")}
        self._rows = rows
        self._live = ""
        steward = self._by["steward"]
        fields = data.fields(0)
        fields["name"] = f"bench-p7-{rows}-{secrets.token_hex(3)}"
        workspace = steward.post("package_create", **fields)
        self._upload("resource_create", package_id=workspace["id"], name="Rows", format="CSV")
        mine = steward.get("indep_request_list", which="mine")
        request = next(r for r in mine if r["workspace_id"] == workspace["id"])
        self._live = request["live_id"]
        self._decide(request["id"])

    def replace(self) -> tuple[float, float]:
        """Release new rows; return the seconds of reading them in, and of the deciding vote."""
        steward = self._by["steward"]
        request = steward.post("indep_request_open", id=self._live)
        workspace = steward.get("package_show", id=request["workspace_id"])
        loaded = self._upload("resource_patch", id=workspace["resources"][0]["id"])
        return loaded, self._decide(request["id"])

    def _upload(self, action: str, **fields: str) -> float:
        """Upload rows and wait for their table; return how many seconds the worker took."""
        salt = secrets.randbelow(1000)
        lines = (b"%d,%d,row %d\n" % (n, (n * 7 + salt) % 1009, n) for n in range(self._rows))
        csv = b"id,count,name\n" + b"".join(lines)
        steward = self._by["steward"]
        resource = steward.post(action, files={"upload": ("rows.csv", csv)}, **fields)
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            report = steward.get("indep_table_report", id=resource["id"])
            if report["state"] == "loaded" and report["loaded_sha256"] == resource["hash"]:
                return _seconds(report)
            if report["state"] in ("failed", "not_a_table"):
                raise RuntimeError(f"The rows were not read: {report}")
            time.sleep(0.5)
        raise RuntimeError("The rows were not read in time; is the worker there?")

    def _decide(self, request_id: str) -> float:
        """Take a request through the workflow; return the seconds of the vote that releases it."""
        steward = self._by["steward"]
        policy = steward.get("indep_policy_show")["content"]
        checklist = {q["id"]: q["answers"][0] for q in policy.get("checklist", [])}
        sent = steward.post("indep_request_submit", id=request_id, checklist=checklist)
        decision: dict[str, Any] = {"id": sent["id"], "revision_id": sent["revision_id"]}
        self._by["owner"].post("indep_request_decide", **decision)
        self._by["chair"].post("indep_request_vote", ballot="for", **decision)
        scans.wait(steward, request_id)
        began = time.perf_counter()
        result = self._by["member"].post("indep_request_vote", ballot="for", **decision)
        seconds = time.perf_counter() - began
        if result["state"] != "released":
            raise RuntimeError(f"It is {result['state']} and not released.")
        return seconds


def main() -> None:
    """Print the table of P7."""
    ours = current().ours
    small, large = Edited(ours, SMALL), Edited(ours, LARGE)
    times: dict[str, list[float]] = {"small": [], "large": [], "reading": []}
    for _ in range(RUNS):
        times["small"].append(small.replace()[1])
        loaded, released = large.replace()
        times["reading"].append(loaded)
        times["large"].append(released)
    print(f"{RUNS} runs a side, in turn; the vote that releases, answered over HTTP.\n")
    print("| work | min / median / max ms | ratio of medians |\n|---|---|---|")
    print(f"| release, {SMALL:,} rows | {_spread(times['small'])} | 1 |")
    print(f"| release, {LARGE:,} rows | {_spread(times['large'])} | {_ratio(times, 'small')} |")
    print(f"| reading {LARGE:,} rows | {_spread(times['reading'])} | {_ratio(times, 'reading')} |")


def _ratio(times: dict[str, list[float]], other: str) -> str:
    found = statistics.median(times["large"]) / statistics.median(times[other])
    return f"{found:.2f}" if other == "small" else f"{1 / found:.0f} × the release"


def _seconds(report: dict[str, Any]) -> float:
    began, ended = (dt.datetime.fromisoformat(report[key]) for key in ("started_at", "finished_at"))
    return (ended - began).total_seconds()


def _spread(seconds: list[float]) -> str:
    values = (min(seconds), statistics.median(seconds), max(seconds))
    return " / ".join(f"{1000 * value:.0f}" for value in values)


if __name__ == "__main__":
    main()
