"""``python -m perf_core COMMAND``: everything the pages do to the data, for a schedule."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from perf_core.commands import COMMANDS, is_offered, load_command
from perf_core.commands.output import Output

DONE, REFUSED, WRONG_USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 1 refused, 2 wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A Windows console would otherwise stumble over 店铺.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = _parser(words)
    try:
        args = parser.parse_args(words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else WRONG_USAGE
    if args.command is None:
        parser.print_usage(sys.stderr)
        return WRONG_USAGE
    out = Output(wants_json=args.json)
    try:
        return _run(args, out)
    except BrokenPipeError:
        # The reader of the pipe has seen enough.
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        out.complain("Stopped; nothing was kept of a load that was not finished.")
        return 130
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        out.complain(_reason(error))
        return REFUSED


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False)
    _add_globals(everywhere, suppress=True)
    parser = argparse.ArgumentParser(
        prog="python -m perf_core",
        description="Perfboard: from raw exports to a scorecard a manager trusts.",
    )
    _add_globals(parser, suppress=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    wanted = next((word for word in words if word in COMMANDS), None)
    for name, (_, line) in COMMANDS.items():
        if not is_offered(name):
            continue
        sub = commands.add_parser(name, help=line, description=line, parents=[everywhere])
        if name == wanted:
            load_command(name).add_arguments(sub)
    return parser


def _add_globals(parser: argparse.ArgumentParser, *, suppress: bool) -> None:
    """``--db`` and ``--json`` may stand before or after the command."""
    hidden = argparse.SUPPRESS
    parser.add_argument(
        "--db", metavar="URL", default=hidden if suppress else None, help="the store"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        default=hidden if suppress else False,
        help="print one JSON document and nothing else",
    )


def _run(args: argparse.Namespace, out: Output) -> int:
    # Heavy imports wait until a command really runs: --help answers at once.
    from perf_core.settings import Settings
    from perf_core.store.engine import Store, require_ready

    settings = Settings()
    command = load_command(args.command)
    store = Store(args.db or settings.database_url, lock_wait_seconds=settings.lock_wait_seconds)
    try:
        if getattr(command, "NEEDS_STORE", True):
            require_ready(store)
        return command.run(args, store, out) or DONE
    finally:
        store.dispose()


_FULL_DISK = ("disk is full", "No space left", "File too large", "disk I/O error", "DiskFull")


def _reason(error: Exception) -> str:
    """Why a command was refused, in one line without a traceback."""
    from perf_core.domain.errors import PerfError

    if isinstance(error, PerfError):
        return error.message()
    original = getattr(error, "orig", None) or error
    text = " ".join(str(original).split()) or type(original).__name__
    if any(sign in text for sign in _FULL_DISK):
        return f"The disk is full or faulty, nothing was changed: make room, try again ({text})."
    if "database is locked" in text or "lock timeout" in text:
        return "Another load is still running, nothing was changed: try again when it is done."
    if isinstance(error, OSError):
        return f"{text}."
    return f"This failed, nothing was changed: {type(original).__name__}: {text}"
