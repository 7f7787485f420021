"""Orders and tickets of a load: checked, kept by key, and turned into daily measures."""

from __future__ import annotations

from datetime import date

from perf_core.services.load_measures import note_differences, place, reject_nobodys
from perf_core.services.loading import Loading
from perf_core.services.people_reference import PeoplePlan
from perf_core.services.raw_measures import (
    KEY_OF_G,
    ORDERS,
    RAW_KINDS,
    RawKind,
    aggregate,
    credited,
    placed,
    recompute,
    write_groups,
)
from perf_core.store.loads import Coverage
from perf_core.store.raw_parts import RAW_SCHEMAS, add_parts, part_files, parts_as_sql


def check_raw(loading: Loading) -> None:
    """Set aside orders and tickets that cannot be placed, dated or converted."""
    for kind in RAW_KINDS:
        for clean in loading.delivery.of(kind.table):
            reject_nobodys(loading, clean, has_brand=kind is ORDERS)
            negative = (
                "t.amount_e4 < 0 OR t.units < 0" if kind is ORDERS else "t.response_seconds < 0"
            )
            no_rate = "t.currency <> '' AND r.rate IS NULL" if kind is ORDERS else "false"
            currency = "t.currency" if kind is ORDERS else "''"
            loading.reject_where(
                clean,
                f"""
                SELECT t.rowid AS id, CASE
                    WHEN t.employee_id <> '' AND e.employee_id IS NULL THEN 'unknown_employee'
                    WHEN t.employee_id <> '' AND t.day NOT BETWEEN e."first" AND e."last"
                        THEN 'not_employed_that_day'
                    WHEN {negative} THEN 'negative_amount'
                    WHEN t.day > DATE '{loading.today}' THEN 'future_date'
                    WHEN {no_rate} THEN 'no_rate'
                    END AS reason
                FROM "{clean.relation}" t
                LEFT JOIN ref_employees e ON e.employee_id = t.employee_id
                LEFT JOIN ref_rates r
                    ON r.currency = {currency} AND r.month = date_trunc('month', t.day)
                WHERE t.__reason IS NULL
                """,
            )


def write_raw(loading: Loading, kind: RawKind, plan: PeoplePlan) -> None:
    """Keep the rows of one kind and set the measures made from them."""
    tables = loading.delivery.of(kind.table)
    if tables:
        _gather(loading, kind)
    moved = bool(plan.moved or plan.channels)
    standing = part_files(loading.connection, kind.table) if moved or tables else []
    if not tables and not standing:
        return
    if not standing:
        loading.duck.execute(
            f"CREATE OR REPLACE TEMP VIEW placed AS {placed(f'FROM brought_{kind.table}')}"
        )
        query = f"{credited(aggregate(kind, 'placed'))} ORDER BY {KEY_OF_G}"
        days = _days(loading, kind)
        change = write_groups(loading.connection, loading.duck, kind, query, loading.reach, days)
    else:
        brought = f"SELECT * FROM brought_{kind.table}" if tables else parts_as_sql(kind.table, [])
        change = recompute(
            loading.connection,
            loading.duck,
            kind,
            history=f"{parts_as_sql(kind.table, standing)} UNION ALL {brought}",
            changed=brought,
            people=plan.moved,
            channels=plan.channels,
            reach=loading.reach,
        )
    if change.rows:
        loading.journal.add_packed(f"daily_measures:{kind.table}", change.touched, change.before)
    if tables:
        rows = loading.duck.sql(f"SELECT * FROM brought_{kind.table}").to_arrow_reader(100_000)
        add_parts(loading.connection, loading.load_id, kind.table, rows)


def _gather(loading: Loading, kind: RawKind) -> None:
    """Bring the cleaned rows of all files together; cancelled and test rows come along."""
    parts = []
    for clean in loading.delivery.of(kind.table):
        cells = []
        has = set(loading.columns_of(clean))
        for field in RAW_SCHEMAS[kind.table]:
            if field.name == "load_id":
                cells.append(f"CAST({loading.load_id} AS BIGINT) AS load_id")
            elif field.name == "status":
                standing = "'paid'" if kind is ORDERS else "status"
                cells.append(
                    "CASE WHEN __reason IS NOT NULL THEN __reason "
                    f"WHEN status = '' THEN {standing} ELSE status END AS status"
                )
            elif field.name in has:
                cells.append(f'"{field.name}"')
            else:
                cells.append(f"'' AS \"{field.name}\"")
        held = "__reason IS NULL OR __reason IN ('cancelled', 'test')"
        parts.append(f'SELECT {", ".join(cells)} FROM "{clean.relation}" WHERE {held}')
        _cover_and_note(loading, kind, clean_name=clean.relation)
    loading.duck.execute(
        f"CREATE OR REPLACE TEMP VIEW brought_{kind.table} AS {' UNION ALL '.join(parts)}"
    )


def _cover_and_note(loading: Loading, kind: RawKind, *, clean_name: str) -> None:
    clean = next(c for c in loading.delivery.tables if c.relation == clean_name)
    brand = "brand, region" if kind is ORDERS else "'' AS brand, '' AS region"
    groups = (
        f"SELECT day, employee_id, {brand}, channel, count(*) AS n "
        f'FROM "{clean.relation}" WHERE __reason IS NULL GROUP BY ALL'
    )
    if kind is ORDERS:
        note_differences(loading, clean, place(groups))
    # A cancelled order, too, shows that its source has been loaded through its day.
    found = loading.duck.execute(
        "SELECT min(day), max(day), count(*) FILTER (WHERE __reason IS NULL) "
        f'FROM "{clean.relation}" WHERE __reason IS NULL '
        f"OR (__reason IN ('cancelled', 'test') AND day <= DATE '{loading.today}')"
    ).fetchall()[0]
    if found[0] is None:
        return
    first, last, rows = found[0], found[1], int(found[2])
    loading.cover(Coverage(clean.source, kind.table, "*", first, last, rows))


def _days(loading: Loading, kind: RawKind) -> tuple[date, date] | None:
    """The first and the last day this load brings."""
    found = [one for one in loading.coverage if one.table == kind.table]
    if not found:
        return None
    return min(one.first_day for one in found), max(one.last_day for one in found)
