"""What new people were paid so far, and what they bring, month of tenure by month of tenure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.frames import SEGMENTS
from perf_core.domain.period import month_of
from perf_core.scoring.comparison import REVENUE
from perf_core.scoring.groups import Within, is_within, with_zeros
from perf_core.scoring.pay_cost import monthly_pay, pay_of_stays, ratio
from perf_core.scoring.stays import split_by_month, stays
from perf_core.scoring.tenure import months_on
from perf_core.services.compare_groups import FEWEST_PAID, withhold_pay
from perf_core.services.score_period import Basis, read_basis
from perf_core.store.engine import Store
from perf_core.store.pay import read_pay
from perf_core.store.totals import window_totals

SETTLED: Final = -1
"""The tenure month of who was there before the months looked at."""

WHOLE: Final = "*"
"""The code of all groups together."""


@dataclass(frozen=True)
class HirePieces:
    """Everybody's pay and revenue over some months, cut by month of tenure.

    Attributes
    ----------
    first, last : date
        The days looked at: whole months, the last one up to the last day.
    pieces : DataFrame
        Runs of days in one place and one month of tenure: ``employee_id``, place, ``tenure`` (0
        in the first month; ``SETTLED`` for who was hired before ``first``), ``pay_e4``,
        ``has_pay``, ``estimated``, ``revenue``. Nobody changes it.
    earns_nothing : frozenset of str
        The roles without revenue of their own.
    """

    first: date
    last: date
    pieces: pd.DataFrame
    earns_nothing: frozenset[str]


@dataclass(frozen=True)
class NewHires:
    """What the people hired within some months cost and bring, beside who was there before.

    Attributes
    ----------
    first, last : date
        The days looked at; hired within them is new.
    axis : str
        What the groups are made by.
    groups : DataFrame
        A row per group that hired, the last one (``WHOLE``) of all: ``code``; ``n_hired``;
        ``pay_cost``, ``revenue`` and ``cost_ratio`` of the new, ``settled_ratio`` of the others
        in the same days; ``pay_withheld``; ``estimated``.
    tenure : DataFrame
        Of all the new together, a row per month of tenure: ``month`` (1 is the first), ``until``
        (the last month of the row where few people are taken together), ``n`` people,
        ``pay_cost``, ``revenue``, ``cost_ratio``. Empty where withheld.
    n_not_earning : int
        New people in roles without revenue of their own: left out.
    n_without_pay : int
        New people without any pay yet: their revenue is left out as well.
    """

    first: date
    last: date
    axis: str
    groups: pd.DataFrame
    tenure: pd.DataFrame
    n_not_earning: int
    n_without_pay: int


def read_hire_pieces(store: Store, *, last: date, n_months: int) -> HirePieces:
    """Read everybody's pay and revenue of some months up to a day: once for all viewers.

    Parameters
    ----------
    store : Store
        The store to read.
    last : date
        The last day.
    n_months : int
        Of how many months, that of ``last`` included.
    """
    month = month_of(last)
    for _ in range(n_months - 1):
        month = month.previous()
    first = month.start
    with store.reading() as connection:
        basis = read_basis(store, connection)
        found = stays(basis.company.people, basis.company.assignments, first=first, last=last)
        cut = _by_tenure(found, first, n_months)
        pieces = split_by_month(cut)
        pieces["segment_id"] = np.arange(len(pieces))
        paid = monthly_pay(read_pay(connection, first=first, last=last), pieces["month"].unique())
        revenue = _revenue(connection, basis, pieces)
    pieces = pieces.assign(**pay_of_stays(pieces, paid))
    pieces = with_zeros(pieces.join(revenue, on="segment_id"), basis.company.coverage)
    earns_nothing = frozenset(
        code
        for (kind, code), value in basis.catalogue.axes.items()
        if kind == "role" and not value.earns
    )
    return HirePieces(first, last, pieces, earns_nothing)


def _by_tenure(found: pd.DataFrame, first: date, n_months: int) -> pd.DataFrame:
    """Cut the stays of the new where a month of their tenure ends."""
    is_new = found["hired"].to_numpy(np.int64) >= _number(first)
    parts = [found[~is_new].assign(tenure=SETTLED)]
    new = found[is_new]
    hired = new["hired"].to_numpy(np.int64).astype("datetime64[D]")
    begins, ends = (new[name].to_numpy().astype("datetime64[D]") for name in ("first", "last"))
    for month in range(n_months):
        opens = np.maximum(begins, months_on(hired, month))
        closes = np.minimum(ends, months_on(hired, month + 1) - np.timedelta64(1, "D"))
        inside = opens <= closes
        parts.append(
            new[inside].assign(
                first=opens[inside].astype("datetime64[s]"),
                last=closes[inside].astype("datetime64[s]"),
                tenure=month,
            )
        )
    joined: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return joined


def _number(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _revenue(connection: Connection, basis: Basis, pieces: pd.DataFrame) -> pd.DataFrame:
    totals = window_totals(
        connection,
        pieces[[*SEGMENTS.columns]],
        {REVENUE},
        money=basis.money,
        data_day=basis.company.data_day,
    )
    return totals.set_index("segment_id")[[REVENUE]]


def new_hires(read: HirePieces, *, axis: str, within: Within, scope: Scope) -> NewHires:
    """Set the pay of new people against the revenue credited to them.

    A day counts on both sides or on neither: without pay (or base pay to stand in for it) in its
    month, what was sold on it is left out too. Where a viewer sees the pay of groups only, no
    figure is about fewer than ``FEWEST_PAID`` people: neither a group nor who was there before in
    it, since with the group's own cost each tells the other, nor a month of tenure, which is
    taken together with others then.

    Parameters
    ----------
    read : HirePieces
        As from :func:`read_hire_pieces`.
    axis : str
        What the groups are made by: ``brand``, ``region``, ``role`` or ``department``.
    within : mapping of str to collection of str
        Only days within these codes count.
    scope : Scope
        Whom the viewer may see, and what of pay.
    """
    pieces = scope.narrow(read.pieces)
    pieces = pieces[is_within(pieces, within)]
    is_new = pieces["tenure"] != SETTLED
    earns = ~pieces["role"].isin(read.earns_nothing)
    left_out = pieces.loc[is_new & ~earns, "employee_id"].nunique()
    new, settled = pieces[is_new & earns], pieces[~is_new & earns]
    paid = new.groupby("employee_id")["has_pay"].any()
    groups = _groups(new, settled, axis, scope)
    whole = groups[groups["code"] == WHOLE]
    is_shown = len(whole) > 0 and not bool(whole["pay_withheld"].iloc[0])
    return NewHires(
        read.first,
        read.last,
        axis,
        groups,
        _tenure(new if is_shown else new.iloc[:0], together=scope.pay is not PayRight.ALL),
        int(left_out),
        int((~paid).sum()),
    )


def _groups(new: pd.DataFrame, settled: pd.DataFrame, axis: str, scope: Scope) -> pd.DataFrame:
    """The numbers of each group and of all, as far as the viewer may see pay."""
    own = _numbers(new, new[axis])
    theirs = _numbers(settled, settled[axis]).reindex(own.index)
    all_own = _numbers(new, pd.Series(WHOLE, new.index))
    all_theirs = _numbers(settled, pd.Series(WHOLE, settled.index)).reindex(all_own.index)
    own, theirs = pd.concat([own, all_own]), pd.concat([theirs, all_theirs])
    # Whoever knows the cost of a group and of one part of it knows the other's.
    n_theirs = theirs["n_paid"].fillna(0)
    n_paid = own["n_paid"].where((n_theirs == 0) | (n_theirs >= own["n_paid"]), n_theirs)
    shown = withhold_pay(
        own.assign(n_paid=n_paid.astype(np.int64), n_bonus=0, bonus_cost=np.nan), scope.pay
    )
    return (
        shown.assign(
            settled_ratio=theirs["cost_ratio"].where(~shown["pay_withheld"]),
        )
        .drop(columns=["n_paid", "n_bonus", "bonus_cost"])
        .rename_axis("code")
        .reset_index()
    )


def _numbers(rows: pd.DataFrame, code: pd.Series[str]) -> pd.DataFrame:
    by = code.to_numpy(dtype=object)
    counted = rows["has_pay"].to_numpy(dtype=bool)
    sums = rows[counted].groupby(by[counted])[["pay_e4", REVENUE]].sum(min_count=1)
    people = rows.groupby(by)["employee_id"].nunique()
    cost = (sums["pay_e4"] / 10_000).reindex(people.index)
    revenue = sums[REVENUE].reindex(people.index)
    paid = rows[counted].groupby(by[counted])
    return pd.DataFrame(
        {
            "n_hired": people,
            "n_paid": paid["employee_id"].nunique().reindex(people.index, fill_value=0),
            "pay_cost": cost,
            "revenue": revenue,
            "cost_ratio": ratio(cost, revenue),
            "estimated": paid["estimated"].any().reindex(people.index, fill_value=False),
        }
    )


def _tenure(new: pd.DataFrame, *, together: bool) -> pd.DataFrame:
    """The numbers by month of tenure; of a few people only together with other months."""
    counted = new[new["has_pay"]]
    until = _cells(counted, 1 if not together else FEWEST_PAID)
    cell = until[counted["tenure"].to_numpy(np.int64)] if len(counted) else np.array([], int)
    found = _numbers(counted, pd.Series(cell, counted.index))
    last = np.array(found.index, dtype=np.int64)
    begins = {one: int(np.flatnonzero(until == one)[0]) for one in last}
    return pd.DataFrame(
        {
            "month": [begins[one] + 1 for one in last],
            "until": last + 1,
            "n": found["n_hired"].to_numpy(),
            "pay_cost": found["pay_cost"].to_numpy(),
            "revenue": found["revenue"].to_numpy(),
            "cost_ratio": found["cost_ratio"].to_numpy(),
        }
    )


def _cells(counted: pd.DataFrame, fewest: int) -> npt.NDArray[np.int64]:
    """The last month of the row that each month of tenure is told in.

    From the last month on, months are taken together until the row has enough people with pay;
    what remains at the front joins the row after it.
    """
    n = int(counted["tenure"].max()) + 1 if len(counted) else 0
    people = [set(counted.loc[counted["tenure"] == month, "employee_id"]) for month in range(n)]
    until = np.zeros(n, dtype=np.int64)
    gathered: set[str] = set()
    end = n - 1
    for month in range(n - 1, -1, -1):
        gathered |= people[month]
        until[month] = end
        if len(gathered) >= fewest:
            end, gathered = month - 1, set()
    if end >= 0 and end < n - 1:
        until[: end + 1] = until[end + 1]
    return until
