"""Which periods a line of figures runs over: those that a reader of a period thinks in."""

from __future__ import annotations

from datetime import date
from typing import Final

from perf_core.domain.period import Period, PeriodKind, month_of, quarter_of, year_of

MONTHS: Final = 18
_QUARTERS: Final = 8
_YEARS: Final = 6
_FEWEST: Final = 3
"""Fewer points than this are no line: then the next finer periods are shown."""


def trend_periods(period: Period, first: date | None, newest: date | None) -> list[Period]:
    """The periods up to the end of one, as far as there is data, oldest first.

    Parameters
    ----------
    period : Period
        What is looked at: a year asks for years, a quarter for quarters, all else for months.
    first, newest : date, optional
        The days between which there is data; without any only the last month is given.

    Examples
    --------
    >>> from perf_core.domain.period import parse_period
    >>> days = date(2023, 7, 1), date(2026, 6, 17)
    >>> [one.code for one in trend_periods(parse_period("2026"), *days)]
    ['2023', '2024', '2025', '2026']
    >>> [one.code for one in trend_periods(parse_period("2024"), *days)]
    ['2023-Q3', '2023-Q4', '2024-Q1', '2024-Q2', '2024-Q3', '2024-Q4']
    >>> len(trend_periods(parse_period("2026-05"), *days))
    18
    """
    last_day = period.last_day if newest is None else min(period.last_day, newest)
    if period.kind == "year":
        years = _up_to(year_of(last_day), first, _YEARS)
        if len(years) >= _FEWEST:
            return years
    if period.kind in ("year", "quarter"):
        quarters = _up_to(quarter_of(last_day), first, _QUARTERS)
        if len(quarters) >= _FEWEST:
            return quarters
    return _up_to(month_of(last_day), first, MONTHS)


def kind_of_trend(periods: list[Period]) -> PeriodKind:
    """Whether a line runs over months, quarters or years."""
    return periods[-1].kind


def _up_to(last: Period, first: date | None, most: int) -> list[Period]:
    found = [last]
    one = last.previous()
    while len(found) < most and first is not None and one.last_day >= first:
        found.insert(0, one)
        one = one.previous()
    return found
