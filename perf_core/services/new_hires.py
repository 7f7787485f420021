"""What new people are paid and what they bring, beside those who were there before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.frames import SEGMENTS
from perf_core.domain.period import month_of
from perf_core.scoring.group_rows import REVENUE
from perf_core.scoring.groups import Within, is_within, with_zeros
from perf_core.scoring.pay_cost import monthly_pay, pay_of_stays, ratio
from perf_core.scoring.stays import as_days, day_numbers, split_by_month, stays
from perf_core.scoring.sum_audit import PLACE
from perf_core.scoring.tenure import DAYS_A_MONTH, is_new_in, months_on, new_since
from perf_core.services.pay_withholding import FEWEST_PAID, Payroll, audit_of, read_payroll
from perf_core.services.score_period import Basis, read_basis
from perf_core.store.engine import Store
from perf_core.store.pay import read_pay
from perf_core.store.totals import window_totals

__all__ = [
    "COURSE_MONTHS",
    "FEWEST_DAYS",
    "FEWEST_PAID",
    "REVENUE",
    "WHOLE",
    "HirePieces",
    "NewHires",
    "new_hires",
    "new_since",
    "read_hire_pieces",
    "settled_beside",
]

WHOLE: Final = "*"
"""The code of all groups together."""

COURSE_MONTHS: Final = 12
"""The months up to the last day over which the course by month since hire is taken."""

FEWEST_DAYS: Final = 30
"""Of fewer days of all people together a month since hire says nothing: one day's order would
stand for a month's."""

_MARK: Final = "is_new"

_KEPT: Final = (
    *("employee_id", *PLACE, "first", "last", "days", "month", "is_new", "tenure", "earns"),
    *("pay_e4", "has_pay", "estimated", REVENUE),
)


@dataclass(frozen=True)
class HirePieces:
    """Everybody's pay and revenue over some months, the new ones' cut by month since hire.

    Attributes
    ----------
    first, last : date
        The days looked at; the last one up to the newest with data.
    course_first : date
        The first day of the months over which the course by month since hire is taken.
    pieces : DataFrame
        Runs of days in one place, calendar month and month since hire: ``employee_id``, place,
        ``first``, ``last``, ``days``, ``month``; ``is_new`` and of the new ``tenure`` (0: the
        first month since hire), of the others -1; ``earns``, whether the role has revenue of its
        own; ``pay_e4``, ``has_pay``, ``estimated``, ``revenue``. Nobody changes it.
    payroll : Payroll
        Who with pay was where in the months of the days looked at, the new in roles with revenue
        marked by ``is_new``.
    """

    first: date
    last: date
    course_first: date
    pieces: pd.DataFrame
    payroll: Payroll


@dataclass(frozen=True)
class NewHires:
    """What the new people are paid and bring, beside who was there before.

    Attributes
    ----------
    first, last : date
        The days looked at.
    axis : str
        What the groups are made by.
    groups : DataFrame
        A row per group with new people, the last one (``WHOLE``) of all. ``code``; of the new
        ``n``, ``n_paid``, ``revenue``, ``per_head`` and month, ``pay_cost``, ``paid_revenue``
        (that of the days with pay), ``pay_per_head`` and month, ``cost_ratio``; the same with
        ``settled_`` before it of those who were there before in the same roles; ``pay_withheld``
        and ``settled_pay_withheld``, whether the viewer may not see the pay figures;
        ``estimated``; ``reached``, the month since hire from which on the new bring as much as
        those there before (0: in none).
    course : DataFrame
        Of all new people together over the last months, a row per month since hire: ``month``
        (1 is the first), ``n`` people, their ``days`` with known revenue, ``revenue``,
        ``per_head``; ``pay_cost``, ``pay_per_head`` and ``cost_ratio``, missing where the viewer
        may not see each one's pay.
    course_settled : float or None
        What those there before brought per head and month over the same months.
    n_not_earning : int
        New people in roles without revenue of their own: left out.
    n_without_pay : int
        New people without any pay yet: their revenue is not in the ratios.
    """

    first: date
    last: date
    axis: str
    groups: pd.DataFrame
    course: pd.DataFrame
    course_settled: float | None
    n_not_earning: int
    n_without_pay: int

    @property
    def whole(self) -> pd.Series | None:
        """The row of all together; nothing where nobody is new."""
        rows = self.groups[self.groups["code"] == WHOLE]
        return rows.iloc[0] if len(rows) else None


# --- reading --------------------------------------------------------------------------------------


