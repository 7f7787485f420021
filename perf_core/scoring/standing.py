"""How groups stand: how their totals lie, what costs them points, which is in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from perf_core.scoring.comparison import GroupInputs

QUARTILES: Final = {"low": 0.0, "q1": 0.25, "median": 0.5, "q3": 0.75, "high": 1.0}

TROUBLES: Final = ("attainment", "cost_ratio", "revenue_growth", "attrition")
"""The numbers whose shortfall makes trouble."""


def spread_of_totals(inputs: GroupInputs, codes: pd.DataFrame) -> pd.DataFrame:
    """Describe how the totals of each group's complete cards lie.

    Parameters
    ----------
    inputs : GroupInputs
        A viewer's inputs, of some axes.
    codes : DataFrame
        The groups, as :attr:`perf_core.scoring.comparison.Compared.groups` names them.

    Returns
    -------
    DataFrame
        On the index of ``codes``: ``n`` (complete cards), the quartiles of ``QUARTILES`` (missing
        without a card; between two cards on the straight line) and ``totals``, their list.
    """
    cards = inputs.cards.assign(group=inputs.numbers(inputs.cards, codes[list(inputs.keys)]))
    complete = cards[cards["complete"].astype(bool) & (cards["group"] >= 0)]
    totals = complete.assign(total=complete["total"].astype(float)).groupby("group")["total"]
    found = pd.DataFrame({name: totals.quantile(share) for name, share in QUARTILES.items()})
    found = found.reindex(codes.index)
    lists = {group: some.tolist() for group, some in totals}
    return found.assign(
        n=totals.size().reindex(codes.index, fill_value=0),
        totals=pd.Series([lists.get(group, []) for group in codes.index], codes.index, "object"),
    )


def points_lost(inputs: GroupInputs, codes: pd.DataFrame) -> pd.DataFrame:
    """Tell what each indicator costs a group: points under its full weight, per card.

    Returns
    -------
    DataFrame
        ``group``, ``indicator``, ``lost``: a row per group and indicator that costs it any, the
        dearest first within a group.
    """
    cards = inputs.cards.assign(group=inputs.numbers(inputs.cards, codes[list(inputs.keys)]))
    cards = cards[cards["group"] >= 0]
    columns = ["card_id", "indicator", "effective_weight", "points"]
    lines = inputs.lines.loc[inputs.lines["status"] == "scored", columns]
    mine = lines.merge(cards[["card_id", "group"]], on="card_id")
    mine = mine.assign(lost=(mine["effective_weight"] - mine["points"]).clip(lower=0.0))
    lost = mine.groupby(["group", "indicator"])["lost"].sum().reset_index()
    n_cards = cards.groupby("group").size()
    lost["lost"] /= lost["group"].map(n_cards)
    lost = lost[lost["lost"] > 1e-9]
    return lost.sort_values(["group", "lost"], ascending=[True, False], ignore_index=True)


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
