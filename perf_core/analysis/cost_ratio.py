"""Why a cost ratio moved: more people, more pay per head, or less revenue."""

from __future__ import annotations

from typing import Final

import pandas as pd

from perf_core.analysis.divisia import log_mean_parts

POWERS: Final = {"people": 1.0, "pay": 1.0, "revenue": -1.0}
"""Cost ratio = people × pay per head ÷ revenue."""

CAUSES: Final = tuple(POWERS)
"""The causes, in the order they are told."""


def cost_factors(
    groups: pd.DataFrame, *, n_days: pd.Series[int], n_whole: pd.Series[int]
) -> pd.DataFrame:
    """Split each group's cost ratio into people, pay per head and revenue.

    Pay and revenue are those of the whole period: a running one is taken at its pace so far, so
    that half a month does not look like half the pay.

    Parameters
    ----------
    groups : DataFrame
        ``paid_days``, ``pay_cost``, ``paid_revenue``; missing where unknown or withheld.
    n_days, n_whole : Series of int
        The days of each row's period that count, and all of its days.

    Returns
    -------
    DataFrame of float
        ``people`` (on an average day, those with pay), ``pay`` per head, ``revenue``: their
        product and quotient is the cost ratio. On the index of ``groups``.

    Examples
    --------
    >>> groups = pd.DataFrame({"paid_days": [45.0], "pay_cost": [3e4], "paid_revenue": [1e5]})
    >>> days, whole = pd.Series([15]), pd.Series([30])
    >>> cost_factors(groups, n_days=days, n_whole=whole).to_dict("list")
    {'people': [3.0], 'pay': [20000.0], 'revenue': [200000.0]}
    """
    people = groups["paid_days"].astype(float) / n_days.where(n_days > 0)
    pace = n_whole / n_days.where(n_days > 0)
    return pd.DataFrame(
        {
            "people": people,
            "pay": groups["pay_cost"] * pace / people.where(people > 0),
            "revenue": groups["paid_revenue"] * pace,
        }
    )


def ratio_of(factors: pd.DataFrame) -> pd.Series[float]:
    """The cost ratio that factors make: missing without pay or without revenue."""
    cost = factors["people"] * factors["pay"]
    return cost.where(cost > 0) / factors["revenue"].where(factors["revenue"] > 0)


def change_causes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Split the change of cost ratios into its causes, which sum to it.

    Parameters
    ----------
    before, after : DataFrame of float
        As from :func:`cost_factors`, on one index.

    Returns
    -------
    DataFrame of float
        ``before``, ``after`` and ``change`` of the ratio, and ``by_people``, ``by_pay`` and
        ``by_revenue``; all of the split is missing where a ratio is.

    Examples
    --------
    >>> names = ["people", "pay", "revenue"]
    >>> was, now = pd.DataFrame([[8, 10, 400]], columns=names), pd.DataFrame([[9, 11, 300]],
    ...                                                                      columns=names)
    >>> change_causes(was, now).round(3).iloc[0].to_dict()
    {'before': 0.2, 'after': 0.33, 'change': 0.13, 'by_people': 0.031, 'by_pay': 0.025,
     'by_revenue': 0.075}
    """
    parts = log_mean_parts(before, after, POWERS)
    old, new = ratio_of(before), ratio_of(after)
    return pd.DataFrame(
        {
            "before": old,
            "after": new,
            "change": new - old,
            **{f"by_{name}": parts[name] for name in CAUSES},
        }
    )
