"""The groups side by side: what stands out, the table, the charts, and what is behind them."""

from __future__ import annotations

import streamlit as st

from perf_core.domain.access import Scope
from perf_core.services.comparison import ComparisonView
from perf_core.services.directory import Directory
from perf_ui import compare_reads


def groups(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """Show the groups of a view."""
    del directory
    st.dataframe(compare_reads.groups(scope, view).groups)
