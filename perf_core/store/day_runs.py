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
    return whole, _joined(head, tail)


def _joined(one: Runs, other: Runs) -> Runs:
    return Runs(
        np.concatenate([one.ids, other.ids]),
        np.concatenate([one.employees, other.employees]),
        np.concatenate([one.first, other.first]),
        np.concatenate([one.last, other.last]),
    )
