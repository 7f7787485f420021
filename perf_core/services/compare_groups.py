"""Compare groups of people and business: brands, regions, roles, channels, departments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.catalogue import Catalogue
from perf_core.domain.errors import NotFound
from perf_core.domain.period import Period, window
from perf_core.scoring.comparison import Compared, compare
from perf_core.scoring.groups import AXES
from perf_core.services.group_inputs import AskedPeriod, read_group_inputs
from perf_core.services.score_period import (
    PeriodScores,
    default_as_of,
    read_basis,
    scores_from,
)
from perf_core.store.engine import Store

FEWEST_PAID = 3
"""A pay figure of a group of fewer people is a person's pay."""

OF_PAY = ("pay_cost", "cost_ratio", "bonus_cost")
"""The numbers that tell what people are paid."""


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
        asked = [AskedPeriod(period, min(period.last_day, scores.as_of), scores)]
        inputs = read_group_inputs(connection, basis, scope, asked, by=axes, only=only)
    return _numbers(compare(inputs), period=period, as_of=scores.as_of, by=axes, scope=scope)


def compare_months(
    store: Store,
    months: Sequence[Period],
    *,
    by: Iterable[str],
    indicators: Iterable[str] = (),
    as_of: date | None = None,
    scope: Scope,
    scores: Mapping[str, PeriodScores] | None = None,
) -> GroupNumbers:
    """Work out the numbers of groups month by month, with one read of everything.

    Each month's numbers are those of :func:`compare_groups` for it. What comes from scorecards
    (attainment, totals, grades, bonus, targets) is there for the months whose scores are given.

    Parameters
    ----------
    store : Store
        The store to read.
    months : sequence of Period
        The periods to look at, in order: any of one length or not, most often months.
    by, scope
        As in :func:`compare_groups`.
    indicators : iterable of str, optional
        The indicators to tell of every group.
    as_of : date, optional
        The last day that counts; without it the last one with data.
    scores : mapping of str to PeriodScores, optional
        The company's scores by the period's code, as of the same day.

    Returns
    -------
    GroupNumbers
        Of the window from the first to the last month; its groups have ``period``, the month's
        code, before their own codes.

    Raises
    ------
    NotFound
        There is no such axis or indicator.
    """
    axes = _axes(by)
    known = scores or {}
    with store.reading() as connection:
        basis = read_basis(store, connection)
        only = _only(indicators, basis.catalogue)
        asked = [
            AskedPeriod(
                month,
                min(month.last_day, as_of or default_as_of(month, basis.company.data_day)),
                known.get(month.code),
            )
            for month in months
        ]
        inputs = read_group_inputs(connection, basis, scope, asked, by=axes, only=only)
    whole = window(min(month.start for month in months), max(month.last_day for month in months))
    last = max(one.last for one in asked)
    return _numbers(compare(inputs), period=whole, as_of=last, by=axes, scope=scope)


def _numbers(
    found: Compared, *, period: Period, as_of: date, by: tuple[str, ...], scope: Scope
) -> GroupNumbers:
    return GroupNumbers(
        period,
        as_of,
        by,
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
