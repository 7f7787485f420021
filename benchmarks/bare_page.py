"""A bare Streamlit page: the tables and charts of a folder; with ``?all=1`` its other elements too.

What is shown was recorded from a page of the app (``benchmarks.recorded``), and each element is
made by the plain call for it, with the arguments it had. Nothing is computed here, so what this
page costs is what Streamlit itself costs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

import streamlit as st

from benchmarks.recorded import Kept, read_kept

_CONFIG: Final = {"displayModeBar": False, "responsive": True}

kept: Kept = st.cache_resource(read_kept)(os.environ["BARE_PAGE_FOLDER"])


def nothing() -> bytes:
    """An empty file."""
    return b""


def empty_page() -> None:
    """Nothing: links need pages to lead to."""


pages = {code: st.Page(empty_page, title=code, url_path=code) for code in kept.pages}


def container(arguments: dict[str, Any], inside: list[dict[str, Any]]) -> None:
    """A container, or columns if it holds such."""
    if inside and all(one["call"] == "column" for one in inside):
        columns = st.columns([one["arguments"]["weight"] for one in inside], gap="medium")
        for column, one in zip(columns, inside, strict=True):
            with column:
                show_all(one["inside"])
    else:
        with st.container(**arguments):
            show_all(inside)


def grid(arguments: dict[str, Any], inside: list[dict[str, Any]]) -> None:
    """A grid of figures."""
    cells = st.grid(**arguments)
    for one in inside:
        getattr(cells, one["call"])(**one["arguments"], height="stretch")


def around(call: Callable[..., Any]) -> Callable[..., None]:
    """A container of another kind."""

    def show(arguments: dict[str, Any], inside: list[dict[str, Any]]) -> None:
        with call(**arguments):
            show_all(inside)

    return show


def table(arguments: dict[str, Any], _inside: object) -> None:
    """A plain table."""
    st.table(**arguments | {"data": kept.tables[arguments["data"]]})


def dataframe(arguments: dict[str, Any], _inside: object) -> None:
    """A table that scrolls and can be clicked."""
    st.dataframe(
        **arguments | {"data": kept.tables[arguments["data"]]},
        row_height=36,
        height=616,
        on_select="rerun",
        selection_mode="single-cell",
    )


def plotly_chart(arguments: dict[str, Any], _inside: object) -> None:
    """A chart."""
    figure = kept.charts[arguments["figure_or_data"]]
    st.plotly_chart(**arguments | {"figure_or_data": figure}, config=_CONFIG)


def page_link(arguments: dict[str, Any], _inside: object) -> None:
    """A link to one of the pages."""
    st.page_link(**arguments | {"page": pages[arguments["page"]]})


def download_button(arguments: dict[str, Any], _inside: object) -> None:
    """A file that is made when it is asked for."""
    st.download_button(**arguments, data=nothing, on_click="ignore")


OWN_WAYS: Final[dict[str, Callable[..., None]]] = {
    "container": container,
    "grid": grid,
    "popover": around(st.popover),
    "expander": around(st.expander),
    "form": around(st.form),
    "table": table,
    "dataframe": dataframe,
    "plotly_chart": plotly_chart,
    "page_link": page_link,
    "download_button": download_button,
}


def show_all(nodes: list[dict[str, Any]]) -> None:
    """Show recorded nodes, each by the plain call for it."""
    for node in nodes:
        call, arguments = node["call"], node["arguments"]
        if call in OWN_WAYS:
            OWN_WAYS[call](arguments, node["inside"])
        else:
            getattr(st, call)(**arguments)


if st.query_params.get("all"):
    st.navigation(list(pages.values()), position="hidden")
    for number, root in kept.roots.items():
        with st.sidebar if number == 1 else nullcontext():
            show_all(root["inside"])
else:
    for number, frame in kept.tables.items():
        st.dataframe(frame, key=f"table{number}")
    for number, chart in kept.charts.items():
        st.plotly_chart(chart, key=f"chart{number}")
