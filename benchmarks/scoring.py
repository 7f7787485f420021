"""Scoring a month for everybody, beside a plain loop over people and items."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from benchmarks.apart import measured, measuring
from benchmarks.figures import Figure
from benchmarks.stores import demo_company, last_whole_month
from perf_core.store.engine import Store

PEOPLE = 2_000
RUNS = 7


def score_month(url: str) -> dict[str, object]:
    """Score the last whole month several times, the store written to in between.

    A write makes whatever was kept of the store's content worthless, so that all of it is read
    again; what a running process has beyond that (connections, compiled statements) stays.
    """
    from perf_core.domain.access import everything
    from perf_core.services.score_period import score_period

    seconds = []
    store = Store(url)
    month = last_whole_month(store)
    for _ in range(RUNS):
        with store.writing():
            pass  # counts as a change
        started = time.perf_counter()
        scores = score_period(store, month, scope=everything())
        seconds.append(time.perf_counter() - started)
    store.dispose()
    whole = scores.cards[scores.cards["days"] == month.n_days]
    totals = dict(zip(whole["employee_id"], whole["total"].astype(float), strict=True))
    return {"seconds": statistics.median(seconds), "first": seconds[0], "totals": totals}


def loop_month(url: str, by_query: bool) -> dict[str, float]:  # noqa: FBT001 (from JSON)
    """Score the last whole month with the plain loop."""
    from benchmarks.loop import totals_of_month

    store = Store(url)
    month = last_whole_month(store)
    with measuring():
        totals = totals_of_month(store, month, month.last_day, by_query=by_query)
    store.dispose()
    return totals


def figures() -> Iterator[Figure]:
    """Measure 2,000 people."""
    url = demo_company(PEOPLE)
    ours = measured("scoring", "score_month", url).answer
    plain = measured("scoring", "loop_month", url, False)
    queries = measured("scoring", "loop_month", url, True)
    both = ours["totals"].keys() & plain.answer.keys()
    same = sum(abs(ours["totals"][who] - plain.answer[who]) < 1e-6 for who in both)
    yield Figure(
        f"a month for {PEOPLE:,} people",
        ours["seconds"],
        "s",
        limit=0.25,
        beside=f"first in the process {ours['first']:.2f} s",
    )
    yield Figure(
        "times faster than a loop over people and items, frames in memory",
        plain.seconds / ours["seconds"],
        "×",
        limit=50,
        at_least=True,
        beside=f"{plain.seconds:.1f} s; with a query for each figure {queries.seconds:.1f} s, "
        f"{queries.seconds / ours['seconds']:.0f}×; the same total for {same:,} of {len(both):,} "
        "whole-month cards (the loop knows no absences, reviews, vetoes)",
    )
