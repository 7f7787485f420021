"""Typing data in: people, targets, monthly values and small tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.errors import PerfError
from perf_core.domain.import_tables import IMPORT_TABLES, Column
from perf_core.domain.period import Period, month_of
from perf_core.language.formats import format_day, format_period
from perf_core.services.data_desk import DataDesk
from perf_core.services.directory import Directory
from perf_core.services.typed_grids import (
    TYPED_TABLES,
    Grid,
    changed_rows,
    hand_kept_measures,
    month_grid,
    month_rows,
    table_grid,
    target_grid,
    target_rows,
)
from perf_ui import address, data_accounts, data_words, words
from perf_ui.data_indicator_parts import new_indicator
from perf_ui.filters import settle
from perf_ui.i18n import _, language, named
from perf_ui.widgets import empty_state, plain, worded

_SAVED: Final = "perf_typed_account"
_ROUND: Final = "perf_typed_round"
_MONTHS_OFFERED: Final = 27
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
    _saved_note(desk)
    if chosen in parts:
        parts[chosen][1](desk, directory)
    else:
        _table(desk, directory, chosen)


def _saved_note(desk: DataDesk) -> None:
    account = st.session_state.pop(_SAVED, None)
    if account is None:
        return
    rejected = sum(sum(table.rejected.values()) for table in account.tables)
    loaded = sum(table.loaded for table in account.tables)
    if not rejected and not account.refused:
        st.success(_("Kept {n} rows as load {load}.", n=loaded, load=account.load))
        return
    st.warning(_("Kept {n} rows; {bad} could not be kept:", n=loaded, bad=rejected))
    data_accounts.account_table(desk, account, key="typed")


def _keep(
    desk: DataDesk,
    directory: Directory,
    table: str,
    rows: pd.DataFrame,
    *,
    assignments_from: date | None = None,
) -> None:
    """Load what was typed; what is refused is shown with its reason, and stays on the screen."""
    if rows.empty:
        st.toast(_("Nothing was changed."))
        return
    try:
        account = desk.type_in(
            {table: rows},
            today=data_words.today(directory),
            assignments_from=assignments_from,
        )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    if account.refused or any(one.rejected for one in account.tables):
        loaded = sum(one.loaded for one in account.tables)
        st.warning(
            _("Kept {n} rows. These could not be kept; correct them and save again:", n=loaded)
        )
        for one in account.tables:
            for reason, n in one.rejected.items():
                name = data_words.reason_name(table, reason)
                st.markdown(
                    f"- **{plain(name)}** ({n}): {plain(data_words.reason_advice(table, reason))}"
                )
        if account.load is not None:
            found = desk.set_aside(account.load, "rejected")
            shown = found.drop(columns=["table", "file", "reason", "advice"], errors="ignore")
            st.dataframe(
                shown.rename(columns={c: data_words.column_name(table, str(c)) for c in shown}),
                hide_index=True,
                height="content",
            )
        return
    st.session_state[_SAVED] = account
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _round() -> int:
    """Editors start afresh after each save: their key changes."""
    return int(st.session_state.get(_ROUND, 0))


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
) -> pd.DataFrame:
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
    return cells


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
    after = _grid_editor(
        grid,
        key=f"targets_{period.code}_{role}_{brand}_{_round()}",
        column_name=lambda code: words.indicator_name(directory, code),
        unit=lambda code: indicators[code].unit if code in indicators else "count",
    )
    reason = st.text_input(_("Reason"), width=520, key=f"targets_reason_{_round()}", max_chars=300)
    if st.button(_("Save targets"), type="primary", icon=":material/save:"):
        rows = target_rows(grid.cells, after, period=period, reason=reason.strip())
        _keep(desk, directory, "targets", rows)


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
    before = month_grid(
        desk.store,
        directory,
        period,
        scope=desk.scope,
        role=role,
        brand=brand,
        codes=picked,
        today=data_words.today(directory),
    )
    if before.grid.cells.empty:
        empty_state(_("Nobody to type values for"), _("This role has nobody in this month."))
        return
    st.caption(
        _(
            "Sums of the month. What you change is entered on {day}, so that the month adds up to "
            "it.",
            day=format_day(before.day, language()),
        )
    )
    after = _grid_editor(
        before.grid,
        key=f"values_{period.code}_{role}_{brand}_{len(picked)}_{_round()}",
        column_name=measure_name,
        unit=lambda _code: "count",
    )
    if st.button(_("Save values"), type="primary", icon=":material/save:"):
        rows, too_low = month_rows(before, after, directory=directory)
        if too_low:
            names = ", ".join(
                f"{before.grid.names[who]} ({measure_name(code)})" for who, code in too_low
            )
            st.error(
                _(
                    "Below what other days of the month already add up to: {cells}",
                    cells=plain(names),
                )
            )
            return
        _keep(desk, directory, "measures", rows)


def _no_people() -> None:
    empty_state(_("There is nobody yet"), _("Begin with people: type them in, or load a file."))


# --- tables row by row ----------------------------------------------------------------------------


def _table(desk: DataDesk, directory: Directory, table: str) -> None:
    period = None
    if table in _BY_MONTH:
        with st.container(width=220):
            period = _month(directory, ahead=0)
    before = table_grid(desk.store, directory, table, scope=desk.scope, period=period)
    st.caption(data_words.table_about(table))
    wanted = ""
    if len(before) > 30:
        wanted = st.text_input(
            _("Search"), key=f"typed_find_{table}", placeholder=_("Name or number"), max_chars=60
        ).strip()
    shown = before
    if wanted:
        hit = before.astype(str).apply(
            lambda column: column.str.contains(wanted, case=False, regex=False)
        )
        shown = before[hit.any(axis=1)]
    shown = shown.head(500).reset_index(drop=True)
    columns = [one for one in IMPORT_TABLES[table].columns if one.name in before]
    for one in columns:
        if one.type in {"day", "month"}:
            shown[one.name] = pd.to_datetime(shown[one.name]).dt.date
        elif one.type != "number":
            shown[one.name] = shown[one.name].fillna("").astype(str)
    edited = st.data_editor(
        shown,
        num_rows="add",
        placeholder="",
        hide_index=True,
        height=520 if len(shown) > 11 else "content",
        key=f"typed_{table}_{period.code if period else ''}_{wanted}_{_round()}",
        column_config={one.name: _column(directory, table, one) for one in columns},
    )
    start: date | None = None
    if table == "employees":
        start = st.date_input(
            _("A new role, brand or manager counts from"),
            value=data_words.today(directory),
            key="typed_start",
        )
    if st.button(_("Save"), type="primary", icon=":material/save:", key=f"save_{table}"):
        _keep(desk, directory, table, changed_rows(shown, edited), assignments_from=start)
    st.caption(_("A row typed wrongly is corrected here, or taken back by undoing its load."))


def _column(directory: Directory, table: str, column: Column) -> Any:
    label = data_words.column_name(table, column.name) + (" *" if column.required else "")
    note = data_words.column_note(table, column.name) or None
    config = st.column_config
    if column.type == "day":
        return config.DateColumn(label, help=note, format="YYYY-MM-DD")
    if column.type == "month":
        return config.DateColumn(label, help=note, format="YYYY-MM")
    if column.type == "number":
        return config.NumberColumn(label, help=note)
    if column.choices:
        return config.SelectboxColumn(label, help=note, options=["", *column.choices])
    axis = {"role": "role", "dimension": "dimension"}.get(column.name)
    if table == "veto_events" and column.name == "kind":
        axis = "veto"
    if axis is not None:
        codes = sorted(code for kind, code in directory.catalogue.axes if kind == axis)
        return config.SelectboxColumn(
            label,
            help=note,
            options=["", *codes],
            format_func=lambda code: words.axis_name(directory, axis, code),  # type: ignore[arg-type]
        )
    return config.TextColumn(label, help=note)
