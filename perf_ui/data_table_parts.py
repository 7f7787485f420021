"""Small tables typed row by row: names are shown and picked, codes are stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from perf_core.domain.catalogue import Names
from perf_core.domain.import_tables import IMPORT_TABLES, Column
from perf_core.domain.period import Period
from perf_core.services.data_desk import DataDesk
from perf_core.services.directory import Directory
from perf_core.services.typed_grids import changed_places, is_stale, table_grid
from perf_core.services.typed_names import (
    MARK,
    MUST_BE_KNOWN,
    CellFault,
    Kind,
    codes_for,
    likest,
    named_columns,
    names_of,
)
from perf_ui import data_words, typed_keeping
from perf_ui.i18n import _, language
from perf_ui.widgets import plain

_SEARCHED_FROM: Final = 30
_MOST_SHOWN: Final = 500
_MOST_KNOWN: Final = 8
_ASKED: Final = "perf_typed_asked"
_WITH_CODE: Final = frozenset({"person", "owner"})
# A picker that takes new entries offers to create them, in English; one that takes none throws
# away names that are pasted. The browser tells the two apart by "is true" and "is false": what is
# neither offers nothing, and leaves what is pasted to be looked up here.
_PASTED_ONLY: Final = cast("bool", 0)

Called = dict[Kind, dict[str, Names]]


def type_table(
    desk: DataDesk, directory: Directory, table: str, choose_month: Callable[[], Period] | None
) -> None:
    """Show a table as it stands, to be changed and added to."""
    period = None
    if choose_month is not None:
        with st.container(width=220):
            period = choose_month()
    fresh = table_grid(desk.store, directory, table, scope=desk.scope, period=period)
    st.caption(data_words.table_about(table))
    called = _called(desk, directory, table)
    key = f"typed_{table}_{period.code if period else ''}_{typed_keeping.round_number()}"
    wanted = _search(fresh, key)
    editor = f"{key}_{wanted}"
    shown = typed_keeping.begun_with(editor, _shown(fresh, table, called, wanted))
    edited = st.data_editor(
        shown,
        num_rows="add",
        placeholder="",
        hide_index=True,
        height=520 if len(shown) > 11 else "content",
        key=editor,
        column_config=_columns(table, shown, called),
    )
    start: date | None = None
    if table == "employees":
        start = st.date_input(
            _("A new role, brand or manager counts from"),
            value=data_words.today(directory),
            key="typed_start",
        )
    is_pressed = st.button(_("Save"), type="primary", icon=":material/save:", key=f"save_{table}")
    # A question about new names stays until it is answered, here or by correcting them.
    if is_pressed or st.session_state.pop(_ASKED, None) == editor:
        typed = _Typed(editor, shown, edited, fresh, called, start)
        _save(desk, directory, table, typed, is_pressed=is_pressed)
    st.caption(" ".join(_hints(table)))


def _hints(table: str) -> list[str]:
    kinds = set(named_columns(table, [one.name for one in IMPORT_TABLES[table].columns]).values())
    said = [_("Pick people, brands and the like by their names, or paste names or codes.")]
    if kinds - MUST_BE_KNOWN:
        said.append(
            _(
                "A new brand, region or the like is typed and taken over with “Create”; saving "
                "asks whether it is meant."
            )
        )
    if table == "employees":
        said.append(_("Save those who lead others first: then they can be picked."))
    said.append(_("A row typed wrongly is corrected here, or taken back by undoing its load."))
    return said


def _called(desk: DataDesk, directory: Directory, table: str) -> Called:
    """What the things of a table's columns are called."""
    columns = [one.name for one in IMPORT_TABLES[table].columns]
    kinds = set(named_columns(table, columns).values())
    goals: dict[str, str] = {}
    if "goal" in kinds:
        found = table_grid(desk.store, directory, "goals", scope=desk.scope)
        goals = dict(zip(found["goal_id"], found["title"], strict=True))
    return {kind: names_of(directory, kind, goals) for kind in kinds}


