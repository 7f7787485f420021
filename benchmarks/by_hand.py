"""The simple alternatives that the figures stand beside, written for these files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.apart import measuring

_SQL = """
create temp table people as
    select employee_id, brand, cast(hire_date as date) as hire_date from read_csv('{people}');
copy (
    with raw as (
        select trim(order_id) as order_id,
               cast(ordered_at as timestamp) as ordered_at,
               cast(round(cast(amount as decimal(18, 4)) * 10000) as bigint) as amount_e4,
               trim(employee_id) as employee_id, trim(channel) as channel,
               nullif(trim(buyer_id), '') as buyer_id, lower(trim(status)) as status,
               cast(units as double) as units, cast(updated_at as timestamp) as updated_at
        from read_csv('{orders}', all_varchar = true)
    ),
    once as (
        select * from raw
        qualify row_number() over (
            partition by channel, order_id order by updated_at desc
        ) = 1
    ),
    valid as (
        select o.*, p.brand, cast(o.ordered_at as date) as day,
               row_number() over (
                   partition by p.brand, buyer_id order by ordered_at, order_id
               ) > 1 and buyer_id is not null as is_repeat
        from once o join people p using (employee_id)
        where status in ('paid', 'refunded') and o.ordered_at >= p.hire_date and amount_e4 >= 0
    )
    select day, employee_id, channel, count(*) as orders, sum(amount_e4) as revenue,
           sum(units) as units, count(*) filter (is_repeat) as repeat_orders,
           count(*) filter (status = 'refunded') as refund_orders,
           coalesce(sum(amount_e4) filter (status = 'refunded'), 0) as refund_amount
    from valid group by all order by all
) to '{answer}' (format parquet)
"""


def orders_by_sql(orders: str, people: str, answer: str) -> dict[str, float]:
    """Clean and aggregate with the DuckDB SQL one would write for this file."""
    import duckdb

    with measuring(), duckdb.connect() as duck:
        duck.execute(_SQL.format(orders=orders, people=people, answer=answer))
    return totals(answer)


def orders_by_pandas(orders: str, people: str, answer: str) -> dict[str, float]:
    """Clean and aggregate with the pandas one would write for this file."""
    import pandas as pd

    with measuring():
        raw = pd.read_csv(orders, dtype=str)
        for column in raw.columns:
            raw[column] = raw[column].str.strip()
        raw["ordered_at"] = pd.to_datetime(raw["ordered_at"])
        raw["updated_at"] = pd.to_datetime(raw["updated_at"])
        raw["revenue"] = (pd.to_numeric(raw["amount"]) * 10_000).round().astype("int64")
        raw["units"] = pd.to_numeric(raw["units"])
        raw["status"] = raw["status"].str.lower()
        raw = raw.sort_values("updated_at").drop_duplicates(["channel", "order_id"], keep="last")
        staff = pd.read_csv(people, dtype=str, parse_dates=["hire_date"])
        valid = raw[raw["status"].isin(["paid", "refunded"]) & (raw["revenue"] >= 0)]
        valid = valid.merge(staff[["employee_id", "brand", "hire_date"]], on="employee_id")
        valid = valid[valid["ordered_at"] >= valid["hire_date"]]
        valid = valid.sort_values(["ordered_at", "order_id"])
        valid["repeat_orders"] = (valid.groupby(["brand", "buyer_id"]).cumcount() > 0) & valid[
            "buyer_id"
        ].notna()
        valid["refund_orders"] = valid["status"] == "refunded"
        valid["refund_amount"] = valid["revenue"].where(valid["refund_orders"], 0)
        valid["day"] = valid["ordered_at"].dt.normalize()
        daily = (
            valid.groupby(["day", "employee_id", "channel"])
            .agg(
                orders=("order_id", "size"),
                revenue=("revenue", "sum"),
                units=("units", "sum"),
                repeat_orders=("repeat_orders", "sum"),
                refund_orders=("refund_orders", "sum"),
                refund_amount=("refund_amount", "sum"),
            )
            .reset_index()
        )
        daily.to_parquet(answer)
    return totals(answer)


def totals(answer: str) -> dict[str, float]:
    """Add everything up, to see that all ways came to the same."""
    import pandas as pd

    daily = pd.read_parquet(answer)
    codes = ["orders", "revenue", "units", "repeat_orders", "refund_orders", "refund_amount"]
    return {code: float(daily[code].sum()) for code in codes} | {"rows": float(len(daily))}


def rows_one_by_one(url: str, measures: str, rows: int) -> int:
    """Insert the first values of a file into daily measures, one statement each."""
    import csv
    import itertools

    from sqlalchemy import text

    from perf_core.store.engine import Store

    store = Store(url)
    with Path(measures).open(encoding="utf-8", newline="") as file:
        lines: list[dict[str, Any]] = list(itertools.islice(csv.DictReader(file), rows))
    with measuring(), store.writing() as connection:
        for line in lines:
            code = line["measure"]
            value = float(line["value"]) * (10_000 if code == "ad_spend" else 1)
            connection.execute(
                text(
                    "INSERT INTO daily_measures (day, employee_id, brand, region, channel, "
                    f"currency, credited_to, \"{code}\") VALUES (:day, :who, '', '', '', "
                    "'', :who, :value) ON CONFLICT (day, employee_id, brand, region, channel, "
                    f'currency) DO UPDATE SET "{code}" = excluded."{code}"'
                ),
                {"day": line["day"], "who": line["employee_id"], "value": value},
            )
    store.dispose()
    return len(lines)
