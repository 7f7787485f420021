"""Read whole tables of the store for their export, in an order that never changes."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from sqlalchemy import Connection, String, Table
from sqlmodel import SQLModel

from perf_core.store.measure_tables import daily_measures
from perf_core.store.row_writes import key_columns, schema_of
from perf_core.store.staging import is_sqlite, quoted, read_batches


def stored_rows(connection: Connection, name: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Every row of a table in the order of its key, the same on every database."""
    table = SQLModel.metadata.tables[name]
    schema = schema_of(table)
    sql = f'SELECT {quoted(schema.names)} FROM "{name}" ORDER BY {_order(connection, table)}'
    return schema, read_batches(connection, sql, schema)


def daily_rows(connection: Connection) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Every row of daily measures, by day and then by key."""
    return stored_rows(connection, daily_measures.name)


def _order(connection: Connection, table: Table) -> str:
    # A locale would sort Chinese and capitals differently from one server to the next.
    plain = "" if is_sqlite(connection) else ' COLLATE "C"'
    return ", ".join(
        f'"{column.name}"{plain if isinstance(column.type, String) else ""}'
        for column in key_columns(table)
    )
