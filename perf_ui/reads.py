"""Cached reads. What is cached is keyed by the store, its version and everything asked for.

The caches are shared by all viewers. So what is cached is either the company's (and is narrowed
by the viewer's scope on the way out of here), or carries the viewer's key as an argument. Frames
handed out are shared: nobody may change them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, Viewer, ViewerKind
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import Period, parse_period
from perf_core.services.compare_groups import GroupNumbers, compare_groups
from perf_core.services.directory import Directory, read_directory
from perf_core.services.open_store import version_of
from perf_core.services.overview import (
    attention,
    lines_with_place,
)
from perf_core.services.person import Past
from perf_core.services.person import person_past as person_past_of
from perf_core.services.progress import progress_from
from perf_core.services.score_period import PeriodScores, company_scores, narrow_scores
from perf_core.services.team import team_table
from perf_core.services.viewers import scope_of
from perf_ui.start import store

_STATE: Final = "perf_store_state"
_HOUR: Final = 3600.0


def refresh_state() -> None:
    """Look once per run whether the store has changed; all reads of the run agree on it."""
    opened = store()
    st.session_state[_STATE] = (opened.name, version_of(opened))


def key() -> tuple[str, int]:
    """What every cached read is keyed by first: the store and its version in this run."""
    if _STATE not in st.session_state:
        refresh_state()
    found: tuple[str, int] = st.session_state[_STATE]
    return found


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


# --- scores: the company's, narrowed on the way out -----------------------------------------------


@st.cache_resource(max_entries=48, ttl=_HOUR, show_spinner=False)
def _company_scores(state: tuple[str, int], period: str) -> PeriodScores:
    del state
    return company_scores(store(), parse_period(period))


@st.cache_resource(max_entries=16, ttl=_HOUR, show_spinner=False)
def _company_progress(state: tuple[str, int], period: str) -> pd.DataFrame:
    return progress_from(_company_scores(state, period))


def scores(scope: Scope, period: Period) -> PeriodScores:
    """The cards of a period that the viewer may see; ranks count everybody."""
    return narrow_scores(_company_scores(key(), period.code), scope)


def progress(scope: Scope, period: Period) -> pd.DataFrame:
    """The progress of a period, of whom the viewer may see."""
    return scope.narrow(_company_progress(key(), period.code))


def periods_before(period: Period, n: int) -> list[Period]:
    """The periods before one for which there can be data, oldest first."""
    first = directory().first_data_day
    found: list[Period] = []
    one = period.previous()
    while len(found) < n and first is not None and one.last_day >= first:
        found.insert(0, one)
        one = one.previous()
    return found


# --- what is made of them for one viewer ----------------------------------------------------------


@st.cache_resource(max_entries=64, ttl=_HOUR, show_spinner=False)
def _team(
    state: tuple[str, int], kind: str, employee_id: str | None, period: str, n_before: int
) -> pd.DataFrame:
    del state
    seen = scope(Viewer(ViewerKind(kind), employee_id))
    judged = parse_period(period)
    return team_table(
        scores(seen, judged),
        progress=progress(seen, judged),
        earlier=[scores(seen, one) for one in periods_before(judged, n_before)],
        pass_mark=directory().catalogue.grades.pass_mark,
    )


def team(scope: Scope, period: Period, *, n_before: int = 5) -> pd.DataFrame:
    """Everybody's card with pace, trend and weakest line (``services.team.team_table``)."""
    return _team(key(), scope.viewer.kind.value, scope.viewer.employee_id, period.code, n_before)


@st.cache_resource(max_entries=64, ttl=_HOUR, show_spinner=False)
def _attention(
    state: tuple[str, int], kind: str, employee_id: str | None, period: str
) -> pd.DataFrame:
    del state
    seen = scope(Viewer(ViewerKind(kind), employee_id))
    judged = parse_period(period)
    before = periods_before(judged, 1)
    return attention(
        team(seen, judged),
        lines=scores(seen, judged).lines,
        before=lines_with_place(scores(seen, before[0])) if before else None,
    )


def needs_attention(scope: Scope, period: Period) -> pd.DataFrame:
    """Who is behind or fell, the worst first (``services.overview.attention``)."""
    return _attention(key(), scope.viewer.kind.value, scope.viewer.employee_id, period.code)


@st.cache_resource(max_entries=64, ttl=_HOUR, show_spinner=False)
def _groups(
    state: tuple[str, int], kind: str, employee_id: str | None, period: str, by: tuple[str, ...]
) -> GroupNumbers:
    return compare_groups(
        store(),
        parse_period(period),
        by=by,
        scope=scope(Viewer(ViewerKind(kind), employee_id)),
        scores=_company_scores(state, period),
    )


def groups(scope: Scope, period: Period, by: tuple[str, ...] = ()) -> GroupNumbers:
    """The numbers of groups, made of the people the viewer may see."""
    viewer = scope.viewer
    return _groups(key(), viewer.kind.value, viewer.employee_id, period.code, by)


# --- one person -----------------------------------------------------------------------------------


@st.cache_resource(max_entries=256, ttl=_HOUR, show_spinner=False)
def _person_past(
    state: tuple[str, int], period: str, employee_id: str, brand: str, role: str
) -> Past:
    judged = parse_period(period)
    company = [_company_scores(state, one.code) for one in [*periods_before(judged, 5), judged]]
    return person_past_of(company, employee_id=employee_id, brand=brand, role=role)


def person_past(scope: Scope, period: Period, card: pd.Series[Any]) -> Past:
    """A person's last totals beside the median of the role's others."""
    employee_id = str(card["employee_id"])
    refuse_unseen(scope, employee_id)
    return _person_past(
        key(), period.code, employee_id, str(card["brand"]), str(card["role"])
    )


def refuse_unseen(scope: Scope, employee_id: str) -> None:
    """Refuse a read about somebody the viewer may not see.

    Raises
    ------
    NotAllowed
        The person is outside the scope.
    """
    if not scope.sees(employee_id):
        raise NotAllowed(what=employee_id)
