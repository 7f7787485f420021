"""What figures of cost, leaving and events are made of: pieces of the dialogs that tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import pandas as pd
import streamlit as st

from perf_core.services.directory import Directory
from perf_core.services.people_loads import loads_of_tables
from perf_ui import compare_reads, navigation, reads, words
from perf_ui.compare_reads import State
from perf_ui.i18n import _, ngettext
from perf_ui.start import store

_ASKED: Final = "compare_made_of"
_ROW: Final = 35
_MOST_ROWS: Final = 9
_HOUR: Final = 3600.0


def ask(part: str, *facts: str) -> None:
    """Remember what was asked about: this run opens its parts."""
    st.session_state[_ASKED] = (part, facts)


def asked(part: str) -> tuple[str, ...] | None:
    """What was asked about in a part of the page, once; nothing if nothing was."""
    held = st.session_state.get(_ASKED)
    if held is None or held[0] != part:
        return None
    del st.session_state[_ASKED]
    return tuple(held[1])


def ask_button(label: str, part: str, *facts: str, key: str) -> None:
    """A button that opens the parts of a figure."""
    st.button(
        label,
        key=f"made_of_{key}",
        type="tertiary",
        icon=":material/account_tree:",
        on_click=ask,
        args=(part, *facts),
    )


def people_table(ids: Sequence[str], shown: pd.DataFrame, *, key: str) -> None:
    """Show people, each with what they bring to the figure; a click opens the scorecard."""
    if shown.empty:
        st.caption(_("Nobody."))
        return
    chosen = st.dataframe(
        shown,
        key=f"made_of_people_{key}",
        hide_index=True,
        row_height=_ROW,
        height=_ROW * min(len(shown), _MOST_ROWS) + 38,
        column_config={
            name: st.column_config.NumberColumn(format="localized")
            for name in shown.select_dtypes("number").columns
        },
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="–",
    )
    cells = cast("dict[str, Any]", chosen).get("selection", {}).get("cells", [])
    if cells:
        navigation.open_person(ids[int(cells[0][0])])
    st.caption(
        ngettext(
            "{n} row. Click it to open the scorecard.",
            "{n} rows. Click one to open the scorecard.",
            len(shown),
        )
    )


@st.cache_resource(max_entries=16, ttl=_HOUR, show_spinner=False)
def _table_loads(state: State, tables: tuple[str, ...]) -> pd.DataFrame:
    del state
    return loads_of_tables(store(), tables)


def loads_table(
    directory: Directory,
    tables: Sequence[str],
    *,
    measures: Sequence[str] = (),
    spans: Iterable[Any] = (),
    key: str,
) -> None:
    """Show the deliveries that a figure comes from.

    Parameters
    ----------
    directory : Directory
        For the zone of instants.
    tables : sequence of str
        Tables of people, places and pay: every load of them counts.
    measures : sequence of str
        Measures: the loads that brought them on the days of ``spans`` count.
    spans : iterable of (date, date)
        First and last day of each run of days looked at.
    key : str
        Tells this table from others.
    """
    known = _table_loads(reads.key(), tuple(tables))[["load_id", "at", "files"]]
    frames = [known] if tables else []
    for first, last in spans:
        if measures:
            frames.append(compare_reads.loads(measures, first, last)[["load_id", "at", "files"]])
    found = pd.concat([one for one in frames if len(one)] or [known.iloc[:0]], ignore_index=True)
    if found.empty:
        st.caption(_("No load is recorded for these days."))
        return
    files = found.groupby("load_id")["files"].agg(_files)
    first_rows = found.drop_duplicates("load_id").sort_values("load_id", ascending=False)
    st.dataframe(
        pd.DataFrame(
            {
                _("Load"): first_rows["load_id"].tolist(),
                _("At"): [words.instant_words(directory, at) for at in first_rows["at"]],
                _("Files"): [files[load_id] for load_id in first_rows["load_id"]],
            }
        ),
        hide_index=True,
        row_height=_ROW,
        key=f"made_of_loads_{key}",
    )
    st.caption(
        _("These deliveries cover the days looked at; a person's scorecard names the exact rows.")
    )


def _files(texts: Iterable[str]) -> str:
    """File names of one load, each once."""
    return ", ".join(dict.fromkeys(name for text in texts for name in text.split(", ") if name))
