"""The course of an indicator through a card's window, day by day."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.domain.period import Period
from perf_core.scoring.formulas import Arrays, Formula

Values = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def running_sums(daily: pd.DataFrame) -> dict[str, Values]:
    """The sum of each measure up to each day; no data until there is some.

    Parameters
    ----------
    daily : DataFrame of float, shape (n_days, n_measures)
        One row per day in order; NaN is no data on that day.
    """
    return {code: _running(daily[code].to_numpy(dtype=np.float64)) for code in daily.columns}


def _running(values: Values) -> Values:
    known = np.maximum.accumulate(~np.isnan(values)) if len(values) else np.zeros(0, dtype=bool)
    return np.where(known, np.nancumsum(values), np.nan)


def daily_values(
    formula: Formula,
    daily: pd.DataFrame,
    before: pd.DataFrame,
    *,
    period: Period,
    days: Whole,
    is_held: npt.NDArray[np.bool_],
    ratings: dict[str, float],
) -> Values:
    """Evaluate a formula to date on each day of a card, as a score of that day would.

    Parameters
    ----------
    formula : Formula
        The indicator's.
    daily : DataFrame of float, shape (n_card_days, n_measures)
        Measures on the card's days, in order.
    before : DataFrame of float, shape (n_previous_days, n_measures)
        Measures on all days of the previous period.
    period : Period
        The period of the card.
    days : array of int, shape (n_card_days,)
        Which days of the period these are, from 0.
    is_held : array of bool, shape (n_previous_days,)
        Whether the person held the card's brand and role on each day of the previous period.
    ratings : dict of str to float
        The person's mean marks by dimension.

    Returns
    -------
    array of float, shape (n_card_days,)
        NaN is no data.
    """
    n_before = len(is_held)
    compared = np.minimum(days, n_before - 1)
    # Each previous day joins with the first card day that is compared with it.
    is_first = np.append([True], compared[1:] != compared[:-1])[: len(days)]
    rows = pd.DataFrame(
        np.where(is_first[:, None], before.to_numpy(dtype=np.float64)[compared], np.nan),
        columns=before.columns,
    )
    counted = is_first.astype(np.float64)
    held = np.logical_and.accumulate(is_held[compared])
    previous = running_sums(rows)
    n_compared = np.cumsum(counted)
    if len(days) and days[-1] == period.n_days - 1:
        # The window reaches the period's own end, and so does the one it is compared with.
        last = _run_to_end(days, compared, n_before)
        held[-1] &= bool(is_held[last].all())
        n_compared[-1] = len(last)
        for code in before.columns:
            total = before[code].to_numpy(dtype=np.float64)[last]
            previous[code][-1] = np.nan if np.isnan(total).all() else np.nansum(total)
    return formula.values(
        Arrays(
            running_sums(daily),
            np.arange(1, len(days) + 1, dtype=np.float64),
            {code: np.where(held, values, np.nan) for code, values in previous.items()},
            np.where(held, n_compared, np.nan),
            {name: np.full(len(days), mark) for name, mark in ratings.items()},
        )
    )


def _run_to_end(days: Whole, compared: Whole, n_before: int) -> Whole:
    """All days compared with a window that reaches the end: its last run goes on to the end."""
    gaps = np.nonzero(np.diff(days) > 1)[0]
    start = compared[gaps[-1] + 1] if len(gaps) else compared[0]
    return np.union1d(compared, np.arange(start, n_before))
