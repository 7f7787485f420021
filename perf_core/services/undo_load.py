"""Undo a load: everything it touched is again what it was before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlalchemy import Connection
from sqlmodel import SQLModel

from perf_core.domain.access import Scope
from perf_core.domain.errors import CannotUndo, NotFound, NothingToUndo
from perf_core.scratch import scratch_prefix
from perf_core.services.people_reference import (
    PeopleState,
    credit_channels,
    hand_over,
    moved_between,
    standing_people,
)
from perf_core.services.raw_measures import RAW_KINDS, RawKind, recompute
from perf_core.services.rights import require_editor
from perf_core.store.blobs import from_parquet, to_parquet
from perf_core.store.engine import Store
from perf_core.store.loads import (
    changes_of,
    forget_load_contents,
    later_changes,
    mark_stale,
    read_load,
    set_status,
)
from perf_core.store.measure_tables import DAILY_KEY
from perf_core.store.measure_writes import Reach, rebuild_months, undo_daily
from perf_core.store.raw_parts import part_files, parts_as_sql
from perf_core.store.row_writes import Change, put_back

_DAILY = "daily_measures"
_KEYS = list(DAILY_KEY)


def undo_load(store: Store, load_id: int, *, scope: Scope) -> None:
    """Put back everything a load touched, in one transaction.

    Raises
    ------
    NotFound
        There is no such load.
    NothingToUndo
        It was refused, or is undone already.
    CannotUndo
        A later load that stands touched the same keys; the error names it.
    """
    require_editor(scope, "loads")
    with store.writing() as connection:
        record = read_load(connection, load_id)
        if record is None:
            raise NotFound(kind="load", code=str(load_id))
        if record.status != "done":
            raise NothingToUndo(load=load_id, status=record.status)
        changes = changes_of(connection, load_id)
        _refuse_if_touched_later(connection, load_id, changes)
        set_status(connection, load_id, "undone")
        reach = Reach()
        before = standing_people(connection).state()
        for name, (touched, rows) in changes.items():
            if name in SQLModel.metadata.tables and name != _DAILY:
                change = Change(name, from_parquet(touched), from_parquet(rows))
                put_back(connection, SQLModel.metadata.tables[name], change)
        if _DAILY in changes:
            undo_daily(connection, *changes[_DAILY], mode="merge", reach=reach)
        _undo_raw(connection, load_id, changes, before, reach)
        rebuild_months(connection, reach)
        forget_load_contents(connection, load_id)


def _undo_raw(
    connection: Connection,
    load_id: int,
    changes: dict[str, tuple[bytes, bytes]],
    before: PeopleState,
    reach: Reach,
) -> None:
    plan = standing_people(connection)
    plan.moved, plan.channels = moved_between(before, plan.state(), plan)
    for kind in RAW_KINDS:
        name = f"{_DAILY}:{kind.table}"
        if name not in changes:
            continue
        touched, rows = changes[name]
        later = _later_with_same_keys(connection, load_id, name, touched)
        if not later and f"stale:{kind.table}" not in changes:
            undo_daily(connection, touched, rows, mode="set", reach=reach)
            continue
        # A later load shares a day with this one: what stands is made again from the rows.
        with (
            tempfile.TemporaryDirectory(prefix=scratch_prefix("undo")) as folder,
            duckdb.connect() as duck,
        ):
            duck.execute(f"SET temp_directory = '{Path(folder).as_posix()}'")
            duck.execute("SET memory_limit = '1GB'")
            hand_over(duck, plan)
            recompute(
                connection,
                duck,
                kind,
                history=parts_as_sql(kind.table, part_files(connection, kind.table)),
                changed=parts_as_sql(
                    kind.table, part_files(connection, kind.table, load_id=load_id)
                ),
                people=plan.moved,
                channels=plan.channels,
                reach=reach,
            )
        for other in later:
            mark_stale(connection, other, kind.table, to_parquet(pa.table({})))
    # Last, so that rows that came back are credited like those that stayed.
    credit_channels(connection, plan, reach=reach)


def _refuse_if_touched_later(
    connection: Connection, load_id: int, changes: dict[str, tuple[bytes, bytes]]
) -> None:
    later: set[int] = set()
    for name, (touched, _) in changes.items():
        if name in SQLModel.metadata.tables and name != _DAILY:
            later.update(_later_with_same_keys(connection, load_id, name, touched))
    daily = [name for name in changes if name.split(":")[0] == _DAILY]
    for name in daily:
        for other in (_DAILY, *(f"{_DAILY}:{kind.table}" for kind in RAW_KINDS)):
            # Rows made from orders are worked out again from the orders that stand.
            if other != name or name == _DAILY:
                later.update(_later_cells(connection, load_id, changes[name][0], other))
    for kind in RAW_KINDS:
        later.update(_later_rows(connection, load_id, kind))
    if later:
        raise CannotUndo(load=load_id, later=", ".join(map(str, sorted(later))))


def _later_with_same_keys(
    connection: Connection, load_id: int, name: str, touched: bytes
) -> list[int]:
    keys = from_parquet(touched)
    names = _KEYS if name.startswith(_DAILY) else keys.schema.names
    return [
        other
        for other, theirs in later_changes(connection, load_id, name)
        if _meet(keys, from_parquet(theirs), names)
    ]


def _later_cells(connection: Connection, load_id: int, touched: bytes, name: str) -> list[int]:
    """Later loads that brought a value for the same measure of the same key."""
    ours = from_parquet(touched)
    found = []
    for other, content in later_changes(connection, load_id, name):
        theirs = from_parquet(content)
        cells = [n for n in ours.schema.names if n in theirs.schema.names and n not in _KEYS]
        cells = [n for n in cells if n != "credited_to"]
        both = " OR ".join(f'(a."{n}" IS NOT NULL AND b."{n}" IS NOT NULL)' for n in cells)
        if cells and _meet(ours, theirs, _KEYS, where=both):
            found.append(other)
    return found


def _later_rows(connection: Connection, load_id: int, kind: RawKind) -> list[int]:
    """Later loads that brought the same orders or tickets."""
    ours = part_files(connection, kind.table, load_id=load_id)
    if not ours:
        return []
    every = part_files(connection, kind.table)
    with duckdb.connect() as duck:
        rows = duck.execute(
            f"SELECT DISTINCT load_id FROM ({parts_as_sql(kind.table, every)}) "
            f"SEMI JOIN ({parts_as_sql(kind.table, ours)}) USING ({kind.key}) "
            f"WHERE load_id > {load_id} ORDER BY 1"
        ).fetchall()
    return [int(row[0]) for row in rows]


def _meet(ours: pa.Table, theirs: pa.Table, keys: Iterable[str], where: str = "true") -> bool:
    """Whether two tables share a key."""
    same = " AND ".join(f'a."{name}" = b."{name}"' for name in keys)
    with duckdb.connect() as duck:
        duck.register("ours", ours)
        duck.register("theirs", theirs)
        sql = f"SELECT 1 FROM ours a JOIN theirs b ON {same} WHERE {where} LIMIT 1"
        return bool(duck.execute(sql).fetchall())
