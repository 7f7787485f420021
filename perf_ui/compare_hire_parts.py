"""What new people were paid so far, and what they bring, month of tenure by month of tenure."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import (
    ABSENT,
    format_amount,
    format_day,
    format_number,
    format_share,
    is_absent,
)
from perf_core.reporting import cost_figures as drawn
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.new_hires import WHOLE, NewHires
from perf_ui import compare_cost_reads, compare_words
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.filters import choice_filter
from perf_ui.i18n import _, language, reader
from perf_ui.widgets import download, empty_state, plain

_OF_PEOPLE: Final = ("brand", "region", "department", "role")


@st.fragment
def hires(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show what the people hired in the last months cost and bring."""
    st.subheader(_("What new people cost and bring"), anchor=False)
    offered = {str(n): _("the last {n} months", n=n) for n in (3, 6, 12)}
    with st.container(width=230):
        chosen = choice_filter("hired", _("Hired within"), offered, default="6")
    axis = next((one for one in view.by if one in _OF_PEOPLE), "brand")
    found = compare_cost_reads.hires(scope, view, n_months=int(chosen), axis=axis)
    whole = found.groups[found.groups["code"] == WHOLE]
    if whole.empty:
        empty_state(_("Nobody was hired"), _nobody_words(found))
        return
    _said(directory, found, whole.iloc[0])
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _tenure_card(directory, view, found, whole.iloc[0])
    with right:
        _group_table(directory, view, found)
    for note in _notes(found):
        st.caption(note)


def _nobody_words(found: NewHires) -> str:
    span = _(
        "From {first} to {last} nobody began here in a role with revenue of its own.",
        first=format_day(found.first, language()),
        last=format_day(found.last, language()),
    )
    if found.n_not_earning:
        return f"{span} " + _(
            "{n} began in roles without revenue of their own, which have nothing to be set "
            "against.",
            n=found.n_not_earning,
        )
    return span


def _amount(directory: Directory, value: float | None) -> str:
    return format_amount(value, directory.currency, language(), compact=True)


def _share(value: float | None) -> str:
    return format_share(value, language())


def _said(directory: Directory, found: NewHires, whole: Any) -> None:
    n = int(whole["n_hired"])
    first = format_day(found.first, language())
    if whole["pay_withheld"]:
        st.markdown(
            plain(
                _(
                    "New here since {first}: {n}. What fewer than three people were paid is "
                    "withheld.",
                    n=n,
                    first=first,
                )
            )
        )
        return
    if is_absent(whole["pay_cost"]):
        st.markdown(
            plain(
                _(
                    "New here since {first}: {n}. No pay of theirs is known.",
                    n=n,
                    first=first,
                )
            )
        )
        return
    st.markdown(
        plain(
            _(
                "New here since {first}: {n}. They were paid {pay} so far and brought {revenue}: "
                "{ratio}, against {settled} of those who were here before.",
                n=n,
                first=first,
                pay=_amount(directory, whole["pay_cost"]),
                revenue=_amount(directory, whole["revenue"]),
                ratio=_share(whole["cost_ratio"]),
                settled=_share(whole["settled_ratio"]),
            )
        )
    )


def _notes(found: NewHires) -> list[str]:
    notes = [
        _(
            "Pay spread over the days employed ÷ the revenue credited on the same days, to both "
            "only where pay is known."
        )
    ]
    if found.groups["estimated"].any():
        notes.append(
            _(
                "Where a month's pay is not loaded yet, the last base pay stands in; bonuses come "
                "later."
            )
        )
    if found.n_without_pay:
        notes.append(_("{n} of them have no pay yet and are left out.", n=found.n_without_pay))
    if found.n_not_earning:
        notes.append(
            _(
                "{n} began in roles without revenue of their own, which have nothing to be set "
                "against.",
                n=found.n_not_earning,
            )
        )
    if found.groups["pay_withheld"].any():
        notes.append(
            _(
                "Figures about one or two people are withheld, and so is what they could be told "
                "from."
            )
        )
    return notes


def _tenure_card(directory: Directory, view: ComparisonView, found: NewHires, whole: Any) -> None:
    rows = found.tenure[found.tenure["cost_ratio"].notna()]
    if rows.empty:
        return
    title = _("Cost ratio of the new, by month of tenure")
    chart_card(
        title,
        drawn.tenure_course(
            [
                drawn.TenureMonth(
                    _label(row), row["cost_ratio"], int(row["n"]), _note(directory, row)
                )
                for _index, row in rows.iterrows()
            ],
            settled=None if is_absent(whole["settled_ratio"]) else whole["settled_ratio"],
            settled_name=_("Here before"),
            share=_share,
            reader=reader(),
        ),
        key=f"tenure_{stamp(view, str(found.first))}",
        alt=title,
        note=_("Month 1 is the first after the hiring; the number of people stands below it."),
        table=lambda: found.tenure.rename(
            columns={
                "month": _("Month of tenure"),
                "until": _("to"),
                "n": _("People"),
                "pay_cost": _("Pay cost"),
                "revenue": _("Revenue"),
                "cost_ratio": _("Cost ratio"),
            }
        ),
    )


def _label(row: Any) -> str:
    month, until = int(row["month"]), int(row["until"])
    span = f"{month}" if month == until else f"{month}–{until}"
    return f"{span}<br>n = {int(row['n'])}"


def _note(directory: Directory, row: Any) -> str:
    return _(
        "Paid {pay}, brought {revenue}: {ratio} (n = {n})",
        pay=_amount(directory, row["pay_cost"]),
        revenue=_amount(directory, row["revenue"]),
        ratio=_share(row["cost_ratio"]),
        n=int(row["n"]),
    )


def _group_table(directory: Directory, view: ComparisonView, found: NewHires) -> None:
    title = compare_words.axis_titles()[found.axis]
    rows = found.groups
    names = [
        _("All together")
        if code == WHOLE
        else compare_words.group_name(directory, found.axis, code)
        for code in rows["code"]
    ]

    def told(name: str, write: Any) -> list[str]:
        return [
            _("withheld") if hidden else (ABSENT if is_absent(value) else write(value))
            for value, hidden in zip(rows[name], rows["pay_withheld"], strict=True)
        ]

    shown = pd.DataFrame(
        {
            title: names,
            _("New"): [format_number(n, language(), digits=0) for n in rows["n_hired"]],
            _("Paid"): told("pay_cost", lambda value: _amount(directory, value)),
            _("Brought"): [_amount(directory, value) for value in rows["revenue"]],
            _("Cost ratio"): told("cost_ratio", _share),
            _("Here before"): told("settled_ratio", _share),
        }
    )
    with st.container(border=True, key=f"hires_{stamp(view, str(found.first))}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**" + _("By {axis}", axis=title.lower()) + "**", width="stretch")
            download(
                lambda: _file(directory, found, title, names),
                {_("Data up to"): format_day(found.last, language())},
                title=_("What new people cost and bring"),
                key="hires",
            )
        st.dataframe(shown, hide_index=True, width="stretch")


def _file(directory: Directory, found: NewHires, title: str, names: list[str]) -> pd.DataFrame:
    del directory
    rows = found.groups
    return pd.DataFrame(
        {
            title: names,
            _("New"): rows["n_hired"],
            _("Paid"): rows["pay_cost"],
            _("Brought"): rows["revenue"],
            _("Cost ratio"): rows["cost_ratio"],
            _("Here before"): rows["settled_ratio"],
            _("Withheld"): rows["pay_withheld"],
        }
    )
