"""``init``: make or upgrade the store; ``--demo`` fills it with the demo company."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Final

from perf_core.commands.output import Output
from perf_core.domain.errors import DemoRefused
from perf_core.services.set_up import describe, set_up
from perf_core.store.engine import Store

NEEDS_STORE: Final = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--demo", action="store_true", help="fill the store with a demo company")
    parser.add_argument(
        "--people", type=_people, default=200, metavar="N", help="28: one shop; 200: five brands"
    )
    parser.add_argument(
        "--months", type=_months, default=18, metavar="M", help="months with data, 18 by default"
    )
    parser.add_argument("--seed", type=int, default=618, metavar="S", help="another demo company")


def run(args: argparse.Namespace, store: Store, out: Output) -> None:
    """Set up the store, fill it if asked, and say what it is now."""
    done = set_up(store)
    if args.demo:
        # Only a demo needs the makers of it.
        from perf_core.services.demo_company import demo_folder, make_demo

        folder = demo_folder(store, args.people)
        with out.progress() as tell:
            account = make_demo(
                store,
                folder=folder,
                people=args.people,
                months=args.months,
                seed=args.seed,
                progress=tell,
            )
        if account.refused:
            raise DemoRefused(reason=account.refused)
        done = describe(store)
        out.say(f"The raw files of the demo company lie in {folder}.")
    out.document(dataclasses.asdict(done))
    out.say(f"{done.store}: schema {done.schema}, people: {done.people}.")


def _people(text: str) -> int:
    number = int(text)
    if not 6 <= number <= 5000:
        raise argparse.ArgumentTypeError("between 6 and 5000 people")
    return number


def _months(text: str) -> int:
    number = int(text)
    if not 2 <= number <= 60:
        raise argparse.ArgumentTypeError("between 2 and 60 months")
    return number
