"""Sum people's days, measures and ratings up to groups: sum first, divide last.

A group has a number, its row in a frame of group codes; frames of stays, cards and rows of nobody
are given these numbers once, and everything is added up by them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.int64]

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


def group_codes(frames: Iterable[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Find the groups that any of the frames names.

    Parameters
    ----------
    frames : iterable of DataFrame
        Frames with the columns of ``by``.
    by : sequence of str
        The axes of the groups.

    Returns
    -------
    DataFrame
        One row per group, sorted; the row's number is the group's number. Without an axis there
        is one group, of everything.
    """
    if not by:
        return pd.DataFrame(index=pd.RangeIndex(1))
    named = [frame[list(by)].drop_duplicates() for frame in frames]
    codes: pd.DataFrame = pd.concat(named).drop_duplicates()
    return codes.sort_values(list(by), ignore_index=True).astype("str")


def group_numbers(frame: pd.DataFrame, codes: pd.DataFrame) -> Numbers:
    """Give each row of a frame the number of its group, -1 where there is no such group."""
    by = list(codes.columns)
    if not by:
        return np.zeros(len(frame), dtype=np.int64)
    if len(by) == 1:
        single: Numbers = pd.Index(codes[by[0]]).get_indexer(pd.Index(frame[by[0]]))
        return single.astype(np.int64)
    numbers: Numbers = (
        pd.MultiIndex.from_frame(codes)
        .get_indexer(pd.MultiIndex.from_frame(frame[by]))
        .astype(np.int64)
    )
    return numbers


def summed(values: pd.DataFrame, group: Numbers, n_groups: int) -> pd.DataFrame:
    """Add rows up by group.

    Parameters
    ----------
    values : DataFrame of float, shape (n_rows, n_columns)
        Missing is *no data* and adds nothing.
    group : ndarray of int, shape (n_rows,)
        The number of each row's group; rows of -1 are left out.
    n_groups : int
        How many groups there are.

    Returns
    -------
    DataFrame of float, shape (n_groups, n_columns)
        Missing where no row of the group has data.

    Examples
    --------
    >>> rows = pd.DataFrame({"orders": [1.0, 2.0, float("nan")], "visits": [10.0, 20.0, 30.0]})
    >>> summed(rows, np.array([0, 0, 1]), 2).to_dict("list")
    {'orders': [3.0, nan], 'visits': [30.0, 30.0]}
    """
    inside = group >= 0
    group = group[inside]
    sums = {}
    for name in values.columns:
        column = values[name].to_numpy(dtype=np.float64)[inside]
        known = ~np.isnan(column)
        total = np.bincount(group, weights=np.where(known, column, 0.0), minlength=n_groups)
        count = np.bincount(group, weights=known, minlength=n_groups)
        sums[name] = np.where(count > 0, total, np.nan)
    return pd.DataFrame(sums, index=pd.RangeIndex(n_groups))


def with_zeros(rows: pd.DataFrame, coverage: Mapping[str, tuple[date, date]]) -> pd.DataFrame:
    """Put 0 for *no data* where the source is loaded: nothing happened there.

    Parameters
    ----------
    rows : DataFrame
        ``first`` and ``last`` day, and a column per measure.
    coverage : mapping of str to (date, date)
        The days through which the sources of measures made from orders and tickets are loaded.
    """
    first, last = rows["first"].to_numpy(), rows["last"].to_numpy()
    filled = {}
    for code, (opens, closes) in coverage.items():
        if code in rows.columns:
            loaded = (first <= np.datetime64(closes)) & (last >= np.datetime64(opens))
            values = rows[code].to_numpy(dtype=np.float64)
            filled[code] = np.where(np.isnan(values) & loaded, 0.0, values)
    return rows.assign(**filled)


def mean_ratings(rows: pd.DataFrame, ratings: pd.DataFrame, n_groups: int) -> pd.DataFrame:
    """Average the ratings of everybody who has a day in a group.

    Parameters
    ----------
    rows : DataFrame
        Stays with ``period``, ``employee_id`` and ``group``, the number of the group.
    ratings : DataFrame of float, shape (n_people, n_dimensions)
        By period and employee, a column per dimension: the mean of the means of the others'
        relations.
    n_groups : int
        How many groups there are.

    Returns
    -------
    DataFrame of float, shape (n_groups, n_dimensions)
        Each person counts once; missing where nobody of the group was rated.
    """
    if ratings.empty:
        return pd.DataFrame(index=pd.RangeIndex(n_groups))
    there = rows[["group", "period", "employee_id"]].drop_duplicates()
    marks = ratings.reindex(pd.MultiIndex.from_frame(there[["period", "employee_id"]]))
    means = marks.groupby(there["group"].to_numpy()).mean()
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
    amounts = summed(met[["revenue"]], met["group"].to_numpy(np.int64), n_groups)["revenue"]
    total = amounts.to_numpy(dtype=np.float64, copy=True)
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
