"""The funnel by group, with the step that costs most in money."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import listed
from perf_core.reporting.problem_figures import Part, money_steps
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.funnel import STEPS, Base, Funnel
from perf_ui import address, compare_words, words
from perf_ui import compare_problem_detail as detail
from perf_ui import compare_problem_pick as pick
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui.compare_channel_parts import channels_of, customers_of
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.filters import flag_filter, is_picked, settle
from perf_ui.i18n import _, language
from perf_ui.widgets import empty_state, plain

MOST_GROUPS: Final = 12
_MOST_SENTENCES: Final = 6


def asked_base(view: ComparisonView) -> Base:
    """What the funnel is measured against, as the address says."""
    bases = problem_reads.bases_of(view)
    chosen = address.read("against", allowed=bases, default=bases[0])
    return next(one for one in bases if one == chosen)


def business(
    scope: Scope, directory: Directory, view: ComparisonView, found: Funnel | None, base: Base
) -> None:
    """Show where money is lost between a visit and kept revenue, and where visits come from."""
    st.subheader(
        _("From visit to kept revenue"),
        help=_(
            "The funnel counts all that was sold, also what nobody is credited with. The "
            "indicators above count only what people are credited with, so their order value and "
            "conversion may differ."
        ),
    )
    _base_switch(problem_reads.bases_of(view), base)
    if found is None:
        empty_state(
            _("There are no visits, orders or revenue here"),
            _("The funnel needs orders, and visits to tell conversion apart."),
        )
        return
    axis = problem_reads.axis_of(view)
    group = pick.picked(set(found.steps.index))
    pick.crumb(said.name_of(directory, view, group) if group else "", key="funnel")
    narrowed = view.narrowed(axis, (group,)) if group else view
    mix_of_channels = problem_reads.channels(scope, narrowed)
    _funnel(scope, directory, view, found, group, is_uneven=mix_of_channels.is_uneven)
    st.subheader(_("Channels and customers"))
    pick.crumb(said.name_of(directory, view, group) if group else "", key="channels")
    mix = problem_reads.customers(scope, view)
    left, right = st.columns([6, 5], gap="small")
    with left:
        channels_of(scope, directory, narrowed, mix_of_channels, group)
    if mix is not None:
        with right:
            customers_of(scope, directory, view, mix, group)


# --- the funnel -----------------------------------------------------------------------------------


def _base_switch(bases: tuple[Base, ...], chosen: Base) -> None:
    names = {one: said.base_name(one) for one in bases}
    st.segmented_control(
        _("Against"),
        list(bases),
        default=settle("funnel_base", chosen),
        format_func=lambda one: names[one],
        key="funnel_base",
        required=True,
        on_change=_base_changed,
        args=(bases[0],),
    )


def _base_changed(usual: str) -> None:
    if is_picked("funnel_base"):
        address.write("against", st.session_state["funnel_base"], default=usual)


def _funnel(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: Funnel,
    group: str,
    *,
    is_uneven: bool,
) -> None:
    known = found.parts[found.parts["begins_with"] != ""]
    if known.empty:
        empty_state(
            _("There is nothing to compare with"),
            _("Choose another base above: no group has both orders and revenue on that side."),
        )
    else:
        st.markdown("  \n".join(funnel_sentences(directory, view, found, group)))
        # One group has its steps told in full; several stand beside each other.
        told = group or (str(known.index[0]) if len(known) == 1 else "")
        if told:
            _step_tiles(directory, found, told)
        _steps_card(scope, directory, view, found, group)
    pick.folded(
        _("All numbers of the funnel"),
        lambda: said.known_columns(funnel_table(directory, view, found)),
        key=f"funnel_{found.base}",
        alt=_("The steps of the funnel by group"),
        column_config=_column_help(),
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
        st.caption(said.joined(*doubts))


def funnel_sentences(
    directory: Directory, view: ComparisonView, found: Funnel, group: str = ""
) -> list[str]:
    """For each group, or one, the step that costs most, the dearest first (markdown)."""
    best = plain(said.name_of(directory, view, found.best)) if found.best else ""
    against = plain(said.base_words(found.base, view, best)) if found.base != "best" or best else ""
    costly = found.parts[found.parts["costliest"] != ""].sort_values("cost")
    if group:
        costly = costly[costly.index == group]
    if costly.empty:
        return [said.nothing_lost(found, against)]
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


def _step_tiles(directory: Directory, found: Funnel, group: str) -> None:
    """The steps of one group: each beside what it is compared with, and in money."""
    steps: Any = found.steps.loc[group]
    parts: Any = found.parts.loc[group]
    begins = str(parts["begins_with"])
    with st.grid(len(STEPS), min_column_width=150, gap="small"):
        for step in STEPS:
            column = "orders" if step == "traffic" and begins == "orders" else step
            money = parts[step]
            with st.container(border=True, key=f"step_{step}", height="stretch", gap="xsmall"):
                st.metric(
                    said.step_name(step, begins_with=begins),
                    said.step_value(directory, step, steps[column]),
                    delta=said.signed_amount(directory, money) if pd.notna(money) else None,
                    delta_color="orange" if pd.notna(money) and money < 0 else "blue",
                    delta_arrow="off",
                    help=said.step_rule(step, begins_with=begins),
                )
                st.caption(
                    _(
                        "Compared with {base}",
                        base=said.step_value(directory, step, steps[f"{column}_base"]),
                    )
                )
                st.button(
                    _("What it is made of"),
                    key=f"step_parts_{step}",
                    type="tertiary",
                    icon=":material/account_tree:",
                    on_click=detail.ask,
                    args=("step", group, step),
                )


def _steps_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: Funnel, group: str
) -> None:
    known = found.parts[found.parts["begins_with"] != ""]
    is_many = len(known) > MOST_GROUPS
    is_whole = is_many and flag_filter("steps", _("Show all {n}", n=len(known)))
    most = len(known) if is_whole else MOST_GROUPS
    best = said.name_of(directory, view, found.best) if found.best else ""
    note = _(
        "The difference in kept revenue {against}, split without a remainder (logarithmic "
        "mean, LMDI). It says where the money is, not why.",
        against=said.base_words(found.base, view, best),
    )
    if is_many and not is_whole:
        note = said.joined(
            note,
            _("Of {of}, the {n} in which a step costs most are drawn.", n=most, of=len(known)),
        )
    chart_card(
        _("What each step brought or cost"),
        problem_reads.kept(
            scope,
            view,
            "steps",
            found.base,
            group,
            str(most),
            make=lambda: steps_figure(directory, view, found, most, group),
        ),
        key=f"funnel_{stamp(view, found.base, group, str(most), detail.turn('step'))}",
        alt=_("The difference in revenue by group, split into the steps of the funnel"),
        defined=_(
            "Kept revenue = visits × conversion × order value × (1 − refunds). Each step's part is "
            "what its change alone brought or cost."
        ),
        note=said.joined(note, _("Click a bar to see what it is made of.")),
        on_pick=lambda codes: detail.ask("step", codes[0], codes[-1]) if len(codes) > 1 else None,
        table=lambda: worded_steps(directory, view, found),
        about=said.about(directory, view),
    )


def steps_figure(
    directory: Directory,
    view: ComparisonView,
    found: Funnel,
    most: int = MOST_GROUPS,
    group: str = "",
) -> Any:
    """The money of every step by group; of many groups those in which a step costs most."""
    known = found.parts[found.parts["begins_with"] != ""].sort_values(["cost", "change"])
    order = {*known.index[:most], group}
    # The one in question stands on top, then the dearest step.
    shown = known.loc[
        sorted((code for code in known.index if code in order), key=lambda code: code != group)
    ]
    begins = "orders" if (shown["begins_with"] == "orders").all() else "visits"
    return money_steps(
        [said.name_of(directory, view, str(code)) for code in shown.index],
        [
            Part(step, said.step_name(step, begins_with=begins), said.known_values(shown[step]))
            for step in STEPS
        ],
        totals=said.known_values(shown["change"]),
        total_name=_("In all"),
        wording=lambda value: said.signed_amount(directory, value),
        scale=words.scale(directory, "money", is_change=True),
        codes=[str(code) for code in shown.index],
        picked=group if group in shown.index else "",
    )


def _column_help() -> dict[str, Any]:
    """How each column of the table is defined, on hover of its title."""
    helped = {said.step_name(step): said.step_rule(step) for step in STEPS}
    helped[_("Kept per visit")] = _("(Revenue − refunded amount) ÷ visits.")
    helped[_("Its cost")] = _("The money of the step that costs most, in kept revenue.")
    helped[_("Difference in all")] = _("The parts of all steps summed up: no remainder is left.")
    return {title: st.column_config.TextColumn(help=text) for title, text in helped.items()}


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
        return listed(names, language())
    return _("{first} and {n} more", first=names[0], n=len(names) - 1)
