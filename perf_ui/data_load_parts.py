"""Files in: drop them, see how they are understood, map the rest, load, read the account."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from perf_core.domain.errors import PerfError
from perf_core.domain.import_tables import IMPORT_TABLES
from perf_core.scratch import scratch_prefix
from perf_core.services.data_desk import (
    MAPPING_FILE,
    DataDesk,
    FileMapping,
    LoadAccount,
    Preview,
    mapping_text,
    pattern_of,
)
from perf_core.services.directory import Directory
from perf_ui import data_accounts, data_words, reads, words
from perf_ui.i18n import _, ngettext
from perf_ui.style import word_uploader
from perf_ui.widgets import plain, worded

_DROP: Final = "perf_drop"
_ACCOUNT: Final = "perf_last_account"


@dataclass
class _Drop:
    """What one session has dropped: its folder, and what was said about it."""

    folder: Path
    files: tuple[str, ...] = ()
    uploader: int = 0
    own_mapping: str = ""
    mappings: dict[str, FileMapping] = field(default_factory=dict)
    preview_key: object = None
    preview: Preview | None = None


def _drop() -> _Drop:
    if _DROP not in st.session_state:
        folder = Path(tempfile.mkdtemp(prefix=scratch_prefix("drop")))
        drop = _Drop(folder)
        # The folder goes with the session, also when its browser just closes.
        weakref.finalize(drop, shutil.rmtree, folder, ignore_errors=True)
        st.session_state[_DROP] = drop
    return cast("_Drop", st.session_state[_DROP])


def load_files(desk: DataDesk, directory: Directory) -> None:
    """The way from files to an account."""
    if _ACCOUNT in st.session_state:
        _last_account(desk)
    drop = _drop()
    st.caption(
        _(
            "Orders, tickets, traffic, pay, targets, people: CSV, Excel or Parquet, as your "
            "systems export them. Nothing is kept before you press “Load”."
        )
    )
    is_folder = st.toggle(_("A whole folder"), key="drop_folder")
    word_uploader()
    uploaded = st.file_uploader(
        _("Files"),
        accept_multiple_files="directory" if is_folder else True,
        key=f"drop_{drop.uploader}_{is_folder}",
        label_visibility="collapsed",
    )
    files: list[Any] = list(uploaded or [])
    if not files:
        _first_help(directory)
        return
    _keep(drop, files)
    preview = _previewed(desk, drop, directory)
    if preview is None:
        return
    _recognised(preview)
    _unrecognised(drop, preview)
    _titles(desk, directory, preview)
    start = _start_day(preview, directory)
    _load_button(desk, drop, directory, preview, start)


def _first_help(directory: Directory) -> None:
    with st.container(border=True, key="load_help"):
        st.markdown(_("**Nothing to export from?**"))
        st.caption(
            _(
                "Fill in the blank workbook under “Take out” and drop it here, or type under "
                "“Type in”."
            )
        )
        if directory.is_empty:
            st.caption(_("Begin with people, then orders or measures, then targets and pay."))


def _keep(drop: _Drop, files: Sequence[Any]) -> None:
    """Write what was dropped into the session's folder, once."""
    named = tuple(f"{file.file_id}" for file in files)
    if named == drop.files:
        return
    shutil.rmtree(drop.folder, ignore_errors=True)
    drop.folder.mkdir(parents=True)
    drop.own_mapping = ""
    for file in files:
        # A dropped folder names its files with their way; it must not lead out of ours.
        parts = [part for part in Path(file.name).parts if part not in {"..", "/", "\\", ""}]
        place = drop.folder.joinpath(*parts)
        if not place.resolve().is_relative_to(drop.folder.resolve()):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            short = hashlib.sha256(file.file_id.encode()).hexdigest()[:6]
            place = place.with_name(f"{place.stem}-{short}{place.suffix}")
        file.seek(0)
        with place.open("wb") as kept:
            shutil.copyfileobj(file, kept, 1 << 20)
        if place.name == MAPPING_FILE:
            drop.own_mapping = place.read_text(encoding="utf-8", errors="replace")
            place.unlink()
    drop.files, drop.mappings, drop.preview_key = named, {}, None


