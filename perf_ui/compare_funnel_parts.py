"""The funnel by group, with the step that costs most in money."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.reporting.problem_figures import Part, money_steps
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.funnel import STEPS, Base, Funnel
from perf_ui import address, compare_words, words
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui.compare_channel_parts import channels_of, customers_of
from perf_ui.filters import settle
from perf_ui.i18n import _, language
from perf_ui.widgets import empty_state, figure_card, plain

MOST_GROUPS: Final = 12
_MOST_SENTENCES: Final = 6


def business(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show where money is lost between a visit and kept revenue, and where visits come from."""
    st.subheader(_("From visit to kept revenue"))
    bases = problem_reads.bases_of(view)
    base = _base_switch(bases)
    found = problem_reads.funnel_of(scope, view, base)
    if found is None:
        empty_state(
            _("There are no visits, orders or revenue here"),
            _("The funnel needs orders, and visits to tell conversion apart."),
        )
        return
    mix_of_channels = problem_reads.channels(scope, view)
    _funnel(scope, directory, view, found, is_uneven=mix_of_channels.is_uneven)
    st.subheader(_("Channels and customers"))
    channels_of(scope, directory, view, mix_of_channels)
    mix = problem_reads.customers(scope, view)
    if mix is not None:
        customers_of(scope, directory, view, mix)


# --- the funnel -----------------------------------------------------------------------------------


def _base_switch(bases: tuple[Base, ...]) -> Base:
    chosen = address.read("against", allowed=bases, default=bases[0])
    names = {one: said.base_name(one) for one in bases}
    settle("funnel_base", chosen)
    st.segmented_control(
        _("Against"),
        list(bases),
        format_func=lambda one: names[one],
        key="funnel_base",
        required=True,
        on_change=lambda: address.write(
            "against", st.session_state["funnel_base"], default=bases[0]
        ),
    )
    return next(one for one in bases if one == chosen)


def _funnel(
    scope: Scope, directory: Directory, view: ComparisonView, found: Funnel, *, is_uneven: bool
) -> None:
    best = said.name_of(directory, view, found.best) if found.best else ""
    known = found.parts[found.parts["begins_with"] != ""]
    if known.empty:
        empty_state(
            _("There is nothing to compare with"),
            _("Choose another base above: no group has both orders and revenue on that side."),
        )
    else:
        st.markdown("  \n".join(funnel_sentences(directory, view, found)))
        _steps_card(scope, directory, view, found, best)
    st.dataframe(
        problem_reads.kept(
            scope,
            view,
            "funnel",
            found.base,
            make=lambda: said.known_columns(funnel_table(directory, view, found)),
        ),
        hide_index=True,
        placeholder="–",
        alt=_("The steps of the funnel by group"),
    )
    doubts = funnel_doubts(directory, view, found)
    if is_uneven and not view.codes("channel"):
        doubts.append(
            _(
                "The channels differ much: business that shifts between them moves conversion and "
                "order value by itself. Narrow down to one channel to see them apart."
            )
        )
    if doubts:
        st.caption(" ".join(doubts))


def funnel_sentences(directory: Directory, view: ComparisonView, found: Funnel) -> list[str]:
    """For each group the step that costs most, the dearest first (markdown)."""
    best = plain(said.name_of(directory, view, found.best)) if found.best else ""
    against = plain(said.base_words(found.base, view, best)) if found.base != "best" or best else ""
    costly = found.parts[found.parts["costliest"] != ""].sort_values("cost")
    if costly.empty:
        return [_("No step costs anything {against}.", against=against)]
    return [
        _(
            "**{group}**: **{step}** costs most, {cost} {against} (in all {change}).",
            group=plain(said.name_of(directory, view, str(row.Index))),
            step=said.step_name(row.costliest, begins_with=row.begins_with),
            cost=plain(said.signed_amount(directory, row.cost)),
            against=against,
            change=plain(said.signed_amount(directory, row.change)),
        )
        for row in words.rows_of(costly.head(_MOST_SENTENCES))
    ]


def _steps_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: Funnel, best: str
) -> None:
    figure_card(
        _("What each step brought or cost"),
        problem_reads.kept(
            scope, view, "steps", found.base, make=lambda: steps_figure(directory, view, found)
        ),
        key=f"funnel_{found.base}",
        alt=_("The difference in revenue by group, split into the steps of the funnel"),
        note=_(
            "The difference in kept revenue {against}, split without a remainder (logarithmic "
            "mean, LMDI). It says where the money is, not why.",
            against=said.base_words(found.base, view, best),
        ),
        table=lambda: worded_steps(directory, view, found),
        about=said.about(directory, view),
    )


