"""What scoring reads of a company besides its measures: people, targets, ratings, veto events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, func, select, text
from sqlmodel import SQLModel

from perf_core.domain.frames import (
    ABSENCES,
    ASSIGNMENTS,
    PEOPLE,
    RATINGS,
    TARGETS,
    VETOES,
    checked,
)
from perf_core.domain.period import Period, parse_period
from perf_core.store.measure_tables import ORDER_MEASURES, TICKET_MEASURES
from perf_core.store.tables import FIRST_VALUE

_TABLES = SQLModel.metadata.tables

Span = tuple[date, date]
"""A first and a last day, both included."""


@dataclass(frozen=True)
class Company:
    """What holds for every period of one state of the store. Nobody changes its frames.

    Attributes
    ----------
    people, assignments, absences : DataFrame
        ``domain.frames.PEOPLE`` (with ``bonus_base``), ``ASSIGNMENTS``, ``ABSENCES``.
    rates : DataFrame
        ``month`` (its first day), ``currency``, ``rate``: store currency per unit.
    coverage : dict of str to (date, date)
        For each measure made from orders or tickets, the days between which it is 0 rather than
        no data for everybody employed.
    data_day : date or None
        The last day for which data is loaded.
    codes : PeriodCodes
        The periods that targets and ratings are given for.
    """

    people: pd.DataFrame
    assignments: pd.DataFrame
    absences: pd.DataFrame
    rates: pd.DataFrame
    coverage: dict[str, Span]
    data_day: date | None
    codes: PeriodCodes


def read_company(connection: Connection) -> Company:
    """Read people, assignments, absences, rates and what is loaded: six statements."""
    loaded = _loaded(connection)
    return Company(
        people=_people(connection),
        assignments=_assignments(connection),
        absences=_absences(connection),
        rates=_rates(connection),
        coverage=_coverage(loaded),
        data_day=max((last for _, _, last in loaded.values()), default=None),
        codes=read_period_codes(connection),
    )


def data_day(connection: Connection) -> date | None:
    """The last day for which data is loaded, over the loads that were not undone."""
    return max((last for _, _, last in _loaded(connection).values()), default=None)


def _frame(
    connection: Connection,
    statement: Select[Any],
    *,
    days: Iterable[str] = (),
    numbers: Iterable[str] = (),
) -> pd.DataFrame:
    """The answer as columns with their types, which an empty one does not show."""
    result = connection.execute(statement)
    names = list(result.keys())
    # The driver's own tuples: a record per row would cost more than all that follows.
    columns = list(zip(*result.cursor.fetchall(), strict=True)) or [()] * len(names)
    kinds = dict.fromkeys(days, "day") | dict.fromkeys(numbers, "number")
    return pd.DataFrame(
        {
            name: _typed(list(cells), kinds.get(name, "text"))
            for name, cells in zip(names, columns, strict=True)
        },
        copy=False,
    )


def _typed(cells: list[Any], kind: str) -> Any:
    if kind == "day":
        # Seconds reach the years that open ends are written with.
        return np.array(cells, dtype="datetime64[D]").astype("datetime64[s]")
    if kind == "number":
        return np.array(cells, dtype=np.float64)
    return pd.Series(cells, dtype="object")


def _people(connection: Connection) -> pd.DataFrame:
    table = _TABLES["employees"]
    frame = _frame(
        connection,
        select(
            table.c.employee_id,
            table.c.name,
            table.c.hire_date,
            table.c.leave_date,
            table.c.bonus_base_e4.label("bonus_base"),
        ).order_by(table.c.employee_id),
        days=("hire_date", "leave_date"),
        numbers=("bonus_base",),
    )
    frame["bonus_base"] /= 10_000
    return checked(frame, PEOPLE)


def _assignments(connection: Connection) -> pd.DataFrame:
    table = _TABLES["assignments"]
    columns = [table.c[name] for name in ASSIGNMENTS.columns]
    rows = select(*columns).order_by(table.c.employee_id, table.c.from_date)
    return checked(_frame(connection, rows, days=("from_date", "to_date")), ASSIGNMENTS)


def _absences(connection: Connection) -> pd.DataFrame:
    table = _TABLES["absences"]
    columns = [table.c[name] for name in ABSENCES.columns]
    rows = select(*columns).order_by(table.c.employee_id, table.c.from_day)
    return checked(_frame(connection, rows, days=("from_day", "to_day")), ABSENCES)


def _rates(connection: Connection) -> pd.DataFrame:
    table = _TABLES["rates"]
    rows = select(table.c.month, table.c.currency, table.c.rate)
    return _frame(connection, rows, days=("month",), numbers=("rate",))


def _loaded(connection: Connection) -> dict[tuple[str, str], tuple[str, date, date]]:
    """The days that loads brought, by table and measure."""
    table, loads = _TABLES["load_measures"], _TABLES["loads"]
    statement = (
        select(
            table.c.table,
            table.c.measure,
            func.min(table.c.first_day),
            func.max(table.c.last_day),
        )
        .join(loads, loads.c.load_id == table.c.load_id)
        .where(loads.c.status == "done")
        .group_by(table.c.table, table.c.measure)
    )
    return {
        (kind, measure): (kind, first, last)
        for kind, measure, first, last in connection.execute(statement)
    }


def _coverage(loaded: dict[tuple[str, str], tuple[str, date, date]]) -> dict[str, Span]:
    made_of = {"orders": ORDER_MEASURES, "tickets": TICKET_MEASURES}
    return {
        code: (first, last)
        for (kind, measure), (_, first, last) in loaded.items()
        if measure == "*"
        for code in made_of.get(kind, ())
    }


# --- what belongs to periods ----------------------------------------------------------------------


@dataclass(frozen=True)
class PeriodCodes:
    """The periods that targets and ratings are given for, by their codes."""

    targets: tuple[str, ...]
    ratings: tuple[str, ...]


def read_period_codes(connection: Connection) -> PeriodCodes:
    """Read the periods that targets and ratings are given for, in one statement.

    They are few among many rows, so each is looked up as the next one in the index.
    """
    found: dict[str, list[str]] = {"targets": [], "ratings": []}
    for kind, code in connection.execute(text(_EACH_PERIOD)):
        if code is not None:
            found[kind].append(code)
    return PeriodCodes(tuple(found["targets"]), tuple(found["ratings"]))


_EACH_PERIOD = """
    WITH RECURSIVE
    target_periods(code) AS (
        SELECT MIN(period) FROM targets
        UNION ALL
        SELECT (SELECT MIN(period) FROM targets WHERE period > code)
        FROM target_periods WHERE code IS NOT NULL
    ),
    rating_periods(code) AS (
        SELECT MIN(period) FROM ratings
        UNION ALL
        SELECT (SELECT MIN(period) FROM ratings WHERE period > code)
        FROM rating_periods WHERE code IS NOT NULL
    )
    SELECT 'targets', code FROM target_periods
    UNION ALL SELECT 'ratings', code FROM rating_periods