def _search(fresh: pd.DataFrame, key: str) -> str:
    if len(fresh) <= _SEARCHED_FROM:
        return ""
    widget = f"{key}_find"
    wanted = str(st.session_state.get(widget) or "").strip()
    # Another search is another grid: what was typed into this one would be gone.
    is_typing = typed_keeping.has_edits(f"{key}_{wanted}")
    st.text_input(
        _("Search"),
        key=widget,
        placeholder=_("Name or number"),
        max_chars=60,
        disabled=is_typing,
        help=_("Save first, then search on.") if is_typing else None,
    )
    return wanted


def _shown(fresh: pd.DataFrame, table: str, called: Called, wanted: str) -> pd.DataFrame:
    """The rows to show: those searched for by code or name; named cells as lists of codes."""
    named = named_columns(table, [str(name) for name in fresh.columns])
    if wanted:
        said = fresh.astype(str)
        for column, kind in named.items():
            said[column] += " " + said[column].map(lambda code, of=kind: _name(called[of], code))
        hit = said.apply(lambda cells: cells.str.contains(wanted, case=False, regex=False))
        fresh = fresh[hit.any(axis=1)]
    shown = fresh.head(_MOST_SHOWN).reset_index(drop=True)
    for one in IMPORT_TABLES[table].columns:
        if one.name not in shown:
            continue
        if one.name in named:
            cells = [[str(code)] if code else [] for code in shown[one.name].fillna("")]
            shown[one.name] = pd.Series(cells, index=shown.index, dtype=object)
        elif one.type in {"day", "month"}:
            shown[one.name] = pd.to_datetime(shown[one.name]).dt.date
        elif one.type != "number":
            shown[one.name] = shown[one.name].fillna("").astype(str)
    return shown


def _name(called: dict[str, Names], code: str, *, with_code: bool = False) -> str:
    names = called.get(code)
    name = names.in_language(language(), code) if names is not None else code
    return f"{name}{MARK}{code}" if with_code and name != code else name


def _columns(table: str, shown: pd.DataFrame, called: Called) -> dict[str, Any]:
    named = named_columns(table, [str(name) for name in shown.columns])
    return {
        one.name: _column(table, one, named.get(one.name), called)
        for one in IMPORT_TABLES[table].columns
        if one.name in shown
    }


def _column(table: str, column: Column, kind: Kind | None, called: Called) -> Any:
    label = data_words.column_name(table, column.name) + (" *" if column.required else "")
    note = data_words.column_note(table, column.name) or None
    # Whose row it is stays in sight on a phone.
    pinned = column.name in {IMPORT_TABLES[table].key[0], "name"} or None
    config = st.column_config
    if kind is not None:
        names = called[kind]
        return config.MultiselectColumn(
            label,
            help=note,
            options=list(names),
            accept_new_options=_PASTED_ONLY if kind in MUST_BE_KNOWN else True,
            color="gray",
            pinned=pinned,
            format_func=lambda code: _name(names, str(code), with_code=kind in _WITH_CODE),
        )
    if column.type == "day":
        return config.DateColumn(label, help=note, format="YYYY-MM-DD", pinned=pinned)
    if column.type == "month":
        return config.DateColumn(label, help=note, format="YYYY-MM", pinned=pinned)
    if column.type == "number":
        return config.NumberColumn(label, help=note)
    if column.choices:
        return config.SelectboxColumn(
            label,
            help=note,
            options=["", *column.choices],
            format_func=lambda code: data_words.choice_name(table, column.name, str(code)),
        )
    return config.TextColumn(label, help=note, pinned=pinned)


# --- saving ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Typed:
    """What an editor began with, what it holds, and what there is besides."""

    editor: str
    shown: pd.DataFrame
    edited: pd.DataFrame
    fresh: pd.DataFrame
    called: Called
    start: date | None


