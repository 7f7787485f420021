"""The measures with a column of their own, and the two tables they are columns of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, Double, Index, String, Table
from sqlmodel import SQLModel

from perf_core.store.columns import JSON_VALUE

SHIPPED_MEASURES: dict[str, str] = {
    # code: unit; those made from orders and tickets first
    "orders": "count",
    "revenue": "money",
    "units": "count",
    "repeat_orders": "count",
    "refund_orders": "count",
    "refund_amount": "money",
    "tickets": "count",
    "response_seconds": "seconds",
    "responses": "count",
    "resolved_tickets": "count",
    "csat_sum": "points",
    "csat_count": "count",
    "csat_satisfied": "count",
    "visits": "count",
    "paid_visits": "count",
    "organic_visits": "count",
    "product_views": "count",
    "impressions": "count",
    "clicks": "count",
    "carts": "count",
    "ad_spend": "money",
    "new_followers": "count",
    "interactions": "count",
    "active_users": "count",
    "retained_users": "count",
    "live_gmv": "money",
    "viewers": "count",
    "returning_viewers": "count",
    "campaign_orders": "count",
    "campaign_visits": "count",
    "launch_units": "count",
    "complaints": "count",
    "complaint_seconds": "seconds",
    "complaints_closed": "count",
    "requests": "count",
    "requests_on_time": "count",
    "assets": "count",
    "assets_reused": "count",
    "refresh_done": "count",
    "refresh_planned": "count",
    "tests_points": "points",
    "tests_taken": "count",
    "trainings_done": "count",
    "trainings_due": "count",
    "tasks_done": "count",
    "tasks_due": "count",
    "overtime_hours": "count",
    "parcels": "count",
    "parcels_on_time": "count",
    "picks": "count",
    "picks_correct": "count",
    "stock_sold": "money",
    "stock_held": "money",
}
"""The measures with a column of their own. A unit of the company's catalogue does not change it."""

ORDER_MEASURES = (
    "orders",
    "revenue",
    "units",
    "repeat_orders",
    "refund_orders",
    "refund_amount",
)
TICKET_MEASURES = (
    "tickets",
    "response_seconds",
    "responses",
    "resolved_tickets",
    "csat_sum",
    "csat_count",
    "csat_satisfied",
)


def _measure_columns() -> list[Column[Any]]:
    shipped: list[Column[Any]] = [
        Column(code, BigInteger() if unit == "money" else Double())
        for code, unit in SHIPPED_MEASURES.items()
    ]
    return [*shipped, Column("own", JSON_VALUE, nullable=True)]


_KEY = ("employee_id", "brand", "region", "channel", "currency")


def _key_columns() -> list[Column[Any]]:
    return [Column(name, String, primary_key=True, nullable=False) for name in _KEY]


daily_measures = Table(
    "daily_measures",
    SQLModel.metadata,
    Column("day", Date, primary_key=True),
    *_key_columns(),
    # The person a row counts for: its own, or the owner of its channel on the day, else "".
    Column("credited_to", String, nullable=False, server_default=""),
    *_measure_columns(),
    Index("ix_daily_measures_credited", "credited_to", "day"),
    sqlite_with_rowid=False,
)
"""One row per (day, person, channel, currency); a row of nobody carries brand and region."""

monthly_measures = Table(
    "monthly_measures",
    SQLModel.metadata,
    Column("month", Date, primary_key=True),
    *_key_columns(),
    *_measure_columns(),
    sqlite_with_rowid=False,
)
"""Sums of the daily rows, by month and by the person credited (``employee_id``).

Brand and region are kept only where nobody is credited.
"""

DAILY_KEY = ("day", *_KEY)
MONTHLY_KEY = ("month", *_KEY)
