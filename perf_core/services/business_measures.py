"""Sums of plain measures by group: what funnels, channels and kinds of customers are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.catalogue import Indicator, Names
from perf_core.domain.period import Period
from perf_core.scoring.groups import Within
from perf_core.services.compare_groups import ComparedInputs, groups_from, named_codes
from perf_core.services.group_inputs import AskedPeriod, read_group_inputs
from perf_core.services.pay_withholding import read_payroll
from perf_core.services.score_period import read_basis
from perf_core.store.engine import Store

BUSINESS: Final = (
    "visits",
    "paid_visits",
    "organic_visits",
    "orders",
    "revenue",
    "refund_amount",
    "repeat_orders",
    "ad_spend",
    "campaign_visits",
    "campaign_orders",
    "active_users",
    "retained_users",
)
"""The measures that are asked for; one that was never loaded is *no data* everywhere."""


def read_business(
    store: Store, asked: Sequence[tuple[Period, date]], *, by_channel: bool
) -> ComparedInputs:
    """Read everybody's sums of the measures of business over several periods, with one read.

    They follow the same rules as every number of a group: whose day it is, what is 0 and what is
    *no data* (``scoring.comparison``); so a ratio of them is the indicator's, to the last digit.

    Parameters
    ----------
    store : Store
        The store to read.
    asked : sequence of (Period, date)
        The periods, each with the last of its days that counts.
    by_channel : bool
        Whether sums are told apart by channel.
    """
    with store.reading() as connection:
        basis = read_basis(store, connection)
        # Formulas of a bare measure each, whatever the company has made of its indicators.
        plain = {
            code: Indicator(code, Names(), "kpi", "count", "higher", formula=code)
            for code in BUSINESS
        }
        read = read_group_inputs(
            connection,
            replace(basis, catalogue=replace(basis.catalogue, indicators=plain)),
            [AskedPeriod(period, min(last, period.last_day), None) for period, last in asked],
            by_channel=by_channel,
            only=BUSINESS,
            with_pay=False,
        )
    first, last = asked[0]
    payroll = read_payroll(basis, read.paid, read.now.days.values())
    return ComparedInputs(first, last, read, by_channel, named_codes(basis), payroll)


def business_of(
    read: ComparedInputs, *, by: Iterable[str], within: Within | None, scope: Scope
) -> pd.DataFrame:
    """Give a viewer's sums by group.

    Returns
    -------
    DataFrame
        ``period`` (the code), the axes, and a float column per measure of ``BUSINESS``; missing is
        *no data*.
    """
    axes = list(by)
    found = groups_from(read, by=axes, within=within, scope=scope, parts=())
    groups = found.groups
    if "period" not in groups:
        groups = groups.assign(period=read.period.code)
    sums = found.indicators.pivot_table(
        index="group", columns="indicator", values="actual", aggfunc="first", dropna=False
    )
    sums = sums.reindex(index=groups.index, columns=list(BUSINESS)).astype(float)
    return groups[["period", *axes]].join(sums)
