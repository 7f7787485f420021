"""From sums over windows to the actual of every line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.domain.catalogue import Indicator
from perf_core.scoring.formulas import Formula, Totals, arrays_of, read_formula

Values = npt.NDArray[np.float64]
Span = tuple[date, date]


def needed_measures(formulas: Iterable[Formula]) -> tuple[set[str], set[str]]:
    """The measures that formulas sum over the window, and those over the compared one."""
    current: set[str] = set()
    previous: set[str] = set()
    for formula in formulas:
        current |= formula.measures
        previous |= formula.previous_measures
    return current, previous


def card_totals(
    sums: pd.DataFrame,
    segments: pd.DataFrame,
    days: pd.Series[float],
    *,
    codes: Iterable[str],
    coverage: Mapping[str, Span],
) -> Totals:
    """Lay sums out by card, and tell nothing from no data.

    Measures made from orders or tickets are 0, not missing, for whoever was employed on a day
    that their source is loaded through. Any other measure without a row is no data.

    Parameters
    ----------
    sums : DataFrame
        ``segment_id`` (the card's id, at most once) and a column per measure.
    segments : DataFrame
        ``domain.frames.SEGMENTS`` of the cards.
    days : Series of float, shape (n_cards,)
        Days of each card's window, on the card ids.
    codes : iterable of str
        The measures wanted.
    coverage : mapping of str to (date, date)
        For a measure made from orders or tickets, the first and last day it is loaded for.
    """
    wanted = sorted(codes)
    at = pd.Index(sums["segment_id"]).get_indexer(days.index)
    is_covered = {
        span: days.index.isin(_touched(segments, span))
        for span in {coverage[code] for code in wanted if code in coverage}
    }
    columns = {}
    for code in wanted:
        column = np.full(len(days), np.nan)
        if code in sums.columns and len(sums):
            column = np.where(at >= 0, sums[code].to_numpy(dtype=np.float64)[at], np.nan)
        if code in coverage:
            column[is_covered[coverage[code]] & np.isnan(column)] = 0.0
        columns[code] = column
    return Totals(pd.DataFrame(columns, index=days.index, copy=False), days)


def _touched(segments: pd.DataFrame, span: Span) -> pd.Series[int]:
    """The segments with a day in a span."""
    first, last = (pd.Timestamp(day) for day in span)
    return segments.loc[(segments["first"] <= last) & (segments["last"] >= first), "segment_id"]


def line_actuals(
    lines: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    *,
    current: Totals,
    previous: Totals,
    ratings: pd.DataFrame,
) -> Values:
    """Evaluate the indicator of each line over its card's window.

    Parameters
    ----------
    lines : DataFrame
        ``card_id`` (the row of the totals) and ``indicator``.
    indicators : mapping of str to Indicator
        By code. A line whose indicator is gone from the catalogue is no data.
    current, previous : Totals
        One row per card, by card id from 0.
    ratings : DataFrame of float
        A column per dimension, rows as the totals.

    Returns
    -------
    array of float, shape (n_lines,)
        NaN is no data.
    """
    inputs = arrays_of(current, previous=previous, ratings=ratings)
    actual = np.full(len(lines), np.nan)
    card = lines["card_id"].to_numpy(dtype=np.int64)
    number, codes = pd.factorize(lines["indicator"])
    for at, code in enumerate(codes):
        if code in indicators:
            rows = np.nonzero(number == at)[0]
            formula = read_formula(indicators[code].formula)
            actual[rows] = formula.values(inputs.take(card[rows], formula))
    return actual
