"""What new people are paid and bring, beside those who were there before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope
from perf_core.language.formats import ABSENT, format_day, format_number, is_absent
from perf_core.reporting import hire_figures as drawn
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.new_hires import FEWEST_DAYS, FEWEST_PAID, WHOLE, NewHires, new_since
from perf_ui import compare_cost_reads, compare_made_of, compare_words, words
from perf_ui import compare_cost_words as said
from perf_ui import compare_hire_detail_parts as detail
from perf_ui import compare_hire_words as hired
from perf_ui.compare_chart_parts import chart_card, stamp
from perf_ui.i18n import _, language, reader
from perf_ui.widgets import card_head, download, empty_state, plain, titled

_OF_PEOPLE: Final = ("brand", "region", "department", "role")
_ROW: Final = 35
_MOST_ROWS: Final = 11


def hires(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show what new people are paid against what they bring."""
    st.subheader(
        _("New people: pay against what they bring"), anchor=False, help=hired.who_is_new()
    )
    found = read(scope, view)
    if found is None or found.whole is None:
        empty_state(_("Nobody is new here"), nobody_words(found))
        return
    told: _Told = compare_cost_reads.kept(
        scope, view, "hires", found.axis, build=lambda: _told(scope, directory, found)
    )
    st.markdown(told.answer)
    _group_card(scope, directory, view, found, told)
    if told.has_course:
        _course_card(scope, directory, view, found)
    if told.notes:
        st.caption(told.notes)
    detail.answer_if_asked(scope, directory, view, found)


@dataclass(frozen=True)
class _Told:
    """What is told of new people, in words of a language: found once for a view."""

    answer: str
    notes: str
    table: pd.DataFrame
    codes: list[str]
    has_course: bool


def _told(scope: Scope, directory: Directory, found: NewHires) -> _Told:
    first, *rest = sentences(directory, found)
    return _Told(
        f"**{plain(first)}**\n\n{plain(' '.join(rest))}",
        "\n\n".join(plain(note) for note in notes(scope, found)),
        group_table(scope, directory, found),
        [str(code) for code in in_order(found)["code"]],
        not drawn_months(found).empty,
    )


def read(scope: Scope, view: ComparisonView) -> NewHires | None:
    """The numbers of the view's period by its rows, or its columns, or else by brand."""
    axis = next((one for one in view.by if one in _OF_PEOPLE), "brand")
    return compare_cost_reads.hires(scope, view, axis=axis)


def nobody_words(found: NewHires | None) -> str:
    """Why there is nothing to tell."""
    if found is None:
        return _("The period has no day with data yet.")
    told = _(
        "Nobody here in the period was hired since {since} into a role with revenue of its own.",
        since=format_day(new_since(found.first), language()),
    )
    return " ".join([told, *hired.left_out(found)])


def sentences(directory: Directory, found: NewHires) -> list[str]:
    """The answer first, then what it is made of, then when the new catch up."""
    whole = found.whole
    if whole is None:
        return [nobody_words(found)]

    def amount(name: str) -> str:
        return hired.amount(directory, whole[name])

    told = [_answer(whole, amount), _how_many(found, int(whole["n"]))]
    if not is_absent(whole["pay_per_head"]):
        told.append(
            _(
                "Each is paid {pay} a month and brings {each}; those there before bring {settled}.",
                pay=amount("pay_per_head"),
                each=amount("per_head"),
                settled=amount("settled_per_head"),
            )
        )
    told += _catching_up(found, whole)
    return told


def _how_many(found: NewHires, n: int) -> str:
    since = new_since(found.last)
    if since != new_since(found.first):
        return _("New: {n}.", n=n)
    return _("New: {n}, hired since {since}.", n=n, since=format_day(since, language()))


def _answer(whole: Any, amount: Any) -> str:
    if not is_absent(whole["cost_ratio"]) and not is_absent(whole["settled_cost_ratio"]):
        return _(
            "New people cost {ratio} of what they bring; those there before in the same roles "
            "{settled}.",
            ratio=said.share(whole["cost_ratio"]),
            settled=said.share(whole["settled_cost_ratio"]),
        )
    if not is_absent(whole["cost_ratio"]):
        return _(
            "New people cost {ratio} of what they bring.", ratio=said.share(whole["cost_ratio"])
        )
    if is_absent(whole["per_head"]):
        return _("What new people bring is not known: no revenue is loaded.")
    if is_absent(whole["settled_per_head"]):
        return _("Each new person brings {each} a month.", each=amount("per_head"))
    return _(
        "Each new person brings {each} a month; those there before in the same roles {settled}.",
        each=amount("per_head"),
        settled=amount("settled_per_head"),
    )


