"""Orders become daily measures."""

from __future__ import annotations

from typing import Any

import ibis

from perf_core.sources.daily_shape import DAILY_KEY, keyed

COUNTS = ("orders", "units", "repeat_orders", "refund_orders")
MONEY = ("revenue", "refund_amount")


def daily_orders(orders: Any, *, within: str = "brand") -> Any:
    """Sum orders into the measures of each day, person, channel and currency.

    Only valid orders count, paid or refunded ones. ``revenue`` is what was paid for them, later
    refunds included; ``refund_orders`` and ``refund_amount`` are those refunded since, on the day
    the order was placed. A repeat order is one whose buyer has a valid order in the same brand at
    an earlier instant; two at the very same instant are not repeats of each other, and an order
    without a buyer never is one. Blank units add nothing.

    Parameters
    ----------
    within : str, default="brand"
        The column with the brand in which a buyer is a repeat buyer, where that is not ``brand``:
        an owner's channel keeps its own brand in its key and counts for the owner's.
    orders : ibis.Table
        The current version of every order, whatever its status: ``day``, ``ordered_at``
        (TIMESTAMP, UTC), ``employee_id``, ``brand`` (of the credited person's assignment on that
        day, else the order's own), ``region``, ``channel``, ``currency`` (``""`` is the
        company's), ``buyer_id``, ``amount_e4`` (BIGINT), ``units``, ``status``. Absent text is
        ``""``.

    Returns
    -------
    ibis.Table
        ``DAILY_KEY`` and the six measures. A row with an employee has neither brand nor region.
        Counts stand in rows with ``currency`` ``""``; money (1/10,000) in those of its currency,
        where the counts are NULL.
    """
    valid = orders.filter(orders["status"].isin(("paid", "refunded")))
    return _own(valid, within).union(_foreign(valid))


def _own(valid: Any, within: str) -> Any:
    """The rows without currency: all counts, and the money that is the company's."""
    named = valid.filter(valid["buyer_id"] != "")
    at = named["ordered_at"]
    # Who has orders at one instant only has none that is a repeat, and most buyers are such.
    firsts = (
        named.group_by([within, "buyer_id"])
        .having(at.min() < at.max())
        .aggregate(first_at=at.min())
    )
    joined = valid.left_join(firsts, [within, "buyer_id"])
    rows = keyed(
        joined.select(
            *(joined[name] for name in DAILY_KEY if name != "currency"),
            joined["units"],
            own_e4=_only(joined["currency"] == "", joined["amount_e4"]),
            is_repeat=(joined["ordered_at"] > joined["first_at"]).fill_null(False),
            is_refund=joined["status"] == "refunded",
        )
    )
    sums = rows.group_by([name for name in DAILY_KEY if name != "currency"]).aggregate(
        orders=rows.count().cast("float64"),
        units=rows["units"].sum().fill_null(0.0).cast("float64"),
        repeat_orders=rows["is_repeat"].sum().cast("float64"),
        refund_orders=rows["is_refund"].sum().cast("float64"),
        revenue=rows["own_e4"].sum().cast("int64"),
        refund_amount=_refunded(rows, "own_e4").sum().cast("int64"),
    )
    return sums.mutate(currency=ibis.literal("")).select(*DAILY_KEY, *COUNTS, *MONEY)


def _foreign(valid: Any) -> Any:
    """The rows of money in other currencies, where the counts are NULL."""
    foreign = keyed(valid.filter(valid["currency"] != ""))
    rows = foreign.mutate(is_refund=foreign["status"] == "refunded")
    sums = rows.group_by(list(DAILY_KEY)).aggregate(
        revenue=rows["amount_e4"].sum().cast("int64"),
        refund_amount=_refunded(rows, "amount_e4").sum().cast("int64"),
    )
    counts = {name: ibis.null("float64") for name in COUNTS}
    return sums.select(*DAILY_KEY, **counts, **{name: sums[name] for name in MONEY})


def _refunded(rows: Any, amount: str) -> Any:
    """The amount where the order was refunded, else nothing; absent where the amount is."""
    return ibis.cases((rows["is_refund"], rows[amount]), else_=rows[amount] * 0)


def _only(condition: Any, value: Any) -> Any:
    return ibis.cases((condition, value), else_=ibis.null(value.type()))
