"""How groups stand: how their totals lie, what costs them points, which is in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from perf_core.scoring.group_rows import taken
from perf_core.scoring.grouped import GROUP, Grouped
from perf_core.scoring.groups import counted, summed_exactly

QUARTILES: Final = {"low": 0.0, "q1": 0.25, "median": 0.5, "q3": 0.75, "high": 1.0}

TROUBLES: Final = ("attainment", "cost_ratio", "revenue_growth", "attrition")
"""The numbers whose shortfall makes trouble."""


def spread_of_totals(grouped: Grouped) -> pd.DataFrame:
    """Describe how the totals of each group's complete cards lie.

    Parameters
    ----------
    grouped : Grouped
        A viewer's groups, of some axes.

    Returns
    -------
    DataFrame
        On the index of the groups: ``n`` (complete cards), the quartiles of ``QUARTILES`` (missing
        without a card; between two cards on the straight line) and ``totals``, their list. By
        channel, where nobody has cards, none of anything.
    """
    numbers = grouped.codes.index
    complete = taken(grouped.cards, grouped.cards["complete"], (GROUP, "total"))
    totals = pd.Series(complete["total"]).groupby(complete[GROUP])
    # A row per group and quartile.
    quartiles = totals.quantile(np.array([*QUARTILES.values()])).to_numpy()
    table = quartiles.reshape(-1, len(QUARTILES))
    found = pd.DataFrame(table, np.unique(complete[GROUP]), [*QUARTILES]).reindex(numbers)
    ends = np.cumsum(n := counted(complete[GROUP], len(grouped)))
    in_order = complete["total"][np.argsort(complete[GROUP], kind="stable")]
    lists = [some.tolist() for some in np.split(in_order, ends)]
    return found.assign(n=n, totals=pd.Series(lists[:-1], numbers, dtype="object"))


def points_lost(grouped: Grouped) -> pd.DataFrame:
    """Tell which indicator costs each group most: points under its full weight, per card.

    Returns
    -------
    DataFrame
        On the index of the groups: ``weakest``, the indicator, and ``weakest_lost``; empty and
        missing where none costs any. Of several that cost the same it is the first by name.
    """
    lines = taken(grouped.lines, grouped.lines["scored"], (GROUP, "indicator", "lost"))
    n, n_indicators = len(grouped), grouped.n_indicators
    about = lines[GROUP] * n_indicators + lines["indicator"]
    lost = summed_exactly(lines["lost"], about, n * n_indicators).reshape(n, n_indicators)
    n_cards = counted(grouped.cards[GROUP], n)
    per_card = np.nan_to_num(lost) / np.maximum(n_cards, 1)[:, None]
    dearest = per_card.argmax(axis=1)
    most = per_card[np.arange(n), dearest]
    costs = most > 1e-9
    weakest = np.full(n, "", dtype=object)
    weakest[costs] = grouped.names("indicator", dearest[costs])
    return pd.DataFrame(
        {
            "weakest": pd.Series(weakest, grouped.codes.index, dtype="str"),
            "weakest_lost": np.where(costs, most, np.nan),
        }
    )


def shortfalls(
    groups: pd.DataFrame, whole: Mapping[str, float], *, cost_limit: pd.Series[float]
) -> pd.DataFrame:
    """Measure how far each group falls short of its standards, in shares, so that they add up.

    Parameters
    ----------
    groups : DataFrame
        The numbers of groups; missing: unknown, which is no shortfall.
    whole : mapping of str to float
        The same numbers of all groups together.
    cost_limit : Series of float
        By group the cost ratio that is too high.

    Returns
    -------
    DataFrame of float
        On the index of ``groups``, a column per number of ``TROUBLES``, never below 0:
        attainment and attrition by how far they are worse than those of all together, cost ratio
        by how far it passes its limit in parts of it, growth by how far revenue shrank.

    Examples
    --------
    >>> groups = pd.DataFrame({"attainment": [0.4, 0.8], "cost_ratio": [0.33, 0.2],
    ...                        "revenue_growth": [0.1, -0.2], "attrition": [0.05, 0.0]})
    >>> found = shortfalls(groups, {"attainment": 0.6, "attrition": 0.03},
    ...                    cost_limit=pd.Series([0.3, 0.3]))
    >>> found.round(3).to_dict("list")  # doctest: +NORMALIZE_WHITESPACE
    {'attainment': [0.2, 0.0], 'cost_ratio': [0.1, 0.0], 'revenue_growth': [0.0, 0.2],
     'attrition': [0.02, 0.0]}
    """
    short = {
        "attainment": whole.get("attainment", np.nan) - groups["attainment"],
        "cost_ratio": groups["cost_ratio"] / cost_limit - 1.0,
        "revenue_growth": -groups["revenue_growth"],
        "attrition": groups["attrition"] - whole.get("attrition", np.nan),
    }
    found = pd.DataFrame(short, index=groups.index).astype(float)
    return found.clip(lower=0.0).fillna(0.0)[list(TROUBLES)]
