"""How many leave, how sure that is for a few people, and how long people stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from perf_core.analysis.intervals import wilson
from perf_core.analysis.survival import FEWEST_AT_RISK, Retention, retention
from perf_core.domain.access import Scope
from perf_core.domain.period import Period, window
from perf_core.scoring.groups import Within, is_within
from perf_core.scoring.headcount import headcount, leavers
from perf_core.scoring.stays import as_days, on_day, stays
from perf_core.scoring.tenure import BANDS, DAYS_A_MONTH, TenureBand, in_bands
from perf_core.services.score_period import Basis, read_basis
from perf_core.store.engine import Store

__all__ = [
    "BANDS",
    "DAYS_A_MONTH",
    "FEWEST_AT_RISK",
    "FEW_PEOPLE",
    "TENURE",
    "AttritionRates",
    "Retention",
    "RetentionCurves",
    "TenureBand",
    "attrition_rates",
    "people_of_curve",
    "people_of_rate",
    "retention_curves",
    "twelve_months_to",
]

TENURE: Final = "tenure"
"""The axis of tenure bands, beside those of assignments."""

FEW_PEOPLE: Final = 5
"""A rate of fewer people is marked: one who leaves moves it by a fifth or more."""


@dataclass(frozen=True)
class AttritionRates:
    """How many left each group in a period, and how sure the rate is. Nobody changes its frame.

    Attributes
    ----------
    period : Period
        The days looked at.
    last : date
        The last of them that counts.
    axis : str
        What the groups are made by: an axis of assignments, or ``TENURE``.
    groups : DataFrame
        A row per group: ``code``, ``left``, ``n`` (what the rate divides by), ``at_start`` and
        ``at_end`` (headcounts), ``rate``, ``low`` and ``high`` (95 % Wilson interval; missing
        where more left than ``n``), ``is_few`` (``n`` below ``FEW_PEOPLE``).
    whole : Series
        The same of all groups together.
    is_recorded : bool
        Whether anybody of the company has a last day: without any, nothing is known of leaving.
    """

    period: Period
    last: date
    axis: str
    groups: pd.DataFrame
    whole: pd.Series
    is_recorded: bool


@dataclass(frozen=True)
class RetentionCurves:
    """How long the people of each group stay.

    Attributes
    ----------
    since : date
        Where the watch begins: who was hired earlier joins with the tenure of that day.
    until : date
        Where it ends.
    axis : str
        What the groups are made by; empty for everybody's curve alone.
    curves : mapping of str to Retention
        By code, times in days since the hiring; the largest group first. Without an axis none.
    whole : Retention
        Of all groups together.
    """

    since: date
    until: date
    axis: str
    curves: Mapping[str, Retention]
    whole: Retention


def twelve_months_to(last: date) -> Period:
    """The window of the twelve months that end with a day.

    Examples
    --------
    >>> twelve_months_to(date(2026, 5, 31)).code, twelve_months_to(date(2024, 2, 29)).code
    ('2025-06-01..2026-05-31', '2023-03-01..2024-02-29')
    """
    after = (pd.Timestamp(last) + pd.Timedelta(days=1)).date()
    year = after.year - 1
    first = date(year, 3, 1) if (after.month, after.day) == (2, 29) else after.replace(year=year)
    return window(first, last)


def attrition_rates(
    store: Store, period: Period, *, axis: str, within: Within, scope: Scope
) -> AttritionRates:
    """Count who left each group in a period, over the mean of its first and last headcount.

    The rate is that of ``scoring.md``. Its interval takes the mean headcount for the number of
    people who could have left, each once: an approximation that is close while few are replaced
    within the period, and none where more left than there were. By tenure, people pass through
    the bands, and two days say little: there the rate is those who left while in the band over
    everybody who was in it on any day.

    Parameters
    ----------
    store : Store
        The store to read.
    period : Period
        The days to look at; of a running one those with data.
    axis : str
        ``brand``, ``region``, ``role``, ``department`` or ``TENURE``.
    within : mapping of str to collection of str
        Only days within these codes count.
    scope : Scope
        Whom the viewer may see: the numbers are of these people only.
    """
    basis = _basis(store)
    last = min(period.last_day, basis.company.data_day or period.last_day)
    found = _seen(basis, scope, within, first=period.start, last=last)
    by_tenure = axis == TENURE
    rows = (
        in_bands(found).rename(columns={TENURE: "code"})
        if by_tenure
        else (found.assign(code=found[axis]))
    )
    groups = _rates(rows, first=period.start, last=last, of_all=by_tenure)
    whole = _rates(found.assign(code=""), first=period.start, last=last, of_all=False)
    order = {band.code: at for at, band in enumerate(BANDS)} if by_tenure else {}
    groups = groups.sort_values("code", key=lambda code: code.map(order) if order else code)
    return AttritionRates(
        period,
        last,
        axis,
        groups.reset_index(drop=True),
        whole.iloc[0] if len(whole) else pd.Series(dtype=object),
        is_recorded=bool(basis.company.people["leave_date"].notna().any()),
    )


def people_of_rate(
    store: Store, period: Period, *, axis: str, code: str | None, within: Within, scope: Scope
) -> pd.DataFrame:
    """Give the people that a rate of :func:`attrition_rates` counts, leavers first.

    Parameters
    ----------
    code : str or None
        The group; ``None`` for all of them together.
    store, period, axis, within, scope
        As there.

    Returns
    -------
    DataFrame
        One row per person with a day in the group: ``employee_id``, ``name``, ``at_start`` and
        ``at_end`` (whether in the headcount of the first and the last day), ``left`` (whether
        they left while in it), ``last_day`` (missing unless they did), ``days`` (in the group).
    """
    basis = _basis(store)
    last = min(period.last_day, basis.company.data_day or period.last_day)
    rows = _seen(basis, scope, within, first=period.start, last=last)
    if axis == TENURE:
        rows = in_bands(rows)
    if code is not None:
        rows = rows[rows[axis] == code]
    days = (rows["last"] - rows["first"]).dt.days + 1
    by_person = rows.assign(days=days).groupby("employee_id", sort=True)
    gone = _left_in(rows).set_index("employee_id")["last"]
    people = pd.DataFrame({"days": by_person["days"].sum()})
    for name, day in (("at_start", period.start), ("at_end", last)):
        people[name] = people.index.isin(on_day(rows, day)["employee_id"])
    people["left"] = people.index.isin(gone.index)
    people["last_day"] = gone.reindex(people.index)
    names = basis.company.people.set_index("employee_id")["name"]
    found = people.reset_index()
    found["name"] = found["employee_id"].map(names)
    order = ["left", "last_day", "employee_id"]
    return found.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _left_in(rows: pd.DataFrame) -> pd.DataFrame:
    """The stays that ended because somebody left."""
    is_last = rows["last"].to_numpy() == as_days(rows["left"].to_numpy(np.int64))
    found: pd.DataFrame = rows.loc[is_last]
    return found


def _basis(store: Store) -> Basis:
    with store.reading() as connection:
        return read_basis(store, connection)


def _seen(basis: Basis, scope: Scope, within: Within, *, first: date, last: date) -> pd.DataFrame:
    """The stays within the limits of whom the viewer may see."""
    found = stays(
        scope.narrow(basis.company.people),
        scope.narrow(basis.company.assignments),
        first=first,
        last=max(first, last),
    )
    return found[is_within(found, within)]


def _rates(rows: pd.DataFrame, *, first: date, last: date, of_all: bool) -> pd.DataFrame:
    by = ["code"]
    people = rows.groupby(by)["employee_id"].nunique()
    start, end = (
        headcount(rows, day, by=by).reindex(people.index, fill_value=0) for day in (first, last)
    )
    left = leavers(rows, by=by).reindex(people.index, fill_value=0)
    n = people.astype(float) if of_all else (start + end) / 2
    interval = wilson(left.to_numpy(), n.to_numpy()).set_index(people.index)
    return pd.DataFrame(
        {
            "left": left,
            "n": n,
            "at_start": start,
            "at_end": end,
            "rate": left / n.where(n > 0),
            "low": interval["low"],
            "high": interval["high"],
            "is_few": n < FEW_PEOPLE,
        }
    ).reset_index()


def retention_curves(
    store: Store,
    *,
    since: date,
    until: date,
    axis: str,
    within: Within,
    scope: Scope,
    most: int = 6,
) -> RetentionCurves:
    """Estimate how long people stay, in each group.

    Whoever was hired before the watch begins joins the curve with the tenure of that day: those
    hired with them who had left by then may never have been recorded. Time in a group counts for
    the group; a move ends the watch there and is no leaving.

    Parameters
    ----------
    store : Store
        The store to read.
    since, until : date
        The first and the last day of the watch; the first day with data is a safe beginning.
    axis : str
        What the groups are made by; empty, or ``TENURE``, for everybody's curve alone.
    within, scope
        As in :func:`attrition_rates`.
    most : int
        Of how many groups at most, the largest first.
    """
    by_group = axis not in ("", TENURE)
    spells = _spells(_seen(_basis(store), scope, within, first=since, last=until))
    spells["code"] = spells[axis] if by_group else ""
    days = (spells["end"] - spells["entry"]).groupby(spells["code"]).sum()
    largest = list(days.sort_values(ascending=False).index[:most]) if by_group else []
    return RetentionCurves(
        since,
        until,
        axis if by_group else "",
        {str(code): _curve(spells[spells["code"] == code]) for code in largest},
        _curve(spells),
    )


def people_of_curve(
    store: Store,
    *,
    since: date,
    until: date,
    axis: str,
    code: str,
    within: Within,
    scope: Scope,
) -> pd.DataFrame:
    """Give the spells that a curve of :func:`retention_curves` is made of, leavers first.

    Parameters
    ----------
    axis, code : str
        The group; blank for everybody's curve.
    store, since, until, within, scope
        As there.

    Returns
    -------
    DataFrame
        One row per spell: ``employee_id``, ``name``, ``entry`` and ``end`` (days since the hiring
        between which they were under watch), ``is_left``, ``last_day`` (of the spell).
    """
    basis = _basis(store)
    found = _seen(basis, scope, within, first=since, last=until)
    spells = _spells(found if not code else found[found[axis] == code])
    names = basis.company.people.set_index("employee_id")["name"]
    return spells.assign(
        name=spells["employee_id"].map(names), last_day=spells["last"]
    ).sort_values(
        ["is_left", "end", "employee_id"], ascending=[False, True, True], ignore_index=True
    )


def _spells(found: pd.DataFrame) -> pd.DataFrame:
    """Stays with the tenure at which each came under watch and left it again, in days."""
    first = found["first"].to_numpy().astype("datetime64[D]").astype(np.int64)
    last = found["last"].to_numpy().astype("datetime64[D]").astype(np.int64)
    hired = found["hired"].to_numpy(np.int64)
    return found.assign(
        entry=first - hired,
        end=last - hired + 1,
        is_left=found["last"].to_numpy() == as_days(found["left"].to_numpy(np.int64)),
    )


def _curve(spells: pd.DataFrame) -> Retention:
    return retention(spells["entry"], spells["end"], is_left=spells["is_left"])
