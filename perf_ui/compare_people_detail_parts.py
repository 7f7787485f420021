"""What rates of leaving and curves are made of: who was there, who left, which loads say so."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import (
    ABSENT,
    format_day,
    format_number,
    format_share,
    is_absent,
)
from perf_core.services.attrition import (
    DAYS_A_MONTH,
    TENURE,
    AttritionRates,
    people_of_curve,
    people_of_rate,
)
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_cost_reads, compare_made_of, compare_words
from perf_ui import compare_cost_words as said
from perf_ui.i18n import _, language, ngettext
from perf_ui.start import store
from perf_ui.widgets import plain

_NEAR = 0.01


def answer_if_asked(
    scope: Scope, directory: Directory, view: ComparisonView, found: AttritionRates
) -> None:
    """Open the parts of the rate or of the curve that was asked about, once."""
    asked = compare_made_of.asked("people")
    if not asked:
        return
    kind, code, *more = asked
    known = {"", *found.groups["code"].astype("str")}
    if code not in known:
        return

    if kind == "rate":

        @st.dialog(plain(_title(directory, found, code)), width="large")
        def parts() -> None:
            _rate(scope, directory, view, found, code)

    else:

        @st.dialog(plain(_("Who left, along the curve")), width="large")
        def parts() -> None:
            _curve(scope, directory, view, found.axis, code, more)

    parts()


def _title(directory: Directory, found: AttritionRates, code: str) -> str:
    if not code:
        return _("Attrition, all together")
    if found.axis == TENURE:
        return _("Attrition within a band of tenure")
    return _("Attrition, {name}", name=compare_words.group_name(directory, found.axis, code))


def _rate(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    found: AttritionRates,
    code: str,
) -> None:
    rows = found.groups
    row: Any = rows[rows["code"] == code].iloc[0] if code else found.whole
    by_tenure = found.axis == TENURE and bool(code)
    if by_tenure:
        text = _(
            "{rate} = {left} who left while in the band ÷ {n} who were in it on any day.",
            rate=format_share(row["rate"], language()),
            left=int(row["left"]),
            n=int(row["n"]),
        )
    else:
        text = _(
            "{rate} = {left} who left ÷ {n}, the mean of {start} people on {first} and {end} on "
            "{last}.",
            rate=format_share(row["rate"], language()),
            left=int(row["left"]),
            n=format_number(row["n"], language()),
            start=int(row["at_start"]),
            end=int(row["at_end"]),
            first=format_day(found.period.start, language()),
            last=format_day(found.last, language()),
        )
    st.markdown(plain(text))
    people = people_of_rate(
        store(),
        found.period,
        axis=found.axis,
        code=code or None,
        within=view.limits,
        scope=scope,
    )
    tab, loads = st.tabs([_("Which people"), _("Which loads")])
    with tab:
        compare_made_of.people_table(
            people["employee_id"].tolist(),
            pd.DataFrame(
                {
                    _("Name"): people["name"],
                    _("At first"): [_yes_or_no(is_so=one) for one in people["at_start"]],
                    _("At last"): [_yes_or_no(is_so=one) for one in people["at_end"]],
                    _("Left"): [_yes_or_no(is_so=one) for one in people["left"]],
                    _("Last day"): [_day(one) for one in people["last_day"]],
                    _("Days here"): people["days"],
                }
            ),
            key="rate",
        )
    with loads:
        compare_made_of.loads_table(directory, ("employees", "assignments"), key="rate")


def _curve(
    scope: Scope,
    directory: Directory,
    view: ComparisonView,
    axis: str,
    code: str,
    more: list[str],
) -> None:
    """Who left along a curve; those of the clicked step alone, with all others under watch."""
    by_group = axis != TENURE and bool(code)
    curves = compare_cost_reads.curves(
        scope, view.narrowed(axis, [code]) if by_group else view, axis=""
    )
    if curves is None:
        return
    steps = curves.whole.steps
    time = float(more[1]) * DAYS_A_MONTH if len(more) > 1 else None
    step = steps[(steps["time"] - time).abs() < _NEAR] if time is not None else steps.iloc[:0]
    if len(step):
        one = step.iloc[0]
        st.markdown(
            plain(
                ngettext(
                    "After {time}: {left} of {n} person watched at that tenure left, "
                    "{share} of the curve are still here.",
                    "After {time}: {left} of {n} people watched at that tenure left, "
                    "{share} of the curve are still here.",
                    int(one["at_risk"]),
                    time=said.months_words(one["time"] / DAYS_A_MONTH),
                    left=int(one["left"]),
                    share=format_share(one["share"], language()),
                )
            )
        )
    people = people_of_curve(
        store(),
        since=curves.since,
        until=curves.until,
        axis=axis if by_group else "",
        code=code if by_group else "",
        within=view.limits,
        scope=scope,
    )
    if time is not None and len(step):
        here = (people["entry"] < time) & (people["end"] >= time - _NEAR)
        gone_then = people["is_left"] & ((people["end"] - time).abs() < _NEAR)
        people = people[here | gone_then].assign(now=gone_then)
        people = people.sort_values("now", ascending=False, kind="stable")
    tab, loads = st.tabs([_("Which people"), _("Which loads")])
    with tab:
        compare_made_of.people_table(
            people["employee_id"].tolist(),
            pd.DataFrame(
                {
                    _("Name"): people["name"],
                    _("Watched from month"): [_months(one) for one in people["entry"]],
                    _("until month"): [_months(one) for one in people["end"]],
                    _("How it ended"): [
                        _("left") if one else _("still here, or moved") for one in people["is_left"]
                    ],
                    _("Last day"): [
                        _day(day) if left else ABSENT
                        for day, left in zip(people["last_day"], people["is_left"], strict=True)
                    ],
                }
            ),
            key="curve",
        )
    with loads:
        compare_made_of.loads_table(directory, ("employees", "assignments"), key="curve")


def _yes_or_no(*, is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def _day(day: Any) -> str:
    return ABSENT if is_absent(day) else format_day(day.date(), language())


def _months(days: float) -> str:
    return format_number(days / DAYS_A_MONTH, language())
