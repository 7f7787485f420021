"""Who is behind a figure of new people: what each was there for, brought and was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.scoring.groups import Within, is_within
from perf_core.services.new_hires import REVENUE, WHOLE, HirePieces, settled_beside

__all__ = ["HireExplanation", "explain_hires", "explain_month_since_hire"]


@dataclass(frozen=True)
class HireExplanation:
    """The people behind a figure of new people. Nobody changes its frames.

    Attributes
    ----------
    first, last : date
        The days looked at.
    new, settled : DataFrame
        A row per person, who brought most first: ``employee_id``, ``days``, ``revenue``, and
        ``pay``, missing for whom the viewer may not see it. ``settled`` are those there before.
    """

    first: date
    last: date
    new: pd.DataFrame
    settled: pd.DataFrame


def explain_hires(
    read: HirePieces, *, axis: str, code: str, within: Within, scope: Scope
) -> HireExplanation:
    """Say who is in the numbers of one group, or of all (``WHOLE``).

    Parameters
    ----------
    read, axis, within, scope
        As in :func:`perf_core.services.new_hires.new_hires`.
    code : str
        The group.
    """
    rows = _seen(read, within, scope)
    rows = rows[rows["first"] >= np.datetime64(read.first, "s")]
    if code != WHOLE:
        rows = rows[rows[axis] == code]
    new = rows[rows["is_new"].to_numpy(dtype=bool)]
    return HireExplanation(
        read.first, read.last, _people(new, scope), _people(settled_beside(rows), scope)
    )


def explain_month_since_hire(
    read: HirePieces, *, month: int, within: Within, scope: Scope
) -> HireExplanation:
    """Say who is in one month since hire (1 is the first) of the course.

    Parameters
    ----------
    read, within, scope
        As in :func:`perf_core.services.new_hires.new_hires`.
    month : int
        Which month.
    """
    rows = _seen(read, within, scope)
    rows = rows[rows["last"] >= np.datetime64(read.course_first, "s")]
    mine = rows[rows["is_new"].to_numpy(dtype=bool) & (rows["tenure"] == month - 1)]
    return HireExplanation(
        read.course_first, read.last, _people(mine, scope), _people(mine.iloc[:0], scope)
    )


def _seen(read: HirePieces, within: Within, scope: Scope) -> pd.DataFrame:
    rows = scope.narrow(read.pieces)
    found: pd.DataFrame = rows[is_within(rows, within) & rows["earns"].to_numpy(dtype=bool)]
    return found


def _people(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    by_person = rows.groupby("employee_id")
    sums = by_person[["days", REVENUE, "pay_e4"]].sum(min_count=1).reset_index()
    is_open = [scope.pay_of(str(who)) is PayRight.ALL for who in sums["employee_id"]]
    pay = (sums["pay_e4"] / 10_000).where(np.array(is_open, dtype=bool))
    shown = sums[["employee_id", "days", REVENUE]].assign(pay=pay)
    return shown.sort_values([REVENUE, "employee_id"], ascending=[False, True], ignore_index=True)
