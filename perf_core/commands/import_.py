"""``import PATH…``: load files or folders."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from perf_core.commands.output import Output
from perf_core.domain.access import everything
from perf_core.services.load_account import LoadAccount
from perf_core.services.load_files import load_files
from perf_core.services.open_store import is_store_ready
from perf_core.services.reading_context import read_context
from perf_core.services.set_up import set_up
from perf_core.store.clock import now
from perf_core.store.engine import Store

NEEDS_STORE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="files or folders")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="how the files are read")
    parser.add_argument("--source", metavar="NAME", help="the source the files come from")
    parser.add_argument("--dry-run", action="store_true", help="try it, keep nothing")
    parser.add_argument(
        "--allow-rejects", action="store_true", help="load although many rows are rejected"
    )
    parser.add_argument(
        "--skip-bad-files", action="store_true", help="leave out files with many rejected rows"
    )


def run(args: argparse.Namespace, store: Store, out: Output) -> int:
    """Load, print the account, and give 1 where the load is refused."""
    if not is_store_ready(store):
        set_up(store)
        out.complain(f"The store {store.name} was not there yet: it has been set up.")
    with out.progress() as progress:
        account = load_files(
            store,
            args.paths,
            today=_today(store),
            mapping=args.mapping,
            source=args.source,
            dry_run=args.dry_run,
            allow_rejects=args.allow_rejects,
            skip_bad_files=args.skip_bad_files,
            progress=progress,
            scope=everything(),
        )
    out.document(account.as_json())
    show_account(account, out)
    if account.refused:
        out.complain(account.refused)
    return 1 if account.refused else 0


def _today(store: Store) -> date:
    """The day it is for the company."""
    instant: datetime = now()
    return instant.astimezone(ZoneInfo(read_context(store).settings.timezone)).date()


def show_account(account: LoadAccount, out: Output) -> None:
    """Print an account for a person."""
    out.table(
        ["file", "table", "read", "loaded", "excluded", "rejected", "notes"],
        [
            [
                table.file,
                table.table or "(not recognised)",
                table.read,
                table.loaded,
                _counts(table.excluded),
                _counts(table.rejected),
                table.notes.get("message") or _counts(table.notes),
            ]
            for table in account.tables
        ],
    )
    if account.dry_run:
        out.say("Only tried: nothing was kept.")
    elif account.load is not None and not account.refused:
        out.say(f"Load {account.load} is done.")


def _counts(counts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "0"
