"""``doctor``: check the installation and say what to do."""

from __future__ import annotations

import argparse
from datetime import date

from perf_core.commands.output import Output
from perf_core.services.doctor import examine
from perf_core.store.engine import Store

NEEDS_STORE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: none."""


def run(args: argparse.Namespace, store: Store, out: Output) -> int:  # noqa: ARG001
    """Print each check; give 1 where the program cannot be trusted until it is mended."""
    checks = examine(store, today=date.today())
    out.document([{"check": c.check, "ok": c.ok, "advice": c.advice} for c in checks])
    out.table(
        ["check", "", "advice"], [[c.check, "ok" if c.ok else "!!", c.advice] for c in checks]
    )
    stopping = [c for c in checks if c.stops and not c.ok]
    if stopping:
        out.complain(stopping[0].advice)
    return 1 if stopping else 0
