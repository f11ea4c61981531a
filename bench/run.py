"""Runs benchmarks: `python -m bench.run [NAME…]`; `./portal bench` calls it with both portals up.

A benchmark is a file bench/p*.py with a function `main() -> None` that prints its table. It learns
from `bench.setting.current` where the portals are. Those in `ALONE` need none; those of them in
`LONG` take an hour or so and run only when they are named.
"""

import importlib
import sys
from pathlib import Path

LONG = ("kills", "machine")
ALONE = ("privacy", *LONG)
_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the names of all benchmarks."""
    return [*sorted(path.stem for path in _FOLDER.glob("p[0-9]*.py")), *ALONE]


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all, and return the exit code."""
    known = names()
    short = [name for name in known if name not in LONG]
    chosen = [n for n in known if n.split("_")[0] in arguments] if arguments else short
    if not chosen:
        print(f"No benchmark {' '.join(arguments)}; there are: {', '.join(known) or 'none'}.")
        return 1
    for name in chosen:
        print(f"## {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
