"""What new people were paid so far, and what they bring, month of tenure by month of tenure."""

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
from perf_core.scoring.comparison import REVENUE
from perf_core.scoring.groups import Within, is_within, with_zeros
from perf_core.scoring.pay_cost import monthly_pay, pay_of_stays, ratio
from perf_core.scoring.stays import split_by_month, stays
from perf_core.scoring.tenure import DAYS_A_MONTH, months_on
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
        ``revenue`` credited to the new, ``per_head`` and month, and ``settled_per_head`` of the
        others in the same days; ``pay_cost`` of the new, ``cost_ratio`` and ``settled_ratio``;
        ``pay_withheld``; ``estimated``.
    tenure : DataFrame
        Of all the new together, a row per month of tenure: ``month`` (1 is the first), ``n``
        people, ``revenue``, ``per_head``, ``pay_cost``, ``cost_ratio``.
    n_not_earning : int
        New people in roles without revenue of their own: left out.
    n_without_pay : int
        New people without any pay yet: their revenue is not in the ratios.
    """

    first: date
    last: date
    axis: str
    groups: pd.DataFrame
    tenure: pd.DataFrame
    n_not_earning: int
    n_without_pay: int

    @property
    def whole(self) -> pd.Series | None:
        """The row of all together; nothing where nobody was hired."""
        rows = self.groups[self.groups["code"] == WHOLE]
        return rows.iloc[0] if len(rows) else None


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

    A day counts on both sides of a ratio or on neither: without pay (or base pay to stand in for
    it) in its month, what was sold on it is left out too. Pay is told to whoever may see each
    person's pay and to nobody else: two cohorts that differ by one person are a click apart, so
    that a sum over enough people would tell that one's pay all the same.

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
    is_open = {who: scope.pay_of(who) is PayRight.ALL for who in pieces["employee_id"].unique()}
    return NewHires(
        read.first,
        read.last,
        axis,
        _groups(new, settled, axis, is_open),
        _tenure(new, is_open),
        int(left_out),
        int((~new.groupby("employee_id")["has_pay"].any()).sum()),
    )


def _groups(
    new: pd.DataFrame, settled: pd.DataFrame, axis: str, is_open: Mapping[str, bool]
) -> pd.DataFrame:
    """The numbers of each group and of all, as far as the viewer may see pay."""
    parts = []
    for code, theirs_code in ((new[axis], settled[axis]), (_all(new), _all(settled))):
        own = _numbers(new, code, is_open)
        theirs = _numbers(settled, theirs_code, is_open).reindex(own.index)
        hidden = own["pay_withheld"] | theirs["pay_withheld"].eq(True)
        own.loc[hidden, ["pay_cost", "cost_ratio"]] = np.nan
        parts.append(
            own.assign(
                settled_per_head=theirs["per_head"],
                settled_ratio=theirs["cost_ratio"].mask(hidden),
                pay_withheld=hidden,
            )
        )
    found: pd.DataFrame = pd.concat(parts)
    return found.rename(columns={"n": "n_hired"}).rename_axis("code").reset_index()


def _all(rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(WHOLE, rows.index)


def _numbers(rows: pd.DataFrame, code: pd.Series[Any], is_open: Mapping[str, bool]) -> pd.DataFrame:
    """Sums of each group, whoever may see them, and whether the viewer may see its pay."""
    by = code.to_numpy()
    found = rows.groupby(by).agg(
        n=("employee_id", "nunique"),
        days=("days", "sum"),
    )
    revenue = rows.groupby(by)[REVENUE].sum(min_count=1)
    paid = rows[rows["has_pay"].to_numpy(dtype=bool)]
    paid_by = by[rows["has_pay"].to_numpy(dtype=bool)]
    sums = paid.groupby(paid_by)[["pay_e4", REVENUE]].sum(min_count=1).reindex(found.index)
    closed = ~paid["employee_id"].map(is_open).astype(bool)
    cost = sums["pay_e4"] / 10_000
    return pd.DataFrame(
        {
            "n": found["n"],
            "revenue": revenue,
            "per_head": revenue / (found["days"] / DAYS_A_MONTH),
            "pay_cost": cost,
            "cost_ratio": ratio(cost, sums[REVENUE]),
            "estimated": _any(paid["estimated"], paid_by, found.index),
            "pay_withheld": _any(closed, paid_by, found.index),
        }
    )


def _any(flags: pd.Series[bool], by: npt.NDArray[Any], index: pd.Index) -> pd.Series[bool]:
    return flags.groupby(by).any().reindex(index, fill_value=False).astype(bool)


def _tenure(new: pd.DataFrame, is_open: Mapping[str, bool]) -> pd.DataFrame:
    """The numbers by month of tenure."""
    found = _numbers(new, new["tenure"], is_open)
    # Where one month may not be seen the others are not either: the sum of all may be known.
    if found["pay_withheld"].any():
        found[["pay_cost", "cost_ratio"]] = np.nan
    months = np.array(found.index, dtype=np.int64) + 1
    return (
        found.drop(columns=["estimated", "pay_withheld"])
        .assign(month=months)
        .reset_index(drop=True)
    )
