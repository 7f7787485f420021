"""Frames as bytes: Parquet with zstd, as the store keeps parts, journals and rejected rows."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq


def to_parquet(rows: pa.Table) -> bytes:
    """Pack rows."""
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="zstd")
    return sink.getvalue()


def from_parquet(content: bytes) -> pa.Table:
    """Unpack rows."""
    return pq.read_table(io.BytesIO(content))
