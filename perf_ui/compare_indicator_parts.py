"""One indicator: whose problem it is in words, every group beside its target and its past."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.language.formats import ABSENT
from perf_core.reporting.problem_figures import Standing, standings
from perf_core.services.group_figures import Figure
from perf_core.services.shared_problems import APART_BY, FEW_PEOPLE, SHORT_BELOW
from perf_ui import compare_parts, compare_words, words
from perf_ui import compare_problem_detail as detail
from perf_ui import compare_problem_pick as pick
from perf_ui import compare_problem_words as said
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.compare_problem_pick import Told
from perf_ui.filters import at, flag_filter, is_picked, settle
from perf_ui.i18n import _, ngettext
from perf_ui.widgets import plain

MOST_BARS: Final = 12
_BEHIND: Final = 8
_AHEAD: Final = 4


def indicator_part(told: Told, mine: pd.DataFrame, code: str, group: str) -> None:
    """Show one indicator of a verdict: in words, as bars, and in numbers when they are opened."""
    names = {str(one): words.indicator_name(told.directory, str(one)) for one in mine["indicator"]}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            _("Indicator"),
            list(names),
            index=at(list(names), settle("problem_indicator", code)),
            format_func=lambda one: names[one],
            key="problem_indicator",
            width=320,
            on_change=_indicator_changed,
            args=(told,),
        )
        if group:
            st.button(
                _("What it is made of"),
                icon=":material/account_tree:",
                key="problem_parts",
                help=_("Which people, which measures, which loads"),
                on_click=detail.ask,
                args=("indicator", group, code),
            )
    pick.crumb(told.name(group) if group else "", key="problem")
    row = mine[mine["indicator"] == code].iloc[0]
    groups = told.found.groups[told.found.groups["indicator"] == code]
    groups = groups.sort_values(["achievement", "group"], kind="stable")
    st.markdown("  \n".join(sentences(told, row, groups, group)))
    _bars_card(told, row, groups, names[code], group)


def _indicator_changed(told: Told) -> None:
    if is_picked("problem_indicator"):
        compare_parts.show(replace(told.view, indicator=st.session_state["problem_indicator"]))


def sentences(told: Told, row: pd.Series[Any], groups: pd.DataFrame, group: str = "") -> list[str]:
    """What is to be said of one indicator, in one to four sentences (markdown)."""
    indicator = plain(words.indicator_name(told.directory, str(row["indicator"])))
    if not row["n_groups"]:
        return [
            _("Nobody has both a figure and a target for **{indicator}**.", indicator=indicator)
        ]
    worst = plain(told.name(str(row["worst"])))
    at = plain(said.share(float(row["worst_at"]), digits=0))
    if row["n_groups"] == 1:
        # The one group is all together, and the best.
        mine = groups[groups["group"] == row["worst"]].iloc[0]
        line = _(
            "**{indicator}** is measured in **{only}** alone: {at} of its target.",
            indicator=indicator,
            only=worst,
            at=at,
        )
        return [line, _past_of(float(mine["change"]))]
    counts = {"n": int(row["n_short"]), "of": int(row["n_groups"])}
    lines = [
        ngettext(
            "**{indicator}**: {n} of {of} people falls short of their own target.",
            "**{indicator}**: {n} of {of} people fall short of their own target.",
            counts["n"],
            indicator=indicator,
            of=counts["of"],
        )
        if told.is_of_people
        else ngettext(
            "**{indicator}**: {n} of {of} {groups} falls short of its own target.",
            "**{indicator}**: {n} of {of} {groups} fall short of their own target.",
            counts["n"],
            indicator=indicator,
            of=counts["of"],
            groups=told.plural,
        )
    ]
    if group and group in set(groups.dropna(subset="achievement")["group"]):
        lines.append(_where_it_stands(told, groups, group, str(row["best"])))
    elif row["n_short"]:
        lines.append(_where_it_stands(told, groups, str(row["worst"]), str(row["best"])))
    apart = float(row["apart"])
    if row["verdict"] == "shared" and not math.isnan(apart) and apart >= APART_BY:
        lines.append(
            _(
                "The problem is shared, and **{worst}** stands apart from the others all the same.",
                worst=worst,
            )
        )
    lines.append(_past_words(told, row))
    return [line for line in lines if line]


def _past_of(change: float) -> str:
    if math.isnan(change):
        return _("What it was a year ago is not known.")
    return _("Its actual value against a year ago: {ago}.", ago=plain(said.told_apart(change)))


def _where_it_stands(told: Told, groups: pd.DataFrame, group: str, best: str) -> str:
    """One group against all together, the best and its own past."""
    mine = groups[groups["group"] == group].iloc[0]
    worst = str(groups["group"].iloc[0]) == group
    facts = {
        "group": plain(told.name(group)),
        "at": plain(said.share(float(mine["achievement"]), digits=0)),
        "all": plain(said.told_apart(float(mine["against_all"]))),
        "name": plain(told.name(best)),
        "best": plain(said.told_apart(float(mine["against_best"]))),
    }
    if worst:
        line = _(
            "Furthest behind is **{group}** at {at} of its target. Against all together: {all}; "
            "against the best ({name}): {best}.",
            **facts,
        )
    else:
        line = _(
            "**{group}** is at {at} of its target. Against all together: {all}; against the "
            "best ({name}): {best}.",
            **facts,
        )
    change = float(mine["change"])
    return line if math.isnan(change) else said.joined(line, _past_of(change))


def _past_words(told: Told, row: pd.Series[Any]) -> str:
    if not told.found.has_year_ago or pd.isna(row["n_short_ago"]):
        return _("What it was a year ago is not known.")
    counts = {
        "ago": int(row["n_short_ago"]),
        "worse": int(row["n_worse"]),
        "compared": int(row["n_compared"]),
    }
    if not counts["compared"]:
        # What grows is not compared by how much it grew: that would say nothing.
        if told.is_of_people:
            return _("A year ago {ago} of these people fell short.", ago=counts["ago"])
        return _(
            "A year ago {ago} of these {groups} fell short.", ago=counts["ago"], groups=told.plural
        )
    if told.is_of_people:
        return _(
            "A year ago {ago} of these people fell short; since then {worse} of {compared} got "
            "worse by 5 % or more.",
            **counts,
        )
    return _(
        "A year ago {ago} of these {groups} fell short; since then {worse} of {compared} got "
        "worse by 5 % or more.",
        groups=told.plural,
        **counts,
    )


def hover_words(told: Told, row: Any) -> str:
    """What a hover says of one group on one indicator: the four things it is measured against."""
    ago = said.told_apart(row.change)
    return _(
        "{group} · {indicator}<br>{at} of its own target<br>Against all: {all}<br>Against the "
        "best: {best}<br>Against a year ago: {ago}",
        group=told.name(str(row.group)),
        indicator=words.indicator_name(told.directory, str(row.indicator)),
        at=said.share(row.achievement, digits=0),
        all=said.told_apart(row.against_all),
        best=said.told_apart(row.against_best),
        ago=ago if ago != ABSENT else _("not known"),
    )


# --- the bars -------------------------------------------------------------------------------------


def _bars_card(
    told: Told, row: pd.Series[Any], groups: pd.DataFrame, name: str, group: str
) -> None:
    code = str(row["indicator"])
    n_known = int(row["n_groups"])
    cells = told.found.cells[told.found.cells["indicator"] == code]
    is_whole = n_known > MOST_BARS and flag_filter("all", _("Show all {n}", n=n_known))
    figure = told.kept(
        "bars",
        code,
        group,
        str(is_whole),
        make=lambda: indicator_figure(told, row, groups, cells, group, is_whole=is_whole),
    )
    if figure is not None:
        indicator = told.directory.catalogue.indicators[code]
        chart_card(
            name,
            figure,
            key="problem_bars_"
            + stamp(told.view, code, group, str(is_whole), told.role, detail.turn("indicator")),
            alt=_("{indicator} by group against the own target", indicator=name),
            defined=compare_words.definition(
                told.directory,
                Figure(code, indicator.unit, indicator.direction, is_indicator=True),
            ),
            note=_notes(told, groups, n_known, is_whole=is_whole),
            on_pick=lambda codes: detail.ask("indicator", codes[0], code),
            table=lambda: worded_cells(told, cells),
            about=said.about(told.directory, told.view),
        )
    pick.folded(
        _("All numbers of {indicator}", indicator=name),
        lambda: group_table(told, groups),
        key=f"groups_{code}",
        alt=_("Each group against its target, the others and its past"),
        column_config=_column_help(),
    )


def _notes(told: Told, groups: pd.DataFrame, n_known: int, *, is_whole: bool) -> str:
    note = [
        _("Orange falls short of the own target. Click a bar to see what it is made of.")
        if not told.is_of_people
        else _("Orange falls short of the own target. Click a bar to open the scorecard.")
    ]
    if n_known > MOST_BARS and not is_whole:
        note.append(
            _(
                "Of {of}, the {behind} furthest behind and the {ahead} furthest ahead are drawn.",
                of=n_known,
                behind=_BEHIND,
                ahead=_AHEAD,
            )
        )
    if not told.is_of_people and (groups["people"] < FEW_PEOPLE).any():
        note.append(
            _("Figures that fewer than {n} people make say little about a group.", n=FEW_PEOPLE)
        )
    return said.joined(*note)


def indicator_figure(
    told: Told,
    row: pd.Series[Any],
    groups: pd.DataFrame,
    cells: pd.DataFrame,
    picked: str = "",
    *,
    is_whole: bool = False,
) -> Any:
    """Actuals with their targets where one role is measured, else achievements of all roles."""
    known = groups.dropna(subset="achievement")
    if known.empty:
        return None
    if not is_whole and len(known) > MOST_BARS:
        ahead = known["group"].isin([*known["group"].head(_BEHIND), *known["group"].tail(_AHEAD)])
        known = known[ahead | (known["group"] == picked)]
    code = str(row["indicator"])
    whole = cells["actual_all"].dropna()
    # Sums of groups of other sizes are compared by how far they went towards their targets.
    by_actual = known["n_roles"].max() == 1 and len(whole) > 0
    by_group = cells.set_index("group")
    bars = []
    for one in words.rows_of(known):
        value, standard, ago = float(one.achievement), 1.0, float(one.achievement_ago)
        if by_actual:
            cell = by_group.loc[one.group]
            value, standard = float(cell["actual"]), float(cell["target"])
            ago = float(cell["actual_ago"])
        bars.append(
            Standing(
                str(one.group),
                told.name(str(one.group)),
                value,
                standard,
                None if math.isnan(ago) else ago,
                bool(one.is_short),
                hover_words(told, one),
            )
        )

    def wording(value: float | None) -> str:
        if by_actual:
            return words.indicator_value(told.directory, code, value)
        return said.share(value, digits=0)

    return standings(
        bars,
        wording=wording,
        whole=float(whole.iloc[0]) if by_actual else float(row["mean_at"]),
        whole_name=_("All together") if by_actual else _("Mean"),
        standard_name=_("Own target"),
        ago_name=_("A year ago"),
        picked=picked if picked in set(known["group"]) else "",
    )


# --- tables ---------------------------------------------------------------------------------------


def _column_help() -> dict[str, Any]:
    """How each column of the table is defined, on hover of its title."""
    return {
        _("Of own target"): st.column_config.TextColumn(
            help=_("How far the group went towards its own target, at most 120 %.")
        ),
        _("Against all"): st.column_config.TextColumn(
            help=_("The distance from all groups together; above 0 is better.")
        ),
        _("Against the best"): st.column_config.TextColumn(
            help=_("The distance from the group that went furthest towards its own target.")
        ),
        _("Against a year ago"): st.column_config.TextColumn(
            help=_(
                "The change of the figure since the same days a year earlier; above 0 is better."
            )
        ),
    }


def group_table(told: Told, groups: pd.DataFrame) -> pd.DataFrame:
    """Each group against its target, the others and its past, in words."""
    title = compare_words.axis_titles()[told.found.axis]
    frame = pd.DataFrame(
        {
            title: [told.name(str(code)) for code in groups["group"]],
            _("People"): [int(n) for n in groups["people"]],
            _("Of own target"): [said.share(one, digits=0) for one in groups["achievement"]],
            _("Verdict"): [
                ""
                if pd.isna(one)
                else (_("falls short") if one < SHORT_BELOW else _("reached or nearly"))
                for one in groups["achievement"]
            ],
            _("Against all"): [said.better_or_worse(one) for one in groups["against_all"]],
            _("Against the best"): [said.better_or_worse(one) for one in groups["against_best"]],
            _("Against a year ago"): [said.better_or_worse(one) for one in groups["change"]],
        }
    )
    return frame.drop(columns=_("People")) if told.is_of_people else frame


def worded_cells(told: Told, cells: pd.DataFrame) -> pd.DataFrame:
    """One indicator by group and role as a file holds it."""
    return pd.DataFrame(
        {
            _("Group"): [told.name(str(one)) for one in cells["group"]],
            _("Role"): [words.axis_name(told.directory, "role", one) for one in cells["role"]],
            _("People"): cells["people"],
            _("Actual"): cells["actual"],
            _("Target"): cells["target"],
            _("Of own target"): cells["achievement"],
            _("Attainment"): cells["attainment"],
            _("All together"): cells["actual_all"],
            _("A year ago"): cells["actual_ago"],
        }
    )
