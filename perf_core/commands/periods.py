"""The period and the as-of day that several commands are asked for."""

from __future__ import annotations

import argparse
from datetime import date

from perf_core.domain.errors import BadDay, BadPeriod
from perf_core.domain.period import parse_period


def add_period(parser: argparse.ArgumentParser) -> None:
    """Declare ``--period`` and ``--as-of``."""
    parser.add_argument(
        "--period",
        required=True,
        metavar="P",
        help="2026-06, 2026-Q2, 2026-W23, 2026, 2026-06-15 or 2026-05-30..2026-08-29",
    )
    parser.add_argument(
        "--as-of", metavar="D", help="the last day that counts (default: the newest data)"
    )


def read_day(text: str | None) -> date | None:
    """A day as it is written on the command line.

    Raises
    ------
    BadDay
        It is none.
    """
    if text is None:
        return None
    try:
        day = parse_period(text)
    except BadPeriod:
        raise BadDay(text=text) from None
    if day.kind != "day":
        raise BadDay(text=text)
    return day.start
