"""Orders and tickets become daily measures; a second answer comes from plain Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import ibis
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_core.sources.daily_shape import DAILY_KEY
from perf_core.sources.registry import AGGREGATORS

ORDERS = {
    "day": "date",
    "ordered_at": "timestamp",
    "employee_id": "string",
    "brand": "string",
    "region": "string",
    "channel": "string",
    "currency": "string",
    "buyer_id": "string",
    "amount_e4": "int64",
    "units": "float64",
    "status": "string",
}


def order(at: str, amount: float = 1, **more: Any) -> dict[str, Any]:
    """One order; what is not said is blank."""
    instant = datetime.fromisoformat(at)
    blank = {name: "" for name, kind in ORDERS.items() if kind == "string"}
    return {
        **blank,
        "day": instant.date(),
        "ordered_at": instant,
        "amount_e4": round(amount * 10_000),
        "units": None,
        "status": "paid",
        **more,
    }


def daily(table: str, schema: dict[str, str], rows: list[dict[str, Any]]) -> pd.DataFrame:
    """What a table's aggregator makes of the rows."""
    with duckdb.connect() as connection:
        kinds = {"string": "varchar", "int64": "bigint", "float64": "double"}
        columns = ", ".join(f"{name} {kinds.get(kind, kind)}" for name, kind in schema.items())
        connection.execute(f"create table rows ({columns})")
        for row in rows:
            marks = ", ".join("?" for _ in schema)
            connection.execute(f"insert into rows values ({marks})", [row[name] for name in schema])
        statement = ibis.to_sql(
            AGGREGATORS[table].daily(ibis.table(schema, name="rows")), dialect="duckdb"
        )
        return connection.execute(statement).df().sort_values(list(DAILY_KEY), ignore_index=True)


def test_only_valid_orders_count_and_refunds_stay_in_revenue() -> None:
    frame = daily(
        "orders",
        ORDERS,
        [
            order("2026-06-01 10:00", 10, employee_id="E1", brand="b", units=2.0),
            order("2026-06-01 11:00", 5, employee_id="E1", brand="c", status="refunded"),
            order("2026-06-01 12:00", 99, employee_id="E1", status="cancelled"),
            order("2026-06-01 12:00", 99, employee_id="E1", status="test"),
        ],
    )
    (row,) = frame.to_dict("records")
    assert (row["employee_id"], row["brand"], row["region"], row["currency"]) == ("E1", "", "", "")
    assert (row["orders"], row["units"], row["repeat_orders"]) == (2, 2, 0)
    assert (row["revenue"], row["refund_orders"], row["refund_amount"]) == (150_000, 1, 50_000)


def test_a_repeat_has_an_earlier_valid_order_in_the_same_brand() -> None:
    frame = daily(
        "orders",
        ORDERS,
        [
            order("2026-06-01 10:00", buyer_id="B", brand="x", status="cancelled"),
            order("2026-06-02 10:00", buyer_id="B", brand="x"),
            order("2026-06-02 10:00", buyer_id="B", brand="x"),
            order("2026-06-03 10:00", buyer_id="B", brand="x", employee_id="E1"),
            order("2026-06-04 10:00", buyer_id="B", brand="y"),
            order("2026-06-05 10:00", buyer_id="", brand="x"),
        ],
    )
    assert frame[["day", "brand", "repeat_orders"]].astype(str).to_numpy().tolist() == [
        ["2026-06-02", "x", "0.0"],
        ["2026-06-03", "", "1.0"],
        ["2026-06-04", "y", "0.0"],
        ["2026-06-05", "x", "0.0"],
    ]


def test_money_of_another_currency_has_rows_of_its_own() -> None:
    frame = daily(
        "orders",
        ORDERS,
        [
            order("2026-06-01 10:00", 10, employee_id="E1"),
            order("2026-06-01 10:00", 7, employee_id="E1", currency="USD"),
            order("2026-06-02 10:00", 3, employee_id="E1", currency="USD"),
        ],
    )
    own, usd, second, second_usd = frame.to_dict("records")
    assert (own["currency"], own["orders"], own["revenue"]) == ("", 2, 100_000)
    assert (usd["currency"], usd["revenue"]) == ("USD", 70_000)
    assert pd.isna(usd["orders"])
    assert (second["currency"], second["orders"]) == ("", 1)
    assert pd.isna(second["revenue"])
    assert (second_usd["currency"], second_usd["revenue"]) == ("USD", 30_000)


