"""Typing data in: people, targets, monthly values and small tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from perf_core.domain.period import Period, month_of
from perf_core.language.formats import format_day, format_number, format_period
from perf_core.services.data_desk import DataDesk
from perf_core.services.directory import Directory
from perf_core.services.typed_grids import (
    TYPED_TABLES,
    Grid,
    changed_cells,
    hand_kept_measures,
    month_grid,
    month_rows,
    target_grid,
    target_rows,
)
from perf_ui import address, data_words, typed_keeping, words
from perf_ui.data_indicator_parts import new_indicator
from perf_ui.data_table_parts import type_table
from perf_ui.filters import settle
from perf_ui.i18n import _, language, named
from perf_ui.widgets import empty_state, plain

_MONTHS_OFFERED: Final = 27
_Where = Callable[[str, str], str]
_BY_MONTH: Final = frozenset({"absences", "pay", "rates", "ratings", "veto_events"})


def type_in(desk: DataDesk, directory: Directory) -> None:
    """Choose what to type, then type it."""
    parts: dict[str, tuple[str, Callable[[DataDesk, Directory], None]]] = {
        "targets": (_("Targets of a month"), _targets),
        "values": (_("Values of a month"), _values),
        "indicator": (_("A new indicator"), new_indicator),
    }
    names = {table: data_words.table_name(table) for table in TYPED_TABLES}
    options = ["employees", *parts, *(table for table in TYPED_TABLES if table != "employees")]
    chosen = address.read("what", allowed=options, default="employees")
    settle("typed_what", chosen)
    st.selectbox(
        _("What to type in"),
        options,
        width=340,
        format_func=lambda code: parts[code][0] if code in parts else names[code],
        key="typed_what",
        on_change=lambda: address.write(
            "what", st.session_state["typed_what"], default="employees"
        ),
    )
    typed_keeping.saved_note(desk)
    if chosen in parts:
        parts[chosen][1](desk, directory)
        return
    choose = partial(_month, directory, ahead=0) if chosen in _BY_MONTH else None
    type_table(desk, directory, chosen, choose)


def _month(directory: Directory, *, ahead: int = 1) -> Period:
    """Pick a month; the next ones too, since targets are set before it begins."""
    start = month_of(directory.data_day or data_words.today(directory))
    last = start
    for _n in range(ahead):
        last = month_of(last.end)
    offered = [last]
    while len(offered) < _MONTHS_OFFERED:
        offered.append(offered[-1].previous())
    by_code = {one.code: one for one in offered}
    chosen = address.read("month", allowed=by_code, default=start.code)
    settle("typed_month", chosen)
    st.selectbox(
        _("Month"),
        list(by_code),
        format_func=lambda code: format_period(by_code[code], language()),
        key="typed_month",
        on_change=lambda: address.write("month", st.session_state["typed_month"]),
    )
    return by_code[chosen]


def _role(directory: Directory) -> str:
    held = sorted(code for code in pd.unique(directory.people["role"]) if code)
    known = {template.role for template in directory.catalogue.templates}
    role = st.selectbox(
        _("Role"),
        [code for code in held if code in known] or held,
        format_func=lambda code: words.axis_name(directory, "role", code),
        key="typed_role",
    )
    return role or ""


def _brand(directory: Directory, role: str) -> str:
    people = directory.people
    brands = pd.unique(people.loc[people["role"] == role, "brand"])
    brand = st.selectbox(
        _("Brand"),
        ["", *sorted(code for code in brands if code)],
        format_func=lambda code: words.axis_name(directory, "brand", code) or _("All"),
        key="typed_brand",
    )
    return brand or ""


def _filters(directory: Directory, *, ahead: int) -> tuple[Period, str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        with st.container(width=200):
            period = _month(directory, ahead=ahead)
        with st.container(width=200):
            role = _role(directory)
        with st.container(width=200):
            brand = _brand(directory, role)
    return period, role, brand


def _grid_editor(
    grid: Grid,
    *,
    key: str,
    column_name: Callable[[str], str],
    unit: Callable[[str], str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells an editor began with, and as they are typed now."""
    grid = typed_keeping.begun_with(key, grid)
    shown = grid.cells.copy()
    scale = {code: 100.0 if unit(code) == "percent" else 1.0 for code in map(str, shown.columns)}
    for code, factor in scale.items():
        shown[code] = shown[code] * factor
    shown.insert(0, "person", [f"{grid.names[one]} · {one}" for one in shown.index])
    edited = st.data_editor(
        shown,
        hide_index=True,
        disabled=["person"],
        key=key,
        height="content" if len(shown) <= 18 else 680,
        placeholder="",
        column_config={
            "person": st.column_config.TextColumn(_("Person"), pinned=True, width=160),
            **{
                code: st.column_config.NumberColumn(
                    column_name(code) + (" (%)" if factor == 100.0 else ""), format="%.6g"
                )
                for code, factor in scale.items()
            },
        },
    )
    cells: pd.DataFrame = edited.drop(columns="person")
    cells.index = grid.cells.index
    for code, factor in scale.items():
        cells[code] = pd.to_numeric(cells[code], errors="coerce") / factor
    return grid.cells, cells