def _catching_up(found: NewHires, whole: Any) -> list[str]:
    reached = whole["reached"]
    if is_absent(reached):
        return []
    if reached:
        return [
            _(
                "From month {month} since hire on, they bring on average as much as those there "
                "before.",
                month=int(reached),
            )
        ]
    rows = drawn_months(found)
    return [
        _(
            "In no month since hire (up to {n}) do they bring as much as those there before and "
            "keep it up.",
            n=int(rows.loc[rows["n"] >= FEWEST_PAID, "month"].max()),
        )
    ]


def notes(scope: Scope, found: NewHires) -> list[str]:
    """What is to be known of the numbers."""
    told = []
    groups = found.groups
    sees_pay = hired.sees_pay(scope)
    if not sees_pay:
        told.append(_("What new people are paid is told to those who may see the pay of groups."))
    elif groups[["pay_withheld", "settled_pay_withheld"]].any(axis=None):
        told.append(
            _(
                "Withheld: fewer than three people with pay, or beside the other figures of this "
                "page the pay of one or two could be worked out."
            )
        )
    if sees_pay and groups["estimated"].any():
        told.append(
            _(
                "Where a month's pay is not loaded yet, the last base pay stands in; bonuses "
                "come later."
            )
        )
    if sees_pay and found.n_without_pay:
        told.append(_("{n} of them have no pay yet and are left out.", n=found.n_without_pay))
    return [*told, *hired.left_out(found)]


# --- by month since hire --------------------------------------------------------------------------


def course_title() -> str:
    """What the figure shows."""
    return _("Pay against what new people bring, by month since hire")


def course_note(found: NewHires) -> str:
    """Of which days the figure is."""
    return _(
        "Per head and month, over the twelve months to {last}: whoever was new on a day counts "
        "in the month since hire of that day.",
        last=format_day(found.last, language()),
    )


def drawn_months(found: NewHires) -> pd.DataFrame:
    """The months since hire that say something: with revenue known, of enough days."""
    rows = found.course
    drawn_ones: pd.DataFrame = rows[rows["per_head"].notna() & (rows["days"] >= FEWEST_DAYS)]
    return drawn_ones


def course_figure(directory: Directory, found: NewHires) -> Any:
    """The new month by month since hire; the pay of the period where the months' is not told."""
    whole = found.whole

    def brought(value: float | None) -> str:
        return hired.short_amount(directory, value)

    rows = drawn_months(found)
    months = [
        drawn.MonthSinceHire(
            int(row["month"]),
            int(row["n"]),
            row["per_head"],
            None if is_absent(row["pay_per_head"]) else row["pay_per_head"],
            hired.month_note(directory, row),
        )
        for _index, row in rows.iterrows()
    ]
    paid = None if whole is None or is_absent(whole["pay_per_head"]) else whole["pay_per_head"]
    reached = None if whole is None or is_absent(whole["reached"]) else whole["reached"]
    return drawn.hire_course(
        months,
        settled=found.course_settled,
        paid=paid,
        wording=brought,
        scale=words.scale(directory, "money"),
        reader=reader(),
        lit=int(reached or 0),
    )


def course_table(found: NewHires) -> pd.DataFrame:
    """The figure as a table."""
    rows = found.course
    shown = pd.DataFrame(
        {
            _("Month since hire"): rows["month"],
            _("People"): rows["n"],
            _("Brought"): rows["revenue"],
            _("Each brings a month"): rows["per_head"],
        }
    )
    if rows["pay_cost"].notna().any():
        shown[_("Paid")] = rows["pay_cost"]
        shown[_("Each is paid a month")] = rows["pay_per_head"]
        shown[_("Cost ratio")] = rows["cost_ratio"]
    return shown


def _course_card(scope: Scope, directory: Directory, view: ComparisonView, found: NewHires) -> None:
    chart_card(
        course_title(),
        compare_cost_reads.kept(
            scope, view, "hire_course", build=lambda: course_figure(directory, found)
        ),
        key=f"hire_course_{stamp(view)}",
        alt=course_title(),
        note=course_note(found),
        defined=f"{hired.who_is_new()}\n\n{hired.definitions()['reached']}",
        on_pick=lambda codes: compare_made_of.ask("hires", "month", codes[0]),
        table=lambda: course_table(found),
        about=said.about_view(directory, view),
    )