def test_tickets_keep_sums_and_counts_apart() -> None:
    schema = {
        "day": "date",
        "employee_id": "string",
        "brand": "string",
        "region": "string",
        "channel": "string",
        "response_seconds": "float64",
        "resolved": "boolean",
        "csat": "float64",
        "status": "string",
    }
    blank = dict.fromkeys(("brand", "region", "channel", "status"), "")
    first = {**blank, "day": date(2026, 6, 1), "employee_id": "E1"}
    rows = [
        {**first, "response_seconds": 30.0, "resolved": True, "csat": 5.0},
        {**first, "response_seconds": 0.0, "resolved": False, "csat": 4.0},
        {**first, "response_seconds": None, "resolved": None, "csat": 3.0},
        {**first, "response_seconds": 9.0, "resolved": True, "csat": None, "status": "closed"},
        {**first, "response_seconds": 9.0, "resolved": True, "csat": 1.0, "status": "cancelled"},
        {**first, "response_seconds": 9.0, "resolved": True, "csat": 1.0, "status": "test"},
    ]
    (row,) = daily("tickets", schema, rows).to_dict("records")
    assert {name: row[name] for name in AGGREGATORS["tickets"].measures} == {
        "tickets": 4,
        "response_seconds": 39,
        "responses": 3,
        "resolved_tickets": 2,
        "csat_sum": 12,
        "csat_count": 3,
        "csat_satisfied": 2,
    }


def plainly(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, float]]:
    """The same sums, order by order."""
    valid = [row for row in rows if row["status"] in {"paid", "refunded"}]
    sums: dict[tuple[Any, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in valid:
        is_earlier = any(
            other["buyer_id"] == row["buyer_id"] != ""
            and other["brand"] == row["brand"]
            and other["ordered_at"] < row["ordered_at"]
            for other in valid
        )
        place = ("", "") if row["employee_id"] else (row["brand"], row["region"])
        key = (row["day"], row["employee_id"], *place, row["channel"])
        counts, money = sums[*key, ""], sums[*key, row["currency"]]
        counts["orders"] += 1
        counts["units"] += row["units"] or 0
        counts["repeat_orders"] += is_earlier
        counts["refund_orders"] += row["status"] == "refunded"
        money["revenue"] += row["amount_e4"]
        money["refund_amount"] += row["amount_e4"] if row["status"] == "refunded" else 0
    return sums


any_order = st.builds(
    lambda minutes, **more: order(str(datetime(2026, 6, 1) + timedelta(minutes=minutes)), **more),
    st.integers(0, 4_000),
    amount=st.integers(0, 10_000).map(lambda cents: cents / 100),
    employee_id=st.sampled_from(["", "E1", "E2"]),
    brand=st.sampled_from(["", "x", "y"]),
    region=st.sampled_from(["", "n"]),
    channel=st.sampled_from(["", "tmall"]),
    currency=st.sampled_from(["", "USD"]),
    buyer_id=st.sampled_from(["", "B1", "B2"]),
    units=st.sampled_from([None, 1.0, 3.0]),
    status=st.sampled_from(["paid", "paid", "refunded", "cancelled", "test"]),
)


@settings(max_examples=25)
@given(st.lists(any_order, max_size=12))
def test_orders_sum_to_what_plain_python_says(rows: list[dict[str, Any]]) -> None:
    found = {}
    for row in daily("orders", ORDERS, rows).to_dict("records"):
        key = (row["day"].date(), *(row[name] for name in DAILY_KEY[1:]))
        measures = AGGREGATORS["orders"].measures
        found[key] = {name: row[name] for name in measures if not pd.isna(row[name])}
    meant = plainly(rows)
    assert set(found) == set(meant)
    for key, sums in meant.items():
        assert {name: found[key].get(name, 0) for name in sums} == dict(sums)
