"""Parquet: every column written as text, as DuckDB writes it."""

from __future__ import annotations

import duckdb

from perf_core.sources.files import FoundFile
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import RawTable, answer, literal, quoted, unique_headers


def land_parquet(
    connection: duckdb.DuckDBPyConnection, file: FoundFile, *, relation: str
) -> RawTable | FileProblem:
    """Land a Parquet file as one table of text; its rows count from 1."""
    source = f"read_parquet({literal(str(file.path))})"
    try:
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
