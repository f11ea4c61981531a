"""P10: what a stranger's browser loads, and when it has painted, with nothing in its cache.

The dashboard against the home page of a stock CKAN, in Chromium; aims: at most a quarter of the
bytes, no script, half the time to the largest contentful paint. Each visit has a browser context
of its own, so that no cookie, no cache and no open connection is left from another.
"""

from __future__ import annotations

import os
import statistics
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bench import data, figures, proxy
from bench.setting import current

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUNS = 15
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LARGEST_PAINT = """() => new Promise(resolve =>
    new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
        .observe({type: 'largest-contentful-paint', buffered: true}))"""


@dataclass(frozen=True)
class Visit:
    """Bytes over the wire with the headers, requests, scripts, milliseconds to the paint."""

    wire: int
    requests: int
    scripts: int
    paint: float


def main() -> None:
    """Print the table of P10."""
    if find_spec("playwright") is None:
        print("Playwright is not installed here: left out. (./portal test installs it)")
        return
    from playwright.sync_api import sync_playwright

    setting = current()
    data.prepare(setting)
    figures.prepare(setting)
    pages = {
        "`/insight`": f"{setting.ours.url}/insight",
        "home of the stock CKAN": f"{setting.stock.url}/",
    }
    with ExitStack() as stack:
        fronts = [
            stack.enter_context(proxy.in_front_of(side.url))
            for side in (setting.ours, setting.stock)
        ]
        if all(fronts):
            pages["`/insight` through nginx"] = f"{fronts[0]}/insight"
            pages["home of the stock CKAN through nginx"] = f"{fronts[1]}/"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("INDEP_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
            )
            _print(_measured(browser, pages))
            browser.close()


def _measured(browser: Browser, pages: dict[str, str]) -> dict[str, list[Visit]]:
    """Visit all in turn, after one visit that does not count; the order changes from run to run."""
    names = list(pages)
    found: dict[str, list[Visit]] = {name: [] for name in names}
    for name in names:
        _visit(browser, pages[name])
    for run in range(RUNS):
        for name in names if run % 2 == 0 else reversed(names):
            found[name].append(_visit(browser, pages[name]))
    return found


def _visit(browser: Browser, address: str) -> Visit:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    events = context.new_cdp_session(page)
    sizes: list[int] = []
    kinds: list[str] = []

    def finished(event: Any) -> None:
        sizes.append(int(event["encodedDataLength"]))

    def asked(event: Any) -> None:
        kinds.append(str(event.get("type")))

    events.on("Network.loadingFinished", finished)
    events.on("Network.requestWillBeSent", asked)
    events.send("Network.enable")
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address} answered {answer and answer.status}.")
    paint = float(page.evaluate(LARGEST_PAINT))
    context.close()
    return Visit(sum(sizes), len(kinds), kinds.count("Script"), paint)


def _print(found: dict[str, list[Visit]]) -> None:
    print("| page | bytes over the wire | requests | scripts | paint, ms (min / median / max) |")
    print("|---|---|---|---|---|")
    for name, visits in found.items():
        wire = statistics.median(visit.wire for visit in visits)
        paints = [visit.paint for visit in visits]
        spread = f"{min(paints):.0f} / {statistics.median(paints):.0f} / {max(paints):.0f}"
        one = visits[-1]
        print(f"| {name} | {wire:,.0f} | {one.requests} | {one.scripts} | {spread} |")
    print()
    names = list(found)
    for ours, theirs in zip(names[::2], names[1::2], strict=True):
        wire, paint = (
            statistics.median(getattr(visit, what) for visit in found[ours])
            / statistics.median(getattr(visit, what) for visit in found[theirs])
            for what in ("wire", "paint")
        )
        print(f"{ours} / {theirs}: {wire:.2f} of the bytes, {paint:.2f} of the time.")


if __name__ == "__main__":
    main()
