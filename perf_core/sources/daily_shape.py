"""What the daily measures made from raw rows look like, whatever they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

DAILY_KEY = ("day", "employee_id", "brand", "region", "channel", "currency")


def keyed(rows: Any) -> Any:
    """Blank brand and region on rows with an employee: a person's row carries neither."""
    is_nobodys = rows["employee_id"] == ""
    return rows.mutate(
        brand=ibis.cases((is_nobodys, rows["brand"]), else_=""),
        region=ibis.cases((is_nobodys, rows["region"]), else_=""),
    )


def counts_without_currency(daily: Any, *, counts: Sequence[str], money: Sequence[str]) -> Any:
    """Move counts into rows without currency; money in another one keeps rows of its own."""
    is_own = daily["currency"] == ""
    nothing = {name: ibis.null("int64") for name in money}
    own_money = {name: ibis.cases((is_own, daily[name]), else_=nothing[name]) for name in money}
    own = daily.mutate(currency=ibis.literal(""), **own_money)
    foreign = daily.filter(~is_own).mutate(**{name: ibis.null("float64") for name in counts})
    both = own.union(foreign)
    sums = {name: both[name].sum() for name in (*counts, *money)}
    return both.group_by(list(DAILY_KEY)).aggregate(**sums)
