"""What a point of before and after is made of: months of a group, or groups of a month."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.language.formats import ABSENT, format_period, is_absent
from perf_core.services.before_after import BeforeAfter
from perf_core.services.comparison import ComparisonView, limits_of
from perf_core.services.directory import Directory
from perf_core.services.explain_group import measures_behind
from perf_ui import compare_event_words as event_words
from perf_ui import compare_made_of, compare_reads, words
from perf_ui.i18n import _, language
from perf_ui.widgets import plain


def answer_if_asked(scope: Scope, directory: Directory, found: BeforeAfter) -> None:
    """Open the parts of the group or month that was asked about, once."""
    asked = compare_made_of.asked("events")
    if asked is None or len(asked) != 2:
        return
    kind, key = asked
    cells = found.cells
    if kind == "group":
        rows = cells[cells["name"] == key]
    else:
        months = found.found.courses.index
        at = int(key) if key.isdigit() and int(key) < len(months) else None
        rows = cells[cells["month"] == months[at]] if at is not None else cells.iloc[:0]
    if rows.empty:
        return
    row = words.rows_of(rows)[0]
    figure = event_words.figure_name(directory, found.figure)
    about = (
        event_words.group_name(directory, found, row)
        if kind == "group"
        else format_period(_month(found, row.month), language())
    )

    @st.dialog(plain(f"{about} · {figure}"), width="large")
    def parts() -> None:
        st.caption(event_words.figure_words(directory, found.figure))
        st.dataframe(_cell_table(directory, found, rows), hide_index=True, key="event_cells")
        _behind(scope, directory, found, rows, by_group=kind == "group")

    parts()


def _month(found: BeforeAfter, at: int) -> Period:
    return found.plan.months[at + len(found.plan.before)]


def _cell_table(directory: Directory, found: BeforeAfter, rows: pd.DataFrame) -> pd.DataFrame:
    """The cells as words: what counts, and why the others do not."""
    gaps = event_words.gap_names()
    told = words.rows_of(rows)
    return pd.DataFrame(
        {
            _("Group"): [event_words.group_name(directory, found, row) for row in told],
            _("Month"): [format_period(_month(found, row.month), language()) for row in told],
            _("With it"): [
                _("yes")
                if row.treated and row.month >= 0
                else _("not yet")
                if row.treated
                else _("no")
                for row in told
            ],
            event_words.figure_name(directory, found.figure): [
                event_words.value(directory, found.figure, _known(row.value)) for row in told
            ],
            _("People"): [ABSENT if is_absent(row.people) else int(row.people) for row in told],
            _("Note"): [gaps.get(row.gap, "") for row in told],
        }
    ).astype({_("People"): "str"})


def _known(value: Any) -> float | None:
    return None if is_absent(value) else float(value)


def _behind(
    scope: Scope, directory: Directory, found: BeforeAfter, rows: pd.DataFrame, *, by_group: bool
) -> None:
    """People, measures and loads of one of the cells: the newest month, or a group to choose."""
    cells = {
        (str(row.month) if by_group else str(row.name_)): row
        for row in words.rows_of(rows.rename(columns={"name": "name_"}))
    }
    named = {
        key: format_period(_month(found, row.month), language())
        if by_group
        else event_words.group_name(directory, found, row)
        for key, row in cells.items()
    }
    chosen = st.selectbox(
        _("Look into"),
        list(named),
        index=len(named) - 1 if by_group else 0,
        format_func=lambda key: named[key],
        key="event_look_into",
    )
    row = cells[chosen]
    month = _month(found, row.month)
    view = ComparisonView(month, chosen=limits_of(found.plan.within))
    group = {axis: str(getattr(row, axis)) for axis in found.plan.axes}
    explained = compare_reads.explanation(scope, view, group)
    measures = _measures_of(directory, found)
    people, sums, loads = st.tabs([_("Which people"), _("Which measures"), _("Which loads")])
    with people:
        ids, shown = _people(directory, found, explained.parts, measures)
        compare_made_of.people_table(ids, shown, key="events")
    with sums:
        if measures:
            held = explained.parts.measures.reindex(measures)
            st.dataframe(
                pd.DataFrame(
                    {
                        _("Measure"): [words.measure_name(directory, one) for one in measures],
                        _("Sum"): [
                            words.measure_value(directory, code, value)
                            for code, value in zip(measures, held["now"].tolist(), strict=True)
                        ],
                    }
                ),
                hide_index=True,
                key="event_measures",
            )
        else:
            st.caption(_("It is made of people and scorecards, not of measures."))
    with loads:
        tables = ("pay", "employees", "assignments") if _is_of_people(found) else ()
        compare_made_of.loads_table(
            directory,
            tables,
            measures=measures,
            spans=[(explained.first, explained.last)],
            key="events",
        )


def _is_of_people(found: BeforeAfter) -> bool:
    return found.figure.code in {"cost_ratio", "attrition", "revenue_per_head"}


def _measures_of(directory: Directory, found: BeforeAfter) -> list[str]:
    if found.figure.code == "revenue_per_head":
        return ["revenue"]
    return measures_behind(found.figure.code, directory.catalogue)


def _people(
    directory: Directory, found: BeforeAfter, parts: Any, measures: list[str]
) -> tuple[list[str], pd.DataFrame]:
    """Who is in the figure, with what each brings to it."""
    if found.figure.from_cards:
        cards = parts.cards.sort_values(["total", "employee_id"])
        ids = [str(code) for code in cards["employee_id"]]
        grades = [
            words.grade_name(directory, code) if isinstance(code, str) else ABSENT
            for code in cards["grade"]
        ]
        more: dict[str, object] = {
            _("Total"): cards["total"].astype(float).round(1).tolist(),
            _("Grade"): grades,
            _("Complete"): [_("yes") if one else _("no") for one in cards["complete"]],
        }
    else:
        people = parts.people
        ids = people["employee_id"].tolist()
        more = {_("Days here"): people["days"].tolist()}
        for code in measures:
            more[words.measure_name(directory, code)] = people[code].tolist()
        if found.figure.code == "attrition":
            more[_("Left")] = [_("yes") if one else _("no") for one in people["left"]]
        if found.figure.code == "cost_ratio" and "pay" in people:
            more[_("Pay")] = people["pay"].round(2).tolist()
    named = directory.people.reindex(ids)
    names = [name if isinstance(name, str) else ABSENT for name in named["name"]]
    return ids, pd.DataFrame({_("Name"): names, **more})
