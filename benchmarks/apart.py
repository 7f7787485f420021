"""Run one function in a process of its own, and measure that process.

``python -m benchmarks.apart MODULE FUNCTION ARGUMENTS`` is what ``measured`` starts. The function
may import and prepare what it likes and puts what is to be measured into ``with measuring():``.
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import PIPE, run
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Measured:
    """What one process took.

    Attributes
    ----------
    seconds, cpu_seconds : float
        Of the part that was measured.
    peak_mb : float
        The most memory the process held meanwhile.
    answer : Any
        What the function returned.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    answer: Any = field(default=None)


_current = Measured()


@contextmanager
def measuring() -> Iterator[None]:
    """Measure time, processor time and memory of a block, also of the threads it starts."""
    process = psutil.Process()
    done = threading.Event()
    peak = process.memory_info().rss

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    cpu, started = time.process_time(), time.perf_counter()
    try:
        yield
    finally:
        _current.seconds += time.perf_counter() - started
        _current.cpu_seconds += time.process_time() - cpu
        done.set()
        watcher.join()
        peak = max(peak, process.memory_info().rss)
        _current.peak_mb = max(_current.peak_mb, peak / 1024**2)


def measured(module: str, function: str, *arguments: Any) -> Measured:
    """Run ``benchmarks.MODULE.FUNCTION(*arguments)`` in a new process."""
    command = [sys.executable, "-m", "benchmarks.apart", module, function, json.dumps(arguments)]
    done = run(command, cwd=ROOT, stdout=PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module}.{function} failed; its output stands above")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Run the function named on the command line and print its figures as the last line."""
    # Run as a script this file is another module than the one the function imports.
    apart = importlib.import_module("benchmarks.apart")
    module, function, arguments = sys.argv[1:4]
    chosen = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    answer = chosen(*json.loads(arguments))
    apart._current.answer = answer  # noqa: SLF001
    print(json.dumps(asdict(apart._current)))  # noqa: SLF001


if __name__ == "__main__":
    main()
