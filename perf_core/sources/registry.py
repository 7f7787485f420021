"""Which tables of raw rows become daily measures, and by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from perf_core.sources.orders import COUNTS as ORDER_COUNTS
from perf_core.sources.orders import MONEY as ORDER_MONEY
from perf_core.sources.orders import daily_orders
from perf_core.sources.tickets import COUNTS as TICKET_COUNTS
from perf_core.sources.tickets import daily_tickets


@dataclass(frozen=True)
class Aggregator:
    """How one table's rows become daily measures: an Ibis table in, an Ibis table out."""

    daily: Callable[[Any], Any]
    measures: tuple[str, ...]


AGGREGATORS: Mapping[str, Aggregator] = {
    "orders": Aggregator(daily_orders, (*ORDER_COUNTS, *ORDER_MONEY)),
    "tickets": Aggregator(daily_tickets, TICKET_COUNTS),
}