"""


def _touching(codes: Iterable[str], periods: Iterable[Period]) -> list[str]:
    """The codes that name a period which shares a day with one of the periods."""
    several = list(periods)
    named = {code: parse_period(code) for code in codes}
    return [
        code
        for code, own in named.items()
        if any(own.start < one.end and one.start < own.end for one in several)
    ]


def read_targets(
    connection: Connection, periods: Iterable[Period], *, codes: PeriodCodes | None = None
) -> pd.DataFrame:
    """Read every revision of every target that shares a day with one of the periods.

    Parameters
    ----------
    codes : PeriodCodes, optional
        The periods that targets are given for, where they were read already.

    Returns
    -------
    DataFrame
        ``domain.frames.TARGETS``.
    """
    table = _TABLES["targets"]
    known = read_period_codes(connection) if codes is None else codes
    rows = select(*(table.c[name] for name in TARGETS.columns)).where(
        table.c.period.in_(_touching(known.targets, periods))
    )
    frame = _frame(connection, rows, numbers=("value",))
    # The first value has a day that no calendar of ours reaches; blank compares before any.
    first = FIRST_VALUE.isoformat()
    days = ["" if day == first else day for day in map(str, frame["revised_on"])]
    frame["revised_on"] = pd.Series(days, dtype="object")
    return checked(frame, TARGETS)


def read_ratings(
    connection: Connection, periods: Iterable[Period], *, codes: PeriodCodes | None = None
) -> pd.DataFrame:
    """Read the marks of every period that shares a day with one of the periods.

    Returns
    -------
    DataFrame
        ``domain.frames.RATINGS``.
    """
    table = _TABLES["ratings"]
    known = read_period_codes(connection) if codes is None else codes
    # Mark by mark: adding them up here is cheaper than having the database sort them.
    names = ("period", "ratee_id", "relation", "dimension")
    rows = select(*(table.c[name] for name in names), table.c.score.label("score_sum")).where(
        table.c.period.in_(_touching(known.ratings, periods))
    )
    frame = _frame(connection, rows, numbers=("score_sum",))
    return checked(frame.assign(marks=1.0), RATINGS)


def read_vetoes(connection: Connection, periods: Iterable[Period]) -> pd.DataFrame:
    """Read the confirmed veto events from the first to the last day of the periods.

    Returns
    -------
    DataFrame
        ``domain.frames.VETOES``.
    """
    table = _TABLES["veto_events"]
    first, last = _span(periods)
    statement = select(table.c.employee_id, table.c.day).where(
        table.c.status == "confirmed", table.c.day.between(first, last)
    )
    return checked(_frame(connection, statement, days=("day",)), VETOES)


def _span(periods: Iterable[Period]) -> Span:
    several = list(periods)
    return min(one.start for one in several), max(one.last_day for one in several)
