"""Shared or own: whose problem each indicator is, then the funnel and where business comes from."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.reporting.compare_figures import Ranked, ranked_bars
from perf_core.reporting.grid_figure import heat_map
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.group_figures import Figure
from perf_core.services.shared_problems import (
    APART_BY,
    FEW_PEOPLE,
    SHORT_BELOW,
    VERDICTS,
    SharedProblems,
    Verdict,
)
from perf_ui import address, compare_parts, compare_words, words
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui.compare_funnel_parts import business
from perf_ui.filters import settle
from perf_ui.i18n import _
from perf_ui.widgets import download, empty_state, figure_card, plain

_CONFIG: Final = {"displayModeBar": False, "responsive": True}
_HEAT: Final = "problem_heat"
MOST_COLUMNS: Final = 12


def problem(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show whose problem each indicator is, and what it costs on the way to revenue."""
    if view.is_by_channel and view.codes("channel"):
        empty_state(
            _("Targets belong to people, not to channels"),
            _("Lift the channel from the filters to see whose problem an indicator is."),
        )
    else:
        _verdicts(scope, directory, view)
    business(scope, directory, view)


# --- indicators -----------------------------------------------------------------------------------


def _verdicts(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    found = problem_reads.problems(scope, view)
    st.subheader(_("Whose problem is it?"))
    if found.indicators.empty:
        empty_state(
            _("No indicator is measured here"),
            _("There are no scorecards in this period, or none within these limits."),
        )
        return
    if found.groups["group"].nunique() < 2:
        st.info(
            _(
                "There is only one of the {groups} here: it is shown against its target and its "
                "own past, and nothing can be said about others.",
                groups=said.groups_word(found.axis),
            ),
            icon=":material/info:",
        )
    verdict = _verdict_switch(found)
    told = found.indicators[found.indicators["verdict"] == verdict]
    st.caption(said.verdict_rule(verdict, found.axis))
    chosen = view.indicator if view.indicator in set(told["indicator"]) else ""
    chosen = chosen or str(told["indicator"].iloc[0])
    _heat_card(scope, directory, view, found, verdict)
    _indicator_card(scope, directory, view, found, told, chosen)


def _verdict_switch(found: SharedProblems) -> Verdict:
    """Choose the verdict to look at: those that there are, with how many indicators."""
    counts = found.indicators["verdict"].value_counts()
    there = [verdict for verdict in VERDICTS if counts.get(verdict, 0)]
    chosen = address.read("verdict", allowed=there, default=there[0])
    names = {one: f"{said.verdict_name(one)} · {counts[one]}" for one in there}
    settle("problem_verdict", chosen)
    st.segmented_control(
        _("Verdict"),
        there,
        format_func=lambda one: names[one],
        key="problem_verdict",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: address.write(
            "verdict", st.session_state["problem_verdict"], default=there[0]
        ),
    )
    return next(one for one in there if one == chosen)


def _heat_card(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: SharedProblems,
    verdict: Verdict,
) -> None:
    """How far every group went towards its own target; a click opens the indicator."""
    figure, hidden = problem_reads.kept(
        scope, view, "heat", verdict, make=lambda: heat_figure(directory, view, found, verdict)
    )
    if figure is None:
        return
    title = _("How far each went towards its own target")
    with st.container(border=True, key="card_problem_heat"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{title}**", width="stretch")
            download(
                lambda: worded_groups(directory, view, found),
                said.about(directory, view),
                title=_("Whose problem"),
                key="problem",
            )
        st.plotly_chart(
            figure,
            key=_HEAT,
            config=_CONFIG,
            alt=title,
            on_select=lambda: _picked(view),
            selection_mode="points",
        )
        note = _(
            "Achievement of the group's own target, role by role, at most 120 %. Orange falls "
            "short, blue is beyond. Click a cell to open the indicator."
        )
        if hidden:
            note += " " + _("The {n} nearest to their targets are not drawn.", n=hidden)
        st.caption(note)


def heat_figure(
    directory: Directory, view: ComparisonView, found: SharedProblems, verdict: Verdict
) -> tuple[Any, int]:
    """The grid of one verdict, and how many groups there is no room for."""
    codes = list(found.indicators.loc[found.indicators["verdict"] == verdict, "indicator"])
    mine = found.groups[found.groups["indicator"].isin(codes)]
    grid = mine.pivot_table(index="indicator", columns="group", values="achievement").reindex(codes)
    if grid.empty or not len(grid.columns):
        return None, 0
    # Of many groups those furthest behind are shown.
    behind = grid.mean().sort_values().index[:MOST_COLUMNS]
    hidden = len(grid.columns) - len(behind)
    grid = grid[sorted(behind)]
    values = [[None if pd.isna(one) else float(one) for one in row] for row in grid.to_numpy()]
    figure = heat_map(
        [(code, words.indicator_name(directory, code)) for code in grid.index],
        [(code, said.name_of(directory, view, code)) for code in grid.columns],
        values,
        shading=[[None if one is None else _shade(one) for one in row] for row in values],
        wording=lambda value: said.share(value, digits=0),
        absent="",
    )
    return figure, hidden


def _shade(achievement: float) -> float:
    """How strongly a cell is coloured: a third below or above the target is full colour."""
    return max(-1.0, min(1.0, (achievement - 1.0) * 3))


def _picked(view: ComparisonView) -> None:
    chosen: Any = st.session_state.get(_HEAT)
    points = (chosen or {}).get("selection", {}).get("points", [])
    held = points[0].get("customdata") if points else None
    codes = list(held.values()) if isinstance(held, dict) else list(held or [])
    if len(codes) == 2:
        compare_parts.show(replace(view, indicator=str(codes[0])))


def _indicator_card(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: SharedProblems,
    told: pd.DataFrame,
    code: str,
) -> None:
    options = [str(one) for one in told["indicator"]]
    names = {one: words.indicator_name(directory, one) for one in options}
    settle("problem_indicator", code)
    st.selectbox(
        _("Indicator"),
        options,
        format_func=lambda one: names[one],
        key="problem_indicator",
        width=320,
        on_change=lambda: compare_parts.show(
            replace(view, indicator=st.session_state["problem_indicator"])
        ),
    )
    row = told[told["indicator"] == code].iloc[0]
    groups = found.groups[found.groups["indicator"] == code].sort_values("achievement")
    st.markdown("  \n".join(sentences(directory, view, found, row, groups)))
    one_role = groups["n_roles"].max() == 1 if len(groups) else False
    cells = found.cells[found.cells["indicator"] == code]
    figure = problem_reads.kept(
        scope,
        view,
        "bars",
        code,
        make=lambda: indicator_figure(directory, view, groups, cells, one_role=bool(one_role)),
    )
    if figure is not None:
        indicator = directory.catalogue.indicators[code]
        figure_card(
            names[code],
            figure,
            key=f"problem_bars_{code}",
            alt=_("{indicator} by group against the own target", indicator=names[code]),
            note=compare_words.definition(
                directory,
                Figure(code, indicator.unit, indicator.direction, is_indicator=True),
            ),
            table=lambda: worded_cells(directory, view, cells),
            about=said.about(directory, view),
        )
    st.dataframe(
        problem_reads.kept(
            scope, view, "groups", code, make=lambda: group_table(directory, view, groups)
        ),
        hide_index=True,
        placeholder="–",
        alt=_("Each group against its target, the others and its past"),
    )
    if (groups["people"] < FEW_PEOPLE).any():
        st.caption(
            _("Figures that fewer than {n} people make say little about a group.", n=FEW_PEOPLE)
        )


def sentences(
    directory: Directory,
    view: ComparisonView,
    found: SharedProblems,
    row: pd.Series[Any],
    groups: pd.DataFrame,
) -> list[str]:
    """What is to be said of one indicator, in one to three sentences (markdown)."""
    indicator = plain(words.indicator_name(directory, str(row["indicator"])))
    axis_words = said.groups_word(found.axis)
    if not row["n_groups"]:
        return [
            _("Nobody has both a figure and a target for **{indicator}**.", indicator=indicator)
        ]
    worst = plain(said.name_of(directory, view, str(row["worst"])))
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
        if math.isnan(mine["change"]):
            return [line]
        ago = plain(said.better_or_worse(float(mine["change"])))
        return [line, _("Against a year ago: {ago}.", ago=ago)]
    lines = [
        _(
            "**{indicator}**: {n} of {of} {groups} fall short of their own target.",
            indicator=indicator,
            n=int(row["n_short"]),
            of=int(row["n_groups"]),
            groups=axis_words,
        )
    ]
    if row["n_short"]:
        mine = groups[groups["group"] == row["worst"]].iloc[0]
        distances = {
            "worst": worst,
            "at": at,
            "all": plain(said.better_or_worse(float(mine["against_all"]))),
            "best": plain(said.better_or_worse(float(mine["against_best"]))),
        }
        lines.append(
            _(
                "Furthest behind is **{worst}** at {at} of its target: {all} against all together, "
                "{best} against the best.",
                **distances,
            )
            if math.isnan(mine["change"])
            else _(
                "Furthest behind is **{worst}** at {at} of its target: {all} against all together, "
                "{best} against the best, {ago} against a year ago.",
                **distances,
                ago=plain(said.better_or_worse(float(mine["change"]))),
            )
        )
    apart = float(row["apart"])
    if row["verdict"] == "shared" and not math.isnan(apart) and apart >= APART_BY:
        lines.append(
            _(
                "The problem is shared, and **{worst}** stands apart from the others all the same.",
                worst=worst,
            )
        )
    lines.append(_past_words(found, row, axis_words))
    return [line for line in lines if line]


def _past_words(found: SharedProblems, row: pd.Series[Any], axis_words: str) -> str:
    if not found.has_year_ago or pd.isna(row["n_short_ago"]):
        return _("What it was a year ago is not known.")
    return _(
        "A year ago {ago} of these {groups} fell short; since then {worse} of {compared} got "
        "worse by 5 % or more.",
        ago=int(row["n_short_ago"]),
        groups=axis_words,
        worse=int(row["n_worse"]),
        compared=int(row["n_compared"]),
    )


def indicator_figure(
    directory: Directory,
    view: ComparisonView,
    groups: pd.DataFrame,
    cells: pd.DataFrame,
    *,
    one_role: bool,
) -> Any:
    """Actuals with their targets where one role is measured, else achievements of all roles."""
    known = groups.dropna(subset="achievement").head(MOST_COLUMNS)
    if known.empty:
        return None
    code = str(known["indicator"].iloc[0])
    by_group = cells.set_index("group")
    bars = []
    for row in words.rows_of(known):
        value, standard = float(row.achievement), 1.0
        if one_role:
            cell = by_group.loc[row.group]
            value, standard = float(cell["actual"]), float(cell["target"])
        name = said.name_of(directory, view, str(row.group))
        bars.append(Ranked(str(row.group), name, value, standard, bool(row.is_short)))
    whole = cells["actual_all"].dropna()

    def wording(value: float | None) -> str:
        if one_role:
            return words.indicator_value(directory, code, value)
        return said.share(value, digits=0)

    return ranked_bars(
        bars,
        wording=wording,
        whole=float(whole.iloc[0]) if one_role and len(whole) else None,
        whole_name=_("All together"),
        standard_name=_("Own target"),
    )


# --- tables ---------------------------------------------------------------------------------------


def group_table(directory: Directory, view: ComparisonView, groups: pd.DataFrame) -> pd.DataFrame:
    """Each group against its target, the others and its past, in words."""
    title = compare_words.axis_titles()[problem_reads.axis_of(view)]
    return pd.DataFrame(
        {
            title: [said.name_of(directory, view, str(code)) for code in groups["group"]],
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


def worded_groups(
    directory: Directory, view: ComparisonView, found: SharedProblems
) -> pd.DataFrame:
    """All indicators by group as a file holds them."""
    verdicts = found.indicators.set_index("indicator")["verdict"]
    groups = found.groups
    return pd.DataFrame(
        {
            _("Indicator"): [words.indicator_name(directory, one) for one in groups["indicator"]],
            _("Verdict"): [said.verdict_name(verdicts[one]) for one in groups["indicator"]],
            _("Group"): [said.name_of(directory, view, one) for one in groups["group"]],
            _("People"): groups["people"],
            _("Of own target"): groups["achievement"],
            _("Against all"): groups["against_all"],
            _("Against the best"): groups["against_best"],
            _("Against a year ago"): groups["change"],
        }
    )


def worded_cells(directory: Directory, view: ComparisonView, cells: pd.DataFrame) -> pd.DataFrame:
    """One indicator by group and role as a file holds it."""
    return pd.DataFrame(
        {
            _("Group"): [said.name_of(directory, view, one) for one in cells["group"]],
            _("Role"): [words.axis_name(directory, "role", one) for one in cells["role"]],
            _("People"): cells["people"],
            _("Actual"): cells["actual"],
            _("Target"): cells["target"],
            _("Of own target"): cells["achievement"],
            _("Attainment"): cells["attainment"],
            _("All together"): cells["actual_all"],
            _("A year ago"): cells["actual_ago"],
        }
    )
