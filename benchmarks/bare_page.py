"""A bare Streamlit page: the tables and charts of a folder, and nothing else."""

from __future__ import annotations

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


FOLDER = os.environ["BARE_PAGE_FOLDER"]
for number, table in enumerate(tables(FOLDER)):
    st.dataframe(table, key=f"table{number}")
for number, chart in enumerate(charts(FOLDER)):
    st.plotly_chart(chart, key=f"chart{number}")