def _previewed(desk: DataDesk, drop: _Drop, directory: Directory) -> Preview | None:
    text = "\n".join(part for part in (drop.own_mapping, _mapping(drop)) if part)
    (drop.folder / MAPPING_FILE).unlink(missing_ok=True)
    if text:
        (drop.folder / MAPPING_FILE).write_text(text, encoding="utf-8")
    key = (drop.files, text, reads.key())
    if drop.preview_key != key:
        with st.spinner(_("Reading the files")):
            try:
                drop.preview = desk.preview(drop.folder, today=data_words.today(directory))
            except PerfError as error:
                st.error(worded(error), icon=":material/block:")
                return None
        drop.preview_key = key
    return drop.preview


def _mapping(drop: _Drop) -> str:
    return mapping_text(list(drop.mappings.values()))


# --- what was understood --------------------------------------------------------------------------


def _recognised(preview: Preview) -> None:
    for problem in preview.problems:
        st.warning(data_words.problem_words(problem), icon=":material/draft:")
    if preview.tables:
        st.subheader(_("Understood"))
    for at, table in enumerate(preview.tables):
        account = table.account
        name = account.table or ""
        becomes = _what_becomes(name, account)
        title = f"**{plain(account.file)}** → {data_words.table_name(name)} :gray[· {becomes}]"
        icon = ":material/warning:" if account.rejected else ":material/check:"
        with st.expander(title, icon=icon, key=f"seen_{at}"):
            st.dataframe(_worded_rows(name, table.first_rows), hide_index=True, height="content")
            pairs = " · ".join(
                f"{plain(header)} → {plain(data_words.column_name(name, column))}"
                for column, header in table.columns.items()
            )
            st.caption(pairs)
            if table.unmapped:
                st.caption(_("Not used: {columns}", columns=plain(", ".join(table.unmapped))))
    for note in preview.notes:
        st.caption(data_words.problem_words(note))


def _what_becomes(table: str, account: Any) -> str:
    parts = [ngettext("{n} row", "{n} rows", account.read)]
    reasons = (account.rejected, account.excluded)
    parts += [data_words.counted(table, counts) for counts in reasons if counts]
    return " · ".join(parts)


