"""Channels side by side, kinds of visits and kinds of customers."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import listed
from perf_core.reporting.cloud_figure import Dot, cloud
from perf_core.reporting.problem_figures import shares
from perf_core.services.channel_mix import ChannelMix, CustomerMix
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_problem_detail as detail
from perf_ui import compare_problem_pick as pick
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui import compare_words, words
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.i18n import _, language
from perf_ui.widgets import plain

MOST_GROUPS: Final = 12
MOST_CHANNELS: Final = 20
_NAMED: Final = 6


# --- channels -------------------------------------------------------------------------------------


def channels_of(
    scope: Scope, directory: Directory, view: ComparisonView, mix: ChannelMix, group: str
) -> None:
    """Show who brings visits, and who turns them into orders.

    Parameters
    ----------
    view : ComparisonView
        Narrowed to the group that was picked, if one was.
    group : str
        The group that was picked, empty for none.
    """
    if mix.channels.empty:
        st.caption(_("Neither visits nor orders are recorded by channel here."))
        return
    st.markdown("  \n".join(channel_sentences(directory, mix)))
    known = mix.channels.dropna(subset=["visits", "conversion"])
    known = known[known["visits"] > 0].head(MOST_CHANNELS)
    if len(known) > 1:
        chart_card(
            _("Who brings visits, who turns them into orders"),
            problem_reads.kept(
                scope, view, "channels", make=lambda: channel_cloud(directory, known)
            ),
            key=f"channels_{stamp(view, detail.turn('channel'))}",
            alt=_("Channels by their visits and their conversion"),
            defined=_("Across: visits. Up: valid orders ÷ visits."),
            note=_(
                "The larger the disc, the more revenue; orange converts less than all channels "
                "together. Click a disc to see what it is made of."
            ),
            on_pick=lambda codes: detail.ask("channel", group, codes[0]),
            table=lambda: worded_channels(directory, mix.channels),
            about=said.about(directory, view),
        )
    elif len(mix.channels) > 1 and mix.channels["revenue_share"].notna().any():
        # Without visits there is still who sells.
        chart_card(
            _("Share of revenue by channel"),
            problem_reads.kept(scope, view, "sellers", make=lambda: sellers_figure(directory, mix)),
            key=f"channels_{stamp(view, detail.turn('channel'))}",
            alt=_("Share of revenue by channel"),
            defined=_("The channel's revenue ÷ the revenue of all channels here."),
            note=_("Click a bar to see what it is made of."),
            on_pick=lambda codes: detail.ask("channel", group, codes[0]),
            table=lambda: worded_channels(directory, mix.channels),
            about=said.about(directory, view),
        )
    pick.folded(
        _("All numbers of the channels"),
        lambda: said.known_columns(channel_table(directory, mix.channels.head(MOST_CHANNELS))),
        key="channels",
        alt=_("Channels compared"),
        column_config=_channel_help(),
    )
    if len(mix.channels) > MOST_CHANNELS:
        st.caption(
            _(
                "The {n} channels with most revenue of {of}; the file holds all of them.",
                n=MOST_CHANNELS,
                of=len(mix.channels),
            )
        )


def _channel_help() -> dict[str, Any]:
    """How each column of the table is defined, on hover of its title."""
    helped = {
        _("Share of visits"): _("The channel's visits ÷ the visits of all channels here."),
        _("Conversion"): said.step_rule("conversion"),
        _("Order value"): said.step_rule("order_value"),
        _("Refunds"): said.step_rule("kept"),
        _("Paid visits"): said.mix_rule("paid_share"),
        _("Repeat orders"): said.mix_rule("repeat_share"),
    }
    return {title: st.column_config.TextColumn(help=text) for title, text in helped.items()}


def sellers_figure(directory: Directory, mix: ChannelMix) -> Any:
    """The share of the revenue that each channel sells."""
    known = mix.channels.dropna(subset="revenue_share").head(MOST_GROUPS)
    return shares(
        [compare_words.group_name(directory, "channel", str(code)) for code in known.index],
        said.known_values(known["revenue_share"]),
        [None] * len(known),
        name=_("Share of revenue"),
        ago_name="",
        wording=said.share,
        codes=[str(code) for code in known.index],
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
        x_scale=words.scale(directory, "count"),
        y_scale=words.scale(directory, "percent"),
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
                channels=listed(names, language()),
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
    scope: Scope, directory: Directory, view: ComparisonView, mix: CustomerMix, group: str
) -> None:
    """Show paid against organic visits, new against returning customers."""
    groups = mix.groups
    size = groups["visits"].fillna(0) + groups["orders"].fillna(0)
    largest = [*size.sort_values(ascending=False).index[:MOST_GROUPS]]
    shown = groups.loc[largest if group in ("", *largest) else [*largest, group]]
    if mix.knows_visits:
        _share_card(scope, directory, view, shown, "paid_share", group)
    if mix.knows_customers:
        _share_card(scope, directory, view, shown, "repeat_share", group)
    notes = []
    if not mix.knows_visits:
        notes.append(_("Paid and organic visits are not recorded here."))
    if not mix.knows_customers:
        notes.append(_("Who ordered before is not recorded here."))
    if len(groups) > MOST_GROUPS:
        notes.append(_("The {n} largest groups of {of} are drawn.", n=MOST_GROUPS, of=len(groups)))
    if notes:
        st.caption(said.joined(*notes))
    if mix.knows_visits or mix.knows_customers:
        pick.folded(
            _("All numbers of visits and customers"),
            lambda: said.known_columns(customer_table(directory, view, groups)),
            key="customers",
            alt=_("Kinds of visits and customers by group"),
            column_config={
                _("A paid visit costs"): st.column_config.TextColumn(
                    help=_("Advertising ÷ paid visits.")
                )
            },
        )


def _share_card(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    groups: pd.DataFrame,
    column: str,
    group: str,
) -> None:
    title = said.mix_name(column)
    chart_card(
        title,
        problem_reads.kept(
            scope,
            view,
            "mix",
            column,
            group,
            make=lambda: shares_figure(directory, view, groups, column, group),
        ),
        key=f"mix_{stamp(view, column, group, detail.turn('mix'))}",
        alt=title,
        defined=said.mix_rule(column),
        note=_("The mark is a year ago. Click a bar to see what it is made of.")
        if groups[f"{column}_ago"].notna().any()
        else _("What it was a year ago is not known. Click a bar to see what it is made of."),
        on_pick=lambda codes: detail.ask("mix", codes[0], column),
        table=lambda: worded_customers(directory, view, groups),
        about=said.about(directory, view),
    )


def shares_figure(
    directory: Directory,
    view: ComparisonView,
    groups: pd.DataFrame,
    column: str,
    group: str = "",
) -> Any:
    """A share of visits or orders by group, with where it was a year ago."""
    known = groups.dropna(subset=column).sort_values(column, ascending=False)
    known = known.loc[sorted(known.index, key=lambda code: code != group)]
    return shares(
        [said.name_of(directory, view, str(code)) for code in known.index],
        said.known_values(known[column]),
        said.known_values(known[f"{column}_ago"]),
        name=_("Now"),
        ago_name=_("A year ago"),
        wording=said.share,
        codes=[str(code) for code in known.index],
        picked=group if group in known.index else "",
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
