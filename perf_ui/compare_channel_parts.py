"""Channels side by side, kinds of visits and kinds of customers."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.reporting.compare_figures import Dot, cloud
from perf_core.reporting.problem_figures import shares
from perf_core.services.channel_mix import ChannelMix, CustomerMix
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui import compare_words, words
from perf_ui.i18n import _
from perf_ui.widgets import figure_card, plain

MOST_GROUPS: Final = 12
MOST_CHANNELS: Final = 20
_NAMED: Final = 6


# --- channels -------------------------------------------------------------------------------------


def channels_of(scope: Scope, directory: Directory, view: ComparisonView, mix: ChannelMix) -> None:
    """Show who brings visits, and who turns them into orders."""
    if mix.channels.empty:
        st.caption(_("Neither visits nor orders are recorded by channel here."))
        return
    st.markdown("  \n".join(channel_sentences(directory, mix)))
    known = mix.channels.dropna(subset=["visits", "conversion"])
    known = known[known["visits"] > 0].head(MOST_CHANNELS)
    if len(known) > 1:
        figure_card(
            _("Who brings visits, who turns them into orders"),
            problem_reads.kept(
                scope, view, "channels", make=lambda: channel_cloud(directory, known)
            ),
            key="channel_cloud",
            alt=_("Channels by their visits and their conversion"),
            note=_(
                "The larger the disc, the more revenue; orange converts less than all channels "
                "together."
            ),
            table=lambda: worded_channels(directory, mix.channels),
            about=said.about(directory, view),
        )
    st.dataframe(
        problem_reads.kept(
            scope,
            view,
            "channel_table",
            make=lambda: said.known_columns(
                channel_table(directory, mix.channels.head(MOST_CHANNELS))
            ),
        ),
        hide_index=True,
        placeholder="–",
        alt=_("Channels compared"),
    )
    if len(mix.channels) > MOST_CHANNELS:
        st.caption(
            _(
                "The {n} channels with most revenue of {of}; the file holds all of them.",
                n=MOST_CHANNELS,
                of=len(mix.channels),
            )
        )


def channel_cloud(directory: Directory, known: pd.DataFrame) -> Any:
    """Channels by visits and conversion."""
    middle = float(known["orders"].sum() / known["visits"].sum())
    return cloud(
        [
            _dot(directory, row, middle, is_named=n < _NAMED)
            for n, row in enumerate(words.rows_of(known))
        ],
        x_title=_("Visits"),
        y_title=_("Conversion"),
        x_format=",~s",
        y_format=".1~%",
        x_limit=None,
        y_limit=middle,
        x_limit_name="",
        y_limit_name=_("All channels together"),
    )


def channel_sentences(directory: Directory, mix: ChannelMix) -> list[str]:
    """Which channel brings visits, which turns them into orders, and what is not known."""
    lines = []
    channels = mix.channels

    def name(code: str) -> str:
        return plain(compare_words.group_name(directory, "channel", code))

    if mix.most_visits and mix.best_converting:
        rates, shares_of = channels["conversion"], channels["visit_share"]
        if mix.most_visits == mix.best_converting:
            lines.append(
                _(
                    "**{channel}** brings most visits ({share}) and turns most of them into orders "
                    "({rate}).",
                    channel=name(mix.most_visits),
                    share=plain(said.share(float(shares_of[mix.most_visits]))),
                    rate=plain(said.share(float(rates[mix.best_converting]), digits=2)),
                )
            )
        else:
            lines.append(
                _(
                    "**{most}** brings most visits ({share}, {rate} become orders); **{best}** "
                    "turns most of its visits into orders ({best_rate}).",
                    most=name(mix.most_visits),
                    share=plain(said.share(float(shares_of[mix.most_visits]))),
                    rate=plain(said.share(float(rates[mix.most_visits]), digits=2)),
                    best=name(mix.best_converting),
                    best_rate=plain(said.share(float(rates[mix.best_converting]), digits=2)),
                )
            )
    else:
        lines.append(_("No visits are recorded by channel: what converts well is not known."))
    if mix.without_visits:
        names = [name(code) for code in mix.without_visits[:3]]
        lines.append(
            _(
                "Orders without visits come from {channels}: they make the conversion of their "
                "brand look better than it is.",
                channels=", ".join(names),
            )
        )
    return lines


def _dot(directory: Directory, row: Any, middle: float, *, is_named: bool) -> Dot:
    name = compare_words.group_name(directory, "channel", str(row.Index))
    note = _(
        "{channel}: {visits} visits, {rate} become orders, {revenue}",
        channel=name,
        visits=said.count(row.visits),
        rate=said.share(row.conversion, digits=2),
        revenue=said.money(directory, row.revenue),
    )
    size = 0.0 if pd.isna(row.revenue) else float(row.revenue)
    is_short = bool(row.conversion < middle)
    return Dot(
        str(row.Index),
        name,
        float(row.visits),
        float(row.conversion),
        size,
        is_short,
        is_named,
        note,
    )


def channel_table(directory: Directory, channels: pd.DataFrame) -> pd.DataFrame:
    """The channels as the page shows them, in words."""
    names = [compare_words.group_name(directory, "channel", str(code)) for code in channels.index]
    return pd.DataFrame(
        {
            _("Channel"): names,
            _("Visits"): [said.count(one) for one in channels["visits"]],
            _("Share of visits"): [said.share(one) for one in channels["visit_share"]],
            _("Conversion"): [said.share(one, digits=2) for one in channels["conversion"]],
            _("Order value"): [said.money(directory, one) for one in channels["order_value"]],
            _("Revenue"): [said.money(directory, one) for one in channels["revenue"]],
            _("Refunds"): [said.share(one) for one in channels["refund_share"]],
            _("Paid visits"): [said.share(one) for one in channels["paid_share"]],
            _("Repeat orders"): [said.share(one) for one in channels["repeat_share"]],
        }
    )


def worded_channels(directory: Directory, channels: pd.DataFrame) -> pd.DataFrame:
    """The channels as a file holds them."""
    names = [compare_words.group_name(directory, "channel", str(code)) for code in channels.index]
    columns = {
        "visits": _("Visits"),
        "visit_share": _("Share of visits"),
        "orders": _("Orders"),
        "revenue": _("Revenue"),
        "conversion": _("Conversion"),
        "order_value": _("Order value"),
        "refund_share": _("Refunds"),
        "paid_share": _("Paid visits"),
        "repeat_share": _("Repeat orders"),
    }
    frame = channels[[*columns]].rename(columns=columns).reset_index(drop=True)
    frame.insert(0, _("Channel"), names)
    return frame


# --- kinds of visits and customers ----------------------------------------------------------------


def customers_of(
    scope: Scope, directory: Directory, view: ComparisonView, mix: CustomerMix
) -> None:
    """Show paid against organic visits, new against returning customers."""
    groups = mix.groups
    size = groups["visits"].fillna(0) + groups["orders"].fillna(0)
    groups = groups.loc[size.sort_values(ascending=False).index[:MOST_GROUPS]]
    with st.grid(2, min_column_width=330, gap="small"):
        if mix.knows_visits:
            _share_card(
                scope,
                directory,
                view,
                groups,
                "paid_share",
                title=_("Paid visits, of all whose kind is known"),
                note=_(
                    "Which orders came from paid and which from organic visits is not recorded: "
                    "only visits are told apart."
                ),
            )
        if mix.knows_customers:
            _share_card(
                scope,
                directory,
                view,
                groups,
                "repeat_share",
                title=_("Orders of returning customers"),
                note=_(
                    "Returning: an earlier valid order in the same brand, as far back as orders "
                    "are loaded. Revenue is not told apart by kind of customer."
                ),
            )
    if not mix.knows_visits:
        st.caption(_("Paid and organic visits are not recorded here."))
    if not mix.knows_customers:
        st.caption(_("Who ordered before is not recorded here."))
    if mix.knows_visits or mix.knows_customers:
        st.dataframe(
            problem_reads.kept(
                scope,
                view,
                "customers",
                make=lambda: said.known_columns(customer_table(directory, view, groups)),
            ),
            hide_index=True,
            placeholder="–",
            alt=_("Kinds of visits and customers by group"),
        )


def _share_card(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    groups: pd.DataFrame,
    column: str,
    *,
    title: str,
    note: str,
) -> None:
    figure_card(
        title,
        problem_reads.kept(
            scope,
            view,
            "mix",
            column,
            make=lambda: shares_figure(directory, view, groups, column, title),
        ),
        key=f"mix_{column}",
        alt=title,
        note=note,
        table=lambda: worded_customers(directory, view, groups),
        about=said.about(directory, view),
    )


def shares_figure(
    directory: Directory, view: ComparisonView, groups: pd.DataFrame, column: str, title: str
) -> Any:
    """A share by group, beside what it was a year ago."""
    known = groups.dropna(subset=column).sort_values(column, ascending=False)
    return shares(
        [said.name_of(directory, view, str(code)) for code in known.index],
        said.known_values(known[column]),
        said.known_values(known[f"{column}_ago"]),
        name=title,
        ago_name=_("A year ago"),
        wording=said.share,
    )


def customer_table(
    directory: Directory, view: ComparisonView, groups: pd.DataFrame
) -> pd.DataFrame:
    """Kinds of visits and customers as the page shows them, in words."""
    title = compare_words.axis_titles()[problem_reads.axis_of(view)]
    return pd.DataFrame(
        {
            title: [said.name_of(directory, view, str(code)) for code in groups.index],
            _("Organic visits"): [
                _with_change(*pair)
                for pair in zip(groups["organic_visits"], groups["organic_visits_ago"], strict=True)
            ],
            _("Paid visits"): [
                _with_change(*pair)
                for pair in zip(groups["paid_visits"], groups["paid_visits_ago"], strict=True)
            ],
            _("A paid visit costs"): [said.money(directory, one) for one in groups["visit_cost"]],
            _("Orders of new customers"): [
                _with_change(*pair)
                for pair in zip(groups["new_orders"], groups["new_orders_ago"], strict=True)
            ],
            _("Orders of returning customers"): [
                _with_change(*pair)
                for pair in zip(groups["repeat_orders"], groups["repeat_orders_ago"], strict=True)
            ],
        }
    )


def _with_change(now: float, ago: float) -> str:
    """A count, and its change since a year ago where that is known."""
    text = said.count(now)
    if math.isnan(now) or not ago > 0:
        return text
    return f"{text} ({said.distance(now / ago - 1)})"


def worded_customers(
    directory: Directory, view: ComparisonView, groups: pd.DataFrame
) -> pd.DataFrame:
    """Kinds of visits and customers as a file holds them."""
    columns = {
        "visits": _("Visits"),
        "organic_visits": _("Organic visits"),
        "paid_visits": _("Paid visits"),
        "orders": _("Orders"),
        "new_orders": _("Orders of new customers"),
        "repeat_orders": _("Orders of returning customers"),
    }
    frame = groups[[*columns]].rename(columns=columns).reset_index(drop=True)
    frame.insert(0, _("Group"), [said.name_of(directory, view, str(one)) for one in groups.index])
    return frame
