"""Sum people's days, measures and ratings up to groups: sum first, divide last.

A group has a number, its row in a frame of group codes; rows of stays, cards and of nobody are
given these numbers once (``scoring.grouped``), and everything is added up by them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from pandas.core.groupby.generic import SeriesGroupBy

Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

AXES = ("brand", "region", "role", "channel", "department")
"""What groups can be made by."""

OF_BUSINESS = frozenset({"brand", "region", "channel"})
"""Axes that rows of nobody have too: groups by these alone hold all rows, others credited ones."""

Within = Mapping[str, Collection[str]]
"""The codes of axes that groups are made within; nothing for an axis that is not limited."""


def is_within(frame: pd.DataFrame, within: Within) -> npt.NDArray[np.bool_]:
    """Tell of each row whether it lies within the codes asked for.

    Parameters
    ----------
    frame : DataFrame
        With the columns that ``within`` names.
    within : mapping of str to collection of str
        Codes by axis; ``""`` stands for rows without one.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        All of the axes must fit.

    Examples
    --------
    >>> rows = pd.DataFrame({"brand": ["luxe", "core", "core"], "region": ["sh", "sh", "gz"]})
    >>> is_within(rows, {"brand": ["core"], "region": ["sh", "cd"]}).tolist()
    [False, True, False]
    """
    inside = np.ones(len(frame), dtype=np.bool_)
    for axis, codes in within.items():
        inside &= frame[axis].isin(list(codes)).to_numpy(dtype=np.bool_)
    return inside


def added_up(values: Values, group: Numbers, n_groups: int) -> Values:
    """Add numbers up by group, in their order.

    Parameters
    ----------
    values : ndarray of float, shape (n_rows,)
        Missing is *no data* and adds nothing.
    group : ndarray of int, shape (n_rows,)
        The number of each row's group.
    n_groups : int
        How many groups there are.

    Returns
    -------
    ndarray of float, shape (n_groups,)
        Missing where no row of the group has data.

    Examples
    --------
    >>> added_up(np.array([1.0, 2.0, np.nan]), np.array([0, 0, 1]), 2).tolist()
    [3.0, nan]
    """
    known = ~np.isnan(values)
    total = np.bincount(group, weights=np.where(known, values, 0.0), minlength=n_groups)
    return np.where(counted(group[known], n_groups) > 0, total, np.nan)


def summed_exactly(values: Values, group: Numbers, n_groups: int) -> Values:
    """Add numbers up by group with the rounding of each addition made good (Kahan's sum).

    Returns
    -------
    ndarray of float, shape (n_groups,)
        Missing for groups without a row.
    """
    sums = beside_another(values, group, n_groups).sum()
    return np.asarray(sums.reindex(pd.RangeIndex(n_groups)), dtype=np.float64)


def beside_another(values: Values, group: Numbers, n_groups: int) -> SeriesGroupBy[Any, Any]:
    """Numbers by group, and before them all a 0 of one more group, the last one.

    Of rows that lie in the order of their groups pandas makes no rounding good: a group alone
    would differ in the last digit from the same group among others.
    """
    return pd.Series(np.append(0.0, values)).groupby(np.append(n_groups, group))


def counted(group: Numbers, n_groups: int) -> Numbers:
    """Count the rows of each group."""
    return np.bincount(group, minlength=n_groups)


def distinct(group: Numbers, what: Numbers, n_groups: int) -> Numbers:
    """Count how many different things each group has.

    Examples
    --------
    >>> distinct(np.array([0, 0, 0, 2]), np.array([7, 7, 5, 7]), 3).tolist()
    [2, 0, 1]
    """
    n_things = int(what.max(initial=0)) + 1
    return counted(pd.unique(group * n_things + what) // n_things, n_groups)


def with_zeros(rows: pd.DataFrame, coverage: Mapping[str, tuple[date, date]]) -> pd.DataFrame:
    """Put 0 for *no data* where the source is loaded: nothing happened there.

    Parameters
    ----------
    rows : DataFrame
        ``first`` and ``last`` day, and a column per measure.
    coverage : mapping of str to (date, date)
        The days through which the sources of measures made from orders and tickets are loaded.
    """
    covered = {code: rows[code].to_numpy(dtype=np.float64) for code in coverage if code in rows}
    first, last = rows["first"].to_numpy(), rows["last"].to_numpy()
    return rows.assign(**zeros_within(covered, first, last, coverage))


def zeros_within(
    measures: Mapping[str, Values],
    first: npt.NDArray[np.datetime64],
    last: npt.NDArray[np.datetime64],
    coverage: Mapping[str, tuple[date, date]],
) -> dict[str, Values]:
    """Put 0 for *no data* where the source is loaded, as :func:`with_zeros` does in frames."""
    filled = dict(measures)
    for code in coverage.keys() & measures.keys():
        opens, closes = (np.datetime64(day) for day in coverage[code])
        values = measures[code]
        loaded = (first <= closes) & (last >= opens)
        filled[code] = np.where(np.isnan(values) & loaded, 0.0, values)
    return filled


def mean_ratings(
    group: Numbers, rating: Numbers, ratings: pd.DataFrame, n_groups: int
) -> pd.DataFrame:
    """Average the ratings of everybody who has a day in a group.

    Parameters
    ----------
    group : ndarray of int, shape (n_stays,)
        The number of the group of each stay.
    rating : ndarray of int, shape (n_stays,)
        The row of the person's ratings in the stay's period; -1 for who has none.
    ratings : DataFrame of float, shape (n_rated, n_dimensions)
        By period and employee, a column per dimension: the mean of the means of the others'
        relations.
    n_groups : int
        How many groups there are.

    Returns
    -------
    DataFrame of float, shape (n_groups, n_dimensions)
        Each person counts once; missing where nobody of the group was rated.
    """
    rated = rating >= 0
    n_rated = max(1, len(ratings))
    once = pd.unique(group[rated] * n_rated + rating[rated])
    means = ratings.take(once % n_rated).groupby(once // n_rated).mean()
    return means.reindex(pd.RangeIndex(n_groups))


def revenue_of_places(
    served: pd.DataFrame, revenue: pd.DataFrame, n_groups: int
) -> npt.NDArray[np.float64]:
    """Add up the revenue of the brands and regions that groups serve, each place once.

    A group lies in one period, so that its places do too.

    Parameters
    ----------
    served : DataFrame
        ``group``, ``period``, ``brand``, ``region``: where the people of groups are assigned. A
        blank stands for all: who is assigned to a brand and to no region serves the brand in
        every region.
    revenue : DataFrame
        ``period``, ``brand``, ``region``, ``revenue``, credited or not; a row per place.
    n_groups : int
        How many groups there are.

    Returns
    -------
    ndarray of float, shape (n_groups,)
        Missing for groups that serve no place with revenue.

    Examples
    --------
    >>> served = pd.DataFrame({"group": [0, 0, 1], "period": "2026-06", "brand": "a",
    ...                        "region": ["n", "n", ""]})
    >>> revenue = pd.DataFrame({"period": "2026-06", "brand": ["a", "a", "b"],
    ...                         "region": ["n", "s", "n"], "revenue": [5.0, 7.0, 11.0]})
    >>> revenue_of_places(served, revenue, 2).tolist()
    [5.0, 12.0]
    """
    place = ["period", "brand", "region"]
    places = served[["group", *place]].drop_duplicates()
    is_blank = (places["brand"] == "") | (places["region"] == "")
    is_wide = places["group"].isin(places.loc[is_blank, "group"])
    met = places[~is_wide].merge(revenue, on=place)
    total = added_up(
        met["revenue"].to_numpy(dtype=np.float64), met["group"].to_numpy(np.int64), n_groups
    )
    period, brand, region = (
        revenue[name].to_numpy(dtype=object) for name in ("period", "brand", "region")
    )
    amount = revenue["revenue"].to_numpy(dtype=np.float64)
    wide = places[is_wide].sort_values("group")
    number = wide["group"].to_numpy(np.int64)
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    rows = list(zip(wide["period"], wide["brand"], wide["region"], strict=True))
    for start, end in pairwise([*starts, len(rows)]):
        here = np.flatnonzero(period == rows[start][0])
        is_served = np.zeros(len(here), dtype=np.bool_)
        for _, one_brand, one_region in rows[start:end]:
            in_brand = (brand[here] == one_brand) | (one_brand == "")
            is_served |= in_brand & ((region[here] == one_region) | (one_region == ""))
        known = amount[here][is_served & ~np.isnan(amount[here])]
        total[number[start]] = known.sum() if len(known) else np.nan
    return total
