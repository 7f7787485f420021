"""The same key twice in one delivery: which row stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.sources.clean_tables import CleanTable
from perf_core.sources.raw_tables import answer, literal, quoted

_IN_PLAY = "(__reason is null or __reason in ('cancelled', 'test'))"
_MEASURE_TABLES = ("measures", "measures_wide")


def mark_duplicates(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[CleanTable],
    money_measures: Collection[str],
) -> None:
    """Set ``__reason`` to ``duplicate`` on every row whose key a better row of the load has.

    The row with the latest ``updated_at`` stays, else the last in the order of the files. Rows
    rejected by what stands in them are no rivals; cancelled and test rows are: the last word on a
    key may be that it was cancelled.

    A measure's key holds the measure, so two files may bring different measures of one person and
    day. A cell of a wide row that a later row gives again is emptied; only a row that keeps no
    cell is a duplicate.
    """
    for table in IMPORT_TABLES:
        rivals = [clean for clean in tables if clean.table == table and clean.read]
        if rivals and table not in _MEASURE_TABLES:
            _mark_rows(connection, rivals)
    measured = [clean for clean in tables if clean.table in _MEASURE_TABLES and clean.read]
    for rivals in _sharing(connection, measured):
        _mark_cells(connection, rivals, frozenset(money_measures))


def _sharing(
    connection: duckdb.DuckDBPyConnection, measured: Sequence[CleanTable]
) -> list[list[CleanTable]]:
    """Group the tables that bring a measure in common; the others are no rivals.

    Reports of one person and day mostly bring different measures, and comparing all their cells
    would take many times the memory of reading them.
    """
    groups: list[tuple[set[str], list[int]]] = []
    for number, clean in enumerate(measured):
        brought = set(clean.measures)
        if clean.table == "measures":
            found = answer(connection, f"select distinct measure from {clean.relation}")
            brought = {str(row[0]) for row in found}
        members = [number]
        apart: list[tuple[set[str], list[int]]] = []
        for others, numbers in groups:
            if others & brought:
                brought |= others
                members += numbers
            else:
                apart.append((others, numbers))
        groups = [*apart, (brought, members)]
    return [[measured[number] for number in sorted(members)] for _, members in groups]


def _mark_rows(connection: duckdb.DuckDBPyConnection, rivals: Sequence[CleanTable]) -> None:
    key = ", ".join(IMPORT_TABLES[rivals[0].table].key)
    has_updates = any(c.name == "updated_at" for c in IMPORT_TABLES[rivals[0].table].columns)
    updated = "updated_at" if has_updates else "null::timestamp as updated_at"
    hashes = " union all ".join(
        f"select hash({key}) as h from {rival.relation} where {_IN_PLAY}" for rival in rivals
    )
    answer(
        connection,
        f"create or replace temp table twice as select h from ({hashes}) group by h "
        "having count(*) > 1",
    )
    if not _count(connection, "twice"):
        return
    rows = " union all ".join(
        f"select {number} as file_number, __row, {key}, {updated} from {rival.relation} "
        f"where {_IN_PLAY} and hash({key}) in (select h from twice)"
        for number, rival in enumerate(rivals)
    )
    answer(
        connection,
        f"create or replace temp table losers as select file_number, __row from ({rows}) "
        f"qualify row_number() over (partition by {key} "
        "order by updated_at desc nulls last, file_number desc, __row desc) > 1",
    )
    _set_aside_losers(connection, rivals)


def _set_aside_losers(connection: duckdb.DuckDBPyConnection, rivals: Sequence[CleanTable]) -> None:
    for number, rival in enumerate(rivals):
        answer(
            connection,
            f"update {rival.relation} set __reason = 'duplicate' where __row in "
            f"(select __row from losers where file_number = {number})",
        )


def _mark_cells(
    connection: duckdb.DuckDBPyConnection,
    rivals: Sequence[CleanTable],
    money: frozenset[str],
) -> None:
    is_all_long = all(rival.table == "measures" for rival in rivals)
    place = "day, employee_id, owner, area, channel" + (", measure" if is_all_long else "")
    wheres = " union all ".join(
        f"select hash({place}) as h from ({_places(rival)})" for rival in rivals
    )
    answer(
        connection,
        f"create or replace temp table twice as select h from ({wheres}) group by h "
        "having count(*) > 1",
    )
    if not _count(connection, "twice"):
        return
    cells = " union all ".join(
        _cells(number, rival, place, money) for number, rival in enumerate(rivals)
    )
    answer(
        connection,
        f"create or replace temp table cells as select *, row_number() over (partition by day, "
        "employee_id, owner, area, channel, measure, currency "
        f"order by file_number desc, __row desc) > 1 as is_lost from ({cells})",
    )
    answer(
        connection,
        "create or replace temp table losers as select file_number, __row from cells "
        "group by file_number, __row having bool_and(is_lost)",
    )
    for number, rival in enumerate(rivals):
        for code in rival.measures:
            answer(
                connection,
                f'update {rival.relation} set "{code}" = null where __row in (select __row from '
                f"cells where is_lost and file_number = {number} and measure = {literal(code)}) "
                f"and __row not in (select __row from losers where file_number = {number})",
            )
    _set_aside_losers(connection, rivals)


def _places(rival: CleanTable) -> str:
    """The rows in play; a row with an employee carries no brand or region of its own."""
    cells = ["measure", "currency"] if rival.table == "measures" else ["currency"]
    cells += [quoted(code) for code in rival.measures]
    return (
        "select __row, day, employee_id, channel, "
        "case when employee_id = '' then brand else '' end as owner, "
        "case when employee_id = '' then region else '' end as area, "
        f"{', '.join(cells)} from {rival.relation} where {_IN_PLAY}"
    )


def _cells(number: int, rival: CleanTable, place: str, money: frozenset[str]) -> str:
    head = f"select {number} as file_number, __row, day, employee_id, owner, area, channel"
    again = f"where hash({place}) in (select h from twice)"
    if rival.table == "measures":
        return f"{head}, measure, currency from ({_places(rival)}) {again}"
    return " union all ".join(
        f"{head}, {literal(code)} as measure, "
        f"{'currency' if code in money else repr('')} as currency "
        f'from ({_places(rival)}) {again} and "{code}" is not null'
        for code in rival.measures
    )


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(answer(connection, f"select count(*) from {relation}")[0][0])