def _save(
    desk: DataDesk, directory: Directory, table: str, typed: _Typed, *, is_pressed: bool
) -> None:
    shown, edited, fresh, called = typed.shown, typed.edited, typed.fresh, typed.called
    if table == "employees":
        # Whoever is typed in here may lead others of the same table.
        added = dict(zip(edited["employee_id"].fillna(""), edited["name"].fillna(""), strict=True))
        people = {code: Names(zh=name, en=name) for code, name in added.items() if code}
        called = {**called, "person": {**people, **called["person"]}}
    before, _none = codes_for(table, shown, {})
    after, faults = codes_for(table, edited, called)
    places = changed_places(before, after)
    changed = after.iloc[places].reset_index(drop=True)[list(shown.columns)]

    def where(row: int, column: str) -> str:
        return _where(table, places[row], changed.iloc[row], column, called)

    def at(fault: CellFault) -> str:
        return where(places.index(fault.row), fault.column)

    faults = [one for one in faults if one.row in places]
    if wrong := [one for one in faults if one.why != "new"]:
        if is_pressed:
            typed_keeping.tell([_fault(one, at(one)) for one in wrong])
        return
    # What stands in a column already has been told apart from a slip before.
    new = [one for one in faults if one.text not in set(before[one.column])]
    if not _is_meant(new, at, table, typed) or not (new or is_pressed):
        return
    quicker = [
        row
        for row, place in enumerate(places)
        if is_stale(before, fresh, place, key=IMPORT_TABLES[table].key)
    ]
    if quicker:
        typed_keeping.tell(
            [
                _(
                    "{where}: somebody else has changed this row meanwhile. Note what you typed, "
                    "load the page again, and enter it anew.",
                    where=where(row, ""),
                )
                for row in quicker
            ]
        )
        return
    typed_keeping.keep(desk, directory, table, changed, where=where, assignments_from=typed.start)


def _is_meant(
    new: list[CellFault], at: Callable[[CellFault], str], table: str, typed: _Typed
) -> bool:
    """Ask whether names that nothing here has are meant, or slips."""
    if not new:
        return True
    st.session_state[_ASKED] = typed.editor
    kinds = named_columns(table, [str(name) for name in typed.shown.columns])
    first: dict[tuple[Kind, str], CellFault] = {}
    for one in new:
        first.setdefault((kinds[one.column], one.text), one)
    told = []
    for (kind, text), one in first.items():
        known = typed.called[kind]
        names = [_name(known, code) for code in likest(text, known)[:_MOST_KNOWN]]
        told.append(
            _(
                "{where}: “{said}” is not known yet. Known are {known}.",
                where=at(one),
                said=plain(text),
                known=plain(", ".join([*names, "…"] if len(known) > len(names) else names)),
            )
        )
    typed_keeping.tell(
        told, head=_("Nothing has been saved yet. Correct what is mistyped, or keep it as new:")
    )
    # Another question is another button: no answer counts for what was not asked.
    wording = " ".join(text for _kind, text in first)
    return st.button(_("Keep as new and save"), icon=":material/add:", key=f"new_{wording}")


def _fault(fault: CellFault, where: str) -> str:
    if fault.why == "unknown":
        return _(
            "{where}: nothing here is called “{said}”. Pick from the list, or write the code.",
            where=where,
            said=plain(fault.text),
        )
    if fault.why == "ambiguous":
        return _(
            "{where}: more than one is called “{said}”. Pick from the list, or write the code.",
            where=where,
            said=plain(fault.text),
        )
    return _("{where}: more than one is chosen. Leave only one.", where=where)


def _where(table: str, place: int, row: pd.Series[Any], column: str, called: Called) -> str:
    """Words for a cell: the row as one counts it, whose it is, and the column."""
    named = named_columns(table, [str(name) for name in row.index])
    keys = IMPORT_TABLES[table].key[:2]
    whose = [row[one] for one in ("name", "title") if one in row.index and row[one]] or [
        _name(called[named[one]], str(row[one])) if one in named else row[one]
        for one in keys
        if row[one] not in ("", None)
    ]
    who = ", ".join(str(one) for one in whose) or _("new")
    if not column:
        return _("Row {row} ({who})", row=place + 1, who=plain(who))
    return _(
        "Row {row} ({who}), “{column}”",
        row=place + 1,
        who=plain(who),
        column=plain(data_words.column_name(table, column)),
    )
