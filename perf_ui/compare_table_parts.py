"""The table of groups: every number, small trends, each header with its definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import PayRight, Scope
from perf_core.language.formats import format_day, format_period
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.group_figures import FIGURES, Figure, trends_of, values_of
from perf_core.services.group_standing import Standing
from perf_ui import compare_detail_parts, compare_parts, compare_reads, compare_words, reads, words
from perf_ui.compare_chart_parts import stamp
from perf_ui.compare_served_words import served_note
from perf_ui.i18n import _, language
from perf_ui.kept import kept
from perf_ui.widgets import download

_ROW: Final = 36
_MOST_ROWS: Final = 14
_SPARK_PERIODS: Final = 12
_MONEY: Final = frozenset({"revenue", "pay_cost", "bonus_cost"})
_ORDER: Final = (
    "headcount",
    "revenue",
    "revenue_growth",
    "attainment",
    "mean_total",
    "total_sd",
    "cost_ratio",
    "pay_cost",
    "attrition",
    "bonus_cost",
)


def shown_figures(scope: Scope, view: ComparisonView) -> list[Figure]:
    """The numbers that have a column: no pay for who may see none, by channel revenue alone."""
    if view.is_by_channel:
        return [FIGURES["revenue"], FIGURES["revenue_growth"]]
    return [
        FIGURES[code]
        for code in _ORDER
        if scope.pay is PayRight.ALL
        or not FIGURES[code].is_pay
        or (scope.pay is PayRight.GROUPS and code != "bonus_cost")
    ]


def table(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    figure: Figure | None,
    *,
    about: Mapping[str, str],
) -> None:
    """Show the groups, the most troubled first; a name opens its group, a number its parts."""
    titles = compare_words.axis_titles()
    by = " × ".join(titles[axis] for axis in view.by)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{_('All numbers by {by}', by=by.lower())}**", width="stretch")
        download(
            lambda: file_table(scope, directory, view), about, title=_("Comparison"), key="groups"
        )
    trends = [FIGURES["revenue"], *([figure] if figure and figure.code != "revenue" else [])]
    compare_reads.begin_trends(scope, view, trends)
    ready = tuple(
        one
        for one in trends
        if len(view.by) == 1 and compare_reads.trend(scope, view, one) is not None
    )
    made = _made(reads.key(), scope, view, figure, ready, language())
    widget = f"compare_table_{stamp(view)}"
    st.dataframe(
        made.rows,
        key=widget,
        hide_index=True,
        row_height=_ROW,
        height=_ROW * min(len(made.rows), _MOST_ROWS) + 42,
        column_config=made.columns,
        on_select=lambda: _clicked(widget, scope, view),
        selection_mode="single-cell",
        placeholder="",
        alt=_("All numbers by {by}", by=by.lower()),
    )
    st.caption(made.note)


@dataclass(frozen=True)
class _Made:
    """A finished table: its rows, how its columns are written, and what is to be known of it."""

    rows: pd.DataFrame
    columns: dict[str, Any]
    note: str


@kept(most=64)
def _made(
    state: compare_reads.State,
    scope: Scope,
    view: ComparisonView,
    figure: Figure | None,
    trends: tuple[Figure, ...],
    lang: str,
) -> _Made:
    """The table of a view, with the lines of those trends that are there already."""
    del state, lang
    directory = reads.directory()
    standing = compare_reads.standing(scope, view)
    figures = shown_figures(scope, view)
    if figure is not None and figure.is_indicator:
        figures = [*figures, figure]
    rows = _screen_table(directory, view, standing, figures)
    for trend in trends:
        _add_trend(rows, scope, view, standing, trend)
    hint = _("Click a name to go one level down, a number to see what it is made of.")
    has_pay = any(one.is_pay for one in figures)
    return _Made(
        rows,
        _columns(directory, view, standing, figures, trends),
        " ".join([hint, *notes(standing, view, has_pay=has_pay)]),
    )


def notes(standing: Standing, view: ComparisonView, *, has_pay: bool) -> list[str]:
    """What is to be known of the numbers of a table."""
    said = []
    groups = standing.numbers.groups
    if has_pay and groups["pay_withheld"].any():
        said.append(
            _(
                "Pay figures are withheld where the pay of one or two people could be told from "
                "them, alone or together with the other figures."
            )
        )
    if has_pay and "role" in view.by:
        known = groups.loc[groups["cost_ratio"].notna(), "role"]
        said += [note] if (note := served_note(reads.directory(), known)) else []
    if has_pay and groups["pay_estimated"].fillna(value=False).any():
        said.append(_("Pay is estimated from the last base pay."))
    before, first = view.period.previous(), reads.directory().first_data_day
    if first is not None and before.start < first <= before.last_day:
        said.append(
            _(
                "Growth is against {period}, whose data begins on {day} only.",
                period=format_period(before, language()),
                day=format_day(first, language()),
            )
        )
    if view.is_by_channel:
        said.append(_("People, pay and scorecards belong to no channel."))
    return said


def _clicked(widget: str, scope: Scope, view: ComparisonView) -> None:
    cells = st.session_state.get(widget, {}).get("selection", {}).get("cells", [])
    if not cells:
        return
    at, column = int(cells[0][0]), str(cells[0][1])
    groups = compare_reads.standing(scope, view).numbers.groups
    if column in view.by and at < len(groups):
        row = groups.iloc[at]
        compare_parts.open_group(view, *((axis, str(row[axis])) for axis in view.by))
        return
    group = {axis: str(groups.iloc[at][axis]) for axis in view.by} if at < len(groups) else {}
    compare_detail_parts.ask(group, column.removeprefix("trend_"))


def _screen_table(
    directory: Directory,
    view: ComparisonView,
    standing: Standing,
    figures: list[Figure],
) -> pd.DataFrame:
    """The groups and, below them, all together; shares in percent, money in handy units."""
    both = pd.concat([standing.numbers.groups, standing.whole.groups], ignore_index=True)
    n_groups = len(standing.numbers.groups)
    shown = pd.DataFrame(index=both.index)
    for at, axis in enumerate(view.by):
        names = [
            compare_words.group_name(directory, axis, str(code))
            for code in standing.numbers.groups[axis]
        ]
        shown[axis] = [*names, _("All together") if at == 0 else ""]
    for figure in figures:
        values = _with_whole(standing, figure).set_axis(both.index)
        if figure.code in _MONEY:
            size = compare_words.money_unit(directory, values).size
            shown[figure.code] = (values / size).round(1 if size > 1 else 0)
        else:
            shown[figure.code] = values * 100.0 if figure.unit == "percent" else values
    if not view.is_by_channel:
        shares = pd.concat(
            [standing.numbers.grade_shares, standing.whole.grade_shares], ignore_index=True
        )
        for code in shares.columns:
            shown[f"grade_{code}"] = shares[code].astype(float) * 100
        shown["weakest"] = [
            *(
                words.indicator_name(directory, code) if code else ""
                for code in standing.numbers.groups["weakest"]
            ),
            *[""] * (len(both) - n_groups),
        ]
    return shown


def _with_whole(standing: Standing, figure: Figure) -> pd.Series[float]:
    """A figure of the groups and, below them, of all together."""
    return pd.concat([values_of(one, figure) for one in (standing.numbers, standing.whole)])


def _add_trend(
    shown: pd.DataFrame, scope: Scope, view: ComparisonView, standing: Standing, figure: Figure
) -> None:
    """Add each group's last months as a small line, once they are worked out."""
    found = compare_reads.trend(scope, view, figure)
    if found is None:
        return
    periods = compare_reads.trend_periods(view.period)
    # A running month of a sum, beside whole ones, looks like a fall.
    as_of = standing.numbers.as_of
    told = [one for one in periods if not (figure.is_size and one.last_day > as_of)]
    last = [one.code for one in told][-_SPARK_PERIODS:]
    if not last:
        return
    lines = trends_of(found, last, axis=view.rows, figure=figure)
    codes = [str(code) for code in standing.numbers.groups[view.rows]]
    # What is unknown is left out of the line.
    column = [[one for one in lines.get(code, []) if one is not None] for code in codes]
    at = list(shown.columns).index(figure.code) + 1 if figure.code in shown else len(view.by)
    shown.insert(at, f"trend_{figure.code}", [*column, []])


