"""Add and replace rows of a table in bulk, and keep what stood there before.

Every write gives a :class:`Change`: the keys it touched and the rows as they were. Putting a
change back deletes the touched keys and inserts the rows before, whatever happened in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import JSON, Column, Connection, Table

from perf_core.store.staging import arrow_type, is_sqlite, quoted, read_rows, stage

_STAGE = "stage_rows"


@dataclass(frozen=True)
class Change:
    """What one write did to one table: keys touched, and the rows before of those that were."""

    table: str
    touched: pa.Table
    before: pa.Table


def key_columns(table: Table) -> list[Column[Any]]:
    """The primary key of a table, in order."""
    return list(table.primary_key.columns)


def schema_of(table: Table, names: Sequence[str] | None = None) -> pa.Schema:
    """The Arrow schema of a table, or of some of its columns in the given order."""
    columns = [table.c[name] for name in names] if names is not None else list(table.c)
    return pa.schema([(column.name, arrow_type(column)) for column in columns])


def rows_of(table: Table, records: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows given as mappings, every column of the table filled (absent ones with NULL)."""
    schema = schema_of(table)
    return pa.Table.from_pylist([dict(record) for record in records], schema=schema)


def read_table(connection: Connection, table: Table, where: str = "") -> pa.Table:
    """All rows of a table, or those that hold, in key order."""
    keys = quoted(column.name for column in key_columns(table))
    condition = f" WHERE {where}" if where else ""
    sql = f'SELECT {quoted(table.c.keys())} FROM "{table.name}"{condition} ORDER BY {keys}'
    return read_rows(connection, sql, list(table.c))


def upsert(connection: Connection, table: Table, rows: pa.Table) -> Change:
    """Add rows, replacing those whose key is there; ``rows`` has every column of the table."""
    schema = schema_of(table)
    keys = [column.name for column in key_columns(table)]
    rows = rows.select(schema.names).cast(schema)
    staged = stage(connection, _STAGE, schema, rows.to_batches())
    before = _rows_staged(connection, table, keys)
    rest = [name for name in schema.names if name not in keys]
    update = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    action = f"DO UPDATE SET {update}" if update else "DO NOTHING"
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({quoted(schema.names)}) '
        f"SELECT {_casts(connection, table, schema.names)} FROM {staged.name} WHERE true "
        f"ON CONFLICT ({quoted(keys)}) {action}"
    )
    return Change(table.name, rows.select(keys), before)


def delete(connection: Connection, table: Table, keys: pa.Table) -> Change:
    """Delete the rows with these keys."""
    names = [column.name for column in key_columns(table)]
    schema = schema_of(table, names)
    keys = keys.select(names).cast(schema)
    staged = stage(connection, _STAGE, schema, keys.to_batches())
    before = _rows_staged(connection, table, names)
    same = " AND ".join(f's."{name}" = "{table.name}"."{name}"' for name in names)
    connection.exec_driver_sql(
        f'DELETE FROM "{table.name}" WHERE EXISTS (SELECT 1 FROM {staged.name} s WHERE {same})'
    )
    return Change(table.name, keys, before)


def put_back(connection: Connection, table: Table, change: Change) -> None:
    """Make the touched keys of a change what they were before it."""
    delete(connection, table, change.touched)
    upsert(connection, table, change.before)


def merged(changes: Sequence[Change]) -> Change:
    """One change for several of the same table in a row: what stood before the first of them."""
    if len(changes) == 1:
        return changes[0]
    keys = changes[0].touched.schema.names
    seen: set[tuple[Any, ...]] = set()
    touched: list[tuple[Any, ...]] = []
    before: list[pa.Table] = []
    for change in changes:
        old_keys = _tuples(change.before.select(keys))
        before.append(change.before.filter(pa.array([k not in seen for k in old_keys], pa.bool_())))
        for key in _tuples(change.touched):
            if key not in seen:
                seen.add(key)
                touched.append(key)
    columns = list(zip(*touched, strict=True)) if touched else [()] * len(keys)
    schema = changes[0].touched.schema
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, schema, strict=True)]
    return Change(
        changes[0].table, pa.Table.from_arrays(arrays, schema=schema), pa.concat_tables(before)
    )


def difference(table: Table, before: pa.Table, after: pa.Table) -> Change | None:
    """The change between two readings of a whole table, or ``None`` where they are equal."""
    keys = [column.name for column in key_columns(table)]
    old = dict(zip(_tuples(before.select(keys)), before.to_pylist(), strict=True))
    new = dict(zip(_tuples(after.select(keys)), after.to_pylist(), strict=True))
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    if not changed:
        return None
    touched = pa.Table.from_pylist(
        [dict(zip(keys, key, strict=True)) for key in changed], schema=schema_of(table, keys)
    )
    rows = pa.Table.from_pylist([old[k] for k in changed if k in old], schema=schema_of(table))
    return Change(table.name, touched, rows)


def _tuples(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _rows_staged(connection: Connection, table: Table, keys: list[str]) -> pa.Table:
    prefix = "temp." if is_sqlite(connection) else "pg_temp."
    same = " AND ".join(f's."{name}" = t."{name}"' for name in keys)
    sql = (
        f"SELECT {quoted(table.c.keys(), 't')} FROM {prefix}{_STAGE} s "
        f'JOIN "{table.name}" t ON {same} ORDER BY {quoted(keys, "t")}'
    )
    return read_rows(connection, sql, list(table.c))


def _casts(connection: Connection, table: Table, names: Sequence[str]) -> str:
    """The staged columns as the table wants them: JSON is staged as text."""
    if is_sqlite(connection):
        return quoted(names)
    return ", ".join(
        f'"{name}"::jsonb' if isinstance(table.c[name].type, JSON) else f'"{name}"'
        for name in names
    )