# --- by groups ------------------------------------------------------------------------------------


def in_order(found: NewHires) -> pd.DataFrame:
    """The groups as they are listed: all together, then those with most new people."""
    rows = found.groups
    is_part = rows["code"] != WHOLE
    order = pd.DataFrame({"part": is_part, "n": -rows["n"], "code": rows["code"]})
    return rows.loc[order.sort_values(["part", "n", "code"]).index].reset_index(drop=True)


def group_table(scope: Scope, directory: Directory, found: NewHires) -> pd.DataFrame:
    """The groups as they are shown, in words."""
    rows = in_order(found)
    titles = hired.titles()

    def told(name: str, write: Any) -> list[str]:
        hidden = rows["settled_pay_withheld" if name.startswith("settled_") else "pay_withheld"]
        return [
            _("withheld") if is_hidden else (ABSENT if is_absent(value) else write(value))
            for value, is_hidden in zip(rows[name], hidden, strict=True)
        ]

    def amount(value: float | None) -> str:
        return hired.amount(directory, value)

    columns: dict[str, list[str]] = {
        compare_words.axis_titles()[found.axis]: _names(directory, found, rows),
        titles["n"]: [format_number(n, language(), digits=0) for n in rows["n"]],
    }
    if hired.sees_pay(scope):
        columns[titles["cost_ratio"]] = told("cost_ratio", said.share)
        columns[titles["settled_cost_ratio"]] = told("settled_cost_ratio", said.share)
        columns[titles["pay_per_head"]] = told("pay_per_head", amount)
    columns[titles["per_head"]] = [amount(value) for value in rows["per_head"]]
    columns[titles["settled_per_head"]] = [amount(value) for value in rows["settled_per_head"]]
    columns[titles["reached"]] = [hired.reached_words(value) for value in rows["reached"]]
    return pd.DataFrame(columns)


def _names(directory: Directory, found: NewHires, rows: pd.DataFrame) -> list[str]:
    return [hired.group_words(directory, found.axis, str(code)) for code in rows["code"]]


def numbers_table(scope: Scope, directory: Directory, found: NewHires) -> pd.DataFrame:
    """The groups with numbers as numbers, as a file holds them."""
    rows = in_order(found)
    titles = hired.titles()
    shown = pd.DataFrame({compare_words.axis_titles()[found.axis]: _names(directory, found, rows)})
    names = ["n", "revenue", "per_head", "settled_n", "settled_revenue", "settled_per_head"]
    if hired.sees_pay(scope):
        names += ["pay_cost", "pay_per_head", "cost_ratio", "settled_pay_cost"]
        names += ["settled_pay_per_head", "settled_cost_ratio"]
    for name in [*names, "reached"]:
        shown[titles[name]] = rows[name]
    return shown


def _group_card(
    scope: Scope, directory: Directory, view: ComparisonView, found: NewHires, told: _Told
) -> None:
    axis = compare_words.axis_titles()[found.axis]
    shown, codes = told.table, told.codes
    widget = f"hires_{stamp(view, found.axis)}"
    defined = hired.definitions()
    titles = {title: name for name, title in hired.titles().items()}
    title = _("New people by {axis}", axis=axis.lower())
    note = _("Click a row to see who and what its numbers are made of.")
    with st.container(border=True, key=f"card_{widget}"):
        card_head(
            titled(title, note),
            offer=lambda: download(
                lambda: numbers_table(scope, directory, found),
                said.about_view(directory, view),
                title=title,
                key="hires",
            ),
            defined=hired.who_is_new(),
        )
        st.dataframe(
            shown,
            key=widget,
            hide_index=True,
            width="stretch",
            row_height=_ROW,
            height=_ROW * min(len(shown), _MOST_ROWS) + 38,
            column_config={
                name: st.column_config.TextColumn(
                    pinned=name == axis,
                    help=defined.get(titles.get(name, "")),
                    alignment="left" if name == axis else "right",
                )
                for name in shown.columns
            },
            on_select=lambda: _clicked(widget, codes),
            selection_mode="single-cell",
            alt=title,
        )


def _clicked(widget: str, codes: list[str]) -> None:
    chosen = cast("dict[str, Any]", st.session_state.get(widget) or {})
    cells = chosen.get("selection", {}).get("cells", [])
    if cells and int(cells[0][0]) < len(codes):
        compare_made_of.ask("hires", "group", codes[int(cells[0][0])])
