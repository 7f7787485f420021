"""Loads: their accounts, what they changed, and what their sources are loaded through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from perf_core.store.blobs import from_parquet, to_parquet
from perf_core.store.row_writes import Change, merged
from perf_core.store.tables import Load, LoadChange, LoadFile, LoadMeasure, RawPart

_LOADS: Table = Load.__table__  # type: ignore[attr-defined]
_FILES: Table = LoadFile.__table__  # type: ignore[attr-defined]
_MEASURES: Table = LoadMeasure.__table__  # type: ignore[attr-defined]
_CHANGES: Table = LoadChange.__table__  # type: ignore[attr-defined]
_PARTS: Table = RawPart.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Coverage:
    """The days over which a load brought a measure; ``*`` for all made from orders or tickets."""

    source: str
    table: str
    measure: str
    first_day: date
    last_day: date
    rows: int


@dataclass(frozen=True)
class LoadRecord:
    """One load as it is kept."""

    load_id: int
    at: datetime
    by: str
    kind: str
    status: str
    note: str
    seconds: float


class Journal:
    """What one load changes, table by table, until it is written beside it."""

    def __init__(self) -> None:
        self._changes: dict[str, list[Change]] = {}
        self._packed: dict[str, tuple[bytes, bytes]] = {}

    def add(self, change: Change | None) -> None:
        """Note a change; an earlier one of the same table stays the older."""
        if change is not None and (change.touched.num_rows or change.before.num_rows):
            self._changes.setdefault(change.table, []).append(change)

    def add_packed(self, table: str, touched: bytes, before: bytes) -> None:
        """Note a change that is Parquet already, one per table."""
        self._packed[table] = (touched, before)

    def write(self, connection: Connection, load_id: int) -> None:
        """Keep all of it with the load."""
        packed = dict(self._packed)
        for table, changes in self._changes.items():
            one = merged(changes)
            packed[table] = (to_parquet(one.touched), to_parquet(one.before))
        if packed:
            connection.execute(
                insert(_CHANGES),
                [
                    {"load_id": load_id, "table": name, "touched": touched, "before": before}
                    for name, (touched, before) in packed.items()
                ],
            )


def start_load(connection: Connection, *, at: datetime, by: str, kind: str) -> int:
    """List a new load and give its number."""
    done = connection.execute(
        insert(_LOADS).values(at=at, by=by, kind=kind, status="done", note="")
    )
    return int((done.inserted_primary_key or (0,))[0])


def finish_load(
    connection: Connection,
    load_id: int,
    *,
    status: str,
    note: str,
    seconds: float,
    files: Sequence[Mapping[str, Any]],
    coverage: Iterable[Coverage] = (),
) -> None:
    """Keep the account of a load; ``files`` are rows of ``load_files``."""
    connection.execute(
        update(_LOADS)
        .where(_LOADS.c.load_id == load_id)
        .values(status=status, note=note, seconds=seconds)
    )
    if files:
        connection.execute(
            insert(_FILES),
            [{"load_id": load_id, "position": i, **file} for i, file in enumerate(files)],
        )
    days = [{"load_id": load_id, **vars(c)} for c in coverage]
    if days:
        connection.execute(insert(_MEASURES), days)


def set_status(connection: Connection, load_id: int, status: str) -> None:
    """Say that a load is undone."""
    connection.execute(update(_LOADS).where(_LOADS.c.load_id == load_id).values(status=status))


def read_load(connection: Connection, load_id: int) -> LoadRecord | None:
    """One load."""
    row = connection.execute(select(_LOADS).where(_LOADS.c.load_id == load_id)).one_or_none()
    return None if row is None else LoadRecord(*row)


def read_loads(connection: Connection) -> pd.DataFrame:
    """All loads, newest first, each with its files and the sums of their accounts.

    Columns: load_id, at, by, kind, status, note, seconds, files (names joined by ``, ``),
    file_list (the same as a list), tables, read, loaded, excluded, rejected.
    """
    loads = pd.DataFrame(
        [dict(row) for row in connection.execute(select(_LOADS)).mappings()],
        columns=[c.name for c in _LOADS.columns],
    )
    files = read_files(connection)
    files["excluded"] = files["excluded"].map(lambda counts: sum(counts.values()))
    files["rejected"] = files["rejected"].map(lambda counts: sum(counts.values()))
    told = files.groupby("load_id").agg(
        files=("file", lambda names: ", ".join(dict.fromkeys(names))),
        file_list=("file", lambda names: list(dict.fromkeys(names))),
        tables=("table", lambda names: ", ".join(n for n in dict.fromkeys(names) if n)),
        read=("read", "sum"),
        loaded=("loaded", "sum"),
        excluded=("excluded", "sum"),
        rejected=("rejected", "sum"),
    )
    joined = loads.merge(told, left_on="load_id", right_index=True, how="left")
    joined = joined.fillna({"files": "", "tables": ""})
    joined["file_list"] = [
        found if isinstance(found, list) else [] for found in joined["file_list"]
    ]
    counts = ["read", "loaded", "excluded", "rejected"]
    joined[counts] = joined[counts].astype("float64").fillna(0).astype("int64")
    return joined.sort_values("load_id", ascending=False, ignore_index=True)


def read_measure_loads(connection: Connection, *, first: date, last: date) -> pd.DataFrame:
    """The loads that stand and brought something for days of a run, newest first.

    Columns: source, table, measure (``*`` for all made from orders or tickets), first_day,
    last_day, load_id, at, files (names joined by ``, ``).
    """
    asked = (
        select(
            _MEASURES.c.source,
            _MEASURES.c.table,
            _MEASURES.c.measure,
            _MEASURES.c.first_day,
            _MEASURES.c.last_day,
            _LOADS.c.load_id,
            _LOADS.c.at,
        )
        .join(_LOADS, _LOADS.c.load_id == _MEASURES.c.load_id)
        .where(
            _LOADS.c.status == "done",
            _MEASURES.c.first_day <= last,
            _MEASURES.c.last_day >= first,
        )
        .order_by(_LOADS.c.load_id.desc(), _MEASURES.c.source, _MEASURES.c.measure)
    )
    names = [column.name for column in asked.selected_columns]
    found = pd.DataFrame(connection.execute(asked).all(), columns=names)
    files = select(_FILES.c.load_id, _FILES.c.source, _FILES.c.file).order_by(_FILES.c.position)
    named: dict[tuple[int, str], dict[str, None]] = {}
    for load_id, source, file in connection.execute(files):
        named.setdefault((load_id, source), {})[file] = None
    keys = zip(found["load_id"], found["source"], strict=True)
    return found.assign(files=[", ".join(named.get(key, {})) for key in keys])


_ACCOUNT = [
    _FILES.c[name]
    for name in (
        [
            "load_id",
            "position",
            "file",
            "source",
            "table",
            "sha256",
            "read",
            "loaded",
            "excluded",
            "rejected",
            "notes",
        ]
    )
]


def read_files(connection: Connection, load_id: int | None = None) -> pd.DataFrame:
    """The accounts of one load's files, or of all, without the rows set aside."""
    query = select(*_ACCOUNT).order_by(_FILES.c.load_id, _FILES.c.position)
    if load_id is not None:
        query = query.where(_FILES.c.load_id == load_id)
    return pd.DataFrame(
        [dict(row) for row in connection.execute(query).mappings()],
        columns=[c.name for c in _ACCOUNT],
    )


