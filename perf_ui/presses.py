"""Presses of one session, one after the other."""

from __future__ import annotations

from threading import Lock
from typing import Final

import streamlit as st

_LOCK: Final = "perf_presses"


def in_turn() -> Lock:
    """Give what a deed of this session holds while it is done.

    A button pressed twice starts a second run beside the first one, which goes on until it next
    speaks to the page: without this both would do the deed, each not knowing of the other.
    """
    lock: Lock = st.session_state.setdefault(_LOCK, Lock())
    return lock
