"""Cleaned orders and tickets by key: immutable Parquet parts that the store lists and holds.

The current row of a key is that of the newest load that was not undone. A cancelled or test row
is kept too: it takes back what an earlier row of its key contributed.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, Table, insert, select

from perf_core.scratch import scratch_prefix
from perf_core.store.tables import Load, RawPart

PART_ROWS = 1_000_000
"""The most rows of one part."""

_PARTS: Table = RawPart.__table__  # type: ignore[attr-defined]
_LOADS: Table = Load.__table__  # type: ignore[attr-defined]
_TEXT, _INSTANT = pa.string(), pa.timestamp("us")

# A dictionary of ids that hardly repeat costs time and saves nothing.
_REPEATED = ["employee_id", "channel", "status", "brand", "region", "currency", "day", "load_id"]

RAW_SCHEMAS: dict[str, pa.Schema] = {
    "orders": pa.schema(
        [
            ("load_id", pa.int64()),
            ("channel", _TEXT),
            ("order_id", _TEXT),
            ("ordered_at", _INSTANT),
            ("day", pa.date32()),
            ("amount_e4", pa.int64()),
            ("employee_id", _TEXT),
            ("brand", _TEXT),
            ("region", _TEXT),
            ("currency", _TEXT),
            ("buyer_id", _TEXT),
            ("status", _TEXT),
            ("units", pa.float64()),
            ("updated_at", _INSTANT),
        ]
    ),
    "tickets": pa.schema(
        [
            ("load_id", pa.int64()),
            ("channel", _TEXT),
            ("ticket_id", _TEXT),
            ("opened_at", _INSTANT),
            ("day", pa.date32()),
            ("employee_id", _TEXT),
            ("brand", _TEXT),
            ("region", _TEXT),
            ("currency", _TEXT),
            ("response_seconds", pa.float64()),
            ("resolved", pa.bool_()),
            ("csat", pa.float64()),
            ("status", _TEXT),
            ("updated_at", _INSTANT),
        ]
    ),
}
"""Columns of the parts; instants are UTC without a zone, ``day`` is the company's."""


def add_parts(
    connection: Connection, load_id: int, table: str, batches: Iterable[pa.RecordBatch]
) -> int:
    """Keep cleaned rows of a load as parts; the number of rows."""
    rows = 0
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        waiting.append(batch)
        held += batch.num_rows
        while held >= PART_ROWS:
            whole = pa.Table.from_batches(waiting)
            _add_part(connection, load_id, table, whole.slice(0, PART_ROWS))
            rest = whole.slice(PART_ROWS)
            waiting, held = rest.to_batches(), rest.num_rows
            rows += PART_ROWS
    if held:
        _add_part(connection, load_id, table, pa.Table.from_batches(waiting))
    return rows + held


def _add_part(connection: Connection, load_id: int, table: str, rows: pa.Table) -> None:
    sink = io.BytesIO()
    pq.write_table(
        rows.cast(RAW_SCHEMAS[table]),
        sink,
        compression="zstd",
        compression_level=1,
        use_dictionary=_REPEATED,
    )
    content = sink.getvalue()
    days = pc.min_max(rows.column("day")).as_py()
    connection.execute(
        insert(_PARTS).values(
            load_id=load_id,
            table=table,
            rows=rows.num_rows,
            first_day=days["min"],
            last_day=days["max"],
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )
    )


def part_files(connection: Connection, table: str, *, load_id: int | None = None) -> list[str]:
    """Local copies of the parts of all loads that stand, or of one load, oldest load first."""
    query = (
        select(_PARTS.c.part_id, _PARTS.c.sha256)
        .join(_LOADS, _LOADS.c.load_id == _PARTS.c.load_id)
        .where(_PARTS.c.table == table)
        .order_by(_PARTS.c.load_id, _PARTS.c.part_id)
    )
    if load_id is None:
        query = query.where(_LOADS.c.status == "done")
    else:
        query = query.where(_PARTS.c.load_id == load_id)
    files = []
    for part_id, sha256 in connection.execute(query).all():
        path = _folder() / f"{sha256}.parquet"
        if not path.exists():
            content = connection.execute(
                select(_PARTS.c.content).where(_PARTS.c.part_id == part_id)
            ).scalar_one()
            # Another thread may want the same part: it appears whole or not at all.
            with tempfile.NamedTemporaryFile(dir=_folder(), delete=False) as half:
                half.write(content)
            Path(half.name).replace(path)
        files.append(path.as_posix())
    return files


@cache
def _folder() -> Path:
    """A folder of this process for copies of parts, gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix=scratch_prefix("parts")))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def parts_as_sql(table: str, files: Iterable[str]) -> str:
    """SQL that reads parts in DuckDB; without files, no rows of the same shape."""
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    if listed:
        return f"SELECT * FROM read_parquet([{listed}])"
    kinds = {"int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN", "date32[day]": "DATE"}
    kinds["timestamp[us]"] = "TIMESTAMP"
    cells = (
        f'CAST(NULL AS {kinds.get(str(field.type), "VARCHAR")}) AS "{field.name}"'
        for field in RAW_SCHEMAS[table]
    )
    return f"SELECT {', '.join(cells)} WHERE false"


def current_rows(table: str, history: str) -> str:
    """SQL for the current row of every key in ``history``, itself SQL; cancelled ones too."""
    key = "channel, order_id" if table == "orders" else "channel, ticket_id"
    return (
        f"SELECT * FROM ({history}) QUALIFY row_number() OVER "
        f"(PARTITION BY {key} ORDER BY load_id DESC) = 1"
    )