def read_hire_pieces(store: Store, *, first: date, last: date) -> HirePieces:
    """Read everybody's pay and revenue, for some days and the twelve months up to them.

    Parameters
    ----------
    store : Store
        The store to read.
    first, last : date
        The days to look at.
    """
    month = month_of(last)
    for _ in range(COURSE_MONTHS - 1):
        month = month.previous()
    begins = min(first, month.start)
    with store.reading() as connection:
        basis = read_basis(store, connection)
        found = stays(basis.company.people, basis.company.assignments, first=begins, last=last)
        pieces = _cut(split_by_month(found), first)
        pieces["segment_id"] = np.arange(len(pieces))
        pay = read_pay(connection, first=begins, last=last)
        paid = monthly_pay(pay, pieces["month"].unique())
        revenue = _revenue(connection, basis, pieces)
    earns_nothing = [
        code
        for (kind, code), value in basis.catalogue.axes.items()
        if kind == "role" and not value.earns
    ]
    pieces = pieces.assign(
        **pay_of_stays(pieces, paid), earns=~pieces["role"].isin(earns_nothing)
    ).join(revenue, on="segment_id")
    payroll = read_payroll(basis, paid, [(first, last)])
    return HirePieces(
        first,
        last,
        month.start,
        with_zeros(pieces, basis.company.coverage)[[*_KEPT]],
        _marked(payroll, basis, earns_nothing),
    )


def _marked(payroll: Payroll, basis: Basis, earns_nothing: list[str]) -> Payroll:
    """The payroll with a mark on the days of new people in roles with revenue."""
    people, parts = basis.company.people, payroll.parts
    hired = pd.Series(
        day_numbers(people["hire_date"], missing=0), people["employee_id"].to_numpy(dtype=object)
    )
    is_new = is_new_in(
        parts["employee_id"].map(hired).to_numpy(np.int64),
        parts["month"].to_numpy(dtype="datetime64[M]"),
    )
    mark = np.where(is_new & ~parts["role"].isin(earns_nothing).to_numpy(dtype=bool), "new", "")
    return Payroll(parts.assign(**{_MARK: mark}), mark=_MARK)


def _cut(pieces: pd.DataFrame, first: date) -> pd.DataFrame:
    """Cut stays where the days looked at begin, and those of the new where a month ends."""
    begin = np.datetime64(first, "D")
    far = np.datetime64("9999-12-31", "D")
    low = np.datetime64("0001-01-01", "D")
    pieces = pd.concat(
        [_between(pieces, low, begin - 1), _between(pieces, begin, far)], ignore_index=True
    )
    is_new = is_new_in(
        pieces["hired"].to_numpy(np.int64), pieces["month"].to_numpy(dtype="datetime64[M]")
    )
    pieces = pieces.assign(is_new=is_new, tenure=-1)
    new = pieces[is_new]
    hired = new["hired"].to_numpy(np.int64).astype("datetime64[D]")
    parts = [pieces[~is_new]]
    # Who was hired on the first day of a half-year is new for twelve months.
    for month in range(COURSE_MONTHS):
        opens, closes = months_on(hired, month), months_on(hired, month + 1) - 1
        parts.append(_between(new, opens, closes).assign(tenure=month))
    joined: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return joined


def _between(pieces: pd.DataFrame, opens: Any, closes: Any) -> pd.DataFrame:
    """The parts of stays between days; ``employed_days`` stay those of the month."""
    begins = np.maximum(pieces["first"].to_numpy(dtype="datetime64[D]"), opens).astype(np.int64)
    ends = np.minimum(pieces["last"].to_numpy(dtype="datetime64[D]"), closes).astype(np.int64)
    inside = begins <= ends
    begins, ends = begins[inside], ends[inside]
    kept: pd.DataFrame = pieces[inside]
    return kept.assign(first=as_days(begins), last=as_days(ends), days=ends - begins + 1)


def _revenue(connection: Connection, basis: Basis, pieces: pd.DataFrame) -> pd.DataFrame:
    totals = window_totals(
        connection,
        pieces[[*SEGMENTS.columns]],
        {REVENUE},
        money=basis.money,
        data_day=basis.company.data_day,
    )
    return totals.set_index("segment_id")[[REVENUE]]


# --- the numbers of a viewer ----------------------------------------------------------------------


