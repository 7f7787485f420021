"""One group's cost ratio: its factors in two periods, and its course over the months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.language.formats import (
    format_amount,
    format_change,
    format_number,
    format_period,
    format_share_change,
    format_short_period,
    is_absent,
)
from perf_core.reporting import cost_figures as drawn
from perf_core.services.comparison import ComparisonView
from perf_core.services.cost_causes import CostCauses, CostCourse
from perf_core.services.directory import Directory
from perf_core.services.group_standing import cost_limit
from perf_ui import compare_cost_reads, compare_parts, compare_words
from perf_ui import compare_cost_words as said
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.compare_made_of import ask, ask_button
from perf_ui.compare_picks import chips, picked
from perf_ui.filters import choice_filter
from perf_ui.i18n import _, language, reader
from perf_ui.widgets import plain


@dataclass(frozen=True)
class ToldGroups:
    """The groups that can be compared, ready to be told of, by the codes the address has.

    Attributes
    ----------
    names : dict of str to str
        What they are called; those that a name has first.
    rows : dict of str to Series
        Their rows of ``CostCauses.groups``.
    """

    names: dict[str, str]
    rows: dict[str, Any]


def groups_told(
    scope: Scope, directory: Directory, view: ComparisonView, found: CostCauses
) -> ToldGroups:
    """The groups that can be compared, found and named once for a view."""

    def build() -> ToldGroups:
        rows = {str(code): row for code, row in keyed(found).iterrows()}
        names = {code: said.name_of(directory, found.by, row) for code, row in rows.items()}
        return ToldGroups(names, rows)

    facts = (found.before.code, found.after.code, *found.by)
    groups: ToldGroups = compare_cost_reads.kept(scope, view, "cost_groups", *facts, build=build)
    return groups


def one_group(scope: Scope, directory: Directory, view: ComparisonView, found: CostCauses) -> None:
    """One group: its factors in both periods, and its ratio month by month."""
    groups = groups_told(scope, directory, view, found)
    key = next(iter(groups.rows))
    if found.by:
        chosen = picked("group", groups.names)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            key = choice_filter(
                "group", _("One group over time"), groups.names, default=key, width=380
            )
            if chosen:
                chips({"group": groups.names[key]}, key="cost")
    row = groups.rows[key]
    _factor_tiles(directory, found, row)
    with st.container(horizontal=True, gap="medium"):
        ask_button(_("What it is made of"), "cost", key, key="cost")
        if found.by:
            compare_parts.group_link(
                _("Open this group one level down"),
                view,
                *zip(found.by, key.split("|"), strict=True),
                key="cost_down",
                group="",
            )
    _course_card(scope, directory, view, found, groups.names[key], row)


def keyed(found: CostCauses) -> pd.DataFrame:
    """The groups that can be compared, by their codes as the address has them; named ones first."""
    rows = pd.concat([named_groups(found), found.known]).drop_duplicates(list(found.by) or None)
    codes = rows[list(found.by)].astype("str").agg("|".join, axis=1) if found.by else [""]
    return rows.set_index(pd.Index(codes))


def named_groups(found: CostCauses) -> pd.DataFrame:
    """The groups that can be compared, without who belongs to none unless nobody else is there.

    People without a brand, say, have pay and next to no revenue: a ratio of thousands of percent
    that says nothing and flattens all others.
    """
    known = found.known
    is_named = ~known[list(found.by)].isin([""]).any(axis=1)
    return known[is_named] if is_named.any() else known


def _ascii(change: str) -> str:
    """With the minus by which a tile knows a fall; nothing for no change."""
    return "" if change.startswith("±") else change.replace("−", "-")


def _factor_tiles(directory: Directory, found: CostCauses, row: Any) -> None:
    def amount(value: float | None, *, compact: bool = True) -> str:
        return format_amount(value, directory.currency, language(), compact=compact)

    def grown(name: str) -> str | None:
        old, new = row[f"{name}_before"], row[f"{name}_after"]
        if is_absent(old) or is_absent(new) or old == 0:
            return None
        return _ascii(format_share_change(new / old - 1, language(), points=False))

    since = _("against {period}", period=format_period(found.before, language()))
    tiles = st.grid(4, min_column_width=150, gap="small")
    with tiles:
        st.metric(
            _("Cost ratio"),
            said.share(row["after"]),
            _ascii(format_share_change(row["change"], language())),
            delta_color="inverse",
            help=_("Pay cost ÷ revenue of the same people.")
            + f" {said.share(row['before'])} · {since}",
            border=True,
        )
        st.metric(
            _("Pay per head"),
            amount(row["pay_after"], compact=False),
            grown("pay"),
            delta_color="off",
            help=_("Pay of the whole period ÷ people with pay on an average day.")
            + f" {amount(row['pay_before'], compact=False)} · {since}",
            border=True,
        )
        st.metric(
            _("People with pay"),
            format_number(row["people_after"], language()),
            _ascii(format_change(row["people_after"] - row["people_before"], language())),
            delta_color="off",
            help=_("On an average day of the period.") + f" {since}",
            border=True,
        )
        st.metric(
            _("Revenue in the ratio"),
            amount(row["revenue_after"]),
            grown("revenue"),
            help=_("Credited to these people, or of the places they serve.")
            + f" {amount(row['revenue_before'])} · {since}",
            border=True,
        )


def _course_card(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: CostCauses,
    name: str,
    row: Any,
) -> None:
    codes = tuple(str(row[axis]) for axis in found.by)
    course = compare_cost_reads.course(scope, view, found.by)

    def build() -> tuple[Any, str] | None:
        months = course.of(codes)
        if months["cost_ratio"].notna().sum() < 2:
            return None
        limit = limit_of(directory, view, found, codes)
        figure, is_cut = course_figure(course, months, limit)
        return figure, course_note(months, is_cut=is_cut)

    drawn_course = compare_cost_reads.kept(scope, view, "course", *found.by, *codes, build=build)
    if drawn_course is None:
        return
    figure, note = drawn_course
    title = compare_words.course_title(name, list(course.periods))
    chart_card(
        title,
        figure,
        key=f"course_{stamp(view, *codes)}",
        alt=title,
        on_pick=lambda picked_month: ask("cost", "|".join(codes), *picked_month),
        defined=plain(said.course_words()),
        note=note + " " + _("Click a dot or a bar for what it is made of."),
        table=lambda: course_table(course, course.of(codes)),
        about=said.about_view(directory, view),
    )


def limit_of(
    directory: Directory, view: ComparisonView, found: CostCauses, codes: tuple[str, ...]
) -> float | None:
    """The limit of a group's cost ratio, by its brand and role."""
    held = {**{axis: some[0] for axis, some in view.within if len(some) == 1}}
    held |= dict(zip(found.by, codes, strict=True))
    return cost_limit(directory.catalogue, brand=held.get("brand", ""), role=held.get("role", ""))


