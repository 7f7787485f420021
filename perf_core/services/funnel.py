"""The way from a visit to kept revenue by group, and the step that costs most in money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from perf_core.analysis.lmdi import step_parts

Base = Literal["year", "previous", "group", "best"]

STEPS: Final = ("traffic", "conversion", "order_value", "kept")
"""Visits, orders per visit, revenue per order, the share of revenue that is not refunded."""
BASES: Final[tuple[Base, ...]] = ("year", "previous", "group", "best")
LEAST_TRAFFIC: Final = 0.05
"""The best is looked for among groups with this share of the mean group's visits: no fluke."""
_OWN_PAST: Final = ("year", "previous")


@dataclass(frozen=True)
class Funnel:
    """The steps of every group, beside those it is measured against.

    Attributes
    ----------
    base : {"year", "previous", "group", "best"}
        What the groups are measured against: their own past, all groups together, or the best.
    steps : DataFrame
        One row per group, most revenue first, indexed by its code: ``visits``, ``orders``,
        ``revenue``, ``refund_amount``, the steps of ``STEPS``, ``per_visit`` (revenue kept per
        visit), and each of the steps with ``_base`` behind it. Missing: no data.
    parts : DataFrame
        On the same index: the money of each step of ``STEPS`` (missing where it is not told
        apart), ``change`` (their sum), ``costliest`` (the step that costs most; empty where none
        costs anything), ``cost`` (its money, below 0), ``begins_with`` (``"visits"``, or
        ``"orders"`` where visits are unknown) and ``has_refunds``; all missing or empty where
        there is nothing to compare with.
    best : str
        The group that the others are measured against, for ``base="best"``.
    """

    base: Base
    steps: pd.DataFrame
    parts: pd.DataFrame
    best: str


def funnel(
    now: pd.DataFrame, past: pd.DataFrame | None, *, base: Base, same_prices: bool = False
) -> Funnel:
    """Measure each group's funnel against a base and split the difference in money.

    Against its own past a group's kept revenue is split with visits and rates as they were. Against
    all groups together, or the best one, only the rates of the others are laid over the group's
    own visits, so that a small group is not called bad for being small: the part of the traffic is
    then 0. So is that of the order value where the groups have price levels of their own. The best
    is the group that keeps most revenue per visit (with price levels: most orders, less the share
    refunded), of those with at least ``LEAST_TRAFFIC`` of the mean group's visits.

    Steps multiply to the revenue kept: visits × orders ÷ visits × revenue ÷ orders × (1 − refunds ÷
    revenue). Where a group's visits (or the base's) are unknown, the first step is its orders;
    where refunds are unknown on either side, the last step is left out of both, and the whole is
    the revenue as it was paid.

    Parameters
    ----------
    now : DataFrame
        Indexed by the group's code: ``visits``, ``orders``, ``revenue``, ``refund_amount``.
    past : DataFrame, optional
        The same of the period compared with; asked for by "year" and "previous".
    base : {"year", "previous", "group", "best"}
        What to measure against.
    same_prices : bool, default=False
        Whether an order should be worth as much in every group: in the regions of a brand, not
        in a dear brand and a cheap one.
    """
    steps = _with_steps(now)
    best = ""
    if base in _OWN_PAST:
        before = _with_steps(past.reindex(now.index)) if past is not None else _unknown(steps)
    else:
        if base == "best":
            best = _best(steps, same_prices=same_prices)
            others = steps.loc[[best]] if best else None
        else:
            others = _with_steps(now.sum(min_count=1).to_frame().T)
        before = _with_rates_of(steps, others, same_prices=same_prices)
    for name in (*STEPS, "orders"):
        steps[f"{name}_base"] = before[name]
    parts = _parts(steps)
    order = steps["revenue"].fillna(-1.0).sort_values(ascending=False, kind="stable").index
    return Funnel(base, steps.loc[order], parts.loc[order], best)


def _with_steps(sums: pd.DataFrame) -> pd.DataFrame:
    """The sums with the steps made of them."""
    some = sums[["visits", "orders", "revenue", "refund_amount"]].astype(float)
    steps = some.assign(
        traffic=some["visits"],
        conversion=_ratio(some["orders"], some["visits"]),
        order_value=_ratio(some["revenue"], some["orders"]),
        kept=1 - _ratio(some["refund_amount"], some["revenue"]),
    )
    net = some["revenue"] - some["refund_amount"].fillna(0.0)
    return steps.assign(per_visit=_ratio(net, some["visits"]))


def _ratio(one: pd.Series[float], by: pd.Series[float]) -> pd.Series[float]:
    return one / by.where(by > 0)


def _unknown(steps: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(np.nan, index=steps.index, columns=steps.columns)


def _best(steps: pd.DataFrame, *, same_prices: bool) -> str:
    enough = steps["visits"] >= LEAST_TRAFFIC * steps["visits"].mean()
    of_orders = steps["conversion"] * steps["kept"].fillna(1.0)
    known = (steps["per_visit"] if same_prices else of_orders)[enough].dropna()
    return str(known.idxmax()) if len(known) else ""


def _with_rates_of(
    steps: pd.DataFrame, others: pd.DataFrame | None, *, same_prices: bool
) -> pd.DataFrame:
    """Each group's own traffic with the rates of others, which are one row."""
    if others is None:
        return _unknown(steps)
    taken = ("conversion", "order_value", "kept") if same_prices else ("conversion", "kept")
    return steps.assign(**{name: float(others[name].iloc[0]) for name in taken})


def _parts(steps: pd.DataFrame) -> pd.DataFrame:
    """The money of each step, with as many steps as both sides know."""
    both = {
        name: steps[name].notna() & steps[f"{name}_base"].notna() for name in (*STEPS, "orders")
    }
    from_visits = both["traffic"] & both["conversion"]
    has_refunds = both["kept"]
    is_known = both["order_value"] & (from_visits | both["orders"])
    parts = pd.DataFrame(np.nan, index=steps.index, columns=list(STEPS))
    for visits in (True, False):
        for refunds in (True, False):
            mine = is_known & (from_visits == visits) & (has_refunds == refunds)
            if not mine.any():
                continue
            names = ["traffic", "conversion"] if visits else ["orders"]
            names += ["order_value", *(["kept"] if refunds else [])]
            after = steps.loc[mine, names]
            before = steps.loc[mine, [f"{name}_base" for name in names]].set_axis(names, axis=1)
            found = step_parts(before, after).rename(columns={"orders": "traffic"})
            parts.loc[mine, found.columns] = found
    change = parts.sum(axis=1, min_count=1)
    # A part below a ten-thousandth of the revenue is rounding, no cost.
    least = parts.min(axis=1)
    costs = least < -1e-4 * steps["revenue"].abs().fillna(0.0)
    costliest = [
        str(row.idxmin()) if does else ""
        for does, (_, row) in zip(costs, parts.iterrows(), strict=True)
    ]
    return parts.assign(
        change=change,
        costliest=costliest,
        cost=least.where(costs),
        begins_with=np.where(is_known, np.where(from_visits, "visits", "orders"), ""),
        has_refunds=has_refunds & is_known,
    )
