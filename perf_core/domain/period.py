"""Periods: the days being judged."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Final, Literal

from perf_core.domain.errors import BadPeriod

PeriodKind = Literal["month", "quarter", "week", "year", "day", "window"]

_ONE_DAY = timedelta(days=1)


@total_ordering
@dataclass(frozen=True)
class Period:
    """A half-open run of days, ``start <= day < end``, and the code it is written with."""

    code: str
    kind: PeriodKind
    start: date
    end: date

    def __lt__(self, other: Period) -> bool:
        """Order by the first day, the shorter period first."""
        return (self.start, self.end) < (other.start, other.end)

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - _ONE_DAY

    @property
    def n_days(self) -> int:
        """The number of days in the period."""
        return (self.end - self.start).days

    @property
    def can_grade(self) -> bool:
        """Whether grades exist for it: from 28 days on."""
        return self.n_days >= 28

    def holds(self, day: date) -> bool:
        """Whether the day belongs to the period."""
        return self.start <= day < self.end

    def previous(self) -> Period:
        """The period before: the calendar one, or the equally long window.

        Examples
        --------
        >>> parse_period("2026-03").previous().code
        '2026-02'
        >>> parse_period("2026-05-30..2026-08-29").previous().code
        '2026-02-27..2026-05-29'
        """
        before = self.start - _ONE_DAY
        match self.kind:
            case "month":
                return month_of(before)
            case "quarter":
                return quarter_of(before)
            case "week":
                return week_of(before)
            case "year":
                return year_of(before)
            case "day":
                return day_period(before)
            case "window":
                return window(self.start - timedelta(days=self.n_days), before)

    def year_before(self) -> Period:
        """The same period a year earlier; week 53 and February 29 fall back to the one before.

        Examples
        --------
        >>> parse_period("2026-W53").year_before().code
        '2025-W52'
        >>> parse_period("2024-02-01..2024-02-29").year_before().code
        '2023-02-01..2023-02-28'
        """
        match self.kind:
            case "month":
                return month_of(_year_earlier(self.start))
            case "quarter":
                return quarter_of(_year_earlier(self.start))
            case "week":
                year, week, _ = self.start.isocalendar()
                weeks = date(year - 1, 12, 28).isocalendar().week
                return week_of(date.fromisocalendar(year - 1, min(week, weeks), 1))
            case "year":
                return year_of(_year_earlier(self.start))
            case "day":
                return day_period(_year_earlier(self.start))
            case "window":
                return window(_year_earlier(self.start), _year_earlier(self.last_day))

    def day_like(self, other: Period, last: date) -> date:
        """The day up to which this period is looked at when another is looked at up to ``last``.

        The same day number, counted from the first day; where the other is looked at to its end,
        the own end.

        Examples
        --------
        >>> february, march = parse_period("2026-02"), parse_period("2026-03")
        >>> february.day_like(march, date(2026, 3, 15)), february.day_like(march, date(2026, 3, 31))
        (datetime.date(2026, 2, 15), datetime.date(2026, 2, 28))
        """
        if last >= other.last_day:
            return self.last_day
        return min(self.last_day, self.start + (last - other.start))

    def months(self) -> Iterator[Period]:
        """The calendar months that share a day with the period, in order."""
        month = month_of(self.start)
        while month.start < self.end:
            yield month
            month = month_of(month.end)


def _year_earlier(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def month_of(day: date) -> Period:
    """The calendar month a day lies in."""
    start = day.replace(day=1)
    end = (start + timedelta(days=31)).replace(day=1)
    return Period(f"{start:%Y-%m}", "month", start, end)


def quarter_of(day: date) -> Period:
    """The calendar quarter a day lies in."""
    quarter = (day.month - 1) // 3
    start = date(day.year, 3 * quarter + 1, 1)
    end = (start + timedelta(days=92)).replace(day=1)
    return Period(f"{start.year:04d}-Q{quarter + 1}", "quarter", start, end)


def week_of(day: date) -> Period:
    """The ISO week (Monday to Sunday) a day lies in."""
    year, week, weekday = day.isocalendar()
    start = day - timedelta(days=weekday - 1)
    return Period(f"{year:04d}-W{week:02d}", "week", start, start + timedelta(days=7))


def year_of(day: date) -> Period:
    """The calendar year a day lies in."""
    return Period(f"{day.year:04d}", "year", date(day.year, 1, 1), date(day.year + 1, 1, 1))


def day_period(day: date) -> Period:
    """The period of one day."""
    return Period(day.isoformat(), "day", day, day + _ONE_DAY)


def window(first: date, last: date) -> Period:
    """The period from one day to another, both included."""
    if last < first:
        raise BadPeriod(text=f"{first}..{last}")
    return Period(f"{first}..{last}", "window", first, last + _ONE_DAY)


_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 9000
_YEAR = re.compile(r"(\d{4})")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def _day(text: str) -> date:
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) for part in match.groups())
    return date(year, month, day)


def parse_period(text: str) -> Period:
    """Read a period as it is written in files, addresses and on the command line.

    Raises
    ------
    BadPeriod
        The text names no period; the error carries it.

    Examples
    --------
    >>> parse_period("2026-Q2").start, parse_period("2026-W23").start
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 1))
    >>> parse_period("2026-05-30..2026-08-29").n_days
    92
    """
    try:
        found = _read_period(text.strip())
    except (ValueError, OverflowError):
        raise BadPeriod(text=text.strip()) from None
    # What is compared with it a year earlier, or comes after it, has to be a day, too.
    if not _FIRST_YEAR <= found.start.year <= found.end.year <= _LAST_YEAR:
        raise BadPeriod(text=text.strip())
    return found


def _read_period(text: str) -> Period:
    if ".." in text:
        first, _, last = text.partition("..")
        return window(_day(first), _day(last))
    if match := _MONTH.fullmatch(text):
        return month_of(date(int(match[1]), int(match[2]), 1))
    if match := _QUARTER.fullmatch(text):
        return quarter_of(date(int(match[1]), 3 * int(match[2]) - 2, 1))
    if match := _WEEK.fullmatch(text):
        return week_of(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    if match := _YEAR.fullmatch(text):
        return year_of(date(int(match[1]), 1, 1))
    return day_period(_day(text))
