"""A bare Streamlit page: the tables and charts of a folder; with ``?all=1`` its other elements too.

What is shown was recorded from a page of the app. Nothing is computed here, so what this page costs
is what Streamlit itself costs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.io as pio
import streamlit as st


@st.cache_resource
def tables(folder: str) -> list[pd.DataFrame]:
    """Read the tables once."""
    return [pd.read_parquet(path) for path in sorted(Path(folder).glob("*.parquet"))]


@st.cache_resource
def charts(folder: str) -> list[Any]:
    """Read the charts once."""
    return [pio.from_json(path.read_text("utf-8")) for path in sorted(Path(folder).glob("*.json"))]


@st.cache_resource
def others(folder: str) -> dict[str, Any]:
    """Read once what else there was, and how many containers."""
    found: dict[str, Any] = json.loads((Path(folder) / "others.txt").read_text("utf-8"))
    return found


def show(number: int, kind: str, text: str, options: list[str]) -> None:
    """Show one recorded element by the plain call for it."""
    key = f"other{number}"
    match kind:
        case "selectbox" | "multiselect" | "radio":
            st.selectbox(text or kind, options, key=key)
        case "button_group":
            st.segmented_control(text or kind, options or ["A", "B"], key=key)
        case "text_input" | "text_area":
            st.text_input(text or kind, key=key)
        case "button" | "menu_button":
            st.button(text or kind, key=key)
        case "download_button":
            st.download_button(text or kind, b"", key=key)
        case "metric":
            st.metric(text or kind, "0")
        case _:
            st.markdown(text or kind)


FOLDER = os.environ["BARE_PAGE_FOLDER"]
for number, table in enumerate(tables(FOLDER)):
    st.dataframe(table, key=f"table{number}")
for number, chart in enumerate(charts(FOLDER)):
    st.plotly_chart(chart, key=f"chart{number}")
if st.query_params.get("all"):
    for _ in range(others(FOLDER)["blocks"]):
        st.container()
    for number, (kind, text, options) in enumerate(others(FOLDER)["elements"]):
        show(number, kind, text, options)
