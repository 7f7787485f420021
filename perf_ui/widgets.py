"""Parts that pages share: tiles, bars, tables, figures with their files, words for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.errors import NotFound, PerfError
from perf_core.language.formats import format_day
from perf_core.reporting.sheets import csv_sheet, xlsx_sheet
from perf_ui.chart import chart
from perf_ui.downloads import later
from perf_ui.i18n import _, language

LOGO: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 28" width="132" height="28">'
    '<rect x="1" y="15" width="5" height="10" rx="1.5" fill="#5f82e8" opacity=".55"/>'
    '<rect x="9" y="9" width="5" height="16" rx="1.5" fill="#5f82e8" opacity=".8"/>'
    '<rect x="17" y="3" width="5" height="22" rx="1.5" fill="#5f82e8"/>'
    '<text x="31" y="20" font-family="Source Sans, Segoe UI, Helvetica, Arial, sans-serif" '
    'font-size="18" font-weight="650" fill="#6f8ae0" letter-spacing="-.2">Perfboard</text></svg>'
)

ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 28" width="24" height="28">'
    '<rect x="1" y="15" width="5" height="10" rx="1.5" fill="#5f82e8" opacity=".55"/>'
    '<rect x="9" y="9" width="5" height="16" rx="1.5" fill="#5f82e8" opacity=".8"/>'
    '<rect x="17" y="3" width="5" height="22" rx="1.5" fill="#5f82e8"/></svg>'
)

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$<>:^=@])")


def plain(text: str) -> str:
    """Text that markdown shows as it is: names and notes are never markup."""
    return _MARKDOWN.sub(r"\\\1", text.replace("\n", " ").replace("\r", " "))


def worded(error: PerfError) -> str:
    """Say in the reader's language why a wish cannot be granted."""
    facts = {
        name: plain(value)
        if isinstance(value, str)
        else format_day(value, language())
        if isinstance(value, date)
        else value
        for name, value in error.facts().items()
    }
    if isinstance(error, NotFound):
        facts["kind"] = _thing_names().get(error.kind, error.kind)
    return _(type(error).sentence, **facts)


def _thing_names() -> dict[str, str]:
    """What may not be found (``NotFound.kind``), in words."""
    return {
        "account": _("account"),
        "brand": _("brand"),
        "channel": _("channel"),
        "department": _("department"),
        "deputy": _("deputy"),
        "event": _("business event"),
        "indicator": _("indicator"),
        "kind of event": _("kind of event"),
        "link": _("shared link"),
        "load": _("load"),
        "part": _("part"),
        "period": _("period"),
        "person": _("person"),
        "region": _("region"),
        "role": _("role"),
        "scorecard": _("scorecard"),
    }


def fault_note() -> None:
    """Say that the program failed, and nothing else."""
    st.error(
        _("Something went wrong on this page. The log of the server says what."),
        icon=":material/error:",
    )


def store_not_ready(name: str) -> None:
    """Say that there is no store yet, and what to do."""
    st.title(_("The store is not set up"))
    st.write(_("Run this once, then load the page again:"))
    st.code("python -m perf_core init", language="shell")
    st.caption(_("Store: {name}", name=plain(name)))


def titled(title: str, note: str = "") -> str:
    """The title of a card and, below it in quiet letters, how to read the card; one element."""
    return f"**{title}**  \n:small[:gray[{note}]]" if note else f"**{title}**"


def heading(text: str, *, icon: str = "") -> None:
    """The title of a card."""
    st.markdown(f"{icon} **{text}**".strip())


def empty_state(title: str, text: str, *, icon: str = ":material/inbox:") -> None:
    """Say in words that there is nothing, and what would change that."""
    with st.container(border=True, key=f"empty_{abs(hash(title)) % 10_000}"):
        st.markdown(f"{icon} **{title}**")
        st.caption(text)


def card_head(text: str, *, offer: Callable[[], None] | None, defined: str | None = None) -> None:
    """The words above a figure, and beside them what is offered, if anything."""
    if offer is None:
        st.markdown(text, help=defined)
        return
    with st.container(horizontal=True, wrap=False, gap="small"):
        st.markdown(text, width="stretch", help=defined)
        offer()


def figure_card(
    title: str,
    figure: Any,
    *,
    key: str,
    alt: str,
    note: str = "",
    table: Callable[[], pd.DataFrame] | None = None,
    about: Mapping[str, str] | None = None,
) -> None:
    """Show a figure with its title, a line that explains it, and its numbers as files.

    Parameters
    ----------
    title : str
        What the figure answers.
    figure : plotly Figure
        Drawn by ``reporting.figures``.
    key : str
        Tells this figure apart on the page.
    alt : str
        The figure in one sentence, for who cannot see it.
    note : str
        How to read it.
    table : callable, optional
        Gives the numbers when a file is asked for.
    about : mapping, optional
        Period, filters and data date for the file.
    """
    with st.container(border=True, key=f"card_{key}"):
        card_head(
            titled(title, note),
            offer=table and (lambda: download(table, about or {}, title=title, key=key)),
        )
        chart(figure, key=f"figure_{key}", alt=alt)


def download(
    table: Callable[[], pd.DataFrame], about: Mapping[str, str], *, title: str, key: str
) -> None:
    """Offer a table as CSV and XLSX; it is written only when somebody asks for it."""
    name = re.sub(r"[^\w\-.]+", "-", "-".join([title, *list(about.values())[:1]])).strip("-")
    with st.popover("", icon=":material/download:", type="tertiary", help=_("Download")):
        st.download_button(
            _("CSV"),
            later(lambda: csv_sheet(table(), about)),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"csv_{key}",
            icon=":material/csv:",
            on_click="ignore",
        )
        st.download_button(
            _("Excel"),
            later(lambda: xlsx_sheet(table(), about, title=title)),
            file_name=f"{name}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"xlsx_{key}",
            icon=":material/table_view:",
            on_click="ignore",
        )
