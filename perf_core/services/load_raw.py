"""Orders and tickets of a load: kept by key, and turned into the measures of their days.

A group is (day, employee, brand, region, channel, currency), one row of daily measures. What is
made from orders or tickets is worked out again, whole, for every group that a change can reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import duckdb
import ibis
import pyarrow as pa
from sqlalchemy import Connection

from perf_core.services.load_measures import note_differences, place, reject_nobodys
from perf_core.services.loading import Loading
from perf_core.services.people_reference import PeoplePlan, fill_table
from perf_core.sources.orders import daily_orders
from perf_core.sources.tickets import daily_tickets
from perf_core.store.loads import Coverage
from perf_core.store.measure_writes import DailyChange, Reach, schema_of_daily, write_daily
from perf_core.store.raw_parts import (
    RAW_SCHEMAS,
    add_parts,
    current_rows,
    part_files,
    parts_as_sql,
)
from perf_core.store.staging import read_batches
from perf_core.store.tables import DAILY_KEY, ORDER_MEASURES, TICKET_MEASURES

_KEY = ", ".join(f'"{name}"' for name in DAILY_KEY)
_KEY_OF_G = ", ".join(f'g."{name}"' for name in DAILY_KEY)
_PLACE = ", ".join(f'"{name}"' for name in DAILY_KEY if name != "currency")


@dataclass(frozen=True)
class RawKind:
    """Orders or tickets: their key and the measures made from them."""

    table: str
    id: str
    codes: tuple[str, ...]
    has_buyers: bool

    @property
    def key(self) -> str:
        """The key's columns as SQL."""
        return f"channel, {self.id}"


ORDERS = RawKind("orders", "order_id", ORDER_MEASURES, has_buyers=True)
TICKETS = RawKind("tickets", "ticket_id", TICKET_MEASURES, has_buyers=False)
RAW_KINDS = (ORDERS, TICKETS)


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
        query = f"{credited(aggregate(kind, 'placed'))} ORDER BY {_KEY_OF_G}"
        days = _days(loading, kind)
        change = _write(loading.connection, loading.duck, kind, query, loading.reach, days)
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


def placed(source: str) -> str:
    """SQL for rows with their group, who is credited, and the brand they count for."""
    return f"""
        SELECT p.*, CASE WHEN p.credited_to = '' THEN p.brand ELSE coalesce(a.brand, '') END
            AS credit_brand
        FROM ({place(f"SELECT * {source}")}) p
        LEFT JOIN ref_assignments a
            ON a.employee_id = p.credited_to AND p.day BETWEEN a."first" AND a."last"
    """


@cache
def aggregate(kind: RawKind, placed_rows: str) -> str:
    """SQL for the measures of each group, out of a table or view of placed current rows."""
    kinds = {"int64": "int64", "double": "float64", "bool": "boolean", "date32[day]": "date"}
    kinds["timestamp[us]"] = "timestamp"
    columns = {f.name: kinds.get(str(f.type), "string") for f in RAW_SCHEMAS[kind.table]}
    rows = ibis.table({**columns, "credit_brand": "string"}, name=placed_rows)
    daily = daily_orders(rows, within="credit_brand") if kind is ORDERS else daily_tickets(rows)
    return str(ibis.to_sql(daily, dialect="duckdb"))


def credited(groups: str) -> str:
    """SQL for groups with who is credited with them."""
    return f"""
        SELECT g.*, CASE WHEN g.employee_id <> '' THEN g.employee_id
            ELSE coalesce(c.employee_id, '') END AS credited_to
        FROM ({groups}) g LEFT JOIN ref_credits c ON g.employee_id = ''
            AND c.channel = g.channel AND g.day BETWEEN c."first" AND c."last"
    """


def _write(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    kind: RawKind,
    query: str,
    reach: Reach,
    days: tuple[date, date] | None = None,
) -> DailyChange:
    schema = schema_of_daily(kind.codes, own=False)
    columns = ", ".join(f'"{name}"' for name in schema.names)
    reader = duck.sql(f"SELECT {columns} FROM ({query})").to_arrow_reader(100_000)
    return write_daily(connection, schema, reader, mode="set", reach=reach, days=days)


