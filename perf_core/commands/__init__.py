"""The commands of ``python -m perf_core``, one module each.

A command module has ``add_arguments(parser)`` and ``run(args, store, out)``, which gives the exit
status (``None`` is 0). ``NEEDS_STORE = False`` says that it also runs on a store that is not set
up. A wish that cannot be granted is a :class:`~perf_core.domain.errors.PerfError`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from perf_core.commands.output import Output
    from perf_core.store.engine import Store


class Command(Protocol):
    """What a command module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, args: argparse.Namespace, store: Store, out: Output) -> int | None:
        """Do it and give the exit status."""


COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("perf_core.commands.init", "make or upgrade the store; --demo fills it"),
    "import": ("perf_core.commands.import_", "load files or folders"),
    "loads": ("perf_core.commands.loads", "list the loads, or undo one"),
    "score": ("perf_core.commands.score", "scorecards of a period"),
    "compare": ("perf_core.commands.compare", "groups side by side"),
    "events": ("perf_core.commands.events", "what changed in the business, and what went with it"),
    "progress": ("perf_core.commands.progress", "how far a running period has come"),
    "access": ("perf_core.commands.access", "who may see what and why; accounts and their parts"),
    "links": ("perf_core.commands.links", "list the shared links, or take some back"),
    "export": ("perf_core.commands.export", "tables as CSV that import takes back"),
    "doctor": ("perf_core.commands.doctor", "check the installation and say what to do"),
}
"""Each command's module and its line of help; modules are imported when their command runs."""


def is_offered(name: str) -> bool:
    """Whether the command's module is there."""
    return importlib.util.find_spec(COMMANDS[name][0]) is not None


def load_command(name: str) -> Command:
    """Import a command."""
    return importlib.import_module(COMMANDS[name][0])
