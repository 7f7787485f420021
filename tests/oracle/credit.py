"""Who is credited, and how orders and tickets become measures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.oracle.company import Company, Fact

Row = dict[str, Any]


def holder(company: Company, row: Row, day: date) -> tuple[str, str, str]:
    """The person credited (or ""), brand and region of a row.

    "An order, ticket or measure row without an employee belongs to its channel's owner on that
    day; without an owner it counts for its brand, region and channel and for no person. Brand and
    region of a credited row come from the person's assignment on that day, whatever its own
    columns say". An owner who is not employed on the day owns nothing.
    """
    employee = row.get("employee_id") or ""
    account = company.owner_on(row.get("channel") or "", day)
    if not employee and account and company.employed(account["employee_id"], day):
        employee = account["employee_id"]
    if employee:
        place = company.assignment_on(employee, day) or {}
        return employee, place.get("brand") or "", place.get("region") or ""
    # The shop account's own brand and region stand in where the row has none: of the owner row of
    # the day, in a gap of the one before, before the first of the first.
    rows = company.owners.get(row.get("channel") or "", {})
    known = [first for first in rows if first <= day] or [min(rows)] if rows else []
    stated = rows[max(known)] if known else {}
    return (
        "",
        row.get("brand") or stated.get("brand") or "",
        row.get("region") or stated.get("region") or "",
    )


def facts_of_orders(company: Company, orders: Iterable[Row]) -> list[Fact]:
    """ "orders, valid = paid or refunded"."""
    valid = [
        (row, row["ordered_at"].date(), holder(company, row, row["ordered_at"].date()))
        for row in orders
        if row["_valid"]
    ]
    first_bought: dict[tuple[str, str], Any] = {}
    for row, _, (_, brand, _) in valid:
        buyer = row.get("buyer_id") or ""
        if buyer:
            old = first_bought.get((buyer, brand))
            first_bought[buyer, brand] = min(old or row["ordered_at"], row["ordered_at"])
    facts = []
    for row, day, (who, brand, region) in valid:
        amount = company.in_store_currency(row["amount"], row.get("currency") or "", day)
        refunded = row.get("status") == "refunded"
        buyer = row.get("buyer_id") or ""
        # "its buyer has an earlier valid order in the same brand"
        repeat = bool(buyer) and first_bought[buyer, brand] < row["ordered_at"]
        for measure, value in (
            ("orders", 1.0),
            ("revenue", amount),
            ("units", row.get("units") or 0.0),
            ("repeat_orders", float(repeat)),
            ("refund_orders", float(refunded)),
            ("refund_amount", amount if refunded else 0.0),
        ):
            facts.append(Fact(day, who, brand, region, row.get("channel") or "", measure, value))
    return facts


def facts_of_tickets(company: Company, tickets: Iterable[Row]) -> list[Fact]:
    facts = []
    for row in tickets:
        if not row["_valid"]:
            continue
        day = row["opened_at"].date()
        who, brand, region = holder(company, row, day)
        seconds, csat = row.get("response_seconds"), row.get("csat")
        for measure, value in (
            ("tickets", 1.0),
            ("response_seconds", seconds or 0.0),
            ("responses", float(seconds is not None)),
            ("resolved_tickets", float(bool(row.get("resolved")))),
            ("csat_sum", csat or 0.0),
            ("csat_count", float(csat is not None)),
            ("csat_satisfied", float(csat is not None and csat >= 4)),
        ):
            facts.append(Fact(day, who, brand, region, row.get("channel") or "", measure, value))
    return facts
