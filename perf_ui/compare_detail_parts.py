"""What a figure of a group is made of: its definition, its measures, its people, its loads."""

from __future__ import annotations

from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from perf_core.domain.access import PayRight, Scope
from perf_core.language.formats import format_day
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.explain_group import GroupExplanation, measures_behind
from perf_core.services.group_figures import FIGURES, Figure, figure_of
from perf_ui import compare_reads, compare_words, navigation, words
from perf_ui.i18n import _, language, ngettext
from perf_ui.widgets import plain

_ASKED: Final = "compare_asked"
_ROW: Final = 35
_MOST_ROWS: Final = 8
_OF_CARDS: Final = frozenset({"attainment", "mean_total", "total_sd", "bonus_cost", "weakest"})


def ask(group: dict[str, str], figure: str) -> None:
    """Remember which figure of which group was asked about: this run opens its parts."""
    st.session_state[_ASKED] = (group, figure)


def answer_if_asked(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Open the parts of the figure that was asked about, once."""
    asked = st.session_state.pop(_ASKED, None)
    if asked is None:
        return
    group, column = asked
    code = "attainment" if column == "weakest" or column.startswith("grade_") else column
    if code not in FIGURES and code not in directory.catalogue.indicators:
        return
    figure = figure_of(directory.catalogue, code)
    if figure.is_pay and scope.pay is PayRight.NONE:
        return
    names = [compare_words.group_name(directory, axis, one) for axis, one in group.items()]
    title = " · ".join(
        [*(names or [_("All together")]), compare_words.figure_title(directory, figure)]
    )

    @st.dialog(plain(title), width="large")
    def parts() -> None:
        _parts(scope, directory, view, group, figure)

    parts()


def _parts(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    group: dict[str, str],
    figure: Figure,
) -> None:
    st.caption(plain(compare_words.definition(directory, figure)))
    found = compare_reads.explanation(scope, view, group)
    row = _row_of(scope, view, group)
    if row is not None:
        _sum_up(directory, figure, row)
    measures = measures_behind(figure.code, directory.catalogue)
    if measures:
        measures_table(directory, found, measures)
    people, loads = st.tabs([_("Which people"), _("Which loads")]) if measures else (None, None)
    with people if people is not None else st.container():
        people_table(directory, found, figure, measures)
    if loads is not None:
        with loads:
            loads_table(directory, found, measures)


def _row_of(scope: Scope, view: ComparisonView, group: dict[str, str]) -> Any:
    """The group's numbers exactly as the table shows them, withheld ones withheld."""
    standing = compare_reads.standing(scope, view)
    groups = standing.numbers.groups if group else standing.whole.groups
    for axis, code in group.items():
        groups = groups[groups[axis] == code]
    return next(iter(words.rows_of(groups)), None)


def _sum_up(directory: Directory, figure: Figure, row: Any) -> None:
    """The value, and for a ratio what is divided by what."""
    if figure.is_indicator:
        return
    say = compare_words.wording(directory, figure)
    value = say(getattr(row, figure.code))
    if figure.is_pay and row.pay_withheld:
        st.markdown(
            _(
                "Pay figures are withheld where the pay of one or two people could be told from "
                "them, alone or together with the other figures."
            )
        )
        return
    if figure.code == "cost_ratio":
        money = compare_words.wording(directory, FIGURES["pay_cost"])
        st.markdown(
            _(
                "**{value}** = pay cost {pay} ÷ revenue {revenue} of the same people, or of the "
                "places they serve.",
                value=plain(value),
                pay=plain(money(row.pay_cost)),
                revenue=plain(money(row.paid_revenue)),
            )
        )
        return
    st.markdown(f"**{plain(value)}**")


def measures_table(directory: Directory, found: GroupExplanation, measures: list[str]) -> None:
    """The sums of measures, of the period before, and what nobody is credited with."""
    held = found.parts.measures.reindex(measures)

    def written(name: str) -> list[str]:
        return [
            words.measure_value(directory, code, value)
            for code, value in zip(measures, held[name].tolist(), strict=True)
        ]

    names = [words.measure_name(directory, code) for code in measures]
    shown = {_("Measure"): names, _("Sum"): written("now"), _("Period before"): written("before")}
    if held["nobody"].notna().any():
        shown[_("Credited to nobody")] = written("nobody")
    st.dataframe(pd.DataFrame(shown), hide_index=True, row_height=_ROW, key="compare_measures")


def people_table(
    directory: Directory, found: GroupExplanation, figure: Figure, measures: list[str]
) -> None:
    """Who is in the figure, with what each brings to it; a click opens the scorecard."""
    if figure.code in _OF_CARDS:
        ids, shown = _card_rows(directory, found)
    else:
        ids, shown = _person_rows(directory, found, figure, measures)
    if shown.empty:
        st.caption(_("Nobody."))
        return
    chosen = st.dataframe(
        shown,
        key="compare_people",
        hide_index=True,
        row_height=_ROW,
        height=_ROW * min(len(shown), _MOST_ROWS) + 38,
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="",
        column_config={
            str(name): st.column_config.NumberColumn(format="localized")
            for name in shown.select_dtypes("number").columns
        },
    )
    cells = cast("dict[str, Any]", chosen).get("selection", {}).get("cells", [])
    if cells:
        navigation.open_person(ids[int(cells[0][0])])
    st.caption(
        ngettext(
            "{n} row. Click it to open the scorecard.",
            "{n} rows. Click one to open the scorecard.",
            len(shown),
        )
    )


def _card_rows(directory: Directory, found: GroupExplanation) -> tuple[list[str], pd.DataFrame]:
    cards = found.parts.cards.sort_values(["total", "employee_id"])
    shown = pd.DataFrame(
        {
            _("Name"): cards["name"],
            _("Total"): cards["total"].astype(float).round(1),
            _("Grade"): [
                words.grade_name(directory, code) if isinstance(code, str) else ""
                for code in cards["grade"]
            ],
            _("Brand"): [words.axis_name(directory, "brand", code) for code in cards["brand"]],
            _("Role"): [words.axis_name(directory, "role", code) for code in cards["role"]],
            _("Note"): [
                _("Breach: total is zero") if vetoed else "" if complete else _("Incomplete")
                for vetoed, complete in zip(cards["vetoed"], cards["complete"], strict=True)
            ],
        }
    )
    return [str(code) for code in cards["employee_id"]], shown


def _person_rows(
    directory: Directory, found: GroupExplanation, figure: Figure, measures: list[str]
) -> tuple[list[str], pd.DataFrame]:
    people = found.parts.people
    if figure.code == "headcount":
        people = people[people["last_here"]]
    elif figure.code == "attrition":
        people = people[people["left"]]
    elif measures:
        people = people[people[measures].notna().any(axis=1)]
        people = people.sort_values(measures[0], ascending=False, kind="stable")
    named = directory.people.reindex(people["employee_id"])
    shown = {
        _("Name"): named["name"].tolist(),
        _("Role"): [words.axis_name(directory, "role", str(code)) for code in named["role"]],
        _("Days here"): people["days"].tolist(),
    }
    for code in measures:
        shown[words.measure_name(directory, code)] = people[code].tolist()
    if figure.is_pay and "pay" in people:
        shown[_("Pay")] = people["pay"].round(2).tolist()
    if figure.code == "attrition":
        shown[_("Last day")] = [
            format_day(day.date(), language()) if pd.notna(day) else ""
            for day in named["leave_date"]
        ]
    return people["employee_id"].tolist(), pd.DataFrame(shown)


def loads_table(directory: Directory, found: GroupExplanation, measures: list[str]) -> None:
    """The deliveries that the measures came in by."""
    loads = compare_reads.loads(measures, found.first, found.last)
    if loads.empty:
        st.caption(_("No load is recorded for these days."))
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("Load"): loads["load_id"],
                _("Source"): loads["source"],
                _("At"): [words.instant_words(directory, at) for at in loads["at"]],
                _("Files"): loads["files"],
            }
        ),
        hide_index=True,
        row_height=_ROW,
        key="compare_loads",
    )
    st.caption(
        _("These deliveries cover the days looked at; a person's scorecard names the exact rows.")
    )