def _tell_quicker(grid: Grid, before: pd.DataFrame, after: pd.DataFrame, where: _Where) -> bool:
    """Say which cells somebody else has changed since they were shown; whether there are any."""
    typed = {(who, code) for who, code, _value in changed_cells(before, after)}
    quicker = [
        (who, code, value)
        for who, code, value in changed_cells(before, grid.cells)
        if (who, code) in typed
    ]
    if not quicker:
        return False
    typed_keeping.tell(
        [
            _(
                "{where}: somebody else has entered {value} meanwhile. Note what you typed, load "
                "the page again, and enter it anew.",
                where=where(who, code),
                value=format_number(value, language()),
            )
            for who, code, value in quicker
        ]
    )
    return True


def _targets(desk: DataDesk, directory: Directory) -> None:
    if directory.is_empty:
        _no_people()
        return
    period, role, brand = _filters(directory, ahead=2)
    grid = target_grid(desk.store, directory, period, scope=desk.scope, role=role, brand=brand)
    if grid.cells.empty or not len(grid.cells.columns):
        empty_state(
            _("No targets to set here"), _("This role has nobody in this month, or no template.")
        )
        return
    st.caption(
        _(
            "Each cell is the target in force: a person's own, else the brand's or role's, else "
            "the template's. What you change becomes the person's own; the old value stays on "
            "record."
        )
    )
    indicators = directory.catalogue.indicators

    def where(who: str, code: str) -> str:
        return _cell_words(grid, who, words.indicator_name(directory, code))

    before, after = _grid_editor(
        grid,
        key=f"targets_{period.code}_{role}_{brand}_{typed_keeping.round_number()}",
        column_name=lambda code: words.indicator_name(directory, code),
        unit=lambda code: indicators[code].unit if code in indicators else "count",
    )
    reason = st.text_input(
        _("Reason"), width=520, key=f"targets_reason_{typed_keeping.round_number()}", max_chars=300
    )
    if st.button(_("Save targets"), type="primary", icon=":material/save:"):
        if _tell_quicker(grid, before, after, where):
            return
        rows = target_rows(before, after, period=period, reason=reason.strip())
        typed_keeping.keep(
            desk,
            directory,
            "targets",
            rows,
            where=lambda row, _cell: where(
                str(rows["employee_id"].iloc[row]), str(rows["indicator"].iloc[row])
            ),
        )


def _values(desk: DataDesk, directory: Directory) -> None:
    if directory.is_empty:
        _no_people()
        return
    period, role, brand = _filters(directory, ahead=0)
    codes = hand_kept_measures(directory, role)
    if not codes:
        empty_state(
            _("Nothing is kept by hand for this role"),
            _("Its scorecard is made of orders, tickets and ratings."),
        )
        return
    measures = directory.catalogue.measures

    def measure_name(code: str) -> str:
        return named(measures[code].names, code) if code in measures else code

    picked = st.multiselect(
        _("Measures"), codes, default=codes[:8], format_func=measure_name, key=f"values_of_{role}"
    )
    now = month_grid(
        desk.store,
        directory,
        period,
        scope=desk.scope,
        role=role,
        brand=brand,
        codes=picked,
        today=data_words.today(directory),
    )
    if now.grid.cells.empty:
        empty_state(_("Nobody to type values for"), _("This role has nobody in this month."))
        return
    st.caption(
        _(
            "Sums of the month. What you change is entered on {day}, so that the month adds up to "
            "it.",
            day=format_day(now.day, language()),
        )
    )

    def where(who: str, code: str) -> str:
        return _cell_words(now.grid, who, measure_name(code))

    before, after = _grid_editor(
        now.grid,
        key=f"values_{period.code}_{role}_{brand}_{'-'.join(picked)}_"
        f"{typed_keeping.round_number()}",
        column_name=measure_name,
        unit=lambda _code: "count",
    )
    if st.button(_("Save values"), type="primary", icon=":material/save:"):
        if _tell_quicker(now.grid, before, after, where):
            return
        rows, too_low = month_rows(now, after, directory=directory)
        if too_low:
            typed_keeping.tell(
                [
                    _(
                        "{where}: below what other days of the month already add up to.",
                        where=where(who, code),
                    )
                    for who, code in too_low
                ]
            )
            return
        typed_keeping.keep(
            desk,
            directory,
            "measures",
            rows,
            where=lambda row, _cell: where(
                str(rows["employee_id"].iloc[row]), str(rows["measure"].iloc[row])
            ),
        )


def _cell_words(grid: Grid, who: str, column: str) -> str:
    return _(
        "{person}, “{column}”",
        person=plain(f"{grid.names[who]} · {who}"),
        column=plain(column),
    )


def _no_people() -> None:
    empty_state(_("There is nobody yet"), _("Begin with people: type them in, or load a file."))
