"""Where business comes from: channels, paid and organic visits, new and returning customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

_FEWEST_VISITS: Final = 0.05
_OF_MEAN: Final = 0.5
UNEVEN: Final = 2.0
"""Channels with rates so many times as high make the whole move when business shifts to them."""


@dataclass(frozen=True)
class ChannelMix:
    """Channels compared.

    Attributes
    ----------
    channels : DataFrame
        One row per channel, most revenue first, indexed by its code: ``brand`` (the one that sells
        there, empty for several), ``visits``, ``visit_share``, ``orders``, ``revenue``,
        ``revenue_share``, ``conversion``, ``order_value``, ``refund_share``, ``paid_share``,
        ``repeat_share``. Missing: no data.
    most_visits, best_converting : str
        The channel with most visits, and the one of those with at least a twentieth of the visits
        (of more than ten channels: half of the mean one's) that turns most of them into orders;
        empty where visits are unknown.
    without_visits : tuple of str
        Channels with orders and no visits, where others have some: they lift the conversion of
        their brand.
    """

    channels: pd.DataFrame
    most_visits: str
    best_converting: str
    without_visits: tuple[str, ...]

    @property
    def is_uneven(self) -> bool:
        """Whether a shift between channels alone would move conversion or order value much.

        It is where one of those with a twentieth of the revenue has ``UNEVEN`` times the rate of
        another.
        """
        some = self.channels[self.channels["revenue_share"] >= _no_fluke(len(self.channels))]
        for rate in ("conversion", "order_value"):
            known = some[rate][some[rate] > 0]
            if len(known) > 1 and known.max() >= UNEVEN * known.min():
                return True
        return False


@dataclass(frozen=True)
class CustomerMix:
    """Paid against organic visits, new against returning customers, by group.

    Attributes
    ----------
    groups : DataFrame
        Indexed by the group's code: ``visits``, ``paid_visits``, ``organic_visits``,
        ``paid_share`` (of the visits whose kind is known), ``visit_cost`` (advertising ÷ paid
        visits), ``orders``, ``new_orders``, ``repeat_orders``, ``repeat_share``, ``retention``,
        and ``paid_share_ago``, ``repeat_share_ago``, ``visits_ago``, ``paid_visits_ago``,
        ``organic_visits_ago``, ``new_orders_ago``, ``repeat_orders_ago`` of the period compared
        with.
    """

    groups: pd.DataFrame

    @property
    def knows_visits(self) -> bool:
        """Whether anybody's visits are told apart by what brought them."""
        return bool(self.groups["paid_share"].notna().any())

    @property
    def knows_customers(self) -> bool:
        """Whether anybody's orders are told apart by who placed them."""
        return bool(self.groups["repeat_share"].notna().any())


_COMPARED: Final = (
    "visits",
    "paid_visits",
    "organic_visits",
    "paid_share",
    "new_orders",
    "repeat_orders",
    "repeat_share",
)


def channel_mix(sums: pd.DataFrame) -> ChannelMix:
    """Compare channels.

    Parameters
    ----------
    sums : DataFrame
        ``brand``, ``channel`` and the measures of ``business_measures.BUSINESS``: a row per brand
        and channel. Rows of no channel, and those with neither visits nor orders, are left out.
    """
    rows = sums[(sums["channel"] != "") & (sums[["visits", "orders"]].fillna(0).sum(axis=1) > 0)]
    by_channel = rows.groupby("channel")
    measures = [name for name in rows.columns if name not in ("period", "brand", "channel")]
    totals = by_channel[measures].sum(min_count=1)
    first, last = by_channel["brand"].min(), by_channel["brand"].max()
    brands = first.where(first == last, "")
    channels = totals.assign(
        brand=brands,
        visit_share=_share(totals["visits"]),
        revenue_share=_share(totals["revenue"]),
        conversion=_ratio(totals["orders"], totals["visits"]),
        order_value=_ratio(totals["revenue"], totals["orders"]),
        refund_share=_ratio(totals["refund_amount"], totals["revenue"]),
        paid_share=_paid_share(totals),
        repeat_share=_ratio(totals["repeat_orders"], totals["orders"]),
    )
    channels = channels.sort_values(["revenue", "visits"], ascending=False)
    known = channels[channels["visits"] > 0]
    enough = known[known["visit_share"] >= _no_fluke(len(known))]
    has_orders = channels["orders"].fillna(0) > 0
    return ChannelMix(
        channels=channels,
        most_visits=str(known["visits"].idxmax()) if len(known) else "",
        best_converting=str(enough["conversion"].idxmax())
        if enough["conversion"].notna().any()
        else "",
        without_visits=tuple(channels.index[has_orders & ~(channels["visits"].fillna(0) > 0)])
        if len(known)
        else (),
    )


def customer_mix(now: pd.DataFrame, ago: pd.DataFrame | None) -> CustomerMix:
    """Tell paid from organic visits and new from returning customers.

    New orders are those that are not repeat orders: their buyer had no earlier valid order in the
    same brand, as far back as orders are loaded.

    Parameters
    ----------
    now, ago : DataFrame
        Indexed by the group's code, with the measures of ``business_measures.BUSINESS``: of the
        period, and of the one compared with.
    """
    groups = _mix(now)
    past = _mix(ago.reindex(now.index)) if ago is not None else groups * np.nan
    return CustomerMix(groups.assign(**{f"{name}_ago": past[name] for name in _COMPARED}))


def _mix(sums: pd.DataFrame) -> pd.DataFrame:
    names = ["visits", "paid_visits", "organic_visits", "orders", "repeat_orders"]
    return sums[names].assign(
        paid_share=_paid_share(sums),
        visit_cost=_ratio(sums["ad_spend"], sums["paid_visits"]),
        new_orders=sums["orders"] - sums["repeat_orders"],
        repeat_share=_ratio(sums["repeat_orders"], sums["orders"]),
        retention=_ratio(sums["retained_users"], sums["active_users"]),
    )


def _paid_share(sums: pd.DataFrame) -> pd.Series[float]:
    """Paid visits of those whose kind is known; where organic ones are unknown, of all visits."""
    both = sums["paid_visits"] + sums["organic_visits"]
    return _ratio(sums["paid_visits"], both.where(both.notna(), sums["visits"]))


def _no_fluke(n: int) -> float:
    """The least share of a channel that counts: of very many none has a twentieth."""
    return min(_FEWEST_VISITS, _OF_MEAN / max(n, 1))


def _ratio(one: pd.Series[float], by: pd.Series[float]) -> pd.Series[float]:
    return one / by.where(by > 0)


def _share(values: pd.Series[float]) -> pd.Series[float]:
    whole = float(values.sum(min_count=1))
    return values / whole if whole > 0 else values * np.nan
