"""Shared or own: the answer, whose problem each indicator is, then the way to revenue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.reporting.grid_figure import heat_map
from perf_core.services.comparison import PERSON, ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.funnel import Funnel
from perf_core.services.shared_problems import FEWEST_TO_TELL, VERDICTS, Verdict
from perf_ui import address, compare_indicator_parts, compare_words, words
from perf_ui import compare_problem_detail as detail
from perf_ui import compare_problem_pick as pick
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui.chart import chart
from perf_ui.compare_chart_parts import clicked_codes, stamp
from perf_ui.compare_funnel_parts import asked_base, business
from perf_ui.compare_problem_pick import Told
from perf_ui.filters import choice_filter, flag_filter, is_picked, settle
from perf_ui.i18n import _
from perf_ui.widgets import download, empty_state, plain

MOST_ROWS: Final = 12
MOST_BEHIND: Final = 5
MOST_AHEAD: Final = 2
_NAMED: Final = 3


def problem(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show whose problem each indicator is, and what it costs on the way to revenue."""
    base = asked_base(view)
    funnel = problem_reads.funnel_of(scope, view, base)
    told = told_of(scope, directory, view)
    _answer(directory, view, told, funnel)
    if told is not None:
        _verdicts(told)
    elif view.codes("channel"):
        empty_state(
            _("Targets belong to people, not to channels"),
            _("Lift the channel from the filters to see whose problem an indicator is."),
        )
    else:
        empty_state(
            _("No indicator is measured here"),
            _("There are no scorecards in this period, or none within these limits."),
        )
    business(scope, directory, view, funnel, base)
    detail.answer_if_asked(scope, directory, view, told, funnel)


def told_of(scope: Scope, directory: Directory, view: ComparisonView) -> Told | None:
    """The verdicts on groups, or on the people of a role where groups cannot be compared.

    Nothing where no indicator is measured, or all is narrowed to a channel.
    """
    if view.codes("channel"):
        return None
    groups = problem_reads.problems(scope, view)
    if groups.indicators.empty:
        return None
    roles = problem_reads.roles(scope, view)
    if not roles or not problem_reads.tells_of_people(scope, view):
        return Told(scope, directory, view, groups)
    role = address.read("among", allowed=roles, default=roles[0])
    found = problem_reads.among_people(scope, view, role)
    return Told(scope, directory, view, found if len(found.indicators) else groups, role)


# --- the answer -----------------------------------------------------------------------------------


def _answer(
    directory: Directory, view: ComparisonView, told: Told | None, funnel: Funnel | None
) -> None:
    """Say first what is shared, what is one's own, and which step costs most."""
    with st.grid(3 if told is not None else 1, min_column_width=260, gap="small"):
        if told is not None:
            _answer_tile(told, "shared", _("Shared: nearly all fall short"))
            _answer_tile(told, "own", _("One's own: one alone falls short"))
        _cost_tile(directory, view, funnel)


def _answer_tile(told: Told, verdict: Verdict, title: str) -> None:
    found = told.found.indicators
    mine = found[found["verdict"] == verdict]
    if told.is_of_people:
        title = f"{title} · {plain(words.axis_name(told.directory, 'role', told.role))}"
    with st.container(border=True, key=f"answer_{verdict}", height="stretch", gap="xsmall"):
        st.caption(title, help=said.verdict_rule(verdict, told.found.axis))
        st.markdown(said.indicators_counted(len(mine), len(found)))
        for n, row in enumerate(words.rows_of(mine.head(_NAMED))):
            pick.link(
                _(
                    "{indicator}: {group} at {at}",
                    indicator=words.indicator_name(told.directory, row.indicator),
                    group=told.name(row.worst),
                    at=said.share(row.worst_at, digits=0),
                ),
                replace(told.view, indicator=row.indicator),
                key=f"{verdict}_{n}",
                group=row.worst,
                verdict=verdict,
            )


