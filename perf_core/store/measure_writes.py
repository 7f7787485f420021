"""Write daily measures in bulk and keep the monthly sums beside them.

Rows come as Arrow batches, sorted by key: the six key columns, ``credited_to``, then one column
per shipped measure they bring and, for the company's own, ``own`` (a JSON object of code to
number, as text). Money is whole 1/10,000.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection

from perf_core.store.blobs import from_parquet
from perf_core.store.measure_tables import DAILY_KEY, SHIPPED_MEASURES, daily_measures
from perf_core.store.row_writes import schema_of
from perf_core.store.staging import append, is_sqlite, quoted, read_batches, stage

_KEYS = list(DAILY_KEY)
_FEW_PEOPLE = 200
_NOTHING_LEFT = f"COALESCE({quoted(SHIPPED_MEASURES)}) IS NULL AND own IS NULL"

Mode = Literal["merge", "set"]
"""``merge`` replaces the values that are there; ``set`` also empties those that are NULL."""


@dataclass
class Reach:
    """Which months and whose sums a write touched; ``people`` is ``None`` when they are many."""

    months: set[date] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    people: set[str] | None = field(default_factory=set)

    def add(self, days: pa.Array, people: pa.Array) -> None:
        """Count rows in."""
        firsts = pc.cast(pc.floor_temporal(pc.unique(days), unit="month"), pa.date32())
        self.months.update(pc.unique(firsts).to_pylist())
        self.add_people(pc.unique(people).to_pylist())

    def add_people(self, people: Iterable[str]) -> None:
        """Count people in."""
        if self.people is not None:
            self.people.update(people)
            if len(self.people) > _FEW_PEOPLE:
                self.people = None

    def join(self, other: Reach) -> None:
        """Count another write in."""
        self.months |= other.months
        self.codes |= other.codes
        self.people = None if other.people is None else self.people
        self.add_people(other.people or ())


@dataclass(frozen=True)
class DailyChange:
    """What one write did: Parquet of the rows brought and of the cells before."""

    touched: bytes
    before: bytes
    rows: int


def schema_of_daily(codes: Sequence[str], *, own: bool) -> pa.Schema:
    """The shape ``write_daily`` wants."""
    return schema_of(daily_measures, [*_KEYS, "credited_to", *codes, *(["own"] if own else [])])


def write_daily(
    connection: Connection,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    *,
    mode: Mode,
    reach: Reach,
    days: tuple[date, date] | None = None,
) -> DailyChange:
    """Write rows of daily measures, keeping what they replace.

    Parameters
    ----------
    schema : pyarrow.Schema
        From ``schema_of_daily``.
    batches : iterable of RecordBatch
        At most one row per key, best sorted by key.
    mode : {"merge", "set"}
        Whether an empty cell leaves the store's value or removes it.
    reach : Reach
        Is told the months and people touched.
    days : (date, date), optional
        The first and the last day of the rows, where they are known: days that hold nothing yet
        are filled without looking.
    """
    cells = [name for name in schema.names if name not in (*_KEYS, "credited_to")]
    touched, before = _Packer(schema), _Packer(schema)
    rows = 0
    reach.codes.update(name for name in cells if name != "own")
    is_fresh = days is not None and not _holds_days(connection, *days)
    for batch in batches:
        if not batch.num_rows:
            continue
        reach.add(batch.column("day"), batch.column("credited_to"))
        rows += batch.num_rows
        if is_fresh:
            touched.add(pa.Table.from_batches([batch]).cast(schema))
            append(connection, "daily_measures", schema, batch)
            continue
        staged = stage(connection, "stage_daily", schema, [batch]).name
        touched.add(pa.Table.from_batches([batch]).cast(schema))
        for old in read_batches(connection, _rows_before(staged, schema.names), schema):
            before.add(pa.Table.from_batches([old]))
        connection.exec_driver_sql(_upsert(connection, staged, cells, mode))
        if mode == "set":
            _drop_empty(connection, staged)
    return DailyChange(touched.content(), before.content(), rows)


def _holds_days(connection: Connection, first: date, last: date) -> bool:
    found = connection.exec_driver_sql(
        f"SELECT 1 FROM daily_measures WHERE day BETWEEN '{first}' AND '{last}' LIMIT 1"
    )
    return found.first() is not None


class _Packer:
    """Parquet in memory, written batch by batch."""

    def __init__(self, schema: pa.Schema) -> None:
        self._sink = io.BytesIO()
        self._writer = pq.ParquetWriter(self._sink, schema, compression="zstd")

    def add(self, rows: pa.Table) -> None:
        self._writer.write_table(rows)

    def content(self) -> bytes:
        self._writer.close()
        return self._sink.getvalue()


def _same_key(left: str, right: str) -> str:
    return " AND ".join(f'{left}."{name}" = {right}."{name}"' for name in _KEYS)


def _rows_before(staged: str, names: Sequence[str]) -> str:
    return (
        f"SELECT {quoted(names, 'd')} FROM {staged} s "
        f"JOIN daily_measures d ON {_same_key('s', 'd')}"
    )


def _upsert(connection: Connection, staged: str, cells: Sequence[str], mode: Mode) -> str:
    sqlite = is_sqlite(connection)
    updates = ["credited_to = excluded.credited_to"]
    for name in cells:
        if name == "own":
            updates.append(f"own = {_joined_own(sqlite=sqlite)}")
        elif mode == "merge":
            updates.append(f'"{name}" = COALESCE(excluded."{name}", daily_measures."{name}")')
        else:
            updates.append(f'"{name}" = excluded."{name}"')
    values = [f'"{n}"::jsonb' if n == "own" and not sqlite else f'"{n}"' for n in cells]
    return (
        f"INSERT INTO daily_measures ({quoted([*_KEYS, 'credited_to', *cells])}) "
        f"SELECT {', '.join([quoted([*_KEYS, 'credited_to']), *values])} FROM {staged} "
        f"WHERE true ON CONFLICT ({quoted(_KEYS)}) DO UPDATE SET {', '.join(updates)}"
    )


def _joined_own(*, sqlite: bool) -> str:
    if sqlite:
        return (
            "CASE WHEN excluded.own IS NULL THEN daily_measures.own "
            "ELSE json_patch(COALESCE(daily_measures.own, '{}'), excluded.own) END"
        )
    return (
        "CASE WHEN excluded.own IS NULL THEN daily_measures.own "
        "ELSE COALESCE(daily_measures.own, '{}'::jsonb) || excluded.own END"
    )


def _drop_empty(connection: Connection, staged: str) -> None:
    connection.exec_driver_sql(
        f"DELETE FROM daily_measures WHERE {_NOTHING_LEFT} AND EXISTS "
        f"(SELECT 1 FROM {staged} s WHERE {_same_key('s', 'daily_measures')})"
    )


def undo_daily(
    connection: Connection, touched: bytes, before: bytes, *, mode: Mode, reach: Reach
) -> None:
    """Make the cells a write touched what they were before it."""
    brought, old = from_parquet(touched), from_parquet(before)
    cells = [n for n in brought.schema.names if n not in (*_KEYS, "credited_to")]
    shipped = [name for name in cells if name != "own"]
    reach.codes.update(shipped)
    schema = _undo_schema(shipped, own="own" in cells)
    with duckdb.connect() as duck:
        duck.register("brought", brought)
        duck.register("old", old)
        picks = [quoted(_KEYS, "b"), "COALESCE(o.credited_to, b.credited_to)", "o.day IS NOT NULL"]
        for name in shipped:
            is_touched = "true" if mode == "set" else f'b."{name}" IS NOT NULL'
            picks += [f'o."{name}"', is_touched]
        if "own" in cells:
            picks += ["o.own", "b.own"]
        ordered = quoted(_KEYS, "b")
        reader = duck.sql(
            f"SELECT {', '.join(picks)} FROM brought b LEFT JOIN old o "
            f"ON {_same_key('b', 'o')} ORDER BY {ordered}"
        ).to_arrow_reader(100_000)
        for batch in reader:
            if batch.num_rows:
                _undo_batch(connection, batch, schema, shipped, reach)


def _undo_schema(shipped: Sequence[str], *, own: bool) -> pa.Schema:
    fields = [*schema_of_daily([], own=False), pa.field("existed", pa.bool_())]
    for name in shipped:
        fields.append(pa.field(name, schema_of(daily_measures, [name]).field(0).type))
        fields.append(pa.field(f"{name}?", pa.bool_()))
    if own:
        fields += [pa.field("own", pa.string()), pa.field("own_patch", pa.string())]
    return pa.schema(fields)


def _undo_batch(
    connection: Connection,
    batch: pa.RecordBatch,
    schema: pa.Schema,
    shipped: Sequence[str],
    reach: Reach,
) -> None:
    sqlite = is_sqlite(connection)
    columns = list(batch.columns)
    own = "own" in schema.names
    if own:
        olds, news = columns[-2].to_pylist(), columns[-1].to_pylist()
        columns[-1] = pa.array([_patch(o, n) for o, n in zip(olds, news, strict=True)], pa.string())
    columns = [c.cast(f.type) for c, f in zip(columns, schema, strict=True)]
    rows = pa.RecordBatch.from_arrays(columns, schema=schema)
    reach.add(rows.column("day"), rows.column("credited_to"))
    staged = stage(connection, "stage_daily", schema, [rows]).name
    # A row that had lost its last value is not there any more: it comes back first.
    own_value = "own" if sqlite else "own::jsonb"
    connection.exec_driver_sql(
        f"INSERT INTO daily_measures ({quoted([*_KEYS, 'credited_to', *shipped])}"
        f"{', own' if own else ''}) SELECT {quoted([*_KEYS, 'credited_to', *shipped])}"
        f"{', ' + own_value if own else ''} FROM {staged} "
        f"WHERE existed ON CONFLICT ({quoted(_KEYS)}) DO NOTHING"
    )
    updates = [
        f'"{n}" = CASE WHEN s."{n}?" THEN s."{n}" ELSE daily_measures."{n}" END' for n in shipped
    ]
    if own:
        updates.append(f"own = {_patched_own(sqlite=sqlite)}")
    connection.exec_driver_sql(
        f"UPDATE daily_measures SET {', '.join(updates)} FROM {staged} s "
        f"WHERE {_same_key('s', 'daily_measures')}"
    )
    _drop_empty(connection, staged)


def _patch(old: str | None, new: str | None) -> str | None:
    """What to merge into a cell of own measures to take ``new`` back to ``old``."""
    if new is None:
        return None
    before = json.loads(old) if old else {}
    return json.dumps({code: before.get(code) for code in json.loads(new)}, ensure_ascii=False)


def _patched_own(*, sqlite: bool) -> str:
    if sqlite:
        patched = "json_patch(COALESCE(daily_measures.own, '{}'), s.own_patch)"
        empty = "'{}'"
    else:
        patched = (
            "jsonb_strip_nulls(COALESCE(daily_measures.own, '{}'::jsonb) || s.own_patch::jsonb)"
        )
        empty = "'{}'::jsonb"
    return (
        f"CASE WHEN s.own_patch IS NULL THEN daily_measures.own ELSE NULLIF({patched}, {empty}) END"
    )


@dataclass(frozen=True)
class OwnerSpan:
    """Days, both included, on which what a channel does is credited to a person."""

    channel: str
    first: date
    last: date
    employee_id: str


def credit_again(
    connection: Connection, spans: Sequence[OwnerSpan], channels: Iterable[str], *, reach: Reach
) -> None:
    """Set ``credited_to`` of the rows of some channels that name nobody.

    Parameters
    ----------
    spans : sequence of OwnerSpan
        Every span of these channels; they do not overlap.
    channels : iterable of str
        The channels whose owners, or whose owners' employment, changed.
    """
    wanted = sorted(set(channels))
    if not wanted:
        return
    span_rows = pa.table(
        {
            "channel": pa.array([s.channel for s in spans], pa.string()),
            "first": pa.array([s.first for s in spans], pa.date32()),
            "last": pa.array([s.last for s in spans], pa.date32()),
            "employee_id": pa.array([s.employee_id for s in spans], pa.string()),
        }
    )
    names = pa.table({"channel": pa.array(wanted, pa.string())})
    at = stage(connection, "stage_spans", span_rows.schema, span_rows.to_batches()).name
    of = stage(connection, "stage_channels", names.schema, names.to_batches()).name
    owner = (
        f"COALESCE((SELECT s.employee_id FROM {at} s WHERE s.channel = daily_measures.channel "
        'AND daily_measures.day BETWEEN s."first" AND s."last"), \'\')'
    )
    where = f"employee_id = '' AND channel IN (SELECT channel FROM {of}) AND credited_to <> {owner}"
    schema = pa.schema([("day", pa.date32()), ("old", pa.string()), ("new", pa.string())])
    sql = f"SELECT DISTINCT day, credited_to, {owner} FROM daily_measures WHERE {where}"
    for batch in read_batches(connection, sql, schema):
        reach.add(batch.column("day"), batch.column("old"))
        reach.add(batch.column("day"), batch.column("new"))
    connection.exec_driver_sql(f"UPDATE daily_measures SET credited_to = {owner} WHERE {where}")


def rebuild_months(connection: Connection, reach: Reach) -> None:
    """Sum the daily rows of the touched months again, of the touched people where they are few."""
    codes = _codes_in_months(connection, reach)
    few = ""
    if reach.people is not None:
        people = pa.table({"employee_id": pa.array(sorted(reach.people), pa.string())})
        staged = stage(connection, "stage_people", people.schema, people.to_batches())
        few = f"IN (SELECT employee_id FROM {staged.name})"
    for month in sorted(reach.months):
        first = f"'{month.isoformat()}'"
        end = f"'{_next_month(month).isoformat()}'"
        connection.exec_driver_sql(
            f"DELETE FROM monthly_measures WHERE month = {first}"
            + (f" AND employee_id {few}" if few else "")
        )
        held = f"day >= {first} AND day < {end}" + (f" AND credited_to {few}" if few else "")
        connection.exec_driver_sql(
            "INSERT INTO monthly_measures (month, employee_id, brand, region, channel, currency"
            + "".join(f', "{code}"' for code in codes)
            + f") SELECT {_as_date(connection, first)}, {_GROUPED}"
            + "".join(f', SUM("{code}")' for code in codes)
            + f" FROM daily_measures WHERE {held} GROUP BY 2, 3, 4, 5, 6"
        )
        _sum_own(connection, first, held)


def _codes_in_months(connection: Connection, reach: Reach) -> list[str]:
    """The measures that have a sum in the touched months or get one: summing others is idle."""
    if not reach.months:
        return []
    listed = ", ".join(f"'{month.isoformat()}'" for month in sorted(reach.months))
    held = connection.exec_driver_sql(
        f"SELECT {', '.join(f'COUNT({quoted([code])})' for code in SHIPPED_MEASURES)} "
        f"FROM monthly_measures WHERE month IN ({listed})"
    ).one()
    return [
        code for code, n in zip(SHIPPED_MEASURES, held, strict=True) if n or code in reach.codes
    ]


_GROUPED = (
    "credited_to, CASE WHEN credited_to = '' THEN brand ELSE '' END, "
    "CASE WHEN credited_to = '' THEN region ELSE '' END, channel, currency"
)


def _sum_own(connection: Connection, first: str, held: str) -> None:
    if is_sqlite(connection):
        each, value, pack = "json_each(own) j", "SUM(j.value)", "json_group_object(code, value)"
    else:
        each = "jsonb_each_text(own) j"
        value, pack = "SUM(j.value::numeric)", "jsonb_object_agg(code, value)"
    connection.exec_driver_sql(
        "WITH sums AS ("
        f"SELECT credited_to AS e, CASE WHEN credited_to = '' THEN brand ELSE '' END AS b, "
        "CASE WHEN credited_to = '' THEN region ELSE '' END AS r, channel AS c, currency AS m, "
        f"j.key AS code, {value} AS value FROM daily_measures, {each} "
        f"WHERE {held} AND own IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6), "
        f"packed AS (SELECT e, b, r, c, m, {pack} AS own FROM sums GROUP BY 1, 2, 3, 4, 5) "
        "UPDATE monthly_measures SET own = packed.own FROM packed "
        f"WHERE month = {first} AND employee_id = e AND brand = b AND region = r "
        "AND channel = c AND currency = m"
    )


def _as_date(connection: Connection, literal: str) -> str:
    return literal if is_sqlite(connection) else f"DATE {literal}"


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
