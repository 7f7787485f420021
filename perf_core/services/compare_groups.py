"""Compare groups of people and business: brands, regions, roles, channels, departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.catalogue import Catalogue
from perf_core.domain.errors import NotFound
from perf_core.domain.frames import SEGMENTS
from perf_core.domain.period import Period
from perf_core.scoring.actuals import needed_measures
from perf_core.scoring.comparison import REVENUE, GroupInputs, Span, compare
from perf_core.scoring.formulas import read_formula
from perf_core.scoring.groups import AXES
from perf_core.scoring.pay_cost import monthly_pay
from perf_core.scoring.reviews import dimension_means, ratings_within
from perf_core.scoring.stays import absent_days, split_by_month, stays
from perf_core.scoring.windows import compared_days
from perf_core.services.score_period import (
    Basis,
    PeriodScores,
    narrow_scores,
    read_basis,
    scores_from,
)
from perf_core.store.company import Company, read_ratings
from perf_core.store.engine import Store
from perf_core.store.pay import read_pay
from perf_core.store.totals import uncredited_totals, window_totals

FEWEST_PAID = 3
"""A pay figure of a group of fewer people is a person's pay."""

OF_PAY = ("pay_cost", "cost_ratio", "bonus_cost")
"""The numbers that tell what people are paid."""

Days = tuple[date, date]
"""A first and a last day, both included; none where the last comes before the first."""


@dataclass(frozen=True)
class GroupNumbers:
    """The numbers of groups in a period as of a day. Nobody changes its frames.

    Attributes
    ----------
    period : Period
        The period that is looked at.
    as_of : date
        The last day that counts.
    by : tuple of str
        The axes of the groups.
    groups : DataFrame
        One row per group, indexed from 0: its codes (``""``: without one), the numbers of
        ``perf_core.scoring.comparison.NUMBERS`` (missing: unknown), ``pay_estimated`` and
        ``pay_withheld``, whether the viewer may not see the pay figures.
    grade_shares : DataFrame
        On the index of ``groups``, a column per grade; missing where no card has one.
    indicators : DataFrame
        ``group`` (its place in ``groups``), ``indicator``, ``actual``, ``target``, ``attainment``.
    """

    period: Period
    as_of: date
    by: tuple[str, ...]
    groups: pd.DataFrame
    grade_shares: pd.DataFrame
    indicators: pd.DataFrame


def compare_groups(
    store: Store,
    period: Period,
    *,
    by: Iterable[str],
    indicators: Iterable[str] | None = None,
    as_of: date | None = None,
    scope: Scope,
    scores: PeriodScores | None = None,
) -> GroupNumbers:
    """Work out the numbers of groups in a period.

    Parameters
    ----------
    store : Store
        The store to read.
    period : Period
        The period to look at.
    by : iterable of str
        The axes: brand, region, role, channel, department; several make groups of their
        combinations, none makes one group of everything.
    indicators : iterable of str, optional
        The indicators to tell; without it those on a card of the group.
    as_of : date, optional
        The last day that counts; without it the last one with data, or the period's end.
    scope : Scope
        Whom the viewer may see: groups are made of these people only, and rows of nobody are
        shown to those who see everybody.
    scores : PeriodScores, optional
        The company's scores of the period and day, where they are at hand.

    Raises
    ------
    NotFound
        There is no such axis or indicator.
    """
    axes = _axes(by)
    with store.reading() as connection:
        basis = read_basis(store, connection)
        only = _only(indicators, basis.catalogue)
        if scores is None:
            scores = scores_from(connection, basis, period, as_of)
        inputs = _inputs(connection, basis, scores, scope, by=axes, only=only)
    found = compare(inputs)
    return GroupNumbers(
        period,
        scores.as_of,
        axes,
        withhold_pay(found.groups, scope.pay).drop(columns=["n_paid", "n_bonus"]),
        found.grade_shares,
        found.indicators,
    )


def withhold_pay(groups: pd.DataFrame, right: PayRight) -> pd.DataFrame:
    """Take away the pay figures that a viewer may not see.

    Who may see everybody's pay sees all of them, who may see that of groups those of groups of
    at least ``FEWEST_PAID`` people, everybody else none.

    Parameters
    ----------
    groups : DataFrame
        The numbers of groups with ``n_paid`` and ``n_bonus``, how many people are in their pay
        and in their bonus.
    right : PayRight
        What of pay the viewer may see.

    Returns
    -------
    DataFrame
        With ``pay_withheld``, and missing pay figures where it is set.
    """
    paid, bonus = groups["n_paid"], groups["n_bonus"]
    has_pay = (paid > 0) | (bonus > 0)
    match right:
        case PayRight.ALL:
            withheld = pd.Series(False, groups.index)
        case PayRight.GROUPS:
            withheld = paid.between(1, FEWEST_PAID - 1) | bonus.between(1, FEWEST_PAID - 1)
        case _:
            withheld = has_pay
    shown = groups.assign(pay_withheld=withheld.astype(bool))
    shown.loc[withheld, list(OF_PAY)] = np.nan
    return shown