def _worded_rows(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows.head(8).copy()
    if "reason" in shown and table != "targets":
        shown["reason"] = [
            data_words.reason_name(table, one) if one else "" for one in shown["reason"]
        ]
        shown = shown.rename(columns={"reason": _("Set aside because")})
    if (empty := _("Set aside because")) in shown and not shown[empty].astype(bool).any():
        shown = shown.drop(columns=empty)
    names = {column: data_words.column_name(table, str(column)) for column in shown.columns}
    return shown.rename(columns=_unique(names))


def _unique(names: dict[Any, str]) -> dict[Any, str]:
    seen: set[str] = set()
    for key, name in names.items():
        while names[key] in seen:
            names[key] = f"{name} ({key})"
        seen.add(names[key])
    return names


# --- what was not ---------------------------------------------------------------------------------


def _unrecognised(drop: _Drop, preview: Preview) -> None:
    if not preview.unrecognised:
        return
    st.subheader(_("Not understood yet"))
    st.caption(_("Say once what these are; it is remembered for the next delivery."))
    for at, one in enumerate(preview.unrecognised):
        with st.container(border=True, key=f"unknown_{at}"):
            st.markdown(f":material/help: **{plain(one.file)}**")
            rows = pd.DataFrame(one.rows, columns=_headers(one.columns))
            st.dataframe(rows.head(4), hide_index=True, height="content")
            _map_form(drop, one, at)


def _headers(columns: Sequence[str]) -> list[str]:
    return list(_unique({at: name or f"#{at + 1}" for at, name in enumerate(columns)}).values())


def _map_form(drop: _Drop, one: Any, at: int) -> None:
    tables = [name for name in IMPORT_TABLES if name != "measures_wide"]
    guess = one.guesses[0].table if one.guesses else "orders"
    table = st.selectbox(
        _("This is"),
        tables,
        index=tables.index(guess) if guess in tables else 0,
        format_func=data_words.table_name,
        key=f"map_table_{at}",
    )
    st.caption(data_words.table_about(table))
    options = ["", *dict.fromkeys(name for name in one.columns if name)]
    chosen: dict[str, str] = {}
    with st.form(f"map_form_{at}", border=False):
        grid = st.grid(3, min_column_width=180, gap="small")
        for column in IMPORT_TABLES[table].columns:
            label = data_words.column_name(table, column.name)
            chosen[column.name] = grid.selectbox(
                f"{label} \\*" if column.required else label,
                options,
                format_func=lambda name: name or "—",
                key=f"map_{at}_{table}_{column.name}",
                help=data_words.column_note(table, column.name) or None,
            )
        source = st.text_input(
            _("Name of this source"),
            value=Path(pattern_of(one.file).replace("*", "")).stem.strip("-_ ") or "source",
            max_chars=60,
            key=f"map_source_{at}",
        )
        sent = st.form_submit_button(_("Read it like this"), type="primary")
    if not sent:
        return
    missing = [
        data_words.column_name(table, column.name)
        for column in IMPORT_TABLES[table].columns
        if column.required and not chosen[column.name]
    ]
    if missing:
        st.error(_("Choose a column for: {columns}", columns=plain(", ".join(missing))))
        return
    name = "".join(sign if sign.isalnum() else "_" for sign in source.strip()) or "source"
    drop.mappings[name] = FileMapping(
        name, table, pattern_of(one.file), {key: value for key, value in chosen.items() if value}
    )
    st.rerun()


# --- titles, days, the load -----------------------------------------------------------------------


def _titles(desk: DataDesk, directory: Directory, preview: Preview) -> None:
    unknown = preview.titles[~preview.titles["known"].astype(bool)]
    if unknown.empty:
        return
    st.subheader(_("Job titles without a role"))
    st.caption(_("A role decides the scorecard. What you leave open becomes a role of its own."))
    roles = sorted({code for kind, code in directory.catalogue.axes if kind == "role"})
    edited = st.data_editor(
        unknown[["title", "people"]].assign(role=""),
        hide_index=True,
        disabled=["title", "people"],
        height="content",
        column_config={
            "title": st.column_config.TextColumn(_("Job title")),
            "people": st.column_config.NumberColumn(_("People"), width=90),
            "role": st.column_config.SelectboxColumn(
                _("Role"),
                options=["", *roles],
                format_func=lambda code: words.axis_name(directory, "role", str(code)) or "—",
            ),
        },
        key="titles_editor",
    )
    picked = {str(row.title): str(row.role) for row in edited.itertuples() if row.role}
    if st.button(_("Remember these roles"), disabled=not picked):
        desk.map_titles(picked)
        st.rerun()


def _start_day(preview: Preview, directory: Directory) -> date | None:
    moved = preview.started[~preview.started["is_first"].astype(bool)]
    if moved.empty:
        return None
    return st.date_input(
        ngettext(
            "{n} person has a new role, brand or manager, from",
            "{n} people have a new role, brand or manager, from",
            len(moved),
        ),
        value=data_words.today(directory),
        key="drop_start",
    )


def _load_button(
    desk: DataDesk, drop: _Drop, directory: Directory, preview: Preview, start: date | None
) -> None:
    if not preview.tables:
        return
    anyway = False
    if preview.refused:
        st.error(
            data_accounts.refused_words(preview_accounts(preview), preview.refused),
            icon=":material/block:",
        )
        anyway = st.checkbox(_("Load the good rows anyway"), key="drop_anyway")
    if not st.button(
        _("Load"),
        type="primary",
        icon=":material/upload:",
        disabled=bool(preview.refused and not anyway),
    ):
        return
    shown = st.progress(0.0, _("Reading the files"))

    def tell(step: str, share: float) -> None:
        shown.progress(min(max(share, 0.0), 1.0), data_words.step_name(step))

    try:
        account = desk.load(
            drop.folder,
            today=data_words.today(directory),
            allow_rejects=anyway,
            assignments_from=start,
            progress=tell,
        )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    st.session_state[_ACCOUNT] = account
    if not account.refused:
        # A new uploader is an empty one; what was refused stays, nothing dropped is lost.
        drop.uploader += 1
        drop.files = ()
    st.rerun()


def preview_accounts(preview: Preview) -> list[Any]:
    """The accounts of a preview's tables."""
    return [table.account for table in preview.tables]


def _last_account(desk: DataDesk) -> None:
    account: LoadAccount = st.session_state[_ACCOUNT]
    with st.container(border=True, key="last_account"):
        if account.refused:
            st.error(
                data_accounts.refused_words(account.tables, account.refused),
                icon=":material/block:",
            )
        else:
            st.success(_("Loaded as number {load}.", load=account.load), icon=":material/check:")
        data_accounts.account_table(desk, account, key="last")
        if st.button(_("Close"), key="close_account"):
            del st.session_state[_ACCOUNT]
            st.rerun()
