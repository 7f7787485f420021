"""The people of the store as loads see them: who is here when, in which brand, owning what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from perf_core.services.people_plan import (
    FOREVER,
    Credit,
    Employment,
    Row,
    credits_of,
    employment,
    grouped,
    spans_of,
)
from perf_core.store.measure_writes import OwnerSpan, Reach, credit_again
from perf_core.store.row_writes import read_table
from perf_core.store.tables import Assignment, ChannelOwner, Employee, Rate


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a row class."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True)
class PeopleState:
    """What decides where a row counts: days and brands of each person, owners of each channel."""

    people: Mapping[str, Sequence[tuple[Any, ...]]]
    owners: Mapping[str, Sequence[tuple[Any, ...]]]


@dataclass
class PeoplePlan:
    """What will stand after the load, and the rows that bring it there."""

    employees: dict[str, Row] = field(default_factory=dict)
    assignments: dict[str, list[Row]] = field(default_factory=dict)
    owners: dict[str, list[Row]] = field(default_factory=dict)
    rates: dict[tuple[date, str], float] = field(default_factory=dict)
    writes: dict[str, dict[tuple[Any, ...], Row]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    """People whose brand or days of employment change."""
    started: list[tuple[Row, bool]] = field(default_factory=list)
    """Assignments that rows of ``employees`` start, and whether they are the person's first."""
    channels: set[str] = field(default_factory=set)
    """Channels whose credit may change."""

    @property
    def employments(self) -> dict[str, Employment]:
        """Who is employed when."""
        return {key: employment(row) for key, row in self.employees.items()}

    def credits(self) -> list[Credit]:
        """Who is credited with the rows of a channel that name nobody."""
        return credits_of(self.owners, self.employments)

    def will_write(self, table: str, key: tuple[Any, ...], row: Row) -> None:
        """Take a row into the writes; the last of a key counts."""
        self.writes.setdefault(table, {})[key] = row

    def state(self) -> PeopleState:
        """A copy of what decides where rows count."""
        people = {}
        for key, row in self.employees.items():
            days: list[tuple[Any, ...]] = [(row["hire_date"], row["leave_date"])]
            days += [
                (span.first, span.last, span.row["brand"])
                for span in spans_of(self.assignments.get(key, []))
            ]
            people[key] = days
        owners = {
            channel: sorted(tuple(str(cell) for cell in row.values()) for row in rows)
            for channel, rows in self.owners.items()
        }
        return PeopleState(people, owners)


def standing_people(connection: Connection) -> PeoplePlan:
    """The people, owners and rates that stand in the store."""

    def stored(model: type[SQLModel]) -> list[Row]:
        rows: list[Row] = read_table(connection, table_of(model)).to_pylist()
        return rows

    return PeoplePlan(
        employees={row["employee_id"]: row for row in stored(Employee)},
        assignments=grouped(stored(Assignment), "employee_id"),
        owners=grouped(stored(ChannelOwner), "channel"),
        rates={(row["month"], row["currency"]): row["rate"] for row in stored(Rate)},
    )


def moved_between(
    before: PeopleState, after: PeopleState, plan: PeoplePlan
) -> tuple[set[str], set[str]]:
    """Who changed brand or days of employment, and the channels whose credit may have changed."""
    keys = {*before.people, *after.people}
    moved = {key for key in keys if before.people.get(key) != after.people.get(key)}
    names = {*before.owners, *after.owners}
    channels = {name for name in names if before.owners.get(name) != after.owners.get(name)}
    for channel, rows in plan.owners.items():
        if any(row["employee_id"] in moved for row in rows):
            channels.add(channel)
    return moved, channels


def credit_channels(connection: Connection, plan: PeoplePlan, *, reach: Reach) -> None:
    """Credit again what the channels whose owners changed have brought."""
    spans = [
        OwnerSpan(c.channel, c.first, c.last, c.employee_id)
        for c in plan.credits()
        if c.channel in plan.channels
    ]
    credit_again(connection, spans, plan.channels, reach=reach)


def fill_table(
    duck: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, pa.DataType],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Make a small table of a DuckDB connection out of tuples."""
    lists = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array(list(values), kind) for values, kind in zip(lists, columns.values(), strict=True)
    ]
    duck.register("filling", pa.Table.from_arrays(arrays, names=list(columns)))
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM filling")
    duck.unregister("filling")


def hand_over(duck: duckdb.DuckDBPyConnection, plan: PeoplePlan) -> None:
    """Give a DuckDB connection what orders, tickets and measures are placed by."""
    text, day = pa.string(), pa.date32()
    fill_table(
        duck,
        "ref_employees",
        {"employee_id": text, "first": day, "last": day},
        [(key, here.first, here.last) for key, here in plan.employments.items()],
    )
    fill_table(
        duck,
        "ref_rates",
        {"month": day, "currency": text, "rate": pa.float64()},
        [(month, currency, rate) for (month, currency), rate in plan.rates.items()],
    )
    fill_table(
        duck,
        "ref_assignments",
        {"employee_id": text, "first": day, "last": day, "brand": text, "region": text},
        [
            (key, span.first, span.last, span.row["brand"], span.row["region"])
            for key, rows in plan.assignments.items()
            for span in spans_of(rows)
        ],
    )
    fill_table(
        duck,
        "ref_credits",
        {"channel": text, "first": day, "last": day, "employee_id": text},
        [(c.channel, c.first, c.last, c.employee_id) for c in plan.credits()],
    )
    fill_table(
        duck,
        "ref_owners",
        {"channel": text, "first": day, "last": day, "brand": text, "region": text},
        _owner_places(plan),
    )


def _owner_places(plan: PeoplePlan) -> list[tuple[Any, ...]]:
    """Brand and region a channel's own rows take on each day: of the owner row then, or the next.

    A day before the first row takes the first one's, a day in a gap that of the row before it.
    """
    places = []
    for channel, rows in plan.owners.items():
        spans = spans_of(rows)
        for i, span in enumerate(spans):
            first = date.min if i == 0 else span.first
            last = FOREVER if i + 1 == len(spans) else spans[i + 1].first
            if i + 1 < len(spans):
                last = date.fromordinal(last.toordinal() - 1)
            places.append((channel, first, last, span.row["brand"], span.row["region"]))
    return places
