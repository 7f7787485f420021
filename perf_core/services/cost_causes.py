"""Why the cost ratio of groups moved from one period to another, and from month to month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

import numpy as np
import pandas as pd

from perf_core.analysis.cost_ratio import CAUSES, change_causes, cost_factors, ratio_of
from perf_core.domain.period import Period, parse_period
from perf_core.services.compare_groups import GroupNumbers

__all__ = ["CAUSES", "CostCauses", "CostCourse", "cost_causes", "cost_course", "earlier_periods"]

Gap = Literal["", "withheld", "nobody", "no_pay", "no_revenue"]
"""Why there is no cost ratio: it may not be seen, nobody was there, no pay or no revenue."""

FACTORS: Final = ("people", "pay", "revenue")


@dataclass(frozen=True)
class CostCauses:
    """What moved the cost ratios from one period to another. Nobody changes its frame.

    Attributes
    ----------
    before, after : Period
        The periods.
    by : tuple of str
        The axes of the groups.
    groups : DataFrame
        A row per group: its codes; ``before``, ``after`` and ``change`` of the cost ratio;
        ``by_people``, ``by_pay``, ``by_revenue``, which sum to the change; each factor as
        ``people_before``, ``people_after`` …; ``gap_before`` and ``gap_after``, why there is no
        ratio (``Gap``); ``estimated_before`` and ``estimated_after``, whether base pay stands in
        for pay that is not loaded. The greatest change first,
        what cannot be compared last.
    """

    before: Period
    after: Period
    by: tuple[str, ...]
    groups: pd.DataFrame

    @cached_property
    def known(self) -> pd.DataFrame:
        """The groups that can be compared."""
        return self.groups[self.groups["change"].notna()]


@dataclass(frozen=True)
class CostCourse:
    """Cost ratios over periods, with what moved each from the one before.

    Attributes
    ----------
    periods : tuple of Period
        In order.
    by : tuple of str
        The axes of the groups.
    rows : DataFrame
        A row per group and period in which it was: codes, ``period``, ``cost_ratio``,
        ``people``, ``pay``, ``revenue``, ``gap``, ``estimated``, and ``by_people``, ``by_pay``,
        ``by_revenue``, what changed since the period right before; missing where either has no
        ratio.
    """

    periods: tuple[Period, ...]
    by: tuple[str, ...]
    rows: pd.DataFrame

    def of(self, codes: Sequence[str]) -> pd.DataFrame:
        """The rows of one group, one per period; missing where it was not there."""
        mine = self.rows
        for axis, code in zip(self.by, codes, strict=True):
            mine = mine[mine[axis] == code]
        return mine.set_index("period").reindex([one.code for one in self.periods])


def cost_causes(course: CostCourse, *, before: Period, after: Period) -> CostCauses:
    """Split the change of each group's cost ratio into people, pay per head and revenue.

    Parameters
    ----------
    course : CostCourse
        Of periods that hold both: what is withheld there is withheld here, with all its parts.
    before, after : Period
        The periods to compare.
    """
    by = list(course.by)
    rows = course.rows
    old, new = (
        rows[rows["period"] == one.code].set_index(by or "period") for one in (before, after)
    )
    if not by:
        # There may be nothing to tell of one of them.
        old, new = old.reset_index(drop=True), new.reset_index(drop=True)
    index = new.index.union(old.index)
    old, new = old.reindex(index), new.reindex(index)
    split = change_causes(old[[*FACTORS]], new[[*FACTORS]])
    both = {
        f"{name}_{when}": frame[name]
        for name in FACTORS
        for when, frame in (("before", old), ("after", new))
    }
    found = split.assign(
        **both,
        gap_before=old["gap"].fillna("nobody"),
        gap_after=new["gap"].fillna("nobody"),
        estimated_before=old["estimated"].eq(True),
        estimated_after=new["estimated"].eq(True),
    ).reset_index(drop=not by)
    order = found["change"].abs().sort_values(ascending=False, na_position="last", kind="stable")
    return CostCauses(before, after, course.by, found.loc[order.index].reset_index(drop=True))


def cost_course(months: GroupNumbers, periods: Sequence[Period]) -> CostCourse:
    """Follow the cost ratios of groups from month to month.

    Parameters
    ----------
    months : GroupNumbers
        As from :func:`perf_core.services.compare_groups.compare_months`.
    periods : sequence of Period
        The months, in order.
    """
    rows = _factors(months)
    if "period" not in rows:
        rows = rows.assign(period=periods[0].code)
    place = {one.code: at for at, one in enumerate(periods)}
    key = [*months.by, "period"]
    # A number even where there are no rows: pandas takes the places of none for text.
    rows = rows.assign(_at=rows["period"].map(place).astype("float64"))
    before = rows.assign(_at=rows["_at"] + 1).set_index([*months.by, "_at"])
    now = rows.set_index([*months.by, "_at"])
    split = change_causes(before[[*FACTORS]].reindex(now.index), now[[*FACTORS]])
    parts = [f"by_{name}" for name in CAUSES]
    found = now.assign(cost_ratio=split["after"], **split[parts]).reset_index()
    return CostCourse(
        tuple(periods),
        months.by,
        found.sort_values(key, ignore_index=True).drop(columns="_at"),
    )


def earlier_periods(period: Period, first: date | None, *, most: int = 12) -> list[Period]:
    """The periods that one may be compared with, newest first: as long, with data.

    Parameters
    ----------
    period : Period
        The one looked at.
    first : date or None
        The first day with data.
    """
    found: list[Period] = []
    one = period.previous()
    while first is not None and one.last_day >= first and len(found) < most:
        found.append(one)
        one = one.previous()
    return found


def _factors(numbers: GroupNumbers) -> pd.DataFrame:
    """The factors of each group's ratio, why there is none, and its codes."""
    groups = numbers.groups
    periods = (
        groups["period"].map({code: parse_period(code) for code in groups["period"].unique()})
        if "period" in groups
        else pd.Series([numbers.period] * len(groups), groups.index, dtype=object)
    )
    n_days = pd.Series(
        [(min(one.last_day, numbers.as_of) - one.start).days + 1 for one in periods],
        groups.index,
        dtype=np.int64,
    )
    n_whole = pd.Series([one.n_days for one in periods], groups.index, dtype=np.int64)
    factors = cost_factors(groups, n_days=n_days, n_whole=n_whole)
    codes = [name for name in ("period", *numbers.by) if name in groups]
    return groups[codes].assign(
        **factors,
        gap=_gaps(groups, factors),
        estimated=groups["pay_estimated"].eq(True).fillna(False).astype(bool),
    )


def _gaps(groups: pd.DataFrame, factors: pd.DataFrame) -> pd.Series[str]:
    has_people = groups["headcount"].fillna(0) > 0
    gap = np.select(
        [
            groups["pay_withheld"].astype(bool),
            ratio_of(factors).notna(),
            ~(groups["pay_cost"].fillna(0) > 0) & ~has_people,
            ~(groups["pay_cost"].fillna(0) > 0),
        ],
        ["withheld", "", "nobody", "no_pay"],
        default="no_revenue",
    )
    return pd.Series(gap, groups.index, dtype="str")