def _cost_tile(directory: Directory, view: ComparisonView, funnel: Funnel | None) -> None:
    """The step that costs most in money, of all groups."""
    with st.container(border=True, key="answer_cost", height="stretch", gap="xsmall"):
        st.caption(
            _("Costs most on the way to revenue"),
            help=_(
                "Of all groups and steps (visits, conversion, order value, refunds) the one that "
                "takes most money out of the kept revenue."
            ),
        )
        if funnel is None:
            st.markdown(_("There are no visits, orders or revenue here."))
            return
        best = said.name_of(directory, view, funnel.best) if funnel.best else ""
        against = said.base_words(funnel.base, view, best)
        costs = funnel.parts["cost"].dropna().sort_values()
        if costs.empty:
            st.markdown(said.nothing_lost(funnel, plain(against)))
            return
        code = str(costs.index[0])
        row: Any = funnel.parts.loc[code]
        st.markdown(f"**{plain(said.signed_amount(directory, float(row['cost'])))}**")
        pick.link(
            _(
                "{group}: {step}",
                group=said.name_of(directory, view, code),
                step=said.step_name(str(row["costliest"]), begins_with=str(row["begins_with"])),
            ),
            view,
            key="cost",
            group=code,
        )
        st.caption(plain(against))


# --- the verdicts ---------------------------------------------------------------------------------


def _verdicts(told: Told) -> None:
    st.subheader(_("Whose problem is it?"))
    _who_is_compared(told)
    verdict = _verdict_switch(told)
    found = told.found.indicators
    mine = found[found["verdict"] == verdict]
    st.caption(said.verdict_rule(verdict, told.found.axis))
    codes = [str(one) for one in mine["indicator"]]
    chosen = told.view.indicator if told.view.indicator in codes else codes[0]
    group = pick.picked(set(told.found.groups["group"]))
    # Beside each other, so that what a click picks is seen to change.
    grid, one = st.columns([6, 5], gap="small")
    with grid:
        _heat_card(told, mine, verdict, chosen, group)
    with one:
        compare_indicator_parts.indicator_part(told, mine, chosen, group)


def _who_is_compared(told: Told) -> None:
    """Say who is compared where it is not what the reader expects."""
    if told.is_of_people:
        st.info(_why_people(told), icon=":material/groups:")
        roles = problem_reads.roles(told.scope, told.view)
        if len(roles) > 1:
            with st.container(width=300):
                choice_filter(
                    "among",
                    _("The people of"),
                    {one: words.axis_name(told.directory, "role", one) for one in roles},
                    default=roles[0],
                )
    elif told.found.groups["group"].nunique() < 2:
        st.info(
            _(
                "There is only one of the {groups} here: it is shown against its target and its "
                "own past, and nothing can be said about others.",
                groups=told.plural,
            ),
            icon=":material/info:",
        )


def _why_people(told: Told) -> str:
    if told.view.rows == PERSON:
        return _("The people of one role are compared: do all of them fall short, or does one?")
    word = said.groups_word(problem_reads.axis_of(told.view))
    groups = problem_reads.problems(told.scope, told.view).groups["group"].nunique()
    if groups < FEWEST_TO_TELL:
        return _(
            "There is only one of the {groups} here. So the people of one role are compared: do "
            "all of them fall short, or does one?",
            groups=word,
        )
    return _(
        "The {groups} here share too few indicators to be compared. So the people of one role "
        "are: do all of them fall short, or does one?",
        groups=word,
    )


def _verdict_switch(told: Told) -> Verdict:
    """Choose the verdict to look at: those that there are, with how many indicators."""
    counts = told.found.indicators["verdict"].value_counts()
    there = [verdict for verdict in VERDICTS if counts.get(verdict, 0)]
    chosen = address.read("verdict", allowed=there, default=there[0])
    names = {one: f"{said.verdict_name(one)} · {counts[one]}" for one in there}
    st.segmented_control(
        _("Verdict"),
        there,
        default=settle("problem_verdict", chosen),
        format_func=lambda one: names[one],
        key="problem_verdict",
        required=True,
        label_visibility="collapsed",
        on_change=_verdict_changed,
        args=(there[0],),
    )
    return next(one for one in there if one == chosen)