def course_figure(
    course: CostCourse, months: pd.DataFrame, limit: float | None
) -> tuple[Any, bool]:
    """The figure, and whether a month lies beyond its scale."""
    shown = [
        _month(period, one)
        for period, (_code, one) in zip(course.periods, months.iterrows(), strict=True)
    ]
    figure = drawn.ratio_course(
        shown,
        limit=limit,
        share=said.share,
        wording=said.points,
        reader=reader(),
        language=language(),
    )
    return figure, drawn.is_cut(shown, limit)


def _month(period: Period, row: Any) -> drawn.RatioMonth:
    def known(name: str) -> float | None:
        return None if is_absent(row[name]) else float(row[name])

    label = format_short_period(period, language())
    return drawn.RatioMonth(
        label,
        known("cost_ratio"),
        drawn.Moved(label, None, known("by_pay"), known("by_people"), known("by_revenue")),
        code=period.code,
        is_estimated=row["estimated"] is True or row["estimated"] == True,  # noqa: E712
    )


def course_note(months: pd.DataFrame, *, is_cut: bool) -> str:
    """How the course of a group is read."""
    notes = [_("Above the cost ratio, below what moved it since the period before.")]
    gaps = set(months["gap"].dropna()) - {""}
    if "withheld" in gaps:
        notes.append(_("Months from which one or two people's pay could be told are withheld."))
    if gaps & {"no_pay", "no_revenue"}:
        notes.append(_("Months without pay or without revenue are left open."))
    if months["estimated"].eq(True).any():
        notes.append(
            _("A hollow mark: the month's pay is not loaded, the last base pay stands in.")
        )
    if is_cut:
        notes.append(_("A triangle lies beyond the scale: its value stands in the hover."))
    return " ".join(notes)


def course_table(course: CostCourse, months: pd.DataFrame) -> pd.DataFrame:
    """The course of a group as a file holds it."""
    return pd.DataFrame(
        {
            _("Month"): [format_period(one, language()) for one in course.periods],
            _("Cost ratio"): months["cost_ratio"].to_numpy(),
            _("People"): months["people"].to_numpy(),
            _("Pay per head"): months["pay"].to_numpy(),
            _("Revenue"): months["revenue"].to_numpy(),
            _("by pay per head"): months["by_pay"].to_numpy(),
            _("by people"): months["by_people"].to_numpy(),
            _("by revenue"): months["by_revenue"].to_numpy(),
        }
    )
