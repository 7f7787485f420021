"""What a figure of a group is made of."""

from __future__ import annotations

import streamlit as st

_ASKED = "compare_asked"


def ask(group: dict[str, str], figure: str) -> None:
    """Remember which figure of which group was asked about, for this run."""
    st.session_state[_ASKED] = (group, figure)