def _verdict_changed(usual: str) -> None:
    if is_picked("problem_verdict"):
        address.write("verdict", st.session_state["problem_verdict"], default=usual)


# --- the grid -------------------------------------------------------------------------------------


def _heat_card(told: Told, mine: pd.DataFrame, verdict: Verdict, chosen: str, group: str) -> None:
    """How far every group went towards its own target; a click picks a cell."""
    is_whole = len(mine) > MOST_ROWS and address.read("every", allowed={"1"}) == "1"
    figure, hidden = told.kept(
        "heat",
        verdict,
        chosen,
        group,
        str(is_whole),
        make=lambda: heat_figure(told, mine, chosen, group, is_whole=is_whole),
    )
    title = _("How far each went towards its own target")
    with st.container(border=True, key="card_problem_heat"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{title}**",
                width="stretch",
                help=_(
                    "Achievement of the group's own target, role by role, counted by people: "
                    "between 0 and 120 %. Below 95 % it falls short."
                )
                if not told.is_of_people
                else _(
                    "Achievement of the person's own target, as on the scorecard: between 0 and "
                    "120 %. Below 95 % it falls short."
                ),
            )
            if len(mine) > MOST_ROWS:
                flag_filter("every", _("Show all {n}", n=len(mine)))
            download(
                lambda: worded_groups(told),
                said.about(told.directory, told.view),
                title=_("Whose problem"),
                key="problem",
            )
        if figure is None:
            st.caption(_("Nobody has both a figure and a target for these."))
            return
        widget = f"heat_{stamp(told.view, verdict, chosen, group, str(is_whole), told.role)}"
        chart(
            figure,
            key=widget,
            alt=title,
            on_click=lambda: pick.pick(told.view, clicked_codes(widget)),
        )
        note = _(
            "Orange falls short, blue is beyond; the widest shortfall stands on top. Click a cell "
            "to pick it, again to let go of it: all below follows."
        )
        if hidden:
            note = said.joined(
                note,
                _(
                    "Of {of}, the {behind} furthest behind and the {ahead} furthest ahead are "
                    "drawn.",
                    of=hidden,
                    behind=MOST_BEHIND,
                    ahead=MOST_AHEAD,
                ),
            )
        st.caption(note)
        pick.folded(
            _("All indicators in numbers"), lambda: overview_table(told), key="problem_overview"
        )


def heat_figure(
    told: Told, mine: pd.DataFrame, chosen: str = "", group: str = "", *, is_whole: bool = False
) -> tuple[Any, int]:
    """The grid of one verdict, and of how many groups only the two ends are drawn (0: of none)."""
    codes = [str(one) for one in mine["indicator"]]
    if not is_whole:
        codes = [*codes[:MOST_ROWS], *(one for one in codes[MOST_ROWS:] if one == chosen)]
    groups = told.found.groups[told.found.groups["indicator"].isin(codes)]
    grid = groups.pivot_table(index="indicator", columns="group", values="achievement")
    grid = grid.reindex(codes)
    if grid.empty or not len(grid.columns):
        return None, 0
    order = [str(one) for one in grid.mean().sort_values(kind="stable").index]
    shown = ends(order, group)
    grid = grid[shown]
    values = [[None if pd.isna(one) else float(one) for one in row] for row in grid.to_numpy()]
    figure = heat_map(
        [(code, words.indicator_name(told.directory, code)) for code in grid.index],
        [(code, told.name(code)) for code in grid.columns],
        values,
        shading=[[None if one is None else _shade(one) for one in row] for row in values],
        wording=lambda value: said.share(value, digits=0),
        absent="",
    )
    _tell_on_hover(told, figure, groups)
    _mark(figure, list(grid.index).index(chosen) if chosen in grid.index else -1,
          shown.index(group) if group in shown else -1, len(shown))  # fmt: skip
    if len(shown) > MOST_BEHIND:
        figure.update_traces(textfont={"size": 11}, selector={"type": "scatter"})
    return figure, len(order) if len(order) > len(shown) else 0


