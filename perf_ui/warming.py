"""Read in the background what the first visitor of a store's state would otherwise wait for.

One thread per process waits to be asked: once at the start, and by ``ask`` whenever a run finds
that the store has changed. What it reads is the company's, so no visitor is named.
"""

from __future__ import annotations

import gc
import importlib
import logging
import time
from collections.abc import Iterator
from threading import Event, Thread
from typing import Final

from perf_core.domain.access import everything
from perf_core.domain.errors import PerfError
from perf_core.domain.period import Period
from perf_core.language.formats import format_number, format_period
from perf_core.language.translate import LANGUAGES, sentences
from perf_core.services.open_store import version_of
from perf_ui import compare_reads, metrics, reads, start
from perf_ui.compare_reads import State

_LOG = logging.getLogger("perfboard")

_asked: Final = Event()
_ended: Final = Event()

_PARTS: Final = (
    *("compare_cost_parts", "compare_problem_parts"),
    *("compare_people_parts", "compare_events_parts"),
)
_READ_AHEAD: Final = ("compare_cost_reads", "compare_problem_reads")

_PAUSE: Final = 0.05
_MOST_PAUSES: Final = 200


def begin() -> None:
    """Start the thread and ask for the first time."""
    _ended.clear()
    ask()
    Thread(target=_work, name="warming", daemon=True).start()


def end() -> None:
    """Let the thread end."""
    _ended.set()
    _asked.set()


def ask() -> None:
    """Ask for the store's present state; costs nothing where no thread waits."""
    _asked.set()


def _work() -> None:
    while True:
        _asked.wait()
        _asked.clear()
        if _ended.is_set():
            return
        try:
            warm()
        except PerfError:
            continue  # a store that is not set up: the page says so
        except Exception:  # noqa: BLE001 (reading ahead may fail; the server goes on)
            _LOG.exception("reading ahead failed; visitors read for themselves")


def _may_go_on() -> bool:
    """Wait while pages are made for somebody; false once there is something else to do."""
    for _pause in range(_MOST_PAUSES):
        if not metrics.is_busy():
            break
        time.sleep(_PAUSE)
    return not _asked.is_set()


def warm() -> None:
    """Read the newest month with data, what a page shows beside it, and the months compared."""
    opened = start.store()
    if not start.is_ready():
        return
    state = (opened.name, version_of(opened))
    month = reads.read_ahead(state, everything())
    if month is None:
        return
    for language in LANGUAGES:
        sentences(language)
        format_number(1234.5, language)
        format_period(month, language)
    _set_aside(anew=True)
    with reads.after_the_run():
        for _step in _compared(state, month):
            _set_aside(anew=False)
            if not _may_go_on():
                return
    _set_aside(anew=True)


def _compared(state: State, month: Period) -> Iterator[None]:
    """Read the comparison of a month, step by step."""
    yield from compare_reads.read_ahead(state, month)
    # What these parts compute with takes a second to import, which a start need not wait for.
    for name in _PARTS:
        yield
        importlib.import_module(f"perf_ui.{name}")
    for name in _READ_AHEAD:
        yield
        yield from importlib.import_module(f"perf_ui.{name}").read_ahead(state, month)


def _set_aside(*, anew: bool) -> None:
    """Keep the collector from what is kept.

    Streamlit collects all garbage after every run. What is kept never is any, so it need not be
    looked at each time; ``anew`` also lets go what an earlier state left behind.
    """
    if anew:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
