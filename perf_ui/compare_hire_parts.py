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
    whole = found.whole
    if whole is None:
        empty_state(_("Nobody was hired"), _nobody_words(found))
        return
    st.markdown(plain(_sentence(directory, found, whole)))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _tenure_card(scope, directory, view, found, whole)
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


def _amount(directory: Directory, value: float | None, *, compact: bool = False) -> str:
    return format_amount(value, directory.currency, language(), compact=compact)


def _share(value: float | None) -> str:
    return format_share(value, language())


def _sentence(directory: Directory, found: NewHires, whole: Any) -> str:
    n, first = int(whole["n_hired"]), format_day(found.first, language())

    def amount(name: str) -> str:
        return _amount(directory, whole[name], compact=True)

    if not is_absent(whole["cost_ratio"]):
        return _(
            "New here since {first}: {n}. They were paid {pay} so far, {ratio} of the revenue they "
            "brought; of those who were here before it is {settled}.",
            n=n,
            first=first,
            pay=amount("pay_cost"),
            ratio=_share(whole["cost_ratio"]),
            settled=_share(whole["settled_ratio"]),
        )
    if is_absent(whole["per_head"]):
        return _("New here since {first}: {n}. No revenue is known of them.", n=n, first=first)
    return _(
        "New here since {first}: {n}. Each brought {each} a month, those who were here before "
        "{settled}.",
        n=n,
        first=first,
        each=amount("per_head"),
        settled=amount("settled_per_head"),
    )


def _notes(found: NewHires) -> list[str]:
    notes = []
    if found.groups["cost_ratio"].notna().any():
        notes.append(
            _(
                "Pay spread over the days employed ÷ the revenue credited on the same days, to "
                "both only where pay is known."
            )
        )
        if found.groups["estimated"].any():
            notes.append(
                _(
                    "Where a month's pay is not loaded yet, the last base pay stands in; bonuses "
                    "come later."
                )
            )
        if found.n_without_pay:
            notes.append(_("{n} of them have no pay yet and are left out.", n=found.n_without_pay))
    if found.groups["pay_withheld"].any():
        notes.append(
            _(
                "What new people are paid is shown to those who may see each person's pay: with "
                "so few of them, any sum would tell somebody's."
            )
        )
    if found.n_not_earning:
        notes.append(
            _(
                "{n} began in roles without revenue of their own, which have nothing to be set "
                "against.",
                n=found.n_not_earning,
            )
        )
    return notes


def _tenure_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: NewHires, whole: Any
) -> None:
    """The ratio by month of tenure; where it may not be seen, what each brings."""
    by_ratio = found.tenure["cost_ratio"].notna().any()
    name, settled = (
        ("cost_ratio", "settled_ratio") if by_ratio else ("per_head", "settled_per_head")
    )
    rows = found.tenure[found.tenure[name].notna()]
    if rows.empty:
        return

    def brought(value: float | None) -> str:
        return _amount(directory, value, compact=True)

    wording = _share if by_ratio else brought
    title = (
        _("Cost ratio of the new, by month of tenure")
        if by_ratio
        else _("What each of the new brings, by month of tenure")
    )

    def draw() -> Any:
        return drawn.tenure_course(
            [
                drawn.TenureMonth(
                    f"{int(row['month'])}<br>n = {int(row['n'])}", row[name], _note(directory, row)
                )
                for _index, row in rows.iterrows()
            ],
            settled=None if is_absent(whole[settled]) else whole[settled],
            settled_name=_("Here before"),
            wording=wording,
            tickformat=".0%" if by_ratio else ",~s",
            reader=reader(),
        )

    chart_card(
        title,
        compare_cost_reads.kept(scope, view, "tenure", found.axis, str(found.first), build=draw),
        key=f"tenure_{stamp(view, str(found.first))}",
        alt=title,
        note=_("Month 1 is the first after the hiring; the number of people stands below it."),
        table=lambda: _tenure_table(found),
    )


def _tenure_table(found: NewHires) -> pd.DataFrame:
    rows = found.tenure
    return pd.DataFrame(
        {
            _("Month of tenure"): rows["month"],
            _("People"): rows["n"],
            _("Brought"): rows["revenue"],
            _("Each a month"): rows["per_head"],
            _("Paid"): rows["pay_cost"],
            _("Cost ratio"): rows["cost_ratio"],
        }
    )


def _note(directory: Directory, row: Any) -> str:
    brought = _("Brought {revenue}, each {each} a month (n = {n})",
                revenue=_amount(directory, row["revenue"], compact=True),
                each=_amount(directory, row["per_head"], compact=True),
                n=int(row["n"]))  # fmt: skip
    if is_absent(row["cost_ratio"]):
        return brought
    paid = _(
        "paid {pay}: {ratio}",
        pay=_amount(directory, row["pay_cost"], compact=True),
        ratio=_share(row["cost_ratio"]),
    )
    return f"{brought}<br>{paid}"


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

    def amount(value: float | None) -> str:
        return _amount(directory, value, compact=True)

    columns: dict[str, list[str]] = {
        title: names,
        _("New"): [format_number(n, language(), digits=0) for n in rows["n_hired"]],
        _("Brought"): [amount(value) for value in rows["revenue"]],
        _("Each a month"): [amount(value) for value in rows["per_head"]],
        _("Here before"): [amount(value) for value in rows["settled_per_head"]],
    }
    if rows["cost_ratio"].notna().any():
        columns[_("Paid")] = told("pay_cost", amount)
        columns[_("Cost ratio")] = told("cost_ratio", _share)
        columns[_("Ratio before them")] = told("settled_ratio", _share)
    shown = pd.DataFrame(columns)
    with st.container(border=True, key=f"hires_{stamp(view, str(found.first))}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**" + _("By {axis}", axis=title.lower()) + "**", width="stretch")
            download(
                lambda: _file(found, title, names),
                {_("Data up to"): format_day(found.last, language())},
                title=_("What new people cost and bring"),
                key="hires",
            )
        st.dataframe(shown, hide_index=True, width="stretch")


def _file(found: NewHires, title: str, names: list[str]) -> pd.DataFrame:
    rows = found.groups
    return pd.DataFrame(
        {
            title: names,
            _("New"): rows["n_hired"],
            _("Brought"): rows["revenue"],
            _("Each a month"): rows["per_head"],
            _("Here before"): rows["settled_per_head"],
            _("Paid"): rows["pay_cost"],
            _("Cost ratio"): rows["cost_ratio"],
            _("Ratio before them"): rows["settled_ratio"],
            _("Withheld"): rows["pay_withheld"],
        }
    )
