"""What the team page is made of: which rows, in what order, and the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, Viewer
from perf_core.domain.period import Period
from perf_core.services.directory import Directory
from perf_core.services.overview import GREAT_FALL
from perf_ui import address, navigation, reads, words
from perf_ui.i18n import _, language, ngettext
from perf_ui.kept import kept
from perf_ui.widgets import download, empty_state

_PER_PAGE: Final = 50
_ROW: Final = 36

_ORDERS: Final = {
    "total_up": ("total", True),
    "total_down": ("total", False),
    "pace_up": ("pace", True),
    "change_up": ("change", True),
    "change_down": ("change", False),
    "name": ("name", True),
}


def leaders_only(viewer: Viewer) -> None:
    """An employee has no team to look at; the own card is on the other pages."""
    if not navigation.may_open("team", viewer):
        st.title(_("Team"))
        st.info(
            _("This page is for those who lead others. Your own figures are under Overview."),
            icon=":material/lock:",
        )
        st.stop()


@kept(most=64)
def _codes(_state: reads.State, scope: Scope, period: Period, column: str) -> list[str]:
    return sorted(code for code in pd.unique(reads.team(scope, period)[column]) if code)


def codes(scope: Scope, period: Period, column: str) -> list[str]:
    """The brands or roles somebody the viewer may see holds."""
    return _codes(reads.key(), scope, period, column)


def grade_options(directory: Directory) -> dict[str, str]:
    """All grades by name, and all of them."""
    grades = directory.catalogue.grades.grades
    return {"": _("All"), **{one.code: words.grade_name(directory, one.code) for one in grades}}


def orders() -> dict[str, str]:
    """The orders a table may be in."""
    return {
        "total_up": _("Lowest total"),
        "total_down": _("Highest total"),
        "pace_up": _("Slowest pace"),
        "change_up": _("Greatest fall"),
        "change_down": _("Greatest rise"),
        "name": _("Name"),
    }


@dataclass(frozen=True)
class Wish:
    """What the filters ask for: which rows, in which order."""

    brand: str
    role: str
    grade: str
    wanted: str
    only_attention: bool
    order: str


def chosen_rows(scope: Scope, period: Period, wish: Wish) -> pd.DataFrame:
    """The rows that fit every filter, in the order asked for."""
    return _chosen_rows(reads.key(), scope, period, wish)


@kept(most=32)
def _chosen_rows(_state: reads.State, scope: Scope, period: Period, wish: Wish) -> pd.DataFrame:
    table = reads.team(scope, period)
    keep = pd.Series(data=True, index=table.index)
    for column, code in (("brand", wish.brand), ("role", wish.role), ("grade", wish.grade)):
        if code:
            keep &= table[column] == code
    if wish.wanted:
        text = wish.wanted.casefold()
        keep &= table["name"].str.casefold().str.contains(text, regex=False) | table[
            "employee_id"
        ].str.casefold().str.contains(text, regex=False)
    if wish.only_attention:
        keep &= table["is_behind"] | (table["change"] <= -GREAT_FALL) | table["vetoed"]
    column, ascending = _ORDERS[wish.order]
    return table[keep].sort_values(
        [column, "employee_id"], ascending=[ascending, True], na_position="last"
    )


@dataclass(frozen=True)
class Shown:
    """One page of the table as the screen shows it, and whose card each row is."""

    table: pd.DataFrame
    cards: list[tuple[str, str]]


@kept(most=128)
def _shown(
    _state: reads.State, scope: Scope, period: Period, wish: Wish, at: int, _language: str
) -> Shown:
    return _page_of(reads.directory(), chosen_rows(scope, period, wish), at)


def _page_of(directory: Directory, listed: pd.DataFrame, at: int) -> Shown:
    rows = listed.iloc[(at - 1) * _PER_PAGE : at * _PER_PAGE]
    cards = [
        (str(one), f"{role}@{brand}")
        for one, role, brand in zip(rows["employee_id"], rows["role"], rows["brand"], strict=True)
    ]
    return Shown(_screen_table(directory, rows), cards)


def chosen_list(scope: Scope, period: Period, wish: Wish, *, about: Mapping[str, str]) -> None:
    """The cards that fit the filters, as a table a page at a time."""
    _table_of(
        chosen_rows(scope, period, wish),
        lambda at: _shown(reads.key(), scope, period, wish, at, language()),
        of=len(reads.team(scope, period)),
        about=about,
    )


def team_list(
    directory: Directory, listed: pd.DataFrame, *, of: int, about: Mapping[str, str]
) -> None:
    """Some rows of the team's table, a page at a time."""
    _table_of(listed, lambda at: _page_of(directory, listed, at), of=of, about=about)


