"""Rows of small tables as people type them: canonical columns, amounts in units."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Date, Table, and_, func, or_, select
from sqlmodel import SQLModel

from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.store.measure_tables import SHIPPED_MEASURES, daily_measures
from perf_core.store.tables import FIRST_VALUE

_DAY_OF = {
    "absences": "from_day",
    "pay": "month",
    "rates": "month",
    "veto_events": "day",
}


def is_stored(table: Table, column: str) -> bool:
    """Whether a column of the file stands in the table itself (amounts as ``…_e4``)."""
    return column in table.c or f"{column}_e4" in table.c


def stored_table(
    connection: Connection, name: str, *, first: date | None = None, last: date | None = None
) -> pd.DataFrame:
    """Read a small table with the columns a file of it would have.

    Parameters
    ----------
    name : str
        A name in ``IMPORT_TABLES`` that has a table of its own.
    first, last : date, optional
        Only rows of these days, where the table has days.

    Returns
    -------
    DataFrame
        Days as ``date``, amounts in units; absent text is ``""``.
    """
    table: Table = SQLModel.metadata.tables[name]
    columns = [c.name for c in IMPORT_TABLES[name].columns if is_stored(table, c.name)]
    stored = [c if c in table.c else f"{c}_e4" for c in columns]
    query = select(*(table.c[c] for c in stored)).order_by(*table.primary_key.columns)
    if name in _DAY_OF and first is not None and last is not None:
        query = query.where(table.c[_DAY_OF[name]].between(first, last))
    rows = connection.execute(query).all()
    frame = pd.DataFrame(rows, columns=columns, dtype="object")
    for column, kept in zip(columns, stored, strict=True):
        if kept.endswith("_e4"):
            frame[column] = pd.to_numeric(frame[column]) / 10_000
        elif isinstance(table.c[kept].type, Date):
            frame[column] = [None if day in (None, FIRST_VALUE) else day for day in frame[column]]
    return frame


def month_sums(
    connection: Connection,
    employees: list[str],
    codes: list[str],
    *,
    first: date,
    last: date,
    own_day: date,
) -> pd.DataFrame:
    """Sum daily values of people over days, and say what stands on one of the days.

    Returns
    -------
    DataFrame
        ``employee_id``, ``measure``, ``total`` and ``on_day`` (the value kept on ``own_day`` for
        the person, in no channel); amounts in units.
    """
    shipped = [code for code in codes if code in SHIPPED_MEASURES]
    if not employees or not shipped:
        return pd.DataFrame(columns=["employee_id", "measure", "total", "on_day"])
    day, person = daily_measures.c.day, daily_measures.c.credited_to
    is_own = and_(
        day == own_day, daily_measures.c.employee_id != "", daily_measures.c.channel == ""
    )
    sums: list[ColumnElement[float]] = []
    for code in shipped:
        value = daily_measures.c[code]
        sums.append(func.sum(value).label(code))
        sums.append(func.sum(value).filter(is_own).label(f"{code}@day"))
    rows = connection.execute(
        select(person.label("employee_id"), *sums)
        .where(
            person.in_(employees),
            day.between(first, last),
            or_(*(daily_measures.c[code].is_not(None) for code in shipped)),
        )
        .group_by(person)
    ).mappings()
    found = []
    for row in rows:
        for code in shipped:
            unit = 10_000 if SHIPPED_MEASURES[code] == "money" else 1
            total, on_day = row[code], row[f"{code}@day"]
            if total is not None:
                found.append((row["employee_id"], code, total / unit, (on_day or 0) / unit))
    return pd.DataFrame(found, columns=["employee_id", "measure", "total", "on_day"])
