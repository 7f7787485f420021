"""``python -m benchmarks`` measures everything and prints a table; some minutes on two cores."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from collections.abc import Callable, Iterator

from benchmarks.figures import HEAD, Figure

PARTS = ("orders", "scoring", "loading", "pages", "compare", "layout")


def main() -> int:
    """Print each figure as it comes; return 1 if a limit was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help="10 million orders as well")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="some parts only")
    options = parser.parse_args()
    print(f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    print(HEAD, flush=True)
    missed = 0
    for part in options.only:
        for figure in measure(part, large=options.large):
            print(figure.row(), flush=True)
            missed += figure.kept is False
    print(f"\n{missed} limits missed" if missed else "\nall limits kept")
    return 1 if missed else 0


def measure(part: str, *, large: bool) -> Iterator[Figure]:
    """Measure one part."""
    figures: Callable[..., Iterator[Figure]] = importlib.import_module(f"benchmarks.{part}").figures
    if part == "orders":
        yield from figures(1_000_000)
        if large:
            yield from figures(10_000_000)
    elif part == "pages":
        yield from figures(200)
        yield from figures(2_000)
    else:
        yield from figures()


if __name__ == "__main__":
    sys.exit(main())
