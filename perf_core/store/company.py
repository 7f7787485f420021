"""What scoring reads of a company besides its measures: people, targets, ratings, veto events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, and_, func, or_, select
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
from perf_core.domain.period import Period, day_period, parse_period, quarter_of, week_of, year_of
from perf_core.store.tables import FIRST_VALUE, ORDER_MEASURES, TICKET_MEASURES

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
    """

    people: pd.DataFrame
    assignments: pd.DataFrame
    absences: pd.DataFrame
    rates: pd.DataFrame
    coverage: dict[str, Span]
    data_day: date | None


def read_company(connection: Connection) -> Company:
    """Read people, assignments, absences, rates and what is loaded: five statements."""
    loaded = _loaded(connection)
    return Company(
        people=_people(connection),
        assignments=_assignments(connection),
        absences=_absences(connection),
        rates=_rates(connection),
        coverage=_coverage(loaded),
        data_day=max((last for _, _, last in loaded.values()), default=None),
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
    # Seconds reach the years that open ends are written with.
    kinds = dict.fromkeys(days, "datetime64[s]") | dict.fromkeys(numbers, "float64")
    return pd.DataFrame(
        {
            name: pd.Series(list(cells), dtype=kinds.get(name, "object"))
            for name, cells in zip(names, columns, strict=True)
        },
        copy=False,
    )


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


def _calendar_codes(first: date, last: date) -> list[str]:
    """The codes of all calendar periods that share a day with the span."""
    codes: set[str] = set()
    day = first
    while day <= last:
        month = f"{day:%Y-%m}"
        codes |= {day_period(day).code, week_of(day).code, month}
        codes |= {quarter_of(day).code, year_of(day).code}
        day += timedelta(days=1)
    return sorted(codes)


def _touches(column: Any, first: date, last: date) -> Any:
    """Whether a period's code may name a period that shares a day with the span.

    A window's code holds its days in ISO form, which compare as text.
    """
    is_window = and_(
        func.length(column) == 22,
        func.substr(column, 1, 10) <= last.isoformat(),
        func.substr(column, 13, 10) >= first.isoformat(),
    )
    return or_(column.in_(_calendar_codes(first, last)), is_window)


def read_targets(connection: Connection, periods: Iterable[Period]) -> pd.DataFrame:
    """Read every revision of every target that shares a day with one of the periods.

    Returns
    -------
    DataFrame
        ``domain.frames.TARGETS``.
    """
    return _targets(connection, periods, tuple(TARGETS.columns))


def read_target_history(connection: Connection, periods: Iterable[Period]) -> pd.DataFrame:
    """Read the same with who changed a target, when and why.

    Returns
    -------
    DataFrame
        ``domain.frames.TARGETS`` with ``reason``, ``changed_by`` and ``recorded_at`` (ISO text).
    """
    told = ("reason", "changed_by", "recorded_at")
    history = _targets(connection, periods, (*TARGETS.columns, *told))
    history["recorded_at"] = history["recorded_at"].astype("str")
    return history


def _targets(
    connection: Connection, periods: Iterable[Period], names: tuple[str, ...]
) -> pd.DataFrame:
    table = _TABLES["targets"]
    first, last = _span(periods)
    rows = select(*(table.c[name] for name in names)).where(_touches(table.c.period, first, last))
    frame = _frame(connection, rows, numbers=("value",))
    # The first value has a day that no calendar of ours reaches; blank compares before any.
    frame["revised_on"] = [
        "" if day == FIRST_VALUE.isoformat() else day for day in map(str, frame["revised_on"])
    ]
    frame["revised_on"] = frame["revised_on"].astype("object")
    return checked(frame, TARGETS)


def read_ratings(connection: Connection, periods: Iterable[Period]) -> pd.DataFrame:
    """Read the marks of every period that shares a day with one of the periods, summed.

    Returns
    -------
    DataFrame
        ``domain.frames.RATINGS``.
    """
    table = _TABLES["ratings"]
    first, last = _span(periods)
    keys = [table.c[name] for name in ("period", "ratee_id", "relation", "dimension")]
    statement = (
        select(*keys, func.sum(table.c.score).label("score_sum"), func.count().label("marks"))
        .where(_touches(table.c.period, first, last))
        .group_by(*keys)
    )
    return checked(_frame(connection, statement, numbers=("score_sum", "marks")), RATINGS)


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


def period_codes(codes: Iterable[str]) -> dict[str, Period]:
    """The periods that codes name."""
    return {code: parse_period(code) for code in set(codes)}
