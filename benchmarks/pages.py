"""Scripted page runs over the browser's protocol, beside a bare page with the same content."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.figures import Figure
from benchmarks.made_up import FOLDER
from benchmarks.stores import demo_company, last_whole_month
from benchmarks.visitor import Server, Visitor, serving
from perf_core.store.engine import Store

RUNS = 20
LIMITS_MS = {200: 100, 2_000: 200}
MOST_STATEMENTS = 10
MOST_CPU = 1.5


@dataclass(frozen=True)
class Runs:
    """What the warm runs of one page took."""

    median_ms: float
    cpu_ms: float
    statements: float


def a_person(store: Store) -> str:
    """Give somebody with figures in the last month."""
    with store.reading() as connection:
        return str(
            connection.exec_driver_sql(
                "SELECT employee_id FROM monthly_measures WHERE employee_id <> '' "
                "AND visits IS NOT NULL AND orders IS NOT NULL "
                "ORDER BY month DESC, employee_id LIMIT 1"
            ).scalar_one()
        )


def warm_runs(server: Server, visitor: Visitor, page: str, query: str) -> Runs:
    """Run a page again and again, as a touch of a widget does."""
    for _ in range(3):
        visitor.visit(page, query)
    sent, before = server.statements(), server.cpu_seconds()
    seconds = [visitor.visit(page, query)[0] for _ in range(RUNS)]
    used = server.cpu_seconds() - before
    return Runs(
        statistics.median(seconds) * 1000,
        used * 1000 / RUNS,
        (server.statements() - sent) / RUNS,
    )


def figures(people: int) -> Iterator[Figure]:
    """Measure Overview, Team and Person in a company of a size."""
    url = demo_company(people)
    store = Store(url)
    month, somebody = last_whole_month(store).code, a_person(store)
    store.dispose()
    common = f"as=hr&lang=en&period={month}"
    queries = {"": common, "team": common, "person": f"{common}&person={somebody}"}
    environment = {**os.environ, "PERF_DATABASE_URL": url}
    for page, query in queries.items():
        name = f"{page or 'overview'}, {people:,} people"
        folder = FOLDER / f"bare-{people}-{page or 'overview'}"
        with serving(environment) as server:  # each page in a process that knows nothing yet
            visitor = Visitor(server.port)
            first, seen = visitor.visit(page, query)
            statements = server.statements()
            if seen.faults:
                raise RuntimeError(f"{page}: {seen.faults}")
            seen.keep(folder)
            ours = warm_runs(server, visitor, page, query)
            visitor.close()
        with serving(dict(os.environ), str(folder)) as server:
            visitor = Visitor(server.port)
            bare = warm_runs(server, visitor, "", "")
            alike = warm_runs(server, visitor, "", "all=1")
            visitor.close()
        yield Figure(
            f"{name}: warm run",
            ours.median_ms,
            "ms",
            limit=LIMITS_MS[people],
            beside=f"the first visit of the process {first * 1000:.0f} ms",
        )
        yield Figure(
            f"{name}: statements of a warm run",
            ours.statements,
            limit=MOST_STATEMENTS,
            beside=f"{statements} on the first visit of the process, when nothing is read yet",
        )
        yield Figure(
            f"{name}: processor time, times a bare page with the same elements",
            ours.cpu_ms / alike.cpu_ms,
            "×",
            limit=MOST_CPU,
            beside=f"{ours.cpu_ms:.0f} ms and {alike.cpu_ms:.0f} ms for {seen.elements} elements "
            f"in {seen.blocks} containers",
        )
        yield Figure(
            f"{name}: processor time, times its tables and charts alone",
            ours.cpu_ms / bare.cpu_ms,
            "×",
            limit=MOST_CPU,
            beside=f"{bare.cpu_ms:.0f} ms for {len(seen.tables)} tables, {len(seen.charts)} charts",
        )
