"""How many people there were, and how many left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
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
    on_first: npt.NDArray[np.int64], on_last: npt.NDArray[np.int64], left: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Give the share of each group's people that left: leavers ÷ mean headcount.

    The mean is that of the headcounts on the first and on the last day; the rate is not
    annualised. A leaver is still counted on the last day worked.

    Parameters
    ----------
    on_first, on_last : ndarray of int, shape (n_groups,)
        The headcounts on the first and on the last day looked at; in a running period the last
        is the as-of day.
    left : ndarray of int, shape (n_groups,)
        How many left on one of the days.

    Returns
    -------
    ndarray of float, shape (n_groups,)
        Missing where the mean headcount is 0.

    Examples
    --------
    >>> attrition(np.array([4, 0]), np.array([3, 0]), np.array([2, 1])).round(3).tolist()
    [0.571, nan]
    """
    mean = (on_first + on_last) / 2
    return left / np.where(mean > 0, mean, np.nan)