def _axes(by: Iterable[str]) -> tuple[str, ...]:
    axes = tuple(dict.fromkeys(by))
    for axis in axes:
        if axis not in AXES:
            raise NotFound(kind="axis", code=axis)
    return axes


def _only(indicators: Iterable[str] | None, catalogue: Catalogue) -> tuple[str, ...] | None:
    if indicators is None:
        return None
    only = tuple(dict.fromkeys(indicators))
    for code in only:
        if code not in catalogue.indicators:
            raise NotFound(kind="indicator", code=code)
    return only


def _inputs(
    connection: Connection,
    basis: Basis,
    scores: PeriodScores,
    scope: Scope,
    *,
    by: tuple[str, ...],
    only: tuple[str, ...] | None,
) -> GroupInputs:
    """Read what the numbers are made of, of the people that the viewer may see."""
    catalogue, company = basis.catalogue, basis.company
    period, scores = scores.period, narrow_scores(scores, scope)
    first, last = period.start, min(period.last_day, scores.as_of)
    told = only if only is not None else tuple(sorted(set(scores.lines["indicator"])))
    formulas = {
        code: read_formula(catalogue.indicators[code].formula)
        for code in told
        if code in catalogue.indicators
    }
    now, before = _spans(
        connection,
        basis,
        scope,
        days=((first, last), compared_days(period, first, max(first, last))),
        codes=needed_measures(formulas.values())[0] | {REVENUE},
        by_channel="channel" in by,
    )
    pay = read_pay(connection, first=first, last=last)
    has_ratings = any(formula.ratings for formula in formulas.values())
    return GroupInputs(
        by=by,
        now=now,
        before=before,
        cards=scores.cards,
        lines=scores.lines,
        paid=monthly_pay(pay, now.pieces["month"].unique()),
        ratings=_ratings(connection, period) if has_ratings else pd.DataFrame(),
        bonus_base=company.people.set_index("employee_id")["bonus_base"],
        formulas=formulas,
        coverage=company.coverage,
        earns_nothing=frozenset(
            code
            for (kind, code), value in catalogue.axes.items()
            if kind == "role" and not value.earns
        ),
        grades=tuple(grade.code for grade in catalogue.grades.grades),
        pass_mark=catalogue.grades.pass_mark,
        only=only,
    )


def _spans(
    connection: Connection,
    basis: Basis,
    scope: Scope,
    *,
    days: tuple[Days, Days],
    codes: set[str],
    by_channel: bool,
) -> tuple[Span, Span]:
    """Read who was where and what was done over the days looked at and those compared."""
    now, before = (_pieces(basis.company, scope, first, last) for first, last in days)
    # The compared stays follow the others, so that one read answers both.
    now["segment_id"] = np.arange(len(now))
    before["segment_id"] = np.arange(len(before)) + len(now)
    data_day = basis.company.data_day
    totals = window_totals(
        connection,
        pd.concat([now, before], ignore_index=True)[[*SEGMENTS.columns]],
        codes,
        money=basis.money,
        data_day=data_day,
        by_channel=by_channel,
    )
    asked = pd.DataFrame(days, columns=["first", "last"]).astype("datetime64[s]")
    asked["segment_id"] = asked.index
    if scope.employees is not None or days[0][1] < days[0][0]:
        asked = asked.iloc[:0]
    nobody = uncredited_totals(connection, asked, codes, money=basis.money, data_day=data_day)
    is_before = totals["segment_id"] >= len(now)
    return (
        Span(*days[0], now, totals[~is_before], nobody[nobody["segment_id"] == 0]),
        Span(*days[1], before, totals[is_before], nobody[nobody["segment_id"] == 1]),
    )


def _pieces(company: Company, scope: Scope, first: date, last: date) -> pd.DataFrame:
    """The stays of everybody who may be seen, month by month, with the days not absent."""
    people, assignments = scope.narrow(company.people), scope.narrow(company.assignments)
    pieces = split_by_month(stays(people, assignments, first=first, last=last))
    pieces["present"] = pieces["days"] - absent_days(pieces, company.absences)
    return pieces


def _ratings(connection: Connection, period: Period) -> pd.DataFrame:
    return dimension_means(ratings_within(read_ratings(connection, [period]), period))
