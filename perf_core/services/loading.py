"""A load under way: its delivery, its transaction, and the two questions asked of every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Connection

from perf_core.services.people_reference import fill_table
from perf_core.sources.delivery import CleanTable, Delivery
from perf_core.store.loads import Coverage, Journal
from perf_core.store.measure_writes import Reach

BAD_FILE = "bad_file"
"""The reason of good rows in a file that was skipped for its bad ones."""


@dataclass
class Loading:
    """What the parts of one load share.

    Attributes
    ----------
    today : date
        The day of the load.
    assignments_from : date
        The day from which a differing role or brand in ``employees`` counts.
    journal : Journal
        Collects what is touched, and what stood there before.
    reach : Reach
        The months and people whose sums have to be made again.
    notes : dict of str to Counter
        Counts worth telling, by relation.
    """

    connection: Connection
    delivery: Delivery
    today: date
    at: datetime
    assignments_from: date
    load_id: int
    by: str = ""
    journal: Journal = field(default_factory=Journal)
    reach: Reach = field(default_factory=Reach)
    coverage: list[Coverage] = field(default_factory=list)
    notes: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # DuckDB takes no new work while an answer of reading is still open.
        self.delivery.connection.complete()

    @property
    def duck(self) -> duckdb.DuckDBPyConnection:
        """The connection the clean tables live in."""
        return self.delivery.connection

    @property
    def currency(self) -> str:
        """The company's own currency."""
        return self.delivery.settings.currency

    def cover(self, brought: Coverage) -> None:
        """Keep the days a file brought a measure for, one entry per source, table and measure."""
        for i, other in enumerate(self.coverage):
            if (other.source, other.table, other.measure) == (
                brought.source,
                brought.table,
                brought.measure,
            ):
                self.coverage[i] = replace(
                    other,
                    first_day=min(other.first_day, brought.first_day),
                    last_day=max(other.last_day, brought.last_day),
                    rows=other.rows + brought.rows,
                )
                return
        self.coverage.append(brought)

    def note(self, clean: CleanTable, what: str, count: int = 1) -> None:
        """Count something worth telling about a table."""
        if count:
            self.notes.setdefault(clean.relation, Counter())[what] += count

    def good_rows(self, clean: CleanTable) -> list[dict[str, Any]]:
        """The rows that hold so far, each with its place in the relation as ``__id``."""
        rows: list[dict[str, Any]] = (
            self.duck.sql(
                f'SELECT rowid AS __id, * FROM "{clean.relation}" '
                "WHERE __reason IS NULL ORDER BY rowid"
            )
            .to_arrow_table()
            .to_pylist()
        )
        return rows

    def reject(self, clean: CleanTable, reasons: Sequence[tuple[int, str]]) -> None:
        """Set rows aside by their place."""
        if not reasons:
            return
        columns = {"id": pa.int64(), "reason": pa.string()}
        fill_table(self.duck, "late_reasons", columns, reasons)
        self.duck.execute(
            f'UPDATE "{clean.relation}" SET __reason = l.reason FROM late_reasons l '
            f'WHERE "{clean.relation}".rowid = l.id'
        )

    def reject_where(self, clean: CleanTable, select: str) -> None:
        """Set rows aside by a query that gives ``id`` and ``reason``, NULL for those that hold."""
        self.duck.execute(
            f"CREATE OR REPLACE TEMP TABLE late_reasons AS "
            f"SELECT id, reason FROM ({select}) WHERE reason IS NOT NULL"
        )
        self.duck.execute(
            f'UPDATE "{clean.relation}" SET __reason = l.reason FROM late_reasons l '
            f'WHERE "{clean.relation}".rowid = l.id'
        )

    def count(self, sql: str) -> int:
        """A single number."""
        row = self.duck.execute(sql).fetchall()[0]
        return int(row[0] or 0)

    def has_column(self, clean: CleanTable, column: str) -> bool:
        """Whether the file brings a column, under whatever name or as a constant."""
        if column in clean.columns:
            return True
        name = column if column in self.columns_of(clean) else f"{column}_e4"
        return (
            self.count(
                f'SELECT count(*) FROM "{clean.relation}" '
                f'WHERE "{name}" IS NOT NULL AND CAST("{name}" AS VARCHAR) <> \'\''
            )
            > 0
        )

    def columns_of(self, clean: CleanTable) -> list[str]:
        """The columns of a relation."""
        rows = self.duck.execute(f'DESCRIBE "{clean.relation}"').fetchall()
        return [str(row[0]) for row in rows]
