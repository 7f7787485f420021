"""Difference in differences: the change of some groups against that of the others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from perf_core.analysis.fixed_effects import effects_basis, within_fit

Floats = npt.NDArray[np.float64]
Way = Literal["interval", "placebo", "bare", "none"]

FEWEST_GROUPS = 6
"""Fewer groups in all, and no interval around their difference can be trusted."""
FEWEST_OF_A_KIND = 2
"""One group with the event, or one without it, has no spread of its own kind to go by."""
MOST_PLACEBOS = 2_000
"""So many ways of choosing other groups are tried in full; of more, so many are drawn."""
LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """What changed in the groups with an event, against those without it.

    Attributes
    ----------
    way : {"interval", "placebo", "bare", "none"}
        How sure it can be said: with an interval; by the rank among placebos, where one group
        (with or without the event) has no like; as the bare difference, where the groups are too
        few; or not at all, where one of the four means is missing.
    effect : float
        The change of the groups with the event less that of the others.
    own_change, other_change : float
        The mean change of either kind of group.
    low, high : float
        Where the effect lies in 95 of 100 such comparisons; missing unless ``way`` is "interval".
    p_value : float
        How often groups without the event would differ so much; missing like ``low``.
    rank, placebos : int
        How many ways of choosing as many groups give an effect at least as large, the true one
        among them, and how many were tried.
    n_treated, n_untreated, n_before, n_after : int
        Groups of either kind, and months on either side.
    drift, drift_p : float
        How much a month the groups with the event moved against the others before it, and how
        often chance would do that.
    dropped : tuple of str
        Groups with no value before or none after.
    courses : DataFrame
        Indexed by month (0 is the first after): ``treated`` and ``untreated``, the mean value of
        either kind less each group's own mean before, and ``gap``.
    """

    way: Way
    effect: float
    own_change: float
    other_change: float
    low: float
    high: float
    p_value: float
    rank: int
    placebos: int
    n_treated: int
    n_untreated: int
    n_before: int
    n_after: int
    drift: float
    drift_p: float
    dropped: tuple[str, ...]
    courses: pd.DataFrame


def difference(panel: pd.DataFrame, *, seed: int = 618) -> Difference:
    """Compare the change of the groups with an event with the change of the others.

    The effect is the coefficient of "has the event, and it has happened" beside an effect of each
    group and of each month, so what all groups share in a month and what a group always was are
    not part of it.

    Parameters
    ----------
    panel : DataFrame
        A row per group and month: ``group`` (str), ``month`` (int; below 0 before the event, from
        0 on after it), ``value`` (float; missing is left out), ``treated`` (bool, of the group).
    seed : int
        Chooses the placebos, where there are too many to try.

    References
    ----------
    Bertrand, M., Duflo, E. and Mullainathan, S. (2004). How much should we trust
    differences-in-differences estimates? Quarterly Journal of Economics 119, 249–275. The interval
    is that of Bell and McCaffrey (see :func:`within_fit`); placebos as in Conley, T. and Taber, C.
    (2011). Review of Economics and Statistics 93, 113–125.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "group": ["a", "a", "b", "b"], "month": [-1, 0, -1, 0],
    ...     "value": [10.0, 16.0, 20.0, 22.0], "treated": [True, True, False, False],
    ... })
    >>> found = difference(panel)
    >>> found.way, round(found.effect, 6)
    ('bare', 4.0)
    """
    known, dropped = _usable(panel)
    treated = known.groupby("group")["treated"].first()
    months = known["month"].unique()
    counts = {
        "n_treated": int(treated.sum()),
        "n_untreated": int((~treated).sum()),
        "n_before": int((months < 0).sum()),
        "n_after": int((months >= 0).sum()),
    }
    courses = _courses(known)
    own, other = (_change(courses[name]) for name in ("treated", "untreated"))
    if not min(counts.values()):
        return Difference(
            "none", np.nan, own, other, np.nan, np.nan, np.nan, 0, 0, **counts,
            drift=np.nan, drift_p=np.nan, dropped=dropped, courses=courses,
        )  # fmt: skip
    cells = _Cells(known)
    effect, error, degrees = cells.fit(cells.treated & cells.after)
    way = _way(counts["n_treated"], counts["n_untreated"])
    low = high = p_value = np.nan
    if way == "interval" and error > 0:
        reach = float(stats.t.ppf(0.5 + LEVEL / 2, degrees)) * error
        low, high = effect - reach, effect + reach
        p_value = 2 * float(stats.t.sf(abs(effect) / error, degrees))
    rank, placebos = cells.rank(effect, counts["n_treated"], seed)
    drift, drift_p = _drift(known)
    return Difference(
        way, effect, own, other, low, high, p_value, rank, placebos, **counts,
        drift=drift, drift_p=drift_p, dropped=dropped, courses=courses,
    )  # fmt: skip


def _way(n_treated: int, n_untreated: int) -> Way:
    if n_treated + n_untreated < FEWEST_GROUPS:
        return "bare"
    return "interval" if min(n_treated, n_untreated) >= FEWEST_OF_A_KIND else "placebo"


def _usable(panel: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The cells with a value of groups that have one before and one after."""
    known = panel[panel["value"].notna() & np.isfinite(panel["value"].astype(float))]
    is_after = known["month"] >= 0
    both = set(known.loc[is_after, "group"]) & set(known.loc[~is_after, "group"])
    dropped = tuple(sorted(str(one) for one in set(panel["group"]) - both))
    rows = known[known["group"].isin(both)].sort_values(["group", "month"], ignore_index=True)
    return rows, dropped


