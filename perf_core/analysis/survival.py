"""How long people stay: the product-limit estimate, also where the watch begins late."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

Floats = npt.NDArray[np.float64]

FEWEST_AT_RISK = 3
"""With fewer people under watch, one who leaves would move the curve by half or to nothing."""


@dataclass(frozen=True)
class Retention:
    """How many are still here after a time, of people seen over part of their stay.

    Attributes
    ----------
    steps : DataFrame
        One row per time at which somebody left: ``time``, ``at_risk`` (people under watch just
        before), ``left``, ``share`` (still here after it), ``se`` (Greenwood's standard error),
        ``low`` and ``high`` (pointwise interval).
    begins, ends : float
        The times between which enough people were under watch. ``share`` is that of those who
        were still here at ``begins``; it says nothing beyond ``ends``.
    n_spells, n_left : int
        How many runs of days, and how many of them ended with a leaving, lie between.
    """

    steps: pd.DataFrame
    begins: float
    ends: float
    n_spells: int
    n_left: int

    @property
    def is_known(self) -> bool:
        """Whether enough people were ever under watch."""
        return self.ends > self.begins

    def at(self, time: float) -> pd.Series[float]:
        """``share``, ``low``, ``high`` and ``at_risk`` at a time; missing outside of the watch.

        ``at_risk`` is that of the last step, and the share is 1 before the first one.
        """
        blank = pd.Series(np.nan, index=["share", "low", "high", "at_risk"])
        if not self.is_known or not self.begins <= time <= self.ends:
            return blank
        past = self.steps[self.steps["time"] <= time]
        if past.empty:
            return blank.fillna({"share": 1.0})
        return past.iloc[-1][blank.index].astype(float)

    def median(self) -> float | None:
        """The time by which half have left, or nothing while more than half are still here."""
        fallen = self.steps.loc[self.steps["share"] <= 0.5 + 1e-12, "time"]
        return None if fallen.empty else float(fallen.iloc[0])


def retention(
    entry: npt.ArrayLike,
    end: npt.ArrayLike,
    *,
    is_left: npt.ArrayLike,
    level: float = 0.95,
    fewest: int = FEWEST_AT_RISK,
) -> Retention:
    """Estimate how many stay how long (Kaplan–Meier with late entry).

    Whoever was hired before the watch began is under it only from the tenure held on that day:
    those hired with them who had left before are not there to be counted, and counting only who
    remained would make everybody look loyal. Where fewer than ``fewest`` people were under watch
    at the start, the curve begins later and is about those who had come that far.

    Parameters
    ----------
    entry, end : array-like of float, shape (n_spells,)
        Under watch after ``entry`` and up to ``end``, as time since the hiring; a person may have
        several spells (one per group, say) that do not overlap.
    is_left : array-like of bool, shape (n_spells,)
        Whether the spell ended because the person left; otherwise the watch ended.
    level : float, default=0.95
        Of the interval, taken on the scale of ``ln(−ln S)``, so that it keeps inside 0…1.
    fewest : int
        The fewest people under watch that a curve may rest on.

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53, 457–481. Late entry: Klein, J. P. and
    Moeschberger, M. L. (2003). Survival Analysis, 2nd ed., section 4.6.

    Examples
    --------
    >>> found = retention([0, 0, 0, 0], [1, 2, 3, 4], is_left=[1, 0, 1, 0], fewest=1)
    >>> found.steps[["time", "at_risk", "share"]].to_dict("list")
    {'time': [1.0, 3.0], 'at_risk': [4, 2], 'share': [0.75, 0.375]}
    """
    since, until = np.asarray(entry, dtype=np.float64), np.asarray(end, dtype=np.float64)
    left = np.asarray(is_left, dtype=bool)
    begins, ends = _watched(since, until, fewest)
    inside = (until > begins) & (since < ends)
    # A leaving after the last time with enough people is as good as not seen.
    left = left[inside] & (until[inside] <= ends)
    since, until = np.maximum(since[inside], begins), np.minimum(until[inside], ends)
    if not left.any():
        return Retention(_no_steps(), begins, ends, len(until), 0)
    found = SurvfuncRight(until, left.astype(np.float64), entry=since)
    steps = pd.DataFrame(
        {
            "time": found.surv_times,
            "at_risk": found.n_risk.astype(np.int64),
            "left": found.n_events.astype(np.int64),
            "share": found.surv_prob,
            "se": found.surv_prob_se,
        }
    )
    low, high = _interval(steps["share"].to_numpy(), steps["se"].to_numpy(), level)
    return Retention(steps.assign(low=low, high=high), begins, ends, len(until), int(left.sum()))


def _no_steps() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "time": pd.Series(dtype=np.float64),
            "at_risk": pd.Series(dtype=np.int64),
            "left": pd.Series(dtype=np.int64),
            **{name: pd.Series(dtype=np.float64) for name in ("share", "se", "low", "high")},
        }
    )


def _watched(since: Floats, until: Floats, fewest: int) -> tuple[float, float]:
    """The longest run of times over which at least ``fewest`` spells are under watch."""
    times = np.unique(np.concatenate([since, until]))
    if len(times) < 2:
        return 0.0, 0.0
    # Between one time and the next: entered at or before the one, not yet ended at it.
    entered = np.searchsorted(np.sort(since), times[:-1], side="right")
    ended = np.searchsorted(np.sort(until), times[:-1], side="right")
    enough = np.concatenate([[False], entered - ended >= fewest, [False]])
    edges = np.flatnonzero(np.diff(enough.astype(np.int8)))
    if not len(edges):
        return 0.0, 0.0
    begins, ends = times[edges[::2]], times[edges[1::2]]
    longest = int(np.argmax(ends - begins))
    return float(begins[longest]), float(ends[longest])


def _interval(share: Floats, se: Floats, level: float) -> tuple[Floats, Floats]:
    """The pointwise interval; from 0 to the estimate before where everybody had left."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    inner = (share > 0) & (share < 1) & (se > 0)
    safe = np.where(inner, share, 0.5)
    spread = z * np.where(inner, se, 0.0) / (safe * np.abs(np.log(safe)))
    low = np.where(inner, safe ** np.exp(spread), np.nan)
    high = np.where(inner, safe ** np.exp(-spread), np.nan)
    return low, high