def recompute(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    kind: RawKind,
    *,
    history: str,
    changed: str,
    people: set[str],
    channels: set[str],
    reach: Reach,
) -> DailyChange:
    """Work out again every group that changed rows, people or channels can reach.

    Parameters
    ----------
    history : str
        SQL for all rows of the loads that stand, those brought now included.
    changed : str
        SQL for the rows that came (or go, when a load is undone).
    people, channels : set of str
        People whose brand or employment changed, channels whose owners did.
    """
    duck.execute(f"CREATE OR REPLACE TEMP VIEW history AS {placed(f'FROM ({history})')}")
    duck.execute(f"CREATE OR REPLACE TEMP VIEW changed AS {placed(f'FROM ({changed})')}")
    fill_names(duck, "moved_people", people)
    fill_names(duck, "moved_channels", channels)
    moved = (
        "(credited_to IN (SELECT name FROM moved_people) "
        "OR channel IN (SELECT name FROM moved_channels))"
    )
    # The places of all versions of the keys that changed: one of them was the current one.
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE reached AS
        SELECT * FROM history SEMI JOIN changed USING ({kind.key})
        UNION ALL SELECT * FROM changed
        UNION ALL SELECT * FROM history WHERE {moved}
        """
    )
    duck.execute(f"CREATE OR REPLACE TEMP TABLE places AS SELECT DISTINCT {_PLACE} FROM reached")
    _add_standing_places(connection, duck, kind, channels)
    buyers = ""
    if kind.has_buyers:
        duck.execute(
            f"""
            INSERT INTO places SELECT DISTINCT {_PLACE} FROM history
            WHERE buyer_id IN (SELECT buyer_id FROM reached WHERE buyer_id <> '')
            """
        )
        buyers = f"""
            UNION SELECT {kind.key} FROM history WHERE buyer_id IN (
                SELECT buyer_id FROM history SEMI JOIN places USING ({_PLACE})
                WHERE buyer_id <> '')
        """
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE wanted AS
        SELECT {kind.key} FROM history SEMI JOIN places USING ({_PLACE}) {buyers}
        """
    )
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE placed AS
        {current_rows(kind.table, f"SELECT * FROM history SEMI JOIN wanted USING ({kind.key})")}
        """
    )
    # Money stands in the row of its currency, counts in the one without.
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE groups AS
        SELECT {_PLACE}, '' AS currency FROM places
        UNION SELECT {_PLACE}, currency FROM history SEMI JOIN places USING ({_PLACE})
        UNION SELECT {_PLACE}, currency FROM changed
        """
    )
    cells = ", ".join(f'a."{code}"' for code in kind.codes)
    made = aggregate(kind, "placed")
    query = f"""
        SELECT g.*, {cells} FROM ({credited("SELECT * FROM groups")}) g
        LEFT JOIN ({made}) a USING ({_KEY}) ORDER BY {_KEY_OF_G}
    """
    return _write(connection, duck, kind, query, reach)


def fill_names(duck: duckdb.DuckDBPyConnection, table: str, names: set[str]) -> None:
    """Make a table with one column, ``name``."""
    fill_table(duck, table, {"name": pa.string()}, [(name,) for name in sorted(names)])


def _add_standing_places(
    connection: Connection, duck: duckdb.DuckDBPyConnection, kind: RawKind, channels: set[str]
) -> None:
    """Rows of nobody under an owner's former brand: where a channel's owners change."""
    if not channels:
        return
    schema = schema_of_daily([], own=False)
    some = " OR ".join(f'"{code}" IS NOT NULL' for code in kind.codes)
    listed = ", ".join("'" + channel.replace("'", "''") + "'" for channel in sorted(channels))
    columns = ", ".join(f'"{name}"' for name in schema.names)
    sql = (
        f"SELECT {columns} FROM daily_measures "
        f"WHERE employee_id = '' AND channel IN ({listed}) AND ({some})"
    )
    for batch in read_batches(connection, sql, schema):
        duck.register("filling", pa.Table.from_batches([batch]))
        # What `measures` brought on days without such orders is not ours to empty.
        duck.execute(
            f"INSERT INTO places SELECT {_PLACE} FROM filling "
            "SEMI JOIN history USING (day, channel)"
        )
        duck.unregister("filling")
