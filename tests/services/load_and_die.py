"""Load a folder and die at a step: run by a test as a process of its own.

``python load_and_die.py URL FOLDER STEP``; the step ``""`` lives. Nothing of this is
in the product: the progress it reports is where the process kills itself.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from perf_core.domain.access import everything
from perf_core.services.load_files import load_files
from perf_core.store.engine import Store


def die_at(wanted: str) -> None:
    def progress(step: str, _share: float) -> None:
        if step == wanted:
            sys.stdout.write("dying\n")
            sys.stdout.flush()
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    store = Store(sys.argv[1])
    load_files(
        store, [Path(sys.argv[2])], today=date(2026, 6, 20), progress=progress, scope=everything()
    )
    store.dispose()


if __name__ == "__main__":
    die_at(sys.argv[3])
