"""P3: reading through the API, against a stock CKAN with the same datasets. Aim: ≥ 0.97×.

The ratio is of times, so the aim of 0.97 times the requests a second is a ratio of at most 1.03.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench import data
from bench.client import Client
from bench.compare import Comparison, alternate, table
from bench.setting import Setting, current

REQUESTS = 30


def main() -> None:
    """Print the table of P3."""
    setting = current()
    data.prepare(setting)
    print("Times of", REQUESTS, "requests, one after the other.\n")
    print(table(_comparisons(setting)))


def _comparisons(setting: Setting) -> list[Comparison]:
    result: list[Comparison] = []
    for who, ours, stock in (
        ("anonymous", Client(setting.ours), Client(setting.stock)),
        ("editor", Client(setting.ours, "steward"), data.stock_editor(setting)),
    ):
        for work, parameters in (
            ("package_show", {"id": "bench-001"}),
            ("package_search rows=10", {"rows": 10}),
            ("package_search rows=100", {"rows": 100}),
        ):
            action = work.split()[0]
            result.append(
                alternate(
                    f"{work}, {who}",
                    _repeat(ours, action, parameters),
                    _repeat(stock, action, parameters),
                )
            )
    return result


def _repeat(client: Client, action: str, parameters: Mapping[str, object]) -> Callable[[], None]:
    def run() -> None:
        for _ in range(REQUESTS):
            client.get(action, **parameters)

    return run
