"""Sources that give SQL: it sees its own files as tables of text, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from perf_core.sources.files import FoundFile
from perf_core.sources.mapping import Source, fits
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import RawTable, answer, quoted, unique_headers
from perf_core.sources.reading import Lander

_BATCH = 100_000
_NAMED_FILES = 3


def run_query(
    source: Source, files: Sequence[FoundFile], lander: Lander, *, file: str
) -> RawTable | FileProblem:
    """Answer a source's query; the answer is a table of text like a file's own.

    It runs in a DuckDB of its own whose door to files and network is shut before the query is
    read.
    """
    landed: dict[str, list[RawTable]] = {}
    used: list[FoundFile] = []
    for name, patterns in source.match.items():
        matching = [one for one in files if fits(one.label, patterns)]
        for pattern in patterns:
            if not any(fits(one.label, [pattern]) for one in matching):
                facts = {"source": source.name, "pattern": pattern}
                return FileProblem(file, "no_match", facts)
        for one in matching:
            if one not in used:
                used.append(one)
            whole = [raw for late in lander.land(one) if (raw := lander.whole(late))]
            for raw in whole:
                for called in [name] if name else _names(raw, whole):
                    landed.setdefault(called, []).append(raw)
    if not landed:
        return FileProblem(file, "bad_query", {"source": source.name, "why": "no file to read"})
    label = _label([one.label for one in used])
    try:
        return _answer(source, landed, lander, label)
    except duckdb.Error as error:
        facts = {"source": source.name, "why": _said(error)}
        return FileProblem(file, "bad_query", facts)


def _label(labels: Sequence[str]) -> str:
    shown = " + ".join(labels[:_NAMED_FILES])
    more = len(labels) - _NAMED_FILES
    return f"{shown} + {more} more" if more > 0 else shown


def _names(raw: RawTable, siblings: Sequence[RawTable]) -> list[str]:
    stem = raw.path.stem
    if not raw.is_workbook:
        return [stem]
    return [f"{stem}_{raw.sheet}", *([stem] if len(siblings) == 1 else [])]


def _said(error: duckdb.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return re.sub(r"^(\w+ )?Error: ", "", " ".join(lines[:3]))


def _answer(
    source: Source, landed: Mapping[str, Sequence[RawTable]], lander: Lander, label: str
) -> RawTable:
    folder = lander.workdir / lander.relations.next("query")
    folder.mkdir()
    with duckdb.connect(":memory:") as sandbox:
        answer(sandbox, f"set temp_directory = '{folder.as_posix()}'")
        answer(sandbox, "set memory_limit = '1GB'")
        answer(sandbox, "set threads = 2")
        answer(sandbox, "set TimeZone = 'UTC'")
        for name, tables in landed.items():
            _copy(lander.connection, sandbox, name, tables)
        answer(sandbox, "set enable_external_access = false")
        answer(sandbox, "set python_enable_replacements = false")
        answer(sandbox, "set lock_configuration = true")
        query = source.query.rstrip().rstrip(";")
        described = answer(sandbox, f"describe select * from ({query}\n)")
        cells = ", ".join(
            f"cast({quoted(name)} as varchar) as c{place}"
            for place, (name, *_) in enumerate(described)
        )
        relation = lander.relations.next("raw")
        reader = sandbox.sql(f"select {cells} from ({query}\n)").to_arrow_reader(_BATCH)
        with lander.connection.cursor() as cursor:
            cursor.register("landing", reader)
            answer(cursor, f"create table {relation} as select * from landing")
    first = next(iter(landed.values()))[0]
    return RawTable(
        label=label,
        path=first.path,
        relation=relation,
        headers=unique_headers([name for name, *_ in described]),
        first_row=1,
        sha256=first.sha256,
    )


def _copy(
    connection: duckdb.DuckDBPyConnection,
    sandbox: duckdb.DuckDBPyConnection,
    name: str,
    tables: Sequence[RawTable],
) -> None:
    parts = []
    for number, raw in enumerate(tables, start=1):
        part = f"part_{number}" if len(tables) > 1 else name
        cells = ", ".join(
            f"c{place} as {quoted(header)}" for place, header in enumerate(raw.headers)
        )
        with connection.cursor() as cursor:
            copied = cursor.sql(f"select {cells} from {raw.relation}")
            sandbox.register("copied", copied.to_arrow_reader(_BATCH))
            answer(sandbox, f"create table {quoted(part)} as select * from copied")
            sandbox.unregister("copied")
        parts.append(part)
    if len(tables) > 1:
        stacked = " union all by name ".join(f"select * from {quoted(part)}" for part in parts)
        answer(sandbox, f"create table {quoted(name)} as {stacked}")
        for part in parts:
            answer(sandbox, f"drop table {quoted(part)}")
