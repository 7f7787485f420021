"""Bring many rows into a temporary table: the way into every bulk write.

SQLite takes tuples through one prepared statement, PostgreSQL a COPY stream; both are fed with
Arrow batches, so that a million rows never stand in memory as objects.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Integer,
)
from sqlalchemy.types import LargeBinary, TypeDecorator, TypeEngine

BATCH_ROWS = 100_000
"""Rows that are staged at a time: bounds the memory of any write."""


@dataclass(frozen=True)
class Staged:
    """A filled temporary table: its name as SQL and its columns in order."""

    name: str
    columns: tuple[str, ...]
    rows: int


def arrow_type(column: Column[Any]) -> pa.DataType:
    """The Arrow type that holds a store column exactly."""
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, JSON):
        return pa.string()
    if isinstance(kind, Boolean):
        return pa.bool_()
    if isinstance(kind, BigInteger | Integer):
        return pa.int64()
    if isinstance(kind, Double):
        return pa.float64()
    if isinstance(kind, DateTime):
        return pa.timestamp("us", tz="UTC")
    if isinstance(kind, Date):
        return pa.date32()
    if isinstance(kind, LargeBinary):
        return pa.binary()
    return pa.string()


def is_sqlite(connection: Connection) -> bool:
    """Whether the store behind the connection is SQLite."""
    return connection.dialect.name == "sqlite"


def quoted(names: Iterable[str], prefix: str = "") -> str:
    """Column names as a list for SQL."""
    dot = f"{prefix}." if prefix else ""
    return ", ".join(f'{dot}"{name}"' for name in names)


_SQLITE_TYPES = {"int64": "INTEGER", "double": "REAL", "bool": "INTEGER", "binary": "BLOB"}
_POSTGRESQL_TYPES = {
    "int64": "BIGINT",
    "double": "DOUBLE PRECISION",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}


def stage(
    connection: Connection,
    name: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
) -> Staged:
    """Fill a temporary table, replacing one of the same name.

    Parameters
    ----------
    name : str
        The table's bare name.
    schema : pyarrow.Schema
        Names and types of the columns; the batches are cast to it.
    batches : iterable of RecordBatch
        The rows.
    """
    sqlite = is_sqlite(connection)
    types = _SQLITE_TYPES if sqlite else _POSTGRESQL_TYPES
    columns = ", ".join(f'"{f.name}" {types.get(str(f.type), "TEXT")}' for f in schema)
    qualified = f"temp.{name}" if sqlite else f"pg_temp.{name}"
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {qualified}")
    ending = "" if sqlite else " ON COMMIT DROP"
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ({columns}){ending}")
    fill = _fill_sqlite if sqlite else _fill_postgresql
    rows = 0
    for batch in batches:
        if batch.num_rows:
            fill(connection, qualified, schema.names, _cast(batch, schema))
            rows += batch.num_rows
    if not sqlite:
        connection.exec_driver_sql(f"ANALYZE {qualified}")
    return Staged(qualified, tuple(schema.names), rows)


def append(connection: Connection, table: str, schema: pa.Schema, batch: pa.RecordBatch) -> None:
    """Add rows straight to a table of the store, where none of their keys is there yet."""
    fill = _fill_sqlite if is_sqlite(connection) else _fill_postgresql
    fill(connection, table, schema.names, _cast(batch, schema))


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches([batch]).cast(schema)


def _fill_sqlite(connection: Connection, table: str, names: Sequence[str], rows: pa.Table) -> None:
    lists = [_sqlite_values(rows.column(i)) for i in range(rows.num_columns)]
    marks = ", ".join("?" * rows.num_columns)
    raw: Any = connection.connection.driver_connection
    raw.executemany(
        f"INSERT INTO {table} ({quoted(names)}) VALUES ({marks})", zip(*lists, strict=True)
    )


def _sqlite_values(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type
    if pa.types.is_date(kind):
        column = column.cast(pa.string())
    elif pa.types.is_timestamp(kind):
        # As SQLAlchemy writes instants into SQLite.
        column = pc.strftime(column, format="%Y-%m-%d %H:%M:%S")
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    return column.to_pylist()  # type: ignore[no-any-return]


def _fill_postgresql(
    connection: Connection, table: str, names: Sequence[str], rows: pa.Table
) -> None:
    sink = io.BytesIO()
    pa_csv.write_csv(rows, sink, pa_csv.WriteOptions(include_header=False))
    raw: Any = connection.connection.driver_connection
    into = f"COPY {table} ({quoted(names)}) FROM STDIN (FORMAT csv)"
    # PostgreSQL has no text with a zero byte in it.
    content = sink.getvalue().replace(b"\0", b"")
    with raw.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(content)


def read_rows(connection: Connection, sql: str, columns: Sequence[Column[Any]]) -> pa.Table:
    """Read rows with the exact types of store columns; ``sql`` selects just those, in order."""
    schema = pa.schema([(column.name, arrow_type(column)) for column in columns])
    return pa.Table.from_batches(list(read_batches(connection, sql, schema)), schema)


def read_batches(
    connection: Connection, sql: str, schema: pa.Schema, size: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Read rows as Arrow batches of a schema; ``sql`` selects its columns, in order."""
    raw: Any = connection.connection.driver_connection
    cursor = raw.cursor()
    try:
        cursor.execute(sql)
        while rows := cursor.fetchmany(size):
            arrays = [
                _from_driver(list(values), field.type)
                for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)
    finally:
        cursor.close()


def _from_driver(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        if not isinstance(next((v for v in values if v is not None), None), str):
            return pa.array(values, kind)
        if pa.types.is_date(kind):
            return pa.array(values, pa.string()).cast(kind)
        naive = pa.array(values, pa.string()).cast(pa.timestamp("us"))
        return pc.assume_timezone(naive, "UTC")
    if pa.types.is_boolean(kind):
        return pa.array([None if v is None else bool(v) for v in values], kind)
    if pa.types.is_floating(kind):
        return pa.array([None if v is None else float(v) for v in values], kind)
    if pa.types.is_integer(kind):
        # PostgreSQL sums whole numbers into decimals.
        return pa.array([None if v is None else int(v) for v in values], kind)
    if any(isinstance(value, dict | list) for value in values):
        # PostgreSQL hands out JSON that is parsed.
        texts = [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
        return pa.array(texts, kind)
    return pa.array(values, kind)
