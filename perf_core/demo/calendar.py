"""The days of the demo: months, weekdays, promotions, and how they shape a figure by the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

# How much of a usual month's business a calendar month brings.
SEASON = {
    1: 0.96,
    2: 0.88,
    3: 1.0,
    4: 0.98,
    5: 1.04,
    6: 1.22,
    7: 0.92,
    8: 0.95,
    9: 1.0,
    10: 1.06,
    11: 1.42,
    12: 1.14,
}
# Promotions: first day, last day, what a day of it brings against a usual one, and its peak.
_PROMOTIONS = (
    ((1, 15), (1, 22), 1.25, 1.3),
    ((3, 5), (3, 8), 1.25, 1.7),
    ((6, 1), (6, 17), 1.08, 1.15),
    ((6, 18), (6, 18), 2.6, 2.6),
    ((8, 15), (8, 18), 1.2, 1.3),
    ((9, 9), (9, 9), 1.5, 1.5),
    ((10, 20), (11, 10), 1.15, 1.3),
    ((11, 11), (11, 11), 4.2, 4.2),
    ((12, 10), (12, 12), 1.5, 2.2),
)
_SPRING_FESTIVALS = (
    (date(2024, 2, 8), date(2024, 2, 16)),
    (date(2025, 1, 27), date(2025, 2, 4)),
    (date(2026, 2, 14), date(2026, 2, 22)),
)


@dataclass(frozen=True)
class Calendar:
    """Consecutive days and the months they lie in.

    Attributes
    ----------
    days : array of datetime64[D], shape (n_days,)
    month : array of int, shape (n_days,)
        Position of each day's month in ``months``.
    months : tuple of date
        First day of each month; of the last one only the days with data are there.
    """

    days: npt.NDArray[np.datetime64]
    month: Whole
    months: tuple[date, ...]

    @property
    def n_days(self) -> int:
        """The number of days."""
        return len(self.days)

    @property
    def n_months(self) -> int:
        """The number of months."""
        return len(self.months)

    def days_of(self, month: int) -> npt.NDArray[np.intp]:
        """Positions of a month's days."""
        return np.flatnonzero(self.month == month)

    def position(self, day: date) -> int:
        """Position of a day, cut to the calendar."""
        return int(np.clip((np.datetime64(day) - self.days[0]).astype(int), 0, self.n_days - 1))

    def span(self, first: date, last: date) -> slice:
        """Positions of the days from one to another that lie in the calendar."""
        start = int((np.datetime64(first) - self.days[0]).astype(int))
        stop = int((np.datetime64(last) - self.days[0]).astype(int)) + 1
        return slice(max(start, 0), max(min(stop, self.n_days), 0))

    def month_position(self, code: str) -> int | None:
        """Position of a month such as ``2026-05``, if it is there."""
        wanted = date.fromisoformat(f"{code}-01")
        return self.months.index(wanted) if wanted in self.months else None

    def season(self) -> Floats:
        """The season's factor of each month."""
        return np.array([SEASON[month.month] for month in self.months])

    def counts(self) -> Floats:
        """The number of days of each month that are there."""
        return np.bincount(self.month, minlength=self.n_months).astype(float)


def make_calendar(first: date, last: date) -> Calendar:
    """List the days from one to another."""
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    codes, month = np.unique(days.astype("datetime64[M]"), return_inverse=True)
    months = tuple(code.astype("datetime64[D]").astype(date) for code in codes)
    return Calendar(days, month.astype(np.int64), months)


def course(calendar: Calendar) -> Floats:
    """What a day brings against a usual one: weekends, promotions, the quiet new year."""
    factor = np.ones(calendar.n_days)
    dates: list[date] = calendar.days.astype(object).tolist()
    for position, day in enumerate(dates):
        if day.weekday() >= 5:
            factor[position] *= 1.14
        for first, last, usual, peak in _PROMOTIONS:
            if first <= (day.month, day.day) <= last:
                factor[position] *= peak if (day.month, day.day) == last else usual
        for start, end in _SPRING_FESTIVALS:
            if start <= day <= end:
                factor[position] *= 0.5
            elif start - timedelta(days=12) <= day < start:
                factor[position] *= 1.15
    return factor


def textured(
    calendar: Calendar, rows: int, rng: np.random.Generator, *, noise: float = 0.13
) -> Floats:
    """The course of the days with each row's own noise, shape (rows, n_days)."""
    return course(calendar) * rng.lognormal(0.0, noise, (rows, calendar.n_days))


def shaped(calendar: Calendar, texture: Floats, daily: Floats) -> Floats:
    """Give each row's days the texture so that every month keeps its daily mean.

    Parameters
    ----------
    texture : array, shape (rows, n_days)
    daily : array, shape (rows, n_months)
        Mean of the days of each month.
    """
    totals = daily * calendar.counts()
    starts = np.searchsorted(calendar.month, np.arange(calendar.n_months))
    sums = np.add.reduceat(texture, starts, axis=1)
    return texture * (totals / sums)[:, calendar.month]


def grown(calendar: Calendar, texture: Floats, level: Floats, growth: Floats) -> Floats:
    """Let each month be the one before, on the same day numbers, times 1 + growth.

    A complete month is compared with all of the one before, the running one with its first days.

    Parameters
    ----------
    level : array, shape (rows,)
        Daily mean of the first month.
    growth : array, shape (rows, n_months)
    """
    values = np.zeros_like(texture)
    before = calendar.days_of(0)
    values[:, before] = texture[:, before] / texture[:, before].mean(axis=1)[:, None]
    values[:, before] *= level[:, None]
    last_day = calendar.days[-1].astype(date)
    is_running = (last_day + timedelta(days=1)).month == last_day.month
    for month in range(1, calendar.n_months):
        days = calendar.days_of(month)
        whole = month < calendar.n_months - 1 or not is_running
        matched = before if whole else before[: len(days)]
        total = values[:, matched].sum(axis=1) * (1 + growth[:, month])
        shape = texture[:, days] / texture[:, days].sum(axis=1)[:, None]
        values[:, days] = shape * total[:, None]
        before = days
    return values


def whole(values: Floats, rng: np.random.Generator) -> Whole:
    """Round to whole numbers so that sums over any run of days stay within one."""
    running = np.cumsum(values, axis=1) + rng.random((len(values), 1))
    steps = np.floor(running)
    return np.diff(steps, axis=1, prepend=0.0).astype(np.int64)


def picked(
    groups: Whole, share: Floats, rng: np.random.Generator, *, up: float = 0.0
) -> npt.NDArray[np.bool_]:
    """Pick that share of every group's rows: rounded down, or half up where ``up`` is 0.5.

    Parameters
    ----------
    groups : array of int, shape (rows,)
    share : array, shape (rows,)
        Equal within a group.
    """
    order = np.lexsort((rng.random(len(groups)), groups))
    sizes = np.bincount(groups)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - starts[groups[order]]
    return rank < np.floor(share * sizes[groups] + up + 1e-9)
