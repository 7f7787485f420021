"""How many people there were, and how many left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from perf_core.scoring.stays import as_days, on_day


def headcount(found: pd.DataFrame, day: date, *, by: Sequence[str]) -> pd.Series[int]:
    """Count the people of each group on one day, by the assignment of that day.

    Absence does not matter: who is away is still one of the people.

    Parameters
    ----------
    found : DataFrame
        Stays (:func:`perf_core.scoring.stays.stays`) that hold the day.
    day : date
        The day to count on.
    by : sequence of str
        The columns that make a group.

    Returns
    -------
    Series of int
        By the group's codes; groups without people are left out.
    """
    return on_day(found, day).groupby(list(by))["employee_id"].size()


def leavers(found: pd.DataFrame, *, by: Sequence[str]) -> pd.Series[int]:
    """Count those whose last day worked lies in the stays, in the group of that day.

    A move from one group to another is no leaving.

    Parameters
    ----------
    found : DataFrame
        Stays over the days to look at.
    by : sequence of str
        The columns that make a group.

    Returns
    -------
    Series of int
        By the group's codes; groups without leavers are left out.
    """
    gone = found[found["last"].to_numpy() == as_days(found["left"].to_numpy(np.int64))]
    count: pd.Series[int] = gone.groupby(list(by))["employee_id"].size()
    return count


def attrition(
    found: pd.DataFrame, *, first: date, last: date, by: Sequence[str]
) -> pd.Series[float]:
    """Give the share of each group's people that left: leavers ÷ mean headcount.

    The mean is that of the headcounts on the first and on the last day; the rate is not
    annualised. A leaver is still counted on the last day worked.

    Parameters
    ----------
    found : DataFrame
        Stays over exactly the days from ``first`` to ``last``.
    first, last : date
        The days to look at, both included; in a running period up to the as-of day.
    by : sequence of str
        The columns that make a group.

    Returns
    -------
    Series of float
        By the codes of every group that has a stay; missing where the mean headcount is 0.
    """
    groups = found.groupby(list(by))["employee_id"].size().index
    here = sum(headcount(found, day, by=by).reindex(groups, fill_value=0) for day in (first, last))
    mean = pd.Series(here, index=groups, dtype=float) / 2
    left = leavers(found, by=by).reindex(groups, fill_value=0)
    return left / mean.where(mean > 0)
