"""Runs of days of people, cut into whole months and the days that are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

SHARED_BY = 40
"""From so many people on, one run of days is scanned once instead of looked up for each."""

_MONTH = "datetime64[M]"
_DAY = "datetime64[D]"

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Runs:
    """Runs of days, or of months by their first days, both ends included."""

    ids: npt.NDArray[np.int64]
    employees: npt.NDArray[np.object_]
    first: Days
    last: Days

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: npt.NDArray[Any]) -> Runs:
        """Some of the runs."""
        return Runs(self.ids[rows], self.employees[rows], self.first[rows], self.last[rows])

    def numbered_from(self, number: int) -> Runs:
        """The same runs with a number added to each id."""
        return Runs(self.ids + number, self.employees, self.first, self.last)

    def first_days(self) -> Runs:
        """Each month by its first day, which the roll-up's key finds at once."""
        return Runs(self.ids, self.employees, self.first, self.first)

    def spans(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Each run's span as a number, and how many runs have that span."""
        both = self.first.astype(np.int64) * 10_000_000 + self.last.astype(np.int64)
        _, number, count = np.unique(both, return_inverse=True, return_counts=True)
        return number.reshape(-1), count

    def shared(self) -> tuple[Runs, Runs]:
        """The runs whose span many people share, and the others."""
        if not len(self):
            return self, self
        number, count = self.spans()
        is_shared = count[number] >= SHARED_BY
        return self.take(is_shared), self.take(~is_shared)

    def each_month(self) -> Runs:
        """Runs of months as single months, which the roll-up's key finds at once."""
        first, last = self.first.astype(_MONTH), self.last.astype(_MONTH)
        length = (last - first).astype(np.int64) + 1
        row = np.repeat(np.arange(len(length)), length)
        offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        month = (first[row] + offset).astype(_DAY)
        return Runs(self.ids[row], self.employees[row], month, month)


def cut(segments: pd.DataFrame, data_day: date | None) -> tuple[Runs, Runs]:
    """The whole months of each run of days, and the days that are left.

    Parameters
    ----------
    segments : DataFrame
        ``domain.frames.SEGMENTS``.
    data_day : date or None
        The last day that rows exist for: a run that reaches it reaches its month's end.
    """
    ids = segments["segment_id"].to_numpy(dtype=np.int64)
    employees = segments["employee_id"].to_numpy(dtype=object)
    first = segments["first"].to_numpy().astype(_DAY)
    last = segments["last"].to_numpy().astype(_DAY)
    month = first.astype(_MONTH)
    start = np.where(month.astype(_DAY) == first, month, month + 1)
    after = (last + 1).astype(_MONTH)
    is_end = after.astype(_DAY) == last + 1
    if data_day is not None:
        is_end |= last >= np.datetime64(data_day)
    end = np.where(is_end, last.astype(_MONTH), last.astype(_MONTH) - 1)
    has_months = start <= end
    whole = Runs(ids, employees, start.astype(_DAY), end.astype(_DAY)).take(has_months)
    head_last = np.where(has_months, start.astype(_DAY) - 1, last)
    tail_first = np.where(has_months, (end + 1).astype(_DAY), last + 1)
    head = Runs(ids, employees, first, head_last).take(first <= head_last)
    tail = Runs(ids, employees, tail_first, last).take(has_months & (tail_first <= last))
    return whole, joined(head, tail)


def joined(*several: Runs) -> Runs:
    """Runs one after the other."""
    return Runs(
        np.concatenate([one.ids for one in several]),
        np.concatenate([one.employees for one in several]),
        np.concatenate([one.first for one in several]),
        np.concatenate([one.last for one in several]),
    )


@dataclass(frozen=True)
class NearlyMonths:
    """Months of which all but a few days are wanted: the month, and the days to take away.

    Attributes
    ----------
    segment_ids : array of int
        Whose each is; the runs below are numbered by the place in here.
    months, spared, wanted : Runs
        The whole months, the days of them that are not wanted, and those that are.
    """

    segment_ids: npt.NDArray[np.int64]
    months: Runs
    spared: Runs
    wanted: Runs


def nearly_months(days: Runs, data_day: date | None) -> tuple[NearlyMonths, Runs]:
    """Find the months most of whose days are wanted, so that reading the others is less.

    Parameters
    ----------
    days : Runs
        Runs of days; those of one id and person do not overlap.
    data_day : date or None
        The last day that rows exist for: nothing needs to be taken away behind it.

    Returns
    -------
    tuple of NearlyMonths and Runs
        The months, and the runs that are in none.
    """
    month = days.first.astype(_MONTH)
    within = month == days.last.astype(_MONTH)
    _, person = np.unique(days.employees.astype(str), return_inverse=True)
    key = np.stack([days.ids, person.reshape(-1), month.astype(np.int64)], axis=1)
    _, row, job = np.unique(key, axis=0, return_index=True, return_inverse=True)
    job = job.reshape(-1)
    first, until = month[row].astype(_DAY), (month[row] + 1).astype(_DAY)
    if data_day is not None:
        until = np.minimum(until, np.maximum(np.datetime64(data_day) + 1, first))
    length = (days.last - days.first).astype(np.int64) + 1
    covered = np.bincount(job, weights=length, minlength=len(row))
    outside = np.bincount(job, weights=~within, minlength=len(row)) > 0
    chosen = ~outside & (2 * covered > (until - first).astype(np.int64))
    number = np.cumsum(chosen) - 1
    kept = np.nonzero(chosen[job])[0]
    own = np.nonzero(chosen)[0]
    order = kept[np.lexsort((days.first[kept], job[kept]))]
    wanted = Runs(number[job[order]], days.employees[order], days.first[order], days.last[order])
    months = Runs(
        np.arange(len(own)), days.employees[row[own]], first[own], (until[own] - 1).astype(_DAY)
    )
    return (
        NearlyMonths(days.ids[row[own]], months, _gaps(months, wanted), wanted),
        days.take(~chosen[job]),
    )


def _gaps(months: Runs, wanted: Runs) -> Runs:
    """The days of months before, between and behind runs of them, given in order."""
    is_last = np.append(wanted.ids[1:] != wanted.ids[:-1], [True])[: len(wanted)]
    is_first = np.append([True], wanted.ids[1:] != wanted.ids[:-1])[: len(wanted)]
    start = np.where(is_first, months.first[wanted.ids], np.roll(wanted.last, 1) + 1)
    before = Runs(wanted.ids, wanted.employees, start.astype(_DAY), wanted.first - 1)
    tail = wanted.take(is_last)
    behind = Runs(tail.ids, tail.employees, tail.last + 1, months.last[tail.ids])
    both = joined(before, behind)
    return both.take(both.first <= both.last)