def new_hires(read: HirePieces, *, axis: str, within: Within, scope: Scope) -> NewHires:
    """Set the pay of new people against the revenue credited to them, by groups.

    Whoever was hired in the half-year of a day or the one before is new on it; those there before
    them are the others in the same roles. A day counts on both sides of a ratio or on neither:
    without pay (or base pay to stand in for it) in its month, what was sold on it is left out too.

    Parameters
    ----------
    read : HirePieces
        As from :func:`read_hire_pieces`.
    axis : str
        What the groups are made by: ``brand``, ``region``, ``role`` or ``department``.
    within : mapping of str to collection of str
        Only days within these codes count.
    scope : Scope
        Whom the viewer may see, and what of pay. A sum of pay is told only if it follows, month
        by month, from the told sums of ``scoring.sum_audit``.
    """
    pieces = scope.narrow(read.pieces)
    pieces = pieces[is_within(pieces, within)]
    is_open = {who: scope.pay_of(who) is PayRight.ALL for who in pieces["employee_id"].unique()}
    begin = np.datetime64(read.first, "s")
    asked = pieces[pieces["first"] >= begin]
    course = pieces[pieces["last"] >= np.datetime64(read.course_first, "s")]
    is_new = asked["is_new"].to_numpy(dtype=bool)
    earns = asked["earns"].to_numpy(dtype=bool)
    new = asked[is_new & earns]
    course_new = course[course["is_new"] & course["earns"]]
    told = _Told(read.payroll, scope, is_open)
    return NewHires(
        read.first,
        read.last,
        axis,
        _groups(asked[earns], course[course["earns"]], axis, told),
        _course(course_new, is_open),
        _per_head(settled_beside(course[course["earns"]])),
        int(asked.loc[is_new & ~earns, "employee_id"].nunique()),
        int((~new.groupby("employee_id")["has_pay"].any()).sum()),
    )


class _Told:
    """Which sums of pay the viewer may see."""

    def __init__(self, payroll: Payroll, scope: Scope, is_open: Mapping[str, bool]) -> None:
        self._payroll, self._scope, self._is_open = payroll, scope, is_open

    def shows(self, rows: pd.DataFrame, code: pd.Series[Any], codes: pd.Index) -> pd.Series[bool]:
        """Whether the pay in each group of rows may be seen."""
        paid = rows.assign(group=code)[rows["has_pay"].to_numpy(dtype=bool)]
        closed = ~paid["employee_id"].map(self._is_open).astype(bool)
        shown = pd.Series(data=True, index=codes)
        asked = paid[paid["group"].isin(set(paid.loc[closed, "group"]))]
        if asked.empty:
            return shown
        if self._scope.pay is PayRight.NONE and not self._scope.more_pay:
            return shown & ~shown.index.isin(set(asked["group"]))
        for month, parts in asked.groupby("month"):
            audit = audit_of(self._payroll, month, self._scope)
            held = parts[["group", "employee_id"]].assign(weight=parts["days"])
            shown &= audit.shows(held).reindex(codes, fill_value=True)
        return shown


def _groups(asked: pd.DataFrame, course: pd.DataFrame, axis: str, told: _Told) -> pd.DataFrame:
    """The numbers of each group and of all, as far as the viewer may see pay."""
    parts = []
    for by in (axis, None):
        code, course_code = (_all(one) if by is None else one[by] for one in (asked, course))
        is_new = asked["is_new"].to_numpy(dtype=bool)
        new, own_code = asked[is_new], code[is_new]
        settled = _settled(asked, code, _roles(new, own_code))
        own = _numbers(new, own_code)
        theirs = _numbers(settled, code.loc[settled.index]).reindex(own.index)
        own["pay_withheld"] = ~told.shows(new, own_code, own.index)
        theirs["pay_withheld"] = ~told.shows(settled, code.loc[settled.index], own.index)
        found = own.join(theirs.add_prefix("settled_"))
        for prefix in ("", "settled_"):
            hidden = found[f"{prefix}pay_withheld"]
            of_pay = [f"{prefix}{name}" for name in ("pay_cost", "pay_per_head", "cost_ratio")]
            found.loc[hidden, of_pay] = np.nan
        parts.append(found.assign(reached=_reached(course, course_code, found.index)))
    joined: pd.DataFrame = pd.concat(parts)
    return joined.rename_axis("code").reset_index()


