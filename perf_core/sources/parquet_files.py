"""Parquet: every column written as text, as DuckDB writes it."""

from __future__ import annotations

import duckdb

from perf_core.sources.files import FoundFile
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import RawTable, answer, literal, quoted, unique_headers

MAX_CELLS = 2_000_000_000
"""Cells of a Parquet file: a few bytes of one can stand for billions of equal ones."""


def land_parquet(
    connection: duckdb.DuckDBPyConnection, file: FoundFile, *, relation: str
) -> RawTable | FileProblem:
    """Land a Parquet file as one table of text; its rows count from 1."""
    path = literal(str(file.path))
    source = f"read_parquet({path})"
    try:
        if _cells(connection, path) > MAX_CELLS:
            return FileProblem(file.label, "too_large_unpacked")
        described = answer(connection, f"describe select * from {source}")
        cells = ", ".join(
            f"cast({quoted(name)} as varchar) as c{place}"
            for place, (name, *_) in enumerate(described)
        )
        answer(connection, f"create table {relation} as select {cells} from {source}")
    except duckdb.Error:
        return FileProblem(file.label, "damaged")
    headers = unique_headers([name for name, *_ in described])
    return RawTable(file.label, file.path, relation, headers, first_row=1)


def _cells(connection: duckdb.DuckDBPyConnection, path: str) -> int:
    """The cells a file says it has; it cannot have more than it says."""
    question = f"select coalesce(sum(num_values), 0) from parquet_metadata({path})"
    return int(answer(connection, question)[0][0])
