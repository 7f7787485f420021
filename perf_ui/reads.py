"""Cached reads. What is cached is keyed by the store, its version and everything asked for.

The caches are shared by all viewers. So what is cached is either the company's (and is narrowed
by the viewer's scope on the way out of here), or carries the viewer's key as an argument. Frames
handed out are shared: nobody may change them.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.domain.period import Period
from perf_core.services.directory import Directory, read_directory
from perf_core.services.open_store import Store, version_of
from perf_core.services.viewers import scope_of
from perf_ui.start import store

_VERSION: Final = "perf_data_version"
_HOUR: Final = 3600.0


def refresh_version() -> None:
    """Look once per run whether the store has changed; all reads of the run agree on it."""
    st.session_state[_VERSION] = version_of(store())


def version() -> int:
    """The store's version in this run."""
    found = st.session_state.get(_VERSION)
    if found is None:
        refresh_version()
        found = st.session_state[_VERSION]
    return int(found)


def key() -> tuple[str, int]:
    """What every cached read is keyed by first."""
    return store().name, version()


@st.cache_resource(max_entries=4, ttl=_HOUR, show_spinner=False)
def _directory(state: tuple[str, int]) -> Directory:
    del state
    return read_directory(store())


@st.cache_resource(max_entries=256, ttl=_HOUR, show_spinner=False)
def _scope(state: tuple[str, int], kind: str, employee_id: str | None, as_of: date) -> Scope:
    people = _directory(state)
    return scope_of(
        Viewer(ViewerKind(kind), employee_id),
        people=people.people.index,
        assignments=people.assignments,
        as_of=as_of,
    )


def directory() -> Directory:
    """Everybody and everything named: for words and pickers, not for what a viewer may see."""
    return _directory(key())


def scope(viewer: Viewer) -> Scope:
    """What a viewer may see, by the line of report on the newest day with data."""
    as_of = directory().data_day or date.max
    return _scope(key(), viewer.kind.value, viewer.employee_id, as_of)
