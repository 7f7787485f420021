"""``progress``: how far a running period has come."""

from __future__ import annotations

import argparse

from perf_core.commands.output import Output
from perf_core.commands.periods import add_period, read_day
from perf_core.domain.access import everything
from perf_core.domain.period import parse_period
from perf_core.services.progress import progress_of
from perf_core.store.engine import Store

_COLUMNS = (
    "employee_id",
    "brand",
    "role",
    "indicator",
    "target",
    "actual",
    "progress",
    "expected",
    "pace",
    "forecast",
    "low",
    "high",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_period(parser)
    parser.add_argument("--employee", metavar="ID", help="one person alone")


def run(args: argparse.Namespace, store: Store, out: Output) -> int:
    """Print progress, what is expected by now, and pace."""
    progress = progress_of(
        store,
        parse_period(args.period),
        as_of=read_day(args.as_of),
        scope=everything(),
        employee_id=args.employee,
    )
    rows = [
        {**row, "brand": row["brand"] or None}
        for row in progress[list(_COLUMNS)].to_dict("records")
    ]
    out.document(rows)
    # The forecast is not made yet: a column of dashes says nothing to a person.
    shown = [name for name in _COLUMNS if name not in ("forecast", "low", "high")]
    out.table(shown, [[row[name] for name in shown] for row in rows])
    return 0
