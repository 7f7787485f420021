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

RUNS, ROUNDS = 10, 7
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


class Page:
    """A page on a server, run again and again as a touch of a widget does."""

    def __init__(self, server: Server, page: str, query: str) -> None:
        self.server, self.page, self.query = server, page, query
        self.visitor = Visitor(server.port)
        self.first, self.seen = self.visitor.visit(page, query)
        self.first_statements = server.statements()
        if self.seen.faults:
            raise RuntimeError(f"{page}: {self.seen.faults}")
        self.seconds: list[float] = []
        self.cpu_seconds: list[float] = []
        self.statements = 0

    def run(self, times: int) -> None:
        """Run it some times warm, and add up what that took."""
        self.visitor.visit(self.page, self.query)
        sent, before = self.server.statements(), self.server.cpu_seconds()
        self.seconds += [self.visitor.visit(self.page, self.query)[0] for _ in range(times)]
        self.cpu_seconds.append((self.server.cpu_seconds() - before) / times)
        self.statements += self.server.statements() - sent

    @property
    def warm(self) -> Runs:
        """What a warm run takes: the middle of all, as other work on the machine disturbs some."""
        return Runs(
            statistics.median(self.seconds) * 1000,
            statistics.median(self.cpu_seconds) * 1000,
            self.statements / len(self.seconds),
        )


def in_turns(pages: list[Page]) -> None:
    """Run pages in turns, so that whatever else the machine does meets all of them alike."""
    for page in pages:
        page.run(3)
        page.seconds, page.cpu_seconds, page.statements = [], [], 0
    for _ in range(ROUNDS):
        for page in pages:
            page.run(RUNS)


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
        # Each page in a process that knows nothing yet.
        with serving(environment) as server, serving(dict(os.environ), str(folder)) as plain:
            app = Page(server, page, query)
            recording = app.seen.recording
            recording.keep(folder)
            alone, same = Page(plain, "", ""), Page(plain, "", "all=1")
            if same.seen.recording.elements != recording.elements:
                raise RuntimeError(f"{page}: the bare page lacks elements of it")
            # What a start reads ahead for other pages is no cost of this one.
            server.come_to_rest()
            in_turns([app, same, alone])
            ours, alike, bare = app.warm, same.warm, alone.warm
            for one in (app, same, alone):
                one.visitor.close()
        yield Figure(
            f"{name}: warm run",
            ours.median_ms,
            "ms",
            limit=LIMITS_MS[people],
            beside=f"the first visit of the process {app.first * 1000:.0f} ms",
        )
        yield Figure(
            f"{name}: statements of a warm run",
            ours.statements,
            limit=MOST_STATEMENTS,
            beside=f"{app.first_statements} on the first visit of the process",
        )
        yield Figure(
            f"{name}: processor time, times a bare page with the same elements",
            ours.cpu_ms / alike.cpu_ms,
            "×",
            limit=MOST_CPU,
            beside=f"{ours.cpu_ms:.0f} ms and {alike.cpu_ms:.0f} ms for {recording.elements} "
            f"elements in {recording.blocks} containers",
        )
        yield Figure(
            f"{name}: processor time, times its tables and charts alone",
            ours.cpu_ms / bare.cpu_ms,
            "×",
            limit=MOST_CPU,
            beside=f"{bare.cpu_ms:.0f} ms for {len(recording.tables)} tables, "
            f"{len(recording.charts)} charts",
        )
