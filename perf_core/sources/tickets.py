"""Tickets become daily measures."""

from __future__ import annotations

from typing import Any

import ibis

from perf_core.sources.daily_shape import DAILY_KEY, keyed

COUNTS = (
    "tickets",
    "response_seconds",
    "responses",
    "resolved_tickets",
    "csat_sum",
    "csat_count",
    "csat_satisfied",
)

SATISFIED = 4
"""A mark from here on is satisfied."""


def daily_tickets(tickets: Any) -> Any:
    """Sum tickets into the measures of each day, person and channel.

    Cancelled and test tickets count for nothing. ``responses`` counts tickets with response
    seconds, ``csat_count`` those with a mark, ``csat_satisfied`` marks of 4 and 5.

    Parameters
    ----------
    tickets : ibis.Table
        The current version of every ticket: ``day``, ``employee_id``, ``brand``, ``region``,
        ``channel``, ``response_seconds``, ``resolved``, ``csat``, ``status``. Absent text is
        ``""``.

    Returns
    -------
    ibis.Table
        ``DAILY_KEY``, ``currency`` always ``""``, and the seven measures.
    """
    valid = tickets.filter(tickets["status"].notin(("cancelled", "test")))
    rows = keyed(valid.mutate(currency=ibis.literal("")))
    is_satisfied = (rows["csat"] >= SATISFIED).fill_null(False)
    sums = {
        "tickets": rows.count(),
        "response_seconds": rows["response_seconds"].sum().fill_null(0),
        "responses": rows["response_seconds"].count(),
        "resolved_tickets": rows["resolved"].fill_null(False).sum(),
        "csat_sum": rows["csat"].sum().fill_null(0),
        "csat_count": rows["csat"].count(),
        "csat_satisfied": is_satisfied.sum(),
    }
    return rows.group_by(list(DAILY_KEY)).aggregate(
        **{name: value.cast("float64") for name, value in sums.items()}
    )
