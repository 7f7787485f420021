"""``loads``: list the loads, or undo one."""

from __future__ import annotations

import argparse

from perf_core.commands.output import Output
from perf_core.domain.access import everything
from perf_core.services.inspect_loads import list_loads
from perf_core.services.undo_load import undo_load
from perf_core.store.engine import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    deeds = parser.add_subparsers(dest="deed", metavar="undo ID")
    undo = deeds.add_parser("undo", help="put back what a load changed")
    undo.add_argument("load_id", metavar="ID", type=int)
    for name, settings in (("--db", {"metavar": "URL"}), ("--json", {"action": "store_true"})):
        undo.add_argument(name, default=argparse.SUPPRESS, **settings)  # type: ignore[arg-type]


def run(args: argparse.Namespace, store: Store, out: Output) -> None:
    """List the loads, newest first; after an undo the list says so."""
    if args.deed == "undo":
        undo_load(store, args.load_id, scope=everything())
        out.say(f"Load {args.load_id} is undone.")
    loads = list_loads(store, scope=everything())
    out.document(
        [
            {"load": row.pop("load_id"), **row, "files": row.pop("file_list")}
            for row in loads.to_dict(orient="records")
        ]
    )
    columns = ["load_id", "at", "status", "files", "read", "loaded", "excluded", "rejected", "note"]
    shown = loads.assign(at=[f"{at:%Y-%m-%d %H:%M}" for at in loads["at"]])
    out.table(columns, shown[columns].itertuples(index=False))
