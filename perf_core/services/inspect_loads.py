"""Look at loads: the list, one account, its rows set aside, and where figures come from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.errors import NotAllowed, NotFound
from perf_core.services.load_account import LoadAccount, TableAccount
from perf_core.services.load_measures import place
from perf_core.services.people_reference import hand_over, standing_people
from perf_core.services.raw_measures import RAW_KINDS, RawKind
from perf_core.services.rights import require_editor
from perf_core.sources.reasons import is_rejection
from perf_core.store.blobs import from_parquet
from perf_core.store.engine import Store
from perf_core.store.loads import (
    later_changes,
    read_files,
    read_load,
    read_loads,
    read_set_aside,
)
from perf_core.store.measure_tables import SHIPPED_MEASURES
from perf_core.store.raw_parts import current_rows, part_files, parts_as_sql


def list_loads(store: Store, *, scope: Scope) -> pd.DataFrame:
    """All loads, newest first.

    Columns: load_id, at, by, kind, status, note, seconds, files (names joined by ``, ``),
    file_list (the same as a list), tables, read, loaded, excluded, rejected.
    """
    require_editor(scope, "loads")
    with store.reading() as connection:
        return read_loads(connection)


def load_account(store: Store, load_id: int, *, scope: Scope) -> LoadAccount:
    """The account of one load as it was given.

    Raises
    ------
    NotFound
        There is no such load.
    """
    require_editor(scope, "loads")
    with store.reading() as connection:
        record = read_load(connection, load_id)
        if record is None:
            raise NotFound(kind="load", code=str(load_id))
        files = read_files(connection, load_id)
    tables = tuple(
        TableAccount(
            row["file"],
            row["source"],
            row["table"] or None,
            row["read"],
            row["loaded"],
            row["excluded"],
            row["rejected"],
            row["notes"],
        )
        for row in files.to_dict(orient="records")
    )
    return LoadAccount(load_id, tables, record.note if record.status == "refused" else "")


def set_aside_rows(store: Store, load_id: int, kind: str = "", *, scope: Scope) -> pd.DataFrame:
    """The rows of a load that were not loaded.

    Parameters
    ----------
    kind : {"rejected", "excluded", ""}
        Which of them; both by default.

    Returns
    -------
    DataFrame
        ``table``, ``file``, ``row``, ``reason``, ``advice``, then the columns of the files.
    """
    require_editor(scope, "loads")
    with store.reading() as connection:
        parts = read_set_aside(connection, load_id)
    frames = []
    for _, table, rows in parts:
        frame: pd.DataFrame = rows.to_pandas()
        frame.insert(0, "table", table)
        if kind:
            wanted = frame["reason"].map(is_rejection) == (kind == "rejected")
            frame = frame[wanted]
        frames.append(frame)
    if not frames:
        return pd.DataFrame(columns=["table", "file", "row", "reason", "advice"])
    return pd.concat(frames, ignore_index=True)


def sources_of(
    store: Store,
    employee_id: str,
    measures: Sequence[str],
    first: date,
    last: date,
    *,
    scope: Scope,
) -> pd.DataFrame:
    """Which loads a person's figures came from, exactly.

    A value brought by ``measures`` comes from the last load that brought it; one made from orders
    or tickets from the loads of the rows that count in it now.

    Returns
    -------
    DataFrame
        ``measure``, ``load_id``, ``at``, ``files``, ``first_day``, ``last_day`` and ``values``:
        the number of daily values, or of orders or tickets.

    Raises
    ------
    NotAllowed
        The person is outside the scope.
    """
    if not scope.sees(employee_id):
        raise NotAllowed(what=employee_id)
    with store.reading() as connection, duckdb.connect() as duck:
        hand_over(duck, standing_people(connection))
        loads = read_loads(connection)
        cells = _cells(connection, employee_id, measures, first, last)
        frames = [_brought(cells)]
        for kind in RAW_KINDS:
            wanted = [code for code in measures if code in kind.codes]
            derived = cells[(cells["table"] == kind.table) & cells["measure"].isin(wanted)]
            if not derived.empty:
                counted = _rows_by_load(connection, duck, kind, employee_id, first, last)
                held = sorted(set(derived["measure"]))
                frames += [counted.assign(measure=code) for code in held]
    found = pd.concat(frames, ignore_index=True)
    found = found.merge(loads[["load_id", "at", "files"]], on="load_id", how="left")
    columns = ["measure", "load_id", "at", "files", "first_day", "last_day", "values"]
    return found[columns].sort_values(["measure", "load_id"], ignore_index=True)


def _cells(
    connection: Connection, employee_id: str, measures: Sequence[str], first: date, last: date
) -> pd.DataFrame:
    """The newest load that touched each daily value: measure, day, load_id, table."""
    names = {"daily_measures": "measures"}
    names |= {f"daily_measures:{kind.table}": kind.table for kind in RAW_KINDS}
    codes = {kind.table: set(kind.codes) for kind in RAW_KINDS}
    found: list[pd.DataFrame] = []
    for name, table in names.items():
        for load_id, content in later_changes(connection, 0, name):
            rows = from_parquet(content).to_pandas()
            days = pd.to_datetime(rows["day"])
            mine = (rows["credited_to"] == employee_id) & days.between(
                pd.Timestamp(first), pd.Timestamp(last)
            )
            for code in measures:
                if code in rows:
                    held = mine if table in codes else mine & rows[code].notna()
                elif "own" in rows and code not in SHIPPED_MEASURES:
                    held = mine & rows["own"].fillna("").str.contains(f'"{code}"', regex=False)
                else:
                    continue
                one = rows.loc[held, ["day", "channel", "currency", "brand", "region"]]
                found.append(one.assign(measure=code, load_id=load_id, table=table))
    keys = ["measure", "day", "channel", "currency", "brand", "region"]
    if not found:
        return pd.DataFrame(columns=[*keys, "load_id", "table"])
    cells = pd.concat(found, ignore_index=True)
    # Of one load, measures are written after orders.
    cells["order"] = (cells["table"] == "measures").astype(int)
    return cells.sort_values(["load_id", "order"]).drop_duplicates(keys, keep="last")


def _brought(cells: pd.DataFrame) -> pd.DataFrame:
    brought = cells[cells["table"] == "measures"]
    counted: pd.DataFrame = brought.groupby(["measure", "load_id"], as_index=False).agg(
        first_day=("day", "min"), last_day=("day", "max"), values=("day", "size")
    )
    return counted


def _rows_by_load(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    kind: RawKind,
    employee_id: str,
    first: date,
    last: date,
) -> pd.DataFrame:
    history = parts_as_sql(kind.table, part_files(connection, kind.table))
    rows = current_rows(kind.table, history)
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT load_id, min(day) AS first_day, max(day) AS last_day, count(*) AS "values"
        FROM ({place(f"SELECT * FROM ({rows}) WHERE status NOT IN ('cancelled', 'test')")})
        WHERE credited_to = $who AND day BETWEEN $first AND $last GROUP BY load_id
        """,
        {"who": employee_id, "first": first, "last": last},
    )
    counted: pd.DataFrame = duck.sql("SELECT * FROM counted").to_arrow_table().to_pandas()
    return counted