class _Cells:
    """The cells of a panel as arrays, with the effects of groups and months taken out."""

    def __init__(self, known: pd.DataFrame) -> None:
        self.group = pd.factorize(known["group"])[0].astype(np.int64)
        self.month = pd.factorize(known["month"])[0].astype(np.int64)
        self.treated = known["treated"].to_numpy(dtype=bool)
        self.after = (known["month"] >= 0).to_numpy(dtype=bool)
        self.value = known["value"].to_numpy(dtype=np.float64)

    def fit(self, column: npt.NDArray[np.bool_] | Floats) -> tuple[float, float, float]:
        """The coefficient of a column beside groups and months, its error and its degrees."""
        found = within_fit(
            self.value,
            column.astype(np.float64)[:, None],
            effects=[self.group, self.month],
            clusters=self.group,
        )
        return (
            float(found.coef[0]),
            float(np.sqrt(found.cov[0, 0])),
            float(found.degrees[0]),
        )

    def rank(self, effect: float, n_treated: int, seed: int) -> tuple[int, int]:
        """The place of an effect among those of all ways to choose as many groups."""
        n_groups = int(self.group.max()) + 1
        basis = effects_basis([self.group, self.month])
        # A choice is a 0/1 column per group: its estimate needs two products and no new fit.
        each = np.zeros((len(self.group), n_groups))
        each[np.arange(len(self.group)), self.group] = self.after
        left = each - basis @ (basis.T @ each)
        toward, among = left.T @ self.value, left.T @ left
        choices = _choices(n_groups, n_treated, seed)
        with np.errstate(divide="ignore", invalid="ignore"):
            sizes = np.einsum("cg,gh,ch->c", choices, among, choices)
            estimates = np.where(sizes > 1e-9, (choices @ toward) / sizes, np.nan)
        estimates = np.abs(estimates[~np.isnan(estimates)])
        larger = int((estimates >= abs(effect) * (1 - 1e-9)).sum())
        # Drawn ones may miss the true one: it counts as one more.
        drawn = int(_is_drawn(n_groups, n_treated))
        return larger + drawn, len(estimates) + drawn


def _is_drawn(n_groups: int, n_treated: int) -> bool:
    return comb(n_groups, n_treated) > MOST_PLACEBOS


def _choices(n_groups: int, n_treated: int, seed: int) -> Floats:
    """Ways to choose groups, a row each; all of them where they are few."""
    if not _is_drawn(n_groups, n_treated):
        chosen = np.array(list(combinations(range(n_groups), n_treated)), dtype=np.int64)
    else:
        draws = np.random.default_rng(seed).random((MOST_PLACEBOS, n_groups))
        chosen = np.argsort(draws, axis=1)[:, :n_treated]
    choices = np.zeros((len(chosen), n_groups))
    np.put_along_axis(choices, chosen, 1.0, axis=1)
    return choices


def _courses(known: pd.DataFrame) -> pd.DataFrame:
    """The mean of either kind of group by month, each group less its own mean before."""
    if known.empty:
        return pd.DataFrame({"treated": [], "untreated": [], "gap": []}, dtype=float)
    before = known[known["month"] < 0].groupby("group")["value"].mean()
    moved = known["value"] - known["group"].map(before)
    by_month = {
        name: moved[known["treated"] == kind].groupby(known["month"]).mean()
        for name, kind in (("treated", True), ("untreated", False))
    }
    courses = pd.DataFrame(by_month).sort_index()
    return courses.assign(gap=courses["treated"] - courses["untreated"])


def _change(course: pd.Series[float]) -> float:
    after = course[course.index >= 0]
    return float(after.mean()) if len(after) else np.nan


def _drift(known: pd.DataFrame) -> tuple[float, float]:
    """How much a month either kind moved apart before the event, and its p-value."""
    before = known[known["month"] < 0]
    in_row = before.groupby("group")["month"].transform("nunique")
    before = before[in_row >= 2]
    kinds = before.groupby("group")["treated"].first()
    if before["month"].nunique() < 3 or not kinds.any() or kinds.all():
        return np.nan, np.nan
    cells = _Cells(before)
    slope, error, degrees = cells.fit(cells.treated * before["month"].to_numpy(dtype=np.float64))
    few = _way(int(kinds.sum()), int((~kinds).sum())) != "interval"
    if few or not error > 0:
        return slope, np.nan
    return slope, 2 * float(stats.t.sf(abs(slope) / error, degrees))