def steps_figure(directory: Directory, view: ComparisonView, found: Funnel) -> Any:
    """The money of every step by group; of many groups those with the largest differences."""
    known = found.parts[found.parts["begins_with"] != ""]
    order = known["change"].abs().sort_values(ascending=False).index[:MOST_GROUPS]
    shown = known.loc[[code for code in known.index if code in set(order)]]
    begins = "orders" if (shown["begins_with"] == "orders").all() else "visits"
    return money_steps(
        [said.name_of(directory, view, str(code)) for code in shown.index],
        [
            Part(said.step_name(step, begins_with=begins), said.known_values(shown[step]))
            for step in STEPS
        ],
        totals=said.known_values(shown["change"]),
        total_name=_("In all"),
        wording=lambda value: said.signed_amount(directory, value),
    )


def funnel_table(directory: Directory, view: ComparisonView, found: Funnel) -> pd.DataFrame:
    """The steps of every group as the page shows them, in words."""
    title = compare_words.axis_titles()[problem_reads.axis_of(view)]
    steps, parts = found.steps, found.parts
    return pd.DataFrame(
        {
            title: [said.name_of(directory, view, str(code)) for code in steps.index],
            _("Visits"): [said.count(one) for one in steps["visits"]],
            _("Conversion"): [said.share(one, digits=2) for one in steps["conversion"]],
            _("Order value"): [said.money(directory, one) for one in steps["order_value"]],
            _("Refunds"): [said.share(1 - one) for one in steps["kept"]],
            _("Kept per visit"): [said.money(directory, one) for one in steps["per_visit"]],
            _("Costs most"): [
                said.step_name(row.costliest, begins_with=row.begins_with) if row.costliest else "–"
                for row in words.rows_of(parts)
            ],
            _("Its cost"): [said.signed_amount(directory, one) for one in parts["cost"]],
            _("Difference in all"): [said.signed_amount(directory, one) for one in parts["change"]],
        }
    )


def worded_steps(directory: Directory, view: ComparisonView, found: Funnel) -> pd.DataFrame:
    """The steps of every group and their money, as a file holds them."""
    frame = pd.DataFrame(
        {_("Group"): [said.name_of(directory, view, str(code)) for code in found.steps.index]}
    )
    for column, title in (
        ("visits", _("Visits")),
        ("orders", _("Orders")),
        ("revenue", _("Revenue")),
        ("refund_amount", _("Refunded amount")),
        ("conversion", _("Conversion")),
        ("order_value", _("Order value")),
    ):
        frame[title] = found.steps[column].to_numpy()
    for step in STEPS:
        frame[_("{step}: money", step=said.step_name(step))] = found.parts[step].to_numpy()
    return frame.assign(**{_("Difference in all"): found.parts["change"].to_numpy()})


def funnel_doubts(directory: Directory, view: ComparisonView, found: Funnel) -> list[str]:
    """What limits the comparison of funnels."""
    parts = found.parts
    lines = []
    if found.base in ("group", "best") and (parts["order_value"].fillna(0) == 0).all():
        lines.append(
            _("Order values are not compared between brands: each has a price level of its own.")
        )
    if (parts["begins_with"] == "orders").any():
        names = _some(directory, view, parts.index[parts["begins_with"] == "orders"])
        lines.append(
            _(
                "Visits are not known for {groups}: there the first step is the number of orders.",
                groups=names,
            )
        )
    if ((parts["begins_with"] != "") & ~parts["has_refunds"].astype(bool)).any():
        lines.append(_("Where refunds are not known, revenue counts as it was paid."))
    lost = parts.index[parts["begins_with"] == ""]
    if len(lost):
        lines.append(
            _("For {groups} there is nothing to compare with.", groups=_some(directory, view, lost))
        )
    return lines


def _some(directory: Directory, view: ComparisonView, codes: pd.Index) -> str:
    names = [said.name_of(directory, view, str(code)) for code in codes]
    if len(names) <= 3:
        return "、".join(names) if language() == "zh" else ", ".join(names)
    return _("{first} and {n} more", first=names[0], n=len(names) - 1)
