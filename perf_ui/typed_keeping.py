"""Keeping what was typed: all of it or nothing; what cannot be kept is named cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.errors import PerfError
from perf_core.services.data_desk import DataDesk
from perf_core.services.directory import Directory
from perf_ui import data_accounts, data_words
from perf_ui.i18n import _, ngettext
from perf_ui.widgets import plain, worded

_SAVED: Final = "perf_typed_account"
_ROUND: Final = "perf_typed_round"
_BASE: Final = "perf_typed_base"
_MOST_TOLD: Final = 20
_CELLS_OF: Final[dict[str, tuple[str, ...]]] = {
    "bad_date": ("period", "day", "month"),
    "bad_number": ("value", "amount", "rate", "score"),
    "bad_choice": ("indicator", "relation", "kind", "status"),
    "bad_rating": ("score",),
    "too_large": ("value", "amount", "rate", "score"),
    "negative_amount": ("amount", "value"),
    "unknown_employee": ("employee_id", "ratee_id", "owner_id"),
    "not_employed_that_day": ("day",),
    "future_date": ("day",),
    "no_rate": ("currency",),
    "overlapping_assignment": ("from_date",),
    "overlapping_owner": ("from_date",),
    "target_not_positive": ("value",),
    "rate_not_positive": ("rate",),
    "to_before_from": ("to_date", "to_day"),
    "leave_before_hire": ("leave_date",),
}


def round_number() -> int:
    """Editors start afresh after each save: their key changes."""
    return int(st.session_state.get(_ROUND, 0))


def has_edits(editor: str) -> bool:
    """Whether something was typed into an editor and not saved yet."""
    state: Any = st.session_state.get(editor)
    return bool(state and (state.get("edited_rows") or state.get("added_rows")))


def begun_with(editor: str, fresh: Any) -> Any:
    """What an editor began with: it stays below what is typed, whoever changes it meanwhile."""
    begun = st.session_state.get(_BASE)
    if begun is None or begun[0] != editor or not has_edits(editor):
        begun = (editor, fresh)
        st.session_state[_BASE] = begun
    return begun[1]


def saved_note(desk: DataDesk) -> None:
    """Say once what the last save kept."""
    account = st.session_state.pop(_SAVED, None)
    if account is None:
        return
    loaded = sum(table.loaded for table in account.tables)
    st.success(
        ngettext(
            "Kept {n} row as load {load}.",
            "Kept {n} rows as load {load}.",
            loaded,
            load=account.load,
        )
    )
    if any(table.excluded for table in account.tables):
        data_accounts.account_table(desk, account, key="typed")


def tell(problems: Sequence[str], *, head: str = "") -> None:
    """Say what stands in the way, cell by cell; what was typed stays as it is."""
    told = [f"- {one}" for one in problems[:_MOST_TOLD]]
    if len(problems) > _MOST_TOLD:
        told.append("- " + _("and {n} more", n=len(problems) - _MOST_TOLD))
    head = head or _("Nothing has been saved yet. Correct these cells and save again:")
    st.error("\n".join([head, "", *told]), icon=":material/block:")


def keep(
    desk: DataDesk,
    directory: Directory,
    table: str,
    rows: pd.DataFrame,
    *,
    where: Callable[[int, str], str],
    assignments_from: date | None = None,
) -> None:
    """Load what was typed, if all of it can be kept.

    Parameters
    ----------
    desk, directory, table
        Where it goes.
    rows : DataFrame
        The rows, with codes.
    where : callable
        Words for a row (its place in ``rows``) and a column (empty: the row as such).
    assignments_from : date, optional
        The day from which a new role or brand counts.
    """
    if rows.empty:
        st.toast(_("Nothing was changed."))
        return
    today = data_words.today(directory)
    try:
        with st.spinner(_("Saving")):
            found = desk.check_typed({table: rows}, today=today, assignments_from=assignments_from)
            if found.empty:
                account = desk.type_in(
                    {table: rows}, today=today, assignments_from=assignments_from
                )
    except PerfError as error:
        st.error(worded(error), icon=":material/block:")
        return
    if len(found):
        tell([_problem(one, rows, where) for one in found.itertuples()])
        return
    st.session_state[_SAVED] = account
    st.session_state[_ROUND] = round_number() + 1
    st.rerun()


def _problem(found: Any, rows: pd.DataFrame, where: Callable[[int, str], str]) -> str:
    table, reason = str(found.table), str(found.reason)
    cells = (
        (reason.removeprefix("missing_"),)
        if reason.startswith("missing_")
        else _CELLS_OF.get(reason, ())
    )
    cell = next((one for one in cells if one in rows), "")
    what = data_words.reason_name(table, reason)
    return _(
        "{where}: {what}. {advice}",
        where=where(int(found.row), cell),
        what=plain(what),
        advice=plain(data_words.reason_advice(table, reason)),
    )