def _all(rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(WHOLE, rows.index, dtype="str")


def _roles(new: pd.DataFrame, code: pd.Series[Any] | None = None) -> pd.MultiIndex:
    """The roles in which there are new people, by group."""
    held = pd.DataFrame({"code": _all(new) if code is None else code, "role": new["role"]})
    return pd.MultiIndex.from_frame(held.drop_duplicates())


def _settled(rows: pd.DataFrame, code: pd.Series[Any], roles: pd.MultiIndex) -> pd.DataFrame:
    """Those who were there before, of each group in the roles that have new people."""
    others = rows[~rows["is_new"].to_numpy(dtype=bool)]
    key = pd.MultiIndex.from_arrays([code.loc[others.index], others["role"]])
    return others[key.isin(roles)]


def settled_beside(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of those who were there before, in the roles that have new people among the rows."""
    new = rows[rows["is_new"].to_numpy(dtype=bool)]
    return _settled(rows, _all(rows), _roles(new))


def _per_head(rows: pd.DataFrame) -> float | None:
    known = rows[rows[REVENUE].notna()]
    days = known["days"].sum()
    return float(known[REVENUE].sum() / (days / DAYS_A_MONTH)) if days else None


def _numbers(rows: pd.DataFrame, code: pd.Series[Any]) -> pd.DataFrame:
    """Sums of each group, whoever may see them."""
    by = code.to_numpy()
    n = rows.groupby(by)["employee_id"].nunique()
    revenue = rows.groupby(by)[REVENUE].sum(min_count=1)
    # Days before anything was loaded are no days without revenue.
    days = rows["days"].where(rows[REVENUE].notna()).groupby(by).sum()
    has_pay = rows["has_pay"].to_numpy(dtype=bool)
    paid, paid_by = rows[has_pay], by[has_pay]
    sums = paid.groupby(paid_by)[["pay_e4", REVENUE]].sum(min_count=1).reindex(n.index)
    paid_days = paid.groupby(paid_by)["days"].sum().reindex(n.index)
    cost = sums["pay_e4"] / 10_000
    return pd.DataFrame(
        {
            "n": n,
            "days": days,
            "n_paid": _counted(paid, paid_by, n.index),
            "revenue": revenue,
            "per_head": revenue / (days / DAYS_A_MONTH),
            "pay_cost": cost,
            "paid_revenue": sums[REVENUE],
            "pay_per_head": cost / (paid_days / DAYS_A_MONTH),
            "cost_ratio": ratio(cost, sums[REVENUE]),
            "estimated": paid["estimated"].groupby(paid_by).any().reindex(n.index).eq(True),
        }
    )


def _counted(paid: pd.DataFrame, by: npt.NDArray[Any], index: pd.Index) -> pd.Series[int]:
    return paid.groupby(by)["employee_id"].nunique().reindex(index, fill_value=0).astype(np.int64)


def _course(new: pd.DataFrame, is_open: Mapping[str, bool]) -> pd.DataFrame:
    """The numbers by month since hire; without pay for who may not see each one's."""
    found = _numbers(new, new["tenure"])
    paid = new[new["has_pay"].to_numpy(dtype=bool)]
    # Where one month may not be seen the others are not either: the sum of all may be known.
    if not paid["employee_id"].map(is_open).astype(bool).all():
        found[["pay_cost", "pay_per_head", "cost_ratio"]] = np.nan
    months = np.array(found.index, dtype=np.int64) + 1
    wanted = ["n", "days", "revenue", "per_head", "pay_cost", "pay_per_head", "cost_ratio"]
    return found[wanted].assign(month=months).reset_index(drop=True)


def _reached(
    course: pd.DataFrame, code: pd.Series[Any], groups: pd.Index
) -> npt.NDArray[np.float64]:
    """From which month since hire on the new bring as much as those there before; 0: in none.

    Missing where nobody was there before, or fewer than three people tell it.
    """
    is_new = course["is_new"].to_numpy(dtype=bool)
    new = course[is_new]
    told = new[new[REVENUE].notna().to_numpy(dtype=bool)]
    told_code = code.loc[told.index].to_numpy()
    n_told = told.groupby(told_code)["employee_id"].nunique().to_dict()
    by_month = told.groupby([told_code, told["tenure"].to_numpy()])
    n = by_month["employee_id"].nunique().to_numpy()
    sums = by_month[["days", REVENUE]].sum(min_count=1)
    sums = sums[(n >= FEWEST_PAID) & (sums["days"] >= FEWEST_DAYS).to_numpy()]
    of_group = sums.index.get_level_values(0).to_numpy()
    others = _settled(course, code, _roles(new, code.loc[new.index]))[["days", REVENUE]]
    settled = {
        group: _per_head(rows) for group, rows in others.groupby(code.loc[others.index].to_numpy())
    }
    reached = np.full(len(groups), np.nan)
    for at, group in enumerate(groups):
        level, rows = settled.get(group), sums[of_group == group]
        if level is not None and n_told.get(group, 0) >= FEWEST_PAID and len(rows):
            reached[at] = _arrived(rows, level)
    return reached


def _arrived(sums: pd.DataFrame, level: float) -> float:
    """The first month since hire from which on a group's months reach a level; 0: none does."""
    tenure = sums.index.get_level_values(1).to_numpy()
    days, revenue = sums["days"].to_numpy(), sums[REVENUE].to_numpy()
    # Of the month itself, and of all months from it on: one good month is no arrival, and of the
    # last one nobody knows yet.
    each = revenue / (days / DAYS_A_MONTH)
    since = revenue[::-1].cumsum()[::-1] / (days[::-1].cumsum()[::-1] / DAYS_A_MONTH)
    arrived = tenure[:-1][((each >= level) & (since >= level))[:-1]]
    return float(arrived[0]) + 1.0 if len(arrived) else 0.0
