"""What a cost ratio is made of: its factors in two periods, people, measures and loads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.language.formats import ABSENT, format_amount, format_number, format_period
from perf_core.services.comparison import ComparisonView
from perf_core.services.cost_causes import CostCauses
from perf_core.services.directory import Directory
from perf_core.services.explain_group import GroupExplanation
from perf_ui import compare_cost_reads, compare_made_of, compare_reads, words
from perf_ui import compare_cost_words as said
from perf_ui.i18n import _, language
from perf_ui.widgets import plain

_FACTORS = ("ratio", "people", "pay", "revenue")


@dataclass(frozen=True)
class _Facts:
    """One group's factors in two periods; of the first of all months there is no earlier one."""

    title: str
    group: dict[str, str]
    before: Period | None
    after: Period
    was: dict[str, Any]
    now: dict[str, Any]
    gap: str


def answer_if_asked(
    scope: Scope,
    directory: Directory,
    judged: ComparisonView,
    view: ComparisonView,
    found: CostCauses,
) -> None:
    """Open the parts of the group or month that was asked about, once."""
    asked = compare_made_of.asked("cost")
    if asked is None:
        return
    key, *month = asked
    facts = (
        _of_month(scope, directory, view, found, key, month[0])
        if month
        else _of_causes(directory, found, key)
    )
    if facts is None:
        return
    shown = facts

    @st.dialog(plain(shown.title), width="large")
    def parts() -> None:
        _parts(scope, directory, judged, shown)

    parts()


def _of_causes(directory: Directory, found: CostCauses, key: str) -> _Facts | None:
    codes = key.split("|") if found.by else []
    rows = found.known
    for axis, code in zip(found.by, codes, strict=False):
        rows = rows[rows[axis] == code]
    if len(codes) != len(found.by) or rows.empty:
        return None
    row = rows.iloc[0]
    names = {"ratio": ("before", "after")} | {
        name: (f"{name}_before", f"{name}_after") for name in _FACTORS[1:]
    }
    return _Facts(
        said.name_of(directory, found.by, row),
        dict(zip(found.by, codes, strict=True)),
        found.before,
        found.after,
        {name: row[pair[0]] for name, pair in names.items()},
        {name: row[pair[1]] for name, pair in names.items()},
        "",
    )


def _of_month(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: CostCauses,
    key: str,
    month: str,
) -> _Facts | None:
    codes = key.split("|") if found.by else []
    course = compare_cost_reads.course(scope, view, found.by)
    known = [one.code for one in course.periods]
    if month not in known or len(codes) != len(found.by):
        return None
    at = known.index(month)
    rows = course.of(codes).rename(columns={"cost_ratio": "ratio"})
    row = rows.iloc[at]
    name = said.name_of(directory, found.by, dict(zip(found.by, codes, strict=True)))
    return _Facts(
        f"{name} · {format_period(course.periods[at], language())}",
        dict(zip(found.by, codes, strict=True)),
        course.periods[at - 1] if at else None,
        course.periods[at],
        {one: rows.iloc[at - 1][one] if at else None for one in _FACTORS},
        {one: row[one] for one in _FACTORS},
        str(row["gap"]) if isinstance(row["gap"], str) else "nobody",
    )


def _parts(scope: Scope, directory: Directory, view: ComparisonView, facts: _Facts) -> None:
    periods = [one for one in (facts.after, facts.before) if one is not None]
    st.caption(
        plain(
            _(
                "Cost ratio = people × pay per head ÷ revenue; people are those with pay, on an "
                "average day."
            )
        )
    )
    if facts.gap:
        st.markdown(plain(_gap_words(facts.gap)))
    st.dataframe(_factor_table(directory, facts), hide_index=True, key="cost_factors")
    explained = {
        one.code: compare_reads.explanation(scope, replace(view, period=one), facts.group)
        for one in periods
    }
    people, measures, loads = st.tabs([_("Which people"), _("Which measures"), _("Which loads")])
    with people:
        ids, shown = _people(directory, periods, explained)
        compare_made_of.people_table(ids, shown, key="cost")
    with measures:
        st.dataframe(_measures(directory, periods, explained), hide_index=True, key="cost_measures")
        st.caption(
            _(
                "Of a role without revenue of its own the ratio takes the revenue of the brands "
                "and regions it serves; a running period is taken at its pace so far."
            )
        )
    with loads:
        compare_made_of.loads_table(
            directory,
            ("pay", "employees", "assignments"),
            measures=("revenue",),
            spans=[(one.first, one.last) for one in explained.values()],
            key="cost",
        )


def _gap_words(gap: str) -> str:
    return {
        "withheld": _("Withheld: one or two people's pay could be told from it."),
        "no_pay": _("No pay of this month is loaded."),
        "no_revenue": _("There is no revenue above 0 here, so pay has nothing to be divided by."),
    }.get(gap, _("Nobody was here in this month."))


def _factor_table(directory: Directory, facts: _Facts) -> pd.DataFrame:
    def amount(value: Any) -> str:
        return format_amount(value, directory.currency, language())

    wordings = {
        "ratio": (_("Cost ratio"), said.share),
        "people": (_("People with pay"), lambda value: format_number(value, language())),
        "pay": (_("Pay per head"), amount),
        "revenue": (_("Revenue"), amount),
    }
    columns = {format_period(facts.after, language()): facts.now}
    if facts.before is not None:
        columns[format_period(facts.before, language())] = facts.was
    return pd.DataFrame(
        {
            _("Factor"): [title for title, _say in wordings.values()],
            **{
                period: [say(values[name]) for name, (_title, say) in wordings.items()]
                for period, values in columns.items()
            },
        }
    )


def _people(
    directory: Directory, periods: list[Period], explained: dict[str, GroupExplanation]
) -> tuple[list[str], pd.DataFrame]:
    """Everybody with a day in the group in either period; pay only for who may see each one's."""
    frames = {code: one.parts.people.set_index("employee_id") for code, one in explained.items()}
    first = frames[periods[0].code]
    ids = sorted(
        {code for frame in frames.values() for code in frame.index},
        key=lambda code: -float(first["revenue"].fillna(0).get(code, -1.0)),
    )
    named = directory.people.reindex(ids)
    shown: dict[str, object] = {
        _("Name"): [name if isinstance(name, str) else ABSENT for name in named["name"]],
        _("Role"): [
            words.axis_name(directory, "role", code) if isinstance(code, str) else ABSENT
            for code in named["role"]
        ],
    }
    for period in periods:
        mine = frames[period.code].reindex(ids)
        told = format_period(period, language())
        shown[_("Days, {period}", period=told)] = mine["days"].tolist()
        shown[_("Revenue, {period}", period=told)] = mine["revenue"].tolist()
        if "pay" in mine:
            shown[_("Pay, {period}", period=told)] = mine["pay"].round(2).tolist()
    return ids, pd.DataFrame(shown)


def _measures(
    directory: Directory, periods: list[Period], explained: dict[str, GroupExplanation]
) -> pd.DataFrame:
    names = [_("Credited to the people of the group"), _("Credited to nobody")]
    shown: dict[str, object] = {_("Revenue"): names}
    for period in periods:
        sums = explained[period.code].parts.measures.reindex(["revenue"]).iloc[0]
        nobody = float(sums["nobody"]) if pd.notna(sums["nobody"]) else 0.0
        now = sums["now"]
        credited = None if pd.isna(now) else float(now) - nobody
        shown[format_period(period, language())] = [
            words.measure_value(directory, "revenue", credited),
            words.measure_value(directory, "revenue", nobody),
        ]
    return pd.DataFrame(shown)