def _columns(
    directory: Directory,
    view: ComparisonView,
    standing: Standing,
    figures: list[Figure],
    trends: tuple[Figure, ...],
) -> dict[str, Any]:
    column = st.column_config
    titles = compare_words.axis_titles()
    found: dict[str, Any] = {
        axis: column.TextColumn(titles[axis], pinned=at == 0, width=150)
        for at, axis in enumerate(view.by)
    }
    for figure in figures:
        title = compare_words.figure_title(directory, figure)
        what = compare_words.definition(directory, figure)
        if figure.code in _MONEY:
            unit = compare_words.money_unit(directory, _with_whole(standing, figure))
            found[figure.code] = column.NumberColumn(
                _("{title} ({unit})", title=title, unit=unit.name),
                help=what,
                format="%,.1f" if unit.size > 1 else "%,d",
            )
        elif figure.unit == "percent":
            signed = figure.code == "revenue_growth"
            found[figure.code] = column.NumberColumn(
                title, help=what, format="%+,.1f%%" if signed else "%,.1f%%"
            )
        else:
            form = "%,d" if figure.code == "headcount" else "%,.1f"
            found[figure.code] = column.NumberColumn(title, help=what, format=form)
    periods = compare_reads.trend_periods(view.period)
    for figure in trends:
        title = compare_words.figure_title(directory, figure)
        found[f"trend_{figure.code}"] = column.LineChartColumn(
            # Beside its number: the whole title would be cut.
            compare_words.last_periods(min(len(periods), _SPARK_PERIODS), periods),
            help=f"**{title}**: {compare_words.definition(directory, figure)}",
            width=120,
        )
    for grade in directory.catalogue.grades.grades:
        name = words.grade_name(directory, grade.code)
        found[f"grade_{grade.code}"] = column.NumberColumn(
            name,
            help=_("Share of complete scorecards with the grade “{grade}”.", grade=name),
            format="%.0f%%",
        )
    found["weakest"] = column.TextColumn(
        _("Costs most points"), help=_("The indicator that loses most points")
    )
    return found


def file_table(scope: Scope, directory: Directory, view: ComparisonView) -> pd.DataFrame:
    """The table as a file holds it: titles in words, numbers as they are."""
    standing = compare_reads.standing(scope, view)
    groups = standing.numbers.groups
    titles = compare_words.axis_titles()
    found = {
        titles[axis]: [
            compare_words.group_name(directory, axis, str(code)) for code in groups[axis]
        ]
        for axis in view.by
    }
    found |= {
        compare_words.figure_title(directory, figure): groups[figure.code].tolist()
        for figure in shown_figures(scope, view)
    }
    for code in standing.numbers.grade_shares.columns:
        found[words.grade_name(directory, str(code))] = standing.numbers.grade_shares[code].tolist()
    return pd.DataFrame(found)