def read_set_aside(connection: Connection, load_id: int) -> list[tuple[str, str, pa.Table]]:
    """File, table and the rows that were not loaded, for each file of a load that has some."""
    rows = connection.execute(
        select(_FILES.c.file, _FILES.c.table, _FILES.c.set_aside)
        .where(_FILES.c.load_id == load_id, _FILES.c.set_aside.is_not(None))
        .order_by(_FILES.c.position)
    )
    return [(file, table, from_parquet(content)) for file, table, content in rows]


def changes_of(connection: Connection, load_id: int) -> dict[str, tuple[bytes, bytes]]:
    """What a load changed: Parquet of touched keys and of the rows before, by table."""
    rows = connection.execute(
        select(_CHANGES.c.table, _CHANGES.c.touched, _CHANGES.c.before).where(
            _CHANGES.c.load_id == load_id
        )
    )
    return {table: (touched, before) for table, touched, before in rows}


def mark_stale(connection: Connection, load_id: int, table: str, empty: bytes) -> None:
    """Say that the values before this load are not known any more: they are to be made again."""
    name = f"stale:{table}"
    connection.execute(
        delete(_CHANGES).where(_CHANGES.c.load_id == load_id, _CHANGES.c.table == name)
    )
    connection.execute(
        insert(_CHANGES).values(load_id=load_id, table=name, touched=empty, before=empty)
    )


def forget_load_contents(connection: Connection, load_id: int) -> None:
    """Drop what an undone load would need only to be undone again."""
    connection.execute(delete(_CHANGES).where(_CHANGES.c.load_id == load_id))
    connection.execute(delete(_PARTS).where(_PARTS.c.load_id == load_id))


def later_changes(connection: Connection, load_id: int, table: str) -> list[tuple[int, bytes]]:
    """Later loads that stand and touched a table, with Parquet of the keys."""
    rows = connection.execute(
        select(_CHANGES.c.load_id, _CHANGES.c.touched)
        .join(_LOADS, _LOADS.c.load_id == _CHANGES.c.load_id)
        .where(_CHANGES.c.load_id > load_id, _CHANGES.c.table == table, _LOADS.c.status == "done")
        .order_by(_CHANGES.c.load_id)
    )
    return [(int(found), touched) for found, touched in rows]


def coverage(connection: Connection) -> pd.DataFrame:
    """The days brought by loads that stand: source, table, measure, first_day, last_day, rows."""
    rows = connection.execute(
        select(
            _MEASURES.c.load_id,
            _MEASURES.c.source,
            _MEASURES.c.table,
            _MEASURES.c.measure,
            _MEASURES.c.first_day,
            _MEASURES.c.last_day,
            _MEASURES.c.rows,
        )
        .join(_LOADS, _LOADS.c.load_id == _MEASURES.c.load_id)
        .where(_LOADS.c.status == "done")
        .order_by(_MEASURES.c.load_id)
    ).all()
    names = ["load_id", "source", "table", "measure", "first_day", "last_day", "rows"]
    return pd.DataFrame([tuple(row) for row in rows], columns=names)


def newest_day(connection: Connection) -> date | None:
    """The data day: the newest day brought by a load that stands."""
    found: date | None = connection.execute(
        select(func.max(_MEASURES.c.last_day))
        .join(_LOADS, _LOADS.c.load_id == _MEASURES.c.load_id)
        .where(_LOADS.c.status == "done")
    ).scalar()
    return found
