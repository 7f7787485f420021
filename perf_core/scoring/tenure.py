"""How long people have been here, in bands of whole months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

DAYS_A_MONTH: Final = 365.25 / 12

_HALF: Final = 6


@dataclass(frozen=True)
class TenureBand:
    """From so many months since the hiring on, until so many; ``None``: without end."""

    code: str
    begins: int
    ends: int | None


BANDS: Final = (
    TenureBand("0-3", 0, 3),
    TenureBand("3-6", 3, 6),
    TenureBand("6-12", 6, 12),
    TenureBand("12-24", 12, 24),
    TenureBand("24-60", 24, 60),
    TenureBand("60-", 60, None),
)
"""The first months, in which most mistakes of hiring show, are told apart most finely."""


def months_on(hired: npt.NDArray[np.datetime64], months: int) -> npt.NDArray[np.datetime64]:
    """The day so many months after others: of the same number, or the month's last day.

    Examples
    --------
    >>> months_on(np.array(["2026-01-31", "2026-02-10"], dtype="datetime64[D]"), 1).tolist()
    [datetime.date(2026, 2, 28), datetime.date(2026, 3, 10)]
    """
    days = hired.astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    offset = days - month.astype("datetime64[D]")
    target = month + months
    last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    moved: npt.NDArray[np.datetime64] = np.minimum(target.astype("datetime64[D]") + offset, last)
    return moved


def new_since(day: date) -> date:
    """Since when who is new on a day was hired: the first day of the half-year before its own.

    Half-years of the calendar, not months counted back from the day: nobody stops being new by
    themselves, but all who were hired in one half-year at once, so that no sum over the new
    changes by one person for that reason.

    Examples
    --------
    >>> new_since(date(2026, 5, 31)), new_since(date(2026, 7, 1))
    (datetime.date(2025, 7, 1), datetime.date(2026, 1, 1))
    """
    return date(day.year, 1, 1) if day.month > _HALF else date(day.year - 1, _HALF + 1, 1)


def is_new_in(
    hired: npt.NDArray[np.int64], month: npt.NDArray[np.datetime64]
) -> npt.NDArray[np.bool_]:
    """Tell who is new in a month: hired in its half-year or the one before.

    Parameters
    ----------
    hired : ndarray of int
        The numbers of the days of hiring, counted from 1970-01-01.
    month : ndarray of datetime64[M]
        The months, one for each.
    """
    half = month.astype("datetime64[M]").astype(np.int64) // _HALF - 1
    since = (half * _HALF).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    found: npt.NDArray[np.bool_] = hired >= since
    return found


def in_bands(stays: pd.DataFrame) -> pd.DataFrame:
    """Cut stays where somebody's tenure passes from one band into the next.

    Parameters
    ----------
    stays : DataFrame
        As from :func:`perf_core.scoring.stays.stays`.

    Returns
    -------
    DataFrame
        The parts, each with ``tenure``, the code of its band.
    """
    hired = stays["hired"].to_numpy(np.int64).astype("datetime64[D]")
    first = stays["first"].to_numpy().astype("datetime64[D]")
    last = stays["last"].to_numpy().astype("datetime64[D]")
    parts = []
    for band in BANDS:
        opens = months_on(hired, band.begins)
        begins, ends = np.maximum(first, opens), last
        if band.ends is not None:
            ends = np.minimum(last, months_on(hired, band.ends) - np.timedelta64(1, "D"))
        inside = begins <= ends
        parts.append(
            stays[inside].assign(
                first=begins[inside].astype("datetime64[s]"),
                last=ends[inside].astype("datetime64[s]"),
                tenure=band.code,
            )
        )
    found: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return found
