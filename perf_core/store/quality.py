"""What the store can say about its own completeness."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection, Table, func, select

from perf_core.store.measure_tables import SHIPPED_MEASURES, daily_measures
from perf_core.store.tables import Load, LoadFile

_LOADS: Table = Load.__table__  # type: ignore[attr-defined]
_FILES: Table = LoadFile.__table__  # type: ignore[attr-defined]


def values_by_day(connection: Connection, first: date, last: date) -> pd.DataFrame:
    """Count the daily values of each shipped measure.

    Returns
    -------
    DataFrame
        One row per day that has any row, indexed by ``day`` (datetime64), one column per measure
        that was brought at least once in the span; company measures are under ``own``.
    """
    columns = [*SHIPPED_MEASURES, "own"]
    rows = connection.execute(
        select(
            daily_measures.c.day,
            *(func.count(daily_measures.c[code]).label(code) for code in columns),
        )
        .where(daily_measures.c.day.between(first, last))
        .group_by(daily_measures.c.day)
        .order_by(daily_measures.c.day)
    ).all()
    counts = pd.DataFrame(rows, columns=["day", *columns])
    counts["day"] = pd.to_datetime(counts["day"]).astype("datetime64[s]")
    counts = counts.set_index("day")
    return counts.loc[:, counts.sum() > 0]


def set_aside_counts(connection: Connection) -> pd.DataFrame:
    """Sum up why rows of the loads that stand were not loaded: table, kind, reason, rows."""
    rows = connection.execute(
        select(_FILES.c.table, _FILES.c.excluded, _FILES.c.rejected)
        .join(_LOADS, _LOADS.c.load_id == _FILES.c.load_id)
        .where(_LOADS.c.status == "done")
    ).all()
    counts = pd.DataFrame(
        [
            (row.table, kind, reason, n)
            for row in rows
            for kind, reasons in (("excluded", row.excluded), ("rejected", row.rejected))
            for reason, n in reasons.items()
        ],
        columns=["table", "kind", "reason", "rows"],
    )
    keys = ["table", "kind", "reason"]
    sums = counts.groupby(keys, as_index=False).agg(rows=("rows", "sum"))
    return sums.sort_values("rows", ascending=False, ignore_index=True)
