"""``export TABLE… --to DIR``: tables as CSV that ``import`` takes back."""

from __future__ import annotations

import argparse
from pathlib import Path

from perf_core.commands.output import Output
from perf_core.domain.access import everything
from perf_core.services.export_tables import EXPORTED, export_tables
from perf_core.store.engine import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "tables", nargs="+", metavar="TABLE", help=f"all, or some of: {', '.join(EXPORTED)}"
    )
    parser.add_argument("--to", required=True, type=Path, metavar="DIR", help="the folder")


def run(args: argparse.Namespace, store: Store, out: Output) -> None:
    """Write the files and name them."""
    written = [str(path) for path in export_tables(store, args.tables, args.to, scope=everything())]
    out.document({"written": written})
    for path in written:
        out.say(path)
