"""Export tables as CSV that ``import`` takes back unchanged.

UTF-8 with BOM, so that Excel shows Chinese; canonical headers; instants in UTC. A text that a
spreadsheet would run as a formula gets an apostrophe in front, which reading takes away again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.errors import UnknownTable
from perf_core.domain.import_tables import IMPORT_TABLES, Column
from perf_core.scratch import scratch_prefix
from perf_core.services.catalogue import catalogue_entries
from perf_core.services.people_reference import hand_over, standing_people
from perf_core.services.raw_measures import RAW_KINDS, RawKind, aggregate, placed
from perf_core.services.rights import require_editor
from perf_core.sources.catalogue_text import catalogue_text
from perf_core.store.catalogue import read_catalogue
from perf_core.store.engine import Store
from perf_core.store.exports import daily_rows, stored_rows
from perf_core.store.measure_tables import DAILY_KEY, SHIPPED_MEASURES
from perf_core.store.raw_parts import current_rows, part_files, parts_as_sql

CATALOGUE = "catalogue"
EXPORTED: tuple[str, ...] = (
    CATALOGUE,
    *(name for name in IMPORT_TABLES if name != "measures_wide"),
)
"""What can be exported; ``all`` stands for all of it."""

_BOM = b"\xef\xbb\xbf"
_KEYS = ", ".join(f'"{name}"' for name in DAILY_KEY)


def export_tables(store: Store, tables: Sequence[str], folder: Path, *, scope: Scope) -> list[Path]:
    """Write tables into a folder, one file each; ``all`` writes every one.

    Parameters
    ----------
    tables : sequence of str
        Names of ``EXPORTED``, or ``all``. The catalogue is TOML, everything else CSV.
    folder : Path
        Made where it is not there; files of the same name are replaced.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    UnknownTable
        A name that is none.
    """
    require_editor(scope, "export")
    wanted = list(dict.fromkeys(EXPORTED if "all" in tables else tables))
    for name in wanted:
        if name not in EXPORTED:
            raise UnknownTable(table=name, tables=", ".join(("all", *EXPORTED)))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with (
        tempfile.TemporaryDirectory(prefix=scratch_prefix("export")) as scratch,
        store.reading() as connection,
        duckdb.connect() as duck,
    ):
        duck.execute(f"SET temp_directory = '{Path(scratch).as_posix()}'")
        duck.execute("SET memory_limit = '1GB'")
        for name in wanted:
            path = folder / f"{name}{'.toml' if name == CATALOGUE else '.csv'}"
            _export(connection, duck, name, path, Path(scratch))
            written.append(path)
    return written


def _export(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    scratch: Path,
) -> None:
    if name == CATALOGUE:
        path.write_text(catalogue_text(catalogue_entries(connection)), encoding="utf-8")
        return
    kind = next((kind for kind in RAW_KINDS if kind.table == name), None)
    if name == "measures":
        queries = _measures(connection, duck)
    elif kind is not None:
        queries = iter([_raw(connection, kind)])
    else:
        queries = _stored(connection, duck, name)
    columns = IMPORT_TABLES[name].columns
    names = [column.name for column in columns if name != "employees" or not _is_place(column)]
    part = scratch / f"{name}.part"
    with path.open("wb") as target:
        target.write(_BOM + (",".join(names) + "\n").encode())
        for query in queries:
            duck.execute(
                f"COPY ({query}) TO '{part.as_posix()}' (FORMAT csv, HEADER false, NULL '')"
            )
            with part.open("rb") as source:
                shutil.copyfileobj(source, target)


def _is_place(column: Column) -> bool:
    """Where a person is stands in ``assignments``, with its days."""
    return column.name in {"brand", "region", "department", "role", "manager_id"}


def _stored(connection: Connection, duck: duckdb.DuckDBPyConnection, name: str) -> Iterable[str]:
    schema, batches = stored_rows(connection, name)
    for batch in batches:
        duck.register("stored", pa.Table.from_batches([batch], schema))
        cells = []
        for column in IMPORT_TABLES[name].columns:
            if name == "employees" and _is_place(column):
                continue
            cells.append(_cell(column, schema))
        yield f"SELECT {', '.join(cells)} FROM stored"
        duck.unregister("stored")


def _cell(column: Column, schema: pa.Schema) -> str:
    """A column of the store as the text of a file."""
    own = f'"{column.name}"'
    if f"{column.name}_e4" in schema.names:
        return f"{_units(own[:-1] + '_e4' + own[-1])} AS {own}"
    match column.type:
        case "number":
            return f"{_number(own)} AS {own}"
        case "month":
            return f"strftime({own}, '%Y-%m') AS {own}"
        case "day" if column.name == "revised_on":
            # The first value of a target has no day.
            return f"CASE WHEN {own} > DATE '0001-01-01' THEN strftime({own}, '%Y-%m-%d') END"
        case "day":
            return f"strftime({own}, '%Y-%m-%d') AS {own}"
        case "instant":
            return f"{_instant(own)} AS {own}"
        case "flag":
            return f"CASE WHEN {own} THEN 'true' WHEN NOT {own} THEN 'false' END AS {own}"
        case _:
            return f"{_harmless(own)} AS {own}"


def _harmless(text: str) -> str:
    """Text a spreadsheet does not run: the apostrophe in front comes off again when read."""
    return (
        f"CASE WHEN regexp_matches({text}, '^''?[=+@\\-]|^''''') THEN '''' || {text} "
        f"ELSE nullif({text}, '') END"
    )


def _number(value: str) -> str:
    is_whole = f"{value} = round({value}) AND abs({value}) < 1e15"
    return (
        f"CASE WHEN {is_whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) "
        f"ELSE CAST({value} AS VARCHAR) END"
    )


def _units(e4: str) -> str:
    """Whole 1/10,000 as an exact decimal."""
    rest = f"rtrim(lpad(CAST(abs({e4}) % 10000 AS VARCHAR), 4, '0'), '0')"
    return (
        f"CASE WHEN {e4} < 0 THEN '-' ELSE '' END || CAST(abs({e4}) // 10000 AS VARCHAR) || "
        f"CASE WHEN {e4} % 10000 = 0 THEN '' ELSE '.' || {rest} END"
    )


def _instant(value: str) -> str:
    utc = f"timezone('UTC', CAST({value} AS TIMESTAMPTZ))"
    return f"strftime({utc}, '%Y-%m-%dT%H:%M:%S.%fZ')"


def _raw(connection: Connection, kind: RawKind) -> str:
    """The current, valid orders or tickets; instants are UTC without a zone in the parts."""
    rows = current_rows(kind.table, parts_as_sql(kind.table, part_files(connection, kind.table)))
    cells = []
    for column in IMPORT_TABLES[kind.table].columns:
        own = f'"{column.name}"'
        if column.type == "instant":
            cells.append(f"strftime({own}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {own}")
        elif column.name == "is_test":
            cells.append("'' AS is_test")
        elif column.name == "amount":
            cells.append(f"{_units('amount_e4')} AS amount")
        else:
            cells.append(_cell(column, pa.schema([])))
    return (
        f"SELECT {', '.join(cells)} FROM ({rows}) WHERE status NOT IN ('cancelled', 'test') "
        f"ORDER BY day, channel, {kind.id}"
    )


def _measures(connection: Connection, duck: duckdb.DuckDBPyConnection) -> Iterable[str]:
    """Daily values, one per line, but not those that the orders and tickets make again."""
    hand_over(duck, standing_people(connection))
    joins: list[str] = []
    made: dict[str, str] = {}
    for kind in RAW_KINDS:
        history = parts_as_sql(kind.table, part_files(connection, kind.table))
        current = placed(f"FROM ({current_rows(kind.table, history)})")
        duck.execute(f"CREATE OR REPLACE TEMP VIEW placed AS {current}")
        duck.execute(
            f"CREATE OR REPLACE TEMP TABLE made_{kind.table} AS {aggregate(kind, 'placed')}"
        )
        joins.append(f"LEFT JOIN made_{kind.table} USING ({_KEYS})")
        made |= dict.fromkeys(kind.codes, f"made_{kind.table}")
    money = {
        code for code, one in read_catalogue(connection).measures.items() if one.unit == "money"
    }
    listed = ", ".join("'" + code.replace("'", "''") + "'" for code in sorted(money)) or "''"
    schema, batches = daily_rows(connection)
    for batch in batches:
        duck.register("daily", pa.Table.from_batches([batch], schema))
        parts = []
        for code, unit in SHIPPED_MEASURES.items():
            if batch.column(code).null_count == batch.num_rows:
                continue
            value = _units(f'd."{code}"') if unit == "money" else _number(f'd."{code}"')
            known = f'AND d."{code}" IS DISTINCT FROM {made[code]}."{code}"' if code in made else ""
            parts.append(
                f"SELECT d.place, '{code}' AS measure, {value} AS value FROM d "
                f'{" ".join(joins) if code in made else ""} WHERE d."{code}" IS NOT NULL {known}'
            )
        if batch.column("own").null_count < batch.num_rows:
            parts.append(
                f"SELECT place, code AS measure, CASE WHEN code IN ({listed}) "
                f"THEN {_units('CAST(value AS BIGINT)')} ELSE {_number('CAST(value AS DOUBLE)')} "
                "END AS value FROM (SELECT place, unnest(json_keys(own)) AS code, "
                "json_extract_string(own, '$.\"' || unnest(json_keys(own)) || '\"') AS value "
                "FROM d WHERE own IS NOT NULL)"
            )
        if parts:
            texts = ", ".join(
                f"{_harmless(f'd.{name}')} AS {name}"
                for name in ("employee_id", "brand", "region", "channel", "currency")
            )
            yield (
                "WITH d AS (SELECT *, row_number() OVER () AS place FROM daily) "
                f"SELECT strftime(d.day, '%Y-%m-%d'), v.measure, v.value, {texts} "
                f"FROM ({' UNION ALL '.join(parts)}) v JOIN d USING (place) "
                "ORDER BY v.place, v.measure"
            )
        duck.unregister("daily")
