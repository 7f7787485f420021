"""The parts of what "Shared or own" shows: what a click on a mark opens.

An indicator of a group, a step of its funnel, a channel, a kind of visits or customers: each says
how it is defined and what it is compared with, then which measures, which people, which loads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.services.comparison import PERSON, ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.explain_group import GroupExplanation, measures_behind
from perf_core.services.funnel import Funnel
from perf_core.services.group_figures import FIGURES, Figure
from perf_ui import compare_problem_reads as problem_reads
from perf_ui import compare_problem_words as said
from perf_ui import compare_reads, compare_words, navigation, words
from perf_ui.compare_detail_parts import loads_table, measures_table, people_table
from perf_ui.compare_problem_pick import Told
from perf_ui.i18n import _
from perf_ui.widgets import plain

_ASKED: Final = "problem_asked"
_OF_STEP: Final = {
    "traffic": ["visits"],
    "conversion": ["orders", "visits"],
    "order_value": ["revenue", "orders"],
    "kept": ["refund_amount", "revenue"],
}
_OF_CHANNEL: Final = [
    "visits",
    "orders",
    "revenue",
    "refund_amount",
    "paid_visits",
    "organic_visits",
    "repeat_orders",
]
_OF_MIX: Final = {
    "paid_share": ["paid_visits", "organic_visits", "visits"],
    "repeat_share": ["repeat_orders", "orders"],
}


def ask(kind: str, group: str, what: str) -> None:
    """Remember which mark was clicked: this run opens its parts.

    Parameters
    ----------
    kind : {"indicator", "step", "channel", "mix"}
        What the mark shows.
    group : str
        Whose it is; of a channel the group that all is narrowed to, if one was picked.
    what : str
        The indicator, the step, the channel, or the kind of visits or customers.
    """
    st.session_state[_ASKED] = (kind, group, what)
    st.session_state[f"{_ASKED}_{kind}"] = st.session_state.get(f"{_ASKED}_{kind}", 0) + 1


def turn(kind: str) -> str:
    """What a chart's key ends with, so that a mark can be clicked again after it was answered.

    A browser tells of a click on what is selected already as of none: so after each the chart
    begins anew, with nothing selected.
    """
    return str(st.session_state.get(f"{_ASKED}_{kind}", 0))


def answer_if_asked(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    told: Told | None,
    funnel: Funnel | None,
) -> None:
    """Open the parts of the mark that was clicked, once."""
    kind, group, what = st.session_state.pop(_ASKED, ("", "", ""))
    axis = problem_reads.axis_of(view)
    if kind == "indicator" and told is not None and what in directory.catalogue.indicators:
        if told.found.axis == PERSON:
            navigation.open_person(group)
        _open(
            [told.name(group), words.indicator_name(directory, what)],
            lambda: _indicator(told, group, what),
        )
    elif kind == "step" and funnel is not None and group in funnel.steps.index:
        begins = str(funnel.parts.loc[group, "begins_with"])
        _open(
            [said.name_of(directory, view, group), said.step_name(what, begins_with=begins)],
            lambda: _step(scope, directory, view, funnel, group, what),
        )
    elif kind == "mix" and what in _OF_MIX:
        _open(
            [said.name_of(directory, view, group), said.mix_name(what)],
            lambda: _mix(scope, directory, view, {axis: group}, what),
        )
    elif kind == "channel":
        narrowed = view.narrowed(axis, (group,)) if group else view
        _open(
            [compare_words.group_name(directory, "channel", what)],
            lambda: _channel(scope, directory, narrowed, what),
        )


def _open(titles: list[str], show: Callable[[], None]) -> None:
    @st.dialog(plain(" · ".join(titles)), width="large")
    def parts() -> None:
        show()

    parts()


# --- an indicator of a group ----------------------------------------------------------------------


def _indicator(told: Told, group: str, code: str) -> None:
    indicator = told.directory.catalogue.indicators[code]
    figure = Figure(code, indicator.unit, indicator.direction, is_indicator=True)
    st.caption(plain(compare_words.definition(told.directory, figure)))
    cells = told.found.cells
    mine = cells[(cells["indicator"] == code) & (cells["group"] == group)]
    st.dataframe(
        _by_role(told, code, mine),
        hide_index=True,
        placeholder="–",
        alt=_("The roles that are measured on it"),
    )
    of_group = {told.found.axis: group}
    if len(mine) == 1:
        of_group["role"] = str(mine["role"].iloc[0])
    found = compare_reads.explanation(told.scope, _plain(told.view), of_group)
    _made_of(told.directory, found, measures_behind(code, told.directory.catalogue), figure)


def _by_role(told: Told, code: str, cells: pd.DataFrame) -> pd.DataFrame:
    def written(name: str) -> list[str]:
        return [words.indicator_value(told.directory, code, value) for value in cells[name]]

    return pd.DataFrame(
        {
            _("Role"): [words.axis_name(told.directory, "role", one) for one in cells["role"]],
            _("People"): [int(n) for n in cells["people"]],
            _("Actual"): written("actual"),
            _("Target"): written("target"),
            _("Of own target"): [said.share(one, digits=0) for one in cells["achievement"]],
            _("All together"): written("actual_all"),
            _("A year ago"): written("actual_ago"),
        }
    )


# --- a step, a kind of customers, a channel -------------------------------------------------------


def _step(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    funnel: Funnel,
    group: str,
    step: str,
) -> None:
    steps: Any = funnel.steps.loc[group]
    parts: Any = funnel.parts.loc[group]
    begins = str(parts["begins_with"])
    st.caption(plain(said.step_rule(step, begins_with=begins)))
    from_orders = step == "traffic" and begins == "orders"
    now, base = (f"orders{end}" if from_orders else f"{step}{end}" for end in ("", "_base"))
    best = said.name_of(directory, view, funnel.best) if funnel.best else ""
    st.markdown(
        _(
            "**{now}** {against}: there {base}. In kept revenue: **{money}**.",
            now=plain(said.step_value(directory, step, steps[now])),
            against=plain(said.base_words(funnel.base, view, best)),
            base=plain(said.step_value(directory, step, steps[base])),
            money=plain(said.signed_amount(directory, parts[step])),
        )
    )
    of_group = {problem_reads.axis_of(view): group}
    measures = ["orders"] if from_orders else _OF_STEP[step]
    _of_business(directory, problem_reads.business_parts(scope, view, of_group), measures)


def _mix(
    scope: Scope, directory: Directory, view: ComparisonView, group: dict[str, str], what: str
) -> None:
    st.caption(plain(said.mix_rule(what)))
    _of_business(directory, problem_reads.business_parts(scope, view, group), _OF_MIX[what])


def _channel(scope: Scope, directory: Directory, view: ComparisonView, code: str) -> None:
    st.caption(_("What is recorded of this channel in the period. Nobody's pay belongs to one."))
    found = problem_reads.business_parts(scope, view, {"channel": code})
    known = _sums_table(directory, found, _OF_CHANNEL)
    st.markdown(f"**{_('Which loads')}**")
    loads_table(directory, found, known)


def _of_business(directory: Directory, found: GroupExplanation, measures: list[str]) -> None:
    """Which measures, which people, which loads of what channels and customers are told by."""
    known = _sums_table(directory, found, measures)
    _people_and_loads(directory, found, FIGURES["revenue"], known)


def _sums_table(directory: Directory, found: GroupExplanation, measures: list[str]) -> list[str]:
    """The sums of the measures that there is data for, and which these are."""
    held = found.parts.measures.reindex(measures).dropna(subset="now")
    known = [str(code) for code in held.index]

    def written(name: str) -> list[str]:
        values = held[name].tolist()
        return [
            words.measure_value(directory, code, value)
            for code, value in zip(known, values, strict=True)
        ]

    shown = {
        _("Measure"): [words.measure_name(directory, code) for code in known],
        _("Sum"): written("now"),
    }
    if held["nobody"].notna().any():
        shown[_("Credited to nobody")] = written("nobody")
    st.dataframe(pd.DataFrame(shown), hide_index=True, placeholder="–", key="problem_sums")
    return known


def _made_of(
    directory: Directory, found: GroupExplanation, measures: list[str], figure: Figure
) -> None:
    """Which measures, which people, which loads of an indicator."""
    known = [code for code in measures if code in found.parts.measures.index]
    if known:
        measures_table(directory, found, known)
        _people_and_loads(directory, found, figure, known)
    else:
        people_table(directory, found, figure, known)


def _people_and_loads(
    directory: Directory, found: GroupExplanation, figure: Figure, measures: list[str]
) -> None:
    people, loads = st.tabs([_("Which people"), _("Which loads")])
    with people:
        people_table(directory, found, figure, measures)
    with loads:
        loads_table(directory, found, measures)


def _plain(view: ComparisonView) -> ComparisonView:
    """The view without its columns: a group is told by the axes that it is asked by."""
    return replace(view, columns="")