def _table_of(
    listed: pd.DataFrame, page: Callable[[int], Shown], *, of: int, about: Mapping[str, str]
) -> None:
    """The table a page at a time; a click on a row opens the person."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = (
            ngettext("**{n}** scorecard", "**{n}** scorecards", of)
            if len(listed) == of
            else ngettext(
                "**{n}** of {of} scorecard",
                "**{n}** of {of} scorecards",
                of,
                n=len(listed),
                of=of,
            )
        )
        st.markdown(said, width="stretch")
        directory = reads.directory()
        download(lambda: worded_table(directory, listed), about, title=_("Team"), key="team")
    if listed.empty:
        empty_state(
            _("Nobody fits these filters"),
            _("Widen the search, or choose another period."),
            icon=":material/search_off:",
        )
        return
    pages = -(-len(listed) // _PER_PAGE)
    at = min(address.read_number("page"), pages)
    shown = page(at)
    chosen = st.dataframe(
        shown.table,
        key=f"team_table_{at}",
        hide_index=True,
        row_height=_ROW,
        height=_ROW * min(len(shown.cards), 16) + 40,
        column_config=_columns(),
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="",
        alt=_("Scorecards of the team, one row each"),
    )
    cells = cast("dict[str, Any]", chosen).get("selection", {}).get("cells", [])
    if cells:
        person, card = shown.cards[int(cells[0][0])]
        navigation.open_person(person, card=card)
    st.caption(_("Click a row to open the scorecard."))
    if pages > 1:
        turned = f"team_page_{pages}"
        st.pagination(pages, default=at, key=turned, on_change=_turned, args=(turned,))


def _turned(widget: str) -> None:
    address.write("page", str(st.session_state[widget]), default="1")


def _screen_table(directory: Directory, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": rows["name"],
            "total": rows["total"].round(1),
            "change": rows["change"].round(1),
            "pace": (rows["pace"] * 100).round(),
            "trend": [[at for at in row if at is not None] for row in rows["trend"]],
            "grade": _named(rows["grade"], partial(words.grade_name, directory)),
            "rank": [
                words.rank_words(*pair) for pair in zip(rows["rank"], rows["of"], strict=True)
            ],
            "role": _named(rows["role"], partial(words.axis_name, directory, "role")),
            "brand": _named(rows["brand"], partial(words.axis_name, directory, "brand")),
            "weakest": _named(rows["weakest"], partial(words.indicator_name, directory)),
            "note": np.select(
                [rows["vetoed"], ~rows["complete"], rows["is_behind"]],
                [_("Breach: total is zero"), _("Incomplete"), _("Behind")],
                default="",
            ),
            "number": rows["employee_id"],
        }
    )


def _named(codes: pd.Series[str], name: Callable[[str], str]) -> pd.Series[str]:
    """Codes by their names, each name looked up once; nothing for none."""
    names = {code: name(code) for code in codes.unique() if isinstance(code, str)}
    return codes.map(names).fillna("")


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "name": column.TextColumn(_("Name"), width=150),
        "total": column.NumberColumn(_("Total"), format="%.1f", width=70),
        "change": column.NumberColumn(
            _("Change"), format="%+.1f", width=75, help=_("Against the period before")
        ),
        "pace": column.ProgressColumn(
            _("Pace"),
            format="%d%%",
            min_value=0,
            max_value=120,
            width=125,
            help=_("Progress ÷ time gone: 100 % keeps up with the calendar."),
        ),
        "trend": column.LineChartColumn(
            _("Last periods"), y_min=0, y_max=120, width=120, help=_("Totals, oldest first")
        ),
        "grade": column.TextColumn(_("Grade")),
        "rank": column.TextColumn(_("Rank"), width=70, alignment="right"),
        "role": column.TextColumn(_("Role")),
        "brand": column.TextColumn(_("Brand")),
        "weakest": column.TextColumn(
            _("Costs most points"), help=_("The indicator that loses most points")
        ),
        "note": column.TextColumn(_("Note")),
        "number": column.TextColumn(_("Number")),
    }


def worded_table(directory: Directory, rows: pd.DataFrame) -> pd.DataFrame:
    """The table as a file shows it: every title and code in words."""
    table = _screen_table(directory, rows)
    titles = {
        "name": _("Name"),
        "number": _("Number"),
        "role": _("Role"),
        "brand": _("Brand"),
        "total": _("Total"),
        "change": _("Change"),
        "pace": _("Pace"),
        "trend": _("Last periods"),
        "rank": _("Rank"),
        "grade": _("Grade"),
        "weakest": _("Costs most points"),
        "note": _("Note"),
    }
    table["rank"] = [
        _("{rank} of {of}", rank=int(rank), of=int(of)) if pd.notna(rank) else ""
        for rank, of in zip(rows["rank"], rows["of"], strict=True)
    ]
    return table[list(titles)].rename(columns=titles)
