"""What became of loads: the account of one, the rows it left out as files, all of them, undo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from perf_core.domain.errors import PerfError
from perf_core.reporting.sheets import csv_sheet
from perf_core.services.data_desk import DataDesk, LoadAccount
from perf_core.services.directory import Directory
from perf_ui import address, data_words, words
from perf_ui.i18n import _
from perf_ui.widgets import empty_state, plain, worded

_FILES_NAMED: Final = 3


def refused_words(accounts: Sequence[Any], reason: str) -> str:
    """Why a load was refused."""
    bad = [plain(account.file) for account in accounts if account.is_bad]
    if bad:
        return _(
            "More than a fifth of the rows are rejected in: {files}. Correct them, or load the "
            "good rows anyway.",
            files=", ".join(bad),
        )
    return plain(reason)


def account_table(desk: DataDesk, account: LoadAccount, *, key: str) -> None:
    """Read = loaded + excluded + rejected, with every reason, and the rows as files."""
    rows = [
        {
            "file": table.file,
            "table": data_words.table_name(table.table) if table.table else _("Not understood"),
            "read": table.read,
            "loaded": table.loaded,
            "excluded": sum(table.excluded.values()),
            "rejected": sum(table.rejected.values()),
            "why": " · ".join(
                part
                for part in (
                    data_words.counted(table.table or "", table.rejected),
                    data_words.counted(table.table or "", table.excluded),
                )
                if part
            ),
        }
        for table in account.tables
    ]
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={
            "file": _("File"),
            "table": _("Table"),
            "read": number(_("Read"), format="localized"),
            "loaded": number(_("Loaded"), format="localized"),
            "excluded": number(_("Left out"), format="localized"),
            "rejected": number(_("Rejected"), format="localized"),
            "why": _("Reasons"),
        },
        key=f"account_{key}",
    )
    advised = {
        data_words.reason_name(table.table or "", reason): data_words.reason_advice(
            table.table or "", reason
        )
        for table in account.tables
        for reason in table.rejected
    }
    for name, text in advised.items():
        if text:
            st.caption(f"**{plain(name)}** – {plain(text)}")
    if account.load is not None:
        _row_files(desk, account, key)


def _row_files(desk: DataDesk, account: LoadAccount, key: str) -> None:
    load = account.load
    assert load is not None  # noqa: S101 - asked for by the caller
    with st.container(horizontal=True, gap="small"):
        for kind, label in (("rejected", _("Rejected rows")), ("excluded", _("Rows left out"))):
            n = sum(sum(getattr(table, kind).values()) for table in account.tables)
            if n:
                st.download_button(
                    f"{label} ({n:,})",
                    partial(_set_aside_file, desk, load, kind),
                    file_name=f"load-{load}-{kind}.csv",
                    mime="text/csv",
                    icon=":material/download:",
                    key=f"{kind}_{key}_{load}",
                    on_click="ignore",
                )


def _set_aside_file(desk: DataDesk, load: int, kind: str) -> bytes:
    return csv_sheet(desk.set_aside(load, kind), {})


def past_loads(desk: DataDesk, directory: Directory) -> None:
    """Every load, its account, and the way back."""
    loads = desk.loads()
    if loads.empty:
        empty_state(_("Nothing has been loaded yet"), _("Load files, or type data in."))
        return
    ids = [str(load) for load in loads["load_id"]]
    for row in cast("Any", loads.head(100)).itertuples():
        with st.container(
            key=f"row_load_{row.load_id}", horizontal=True, vertical_alignment="center"
        ):
            st.markdown(
                f"**{row.load_id}** · {words.instant_words(directory, row.at)} · "
                + _what_it_was(str(row.kind), row.file_list),
                width="stretch",
            )
            st.badge(_status_name(str(row.status)), color=_status_colour(str(row.status)))
            st.button(
                _("Open"),
                key=f"open_load_{row.load_id}",
                type="tertiary",
                on_click=lambda load=str(row.load_id): address.write("load", load),
            )
    chosen = address.read("load", allowed=ids)
    if chosen:
        _one_load(desk, directory, int(chosen), loads[loads["load_id"] == int(chosen)].iloc[0])


def _what_it_was(kind: str, files: Sequence[str]) -> str:
    """What a load brought, in one line: typed tables by name, files by the first ones."""
    if kind == "typed":
        names = [data_words.table_name(name) for name in files]
        return f"{_kind_name(kind)} · {', '.join(names)}"
    shown = plain(", ".join(files[:_FILES_NAMED]))
    more = len(files) - _FILES_NAMED
    if more > 0:
        shown = _("{files} and {n} more", files=shown, n=more)
    return f"{_kind_name(kind)} · {shown}" if kind == "demo" else shown or _kind_name(kind)


def _kind_name(kind: str) -> str:
    return {"typed": _("Typed in"), "demo": _("Demo company")}.get(kind, _("Files"))


def _status_name(status: str) -> str:
    return {"done": _("Loaded"), "undone": _("Undone"), "refused": _("Refused")}.get(status, status)


def _status_colour(status: str) -> Any:
    return {"done": "blue", "refused": "orange"}.get(status, "gray")


def _one_load(desk: DataDesk, directory: Directory, load: int, row: pd.Series[Any]) -> None:
    @st.dialog(_("Load {load}", load=load), width="large", on_dismiss=_forget_load)
    def shown() -> None:
        st.caption(
            " · ".join(
                part
                for part in (
                    words.instant_words(directory, row["at"]),
                    plain(str(row["by"])),
                    _("{n} s", n=f"{row['seconds']:.1f}"),
                )
                if part
            )
        )
        account = desk.account(load)
        if account.refused:
            st.error(refused_words(account.tables, account.refused), icon=":material/block:")
        account_table(desk, account, key="one")
        if row["status"] == "done":
            _undo(desk, load)

    shown()


def _forget_load() -> None:
    address.write("load", "")


def _undo(desk: DataDesk, load: int) -> None:
    sure = st.checkbox(_("Yes, put everything back to before this load"), key=f"undo_sure_{load}")
    if st.button(_("Undo this load"), disabled=not sure, icon=":material/undo:"):
        try:
            with st.spinner(_("Undoing")):
                desk.undo(load)
        except PerfError as error:
            st.error(worded(error), icon=":material/block:")
            return
        _forget_load()
        st.rerun()
