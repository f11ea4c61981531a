"""P1: the dashboard for a stranger, against a stock CKAN's list of datasets.

Aims: at least 20 times the requests a second from the application, and 200 times through nginx
with the shipped configuration. The figures are 25 measures and more, each over 40 quarters.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

from bench import data, figures, load, proxy
from bench.setting import current

RUNS = 7

Work = Callable[[], float]


def main() -> None:
    """Print the table of P1."""
    setting = current()
    data.prepare(setting)
    measures = figures.prepare(setting)
    print(
        f"{measures} measures over {figures.QUARTERS} quarters; {load.CONNECTIONS} connections.\n"
    )
    page = f"{setting.ours.url}/insight"
    with proxy.in_front_of(setting.ours.url) as front:
        works = {
            "stock CKAN, `/dataset/`": _asking(f"{setting.stock.url}/dataset/", 40),
            "`/insight`, a page that nobody has asked for": _new_pages(page, 40),
            "`/insight`": _asking(page, 400),
            "`/insight`, revalidated (304)": _revalidating(page, 800),
        }
        if front:
            works["`/insight` through nginx"] = _asking(f"{front}/insight", 8000)
        _print(_measured(works))


def _asking(address: str, number: int) -> Work:
    return lambda: load.per_second(address, number)


def _new_pages(address: str, number: int) -> Work:
    """Ask for an address that is new each time, so that nothing can have been kept."""
    runs = iter(range(1_000_000))

    def work() -> float:
        run = next(runs)
        return load.per_second_of([f"{address}?run={run}-{one}" for one in range(number)])

    return work


def _revalidating(address: str, number: int) -> Work:
    tag = load.get(address).header("ETag")
    return lambda: load.per_second(address, number, {"If-None-Match": tag}, status=304)


def _measured(works: dict[str, Work]) -> dict[str, list[float]]:
    """Run all in turn, after one run that does not count; the order changes from run to run."""
    names = list(works)
    found: dict[str, list[float]] = {name: [] for name in names}
    for work in works.values():
        work()
    for run in range(RUNS):
        for name in names if run % 2 == 0 else reversed(names):
            found[name].append(works[name]())
    return found


def _print(found: dict[str, list[float]]) -> None:
    stock = statistics.median(next(iter(found.values())))
    print(
        "| page | requests a second (min / median / max) | times the stock CKAN's |\n|---|---|---|"
    )
    for name, speeds in found.items():
        median = statistics.median(speeds)
        spread = f"{min(speeds):.0f} / {median:.0f} / {max(speeds):.0f}"
        print(f"| {name} | {spread} | {median / stock:.1f} |")


if __name__ == "__main__":
    main()
