"""Orders and tickets as measures of their days: placed, summed, worked out again.

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

from perf_core.services.load_measures import place
from perf_core.services.people_reference import fill_table
from perf_core.sources.orders import daily_orders
from perf_core.sources.tickets import daily_tickets
from perf_core.store.measure_tables import DAILY_KEY, ORDER_MEASURES, TICKET_MEASURES
from perf_core.store.measure_writes import DailyChange, Reach, schema_of_daily, write_daily
from perf_core.store.raw_parts import RAW_SCHEMAS, current_rows
from perf_core.store.staging import read_batches

_KEY = ", ".join(f'"{name}"' for name in DAILY_KEY)
KEY_OF_G = ", ".join(f'g."{name}"' for name in DAILY_KEY)
_PLACE = ", ".join(f'"{name}"' for name in DAILY_KEY if name != "currency")
_SPOT = "day, employee_id, channel"


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


def write_groups(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    kind: RawKind,
    query: str,
    reach: Reach,
    days: tuple[date, date] | None = None,
) -> DailyChange:
    """Set the measures of groups, given as SQL in the order of their key."""
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
    duck.execute(f"CREATE OR REPLACE TEMP VIEW history AS {history}")
    duck.execute(f"CREATE OR REPLACE TEMP VIEW changed AS {changed}")
    _find_spots(duck, kind, people, channels)
    _find_wanted(duck, kind)
    current = current_rows(kind.table, f"SELECT * FROM history SEMI JOIN wanted USING ({kind.key})")
    duck.execute(f"CREATE OR REPLACE TEMP TABLE placed AS {placed(f'FROM ({current})')}")
    _find_groups(connection, duck, kind, channels)
    cells = ", ".join(f'a."{code}"' for code in kind.codes)
    query = f"""
        SELECT g.*, {cells} FROM ({credited("SELECT * FROM groups")}) g
        LEFT JOIN ({aggregate(kind, "placed")}) a USING ({_KEY}) ORDER BY {KEY_OF_G}
    """
    return write_groups(connection, duck, kind, query, reach)


def _find_spots(
    duck: duckdb.DuckDBPyConnection, kind: RawKind, people: set[str], channels: set[str]
) -> None:
    """Days, people and channels in which something may change: ``spots``."""
    _fill_names(duck, "moved_people", people)
    _fill_names(duck, "moved_channels", channels)
    buyer = "buyer_id" if kind.has_buyers else "'' AS buyer_id"
    # All versions of the keys that changed: one of them was the current one.
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE reached AS
        SELECT {_SPOT}, {buyer} FROM history SEMI JOIN changed USING ({kind.key})
        UNION ALL SELECT {_SPOT}, {buyer} FROM changed
        UNION ALL SELECT {_SPOT}, {buyer} FROM history
            WHERE employee_id IN (SELECT name FROM moved_people)
            OR (employee_id = '' AND channel IN (SELECT name FROM moved_channels))
        """
    )
    duck.execute(f"CREATE OR REPLACE TEMP TABLE spots AS SELECT DISTINCT {_SPOT} FROM reached")
    if kind.has_buyers:
        # An order that comes or goes makes its buyer's others repeats, or first ones.
        duck.execute(
            f"""
            INSERT INTO spots SELECT DISTINCT {_SPOT} FROM history
            WHERE buyer_id IN (SELECT buyer_id FROM reached WHERE buyer_id <> '')
            """
        )


def _find_wanted(duck: duckdb.DuckDBPyConnection, kind: RawKind) -> None:
    """Keys of the rows the sums of these spots need: theirs, and those of the same buyers."""
    columns = f"{kind.key}, buyer_id" if kind.has_buyers else kind.key
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE wanted AS
        SELECT DISTINCT {columns} FROM history SEMI JOIN spots USING ({_SPOT})
        """
    )
    if kind.has_buyers:
        duck.execute(
            f"""
            INSERT INTO wanted SELECT {columns} FROM history
            WHERE buyer_id IN (SELECT buyer_id FROM wanted WHERE buyer_id <> '')
            """
        )


def _find_groups(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    kind: RawKind,
    channels: set[str],
) -> None:
    """The rows of daily measures to set: counts stand in the row without currency."""
    versions = (
        f"SELECT * FROM history SEMI JOIN spots USING ({_SPOT}) UNION ALL SELECT * FROM changed"
    )
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE groups AS
        WITH v AS (SELECT DISTINCT {_KEY} FROM ({place(versions)}))
        SELECT {_KEY} FROM v UNION SELECT {_PLACE}, '' FROM v
        """
    )
    if not channels:
        return
    # Rows of nobody under the brand of a channel's former owner.
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
            f"INSERT INTO groups SELECT {_KEY} FROM filling SEMI JOIN spots USING ({_SPOT}) "
            f"ANTI JOIN groups USING ({_KEY})"
        )
        duck.unregister("filling")


def _fill_names(duck: duckdb.DuckDBPyConnection, table: str, names: set[str]) -> None:
    fill_table(duck, table, {"name": pa.string()}, [(name,) for name in sorted(names)])
