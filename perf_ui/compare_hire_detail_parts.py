"""What a figure of new people is made of: who, which measures, which loads."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import format_day
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.explain_hires import HireExplanation
from perf_core.services.new_hires import WHOLE, NewHires
from perf_ui import compare_cost_reads, compare_made_of, words
from perf_ui import compare_cost_words as said
from perf_ui import compare_hire_words as hired
from perf_ui.i18n import _, language
from perf_ui.widgets import plain


def answer_if_asked(
    scope: Scope, directory: Directory, view: ComparisonView, found: NewHires
) -> None:
    """Open the parts of the group or month that was asked about, once."""
    asked = compare_made_of.asked("hires")
    if asked is None:
        return
    kind, code = asked
    month = int(code) if kind == "month" and code.isdigit() else 0
    held = found.course["month"] if month else found.groups["code"]
    if (month or code) not in set(held):
        return
    title = (
        _("Month {month} since hire", month=month)
        if month
        else hired.group_words(directory, found.axis, code)
    )
    whose = WHOLE if month else code
    explained = compare_cost_reads.hire_people(
        scope, view, axis=found.axis, code=whose, month=month
    )

    @st.dialog(plain(_("{group}: new people", group=title)), width="large")
    def parts() -> None:
        st.caption(plain(hired.who_is_new()))
        if not month:
            _sums(scope, directory, found, code)
        _people_and_loads(scope, directory, explained, of_month=bool(month))

    parts()


def _sums(scope: Scope, directory: Directory, found: NewHires, code: str) -> None:
    """The group's numbers, and for the ratios what is divided by what."""
    row = found.groups[found.groups["code"] == code].iloc[0]
    shown: dict[str, list[str]] = {
        _("Figure"): [
            _("People"),
            _("Brought"),
            _("Each a month"),
        ]
    }
    for prefix, title in (("", _("New people")), ("settled_", _("There before"))):
        n = row[f"{prefix}n"]
        shown[title] = [
            "0" if pd.isna(n) else str(int(n)),
            hired.amount(directory, row[f"{prefix}revenue"]),
            hired.amount(directory, row[f"{prefix}per_head"]),
        ]
    if hired.sees_pay(scope):
        shown[_("Figure")] += [_("Paid"), _("Revenue of the days with pay"), _("Cost ratio")]
        for prefix, title in (("", _("New people")), ("settled_", _("There before"))):
            if row[f"{prefix}pay_withheld"]:
                shown[title] += [_("withheld")] * 3
                continue
            shown[title] += [
                hired.amount(directory, row[f"{prefix}pay_cost"]),
                hired.amount(directory, row[f"{prefix}paid_revenue"]),
                said.share(row[f"{prefix}cost_ratio"]),
            ]
    st.dataframe(pd.DataFrame(shown), hide_index=True, key="hire_sums")


def _people_and_loads(
    scope: Scope, directory: Directory, explained: HireExplanation, *, of_month: bool
) -> None:
    titles = [_("Which people"), _("Which loads")]
    if not of_month:
        titles.insert(1, _("There before"))
    tabs = st.tabs(titles)
    with tabs[0]:
        _people(scope, directory, explained.new, key="hires_new")
    if not of_month:
        with tabs[1]:
            _people(scope, directory, explained.settled, key="hires_settled")
    with tabs[-1]:
        st.caption(
            _(
                "Revenue from {first} to {last}, hiring and places of the people, and pay.",
                first=format_day(explained.first, language()),
                last=format_day(explained.last, language()),
            )
        )
        compare_made_of.loads_table(
            directory,
            ("pay", "employees", "assignments"),
            measures=("revenue",),
            spans=[(explained.first, explained.last)],
            key="hires",
        )


def _people(scope: Scope, directory: Directory, people: pd.DataFrame, *, key: str) -> None:
    """Who, with days and revenue; pay for those whose pay the viewer may see."""
    ids = [str(one) for one in people["employee_id"]]
    named = directory.people.reindex(ids)
    shown: dict[str, object] = {
        _("Name"): named["name"].tolist(),
        _("Role"): [words.axis_name(directory, "role", str(code)) for code in named["role"]],
        _("Hired on"): [
            format_day(day.date(), language()) if pd.notna(day) else ""
            for day in named["hire_date"]
        ],
        _("Days"): people["days"].tolist(),
        words.measure_name(directory, "revenue"): people["revenue"].astype(float).round(2).tolist(),
    }
    if people["pay"].notna().any() and hired.sees_pay(scope):
        shown[_("Pay")] = people["pay"].round(2).tolist()
    compare_made_of.people_table(ids, pd.DataFrame(shown), key=key)