def ends(
    order: list[str], group: str, *, behind: int = MOST_BEHIND, ahead: int = MOST_AHEAD
) -> list[str]:
    """Of many groups, the worst first, those at either end and the one that was picked.

    Examples
    --------
    >>> ends(["a", "b", "c", "d", "e"], "d", behind=2, ahead=1)
    ['a', 'b', 'd', 'e']
    """
    if len(order) <= behind + ahead:
        return order
    kept = {*order[:behind], *order[-ahead:], group}
    return [code for code in order if code in kept]


def _tell_on_hover(told: Told, figure: Any, groups: pd.DataFrame) -> None:
    """Each cell says how far it is from all together, the best and a year ago."""
    notes = {
        (str(row.indicator), str(row.group)): compare_indicator_parts.hover_words(told, row)
        for row in words.rows_of(groups)
    }
    for trace in figure.data:
        if trace.customdata is not None:
            trace.hovertext = [
                notes.get((str(held[0]), str(held[1])), "") for held in trace.customdata
            ]


def _mark(figure: Any, row: int, column: int, n_columns: int) -> None:
    """A frame around the cell that was picked, or around the row in question."""
    if row < 0:
        return
    left, right = (column - 0.5, column + 0.5) if column >= 0 else (-0.5, n_columns - 0.5)
    figure.add_shape(
        type="rect",
        x0=left,
        x1=right,
        y0=row - 0.5,
        y1=row + 0.5,
        line={"color": "#8a93a6", "width": 3 if column >= 0 else 1.5},
    )


def _shade(achievement: float) -> float:
    """How strongly a cell is coloured: a third below or above the target is full colour."""
    return max(-1.0, min(1.0, (achievement - 1.0) * 3))


# --- tables ---------------------------------------------------------------------------------------


def overview_table(told: Told) -> pd.DataFrame:
    """A row per indicator: its verdict, and its worst group against all, the best and its past."""
    found = told.found
    worst = found.groups.set_index(["indicator", "group"])
    rows = [row for row in words.rows_of(found.indicators) if row.n_groups]
    at = [worst.loc[(row.indicator, row.worst)] for row in rows]
    title = compare_words.axis_titles()[found.axis]
    return pd.DataFrame(
        {
            _("Indicator"): [words.indicator_name(told.directory, row.indicator) for row in rows],
            _("Verdict"): [said.verdict_name(row.verdict) for row in rows],
            _("Fall short"): [
                _("{n} of {of}", n=int(row.n_short), of=int(row.n_groups)) for row in rows
            ],
            _("Furthest behind ({kind})", kind=title): [told.name(row.worst) for row in rows],
            _("Of own target"): [said.share(row.worst_at, digits=0) for row in rows],
            _("Against all"): [said.better_or_worse(one["against_all"]) for one in at],
            _("Against the best"): [said.better_or_worse(one["against_best"]) for one in at],
            _("Against a year ago"): [said.better_or_worse(one["change"]) for one in at],
        }
    )


def worded_groups(told: Told) -> pd.DataFrame:
    """All indicators by group as a file holds them."""
    verdicts = told.found.indicators.set_index("indicator")["verdict"]
    groups = told.found.groups
    return pd.DataFrame(
        {
            _("Indicator"): [
                words.indicator_name(told.directory, one) for one in groups["indicator"]
            ],
            _("Verdict"): [said.verdict_name(verdicts[one]) for one in groups["indicator"]],
            _("Group"): [told.name(one) for one in groups["group"]],
            _("People"): groups["people"],
            _("Of own target"): groups["achievement"],
            _("Against all"): groups["against_all"],
            _("Against the best"): groups["against_best"],
            _("Against a year ago"): groups["change"],
        }
    )
