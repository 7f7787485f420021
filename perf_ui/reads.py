"""Cached reads. What is cached is keyed by the store, its version and everything asked for.

The caches are shared by all viewers. So what is cached is either the company's (and is narrowed
by the viewer's scope on the way out of here), or has the scope as an argument, which counts by what
it allows. Frames handed out are shared: nobody may change them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, Viewer, everything
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import Period, month_of, parse_period
from perf_core.services.accounts import access_version
from perf_core.services.compare_groups import GroupNumbers, compare_groups
from perf_core.services.data_desk import day_in
from perf_core.services.data_quality import DataQuality
from perf_core.services.data_quality import data_quality as read_data_quality
from perf_core.services.directory import Directory, read_directory
from perf_core.services.explain_card import (
    CardExplanation,
    CardKey,
    by_channel,
    daily_course,
    explain_card,
    missing_for_next_grade,
)
from perf_core.services.inspect_loads import sources_of
from perf_core.services.open_store import version_of
from perf_core.services.overview import (
    attention,
    lines_with_place,
)
from perf_core.services.person import NextGrade, Past, Records, person_records
from perf_core.services.person import person_past as person_past_of
from perf_core.services.progress import progress_from
from perf_core.services.revise_target import TargetHistory, target_history
from perf_core.services.score_period import (
    PeriodScores,
    company_scores,
    narrow_scores,
)
from perf_core.services.score_period import company_scores_of as read_several
from perf_core.services.team import team_table
from perf_core.services.viewers import scope_today
from perf_ui.kept import kept
from perf_ui.start import store

_STATE: Final = "perf_store_state"
_ACCESS: Final = "perf_access_version"

BY_SCOPE: Final[dict[str | type, Callable[[Any], Any]]] = {
    Scope: lambda scope: scope.key,
    Viewer: repr,
}
"""How Streamlit's own caches tell viewers apart: by all that their scope allows."""

State = tuple[str, int]
"""Which store, and its version: what every answer holds for."""


_newest: dict[str, int] = {}


def refresh_state(changed: Callable[[], None] | None = None) -> None:
    """Look once per run whether the store has changed; all reads of the run agree on it.

    Parameters
    ----------
    changed : callable, optional
        Called where nobody in this process has seen this state of the store before.
    """
    opened = store()
    version = version_of(opened)
    st.session_state[_STATE] = (opened.name, version)
    if _newest.get(opened.name) != version:
        _newest[opened.name] = version
        if changed is not None:
            changed()
    st.session_state[_ACCESS] = access_version(opened)


_held: ContextVar[tuple[State, int] | None] = ContextVar("held", default=None)


@contextmanager
def after_the_run() -> Iterator[None]:
    """Read where there is no session: a file is written after its page has ended."""
    opened = store()
    token = _held.set(((opened.name, version_of(opened)), access_version(opened)))
    try:
        yield
    finally:
        _held.reset(token)


def key() -> State:
    """What every cached read is keyed by first: the store and its version in this run."""
    if held := _held.get():
        return held[0]
    if _STATE not in st.session_state:
        refresh_state()
    found: State = st.session_state[_STATE]
    return found


def access() -> int:
    """The version of accounts and rights in this run."""
    if held := _held.get():
        return held[1]
    if _ACCESS not in st.session_state:
        refresh_state()
    found: int = st.session_state[_ACCESS]
    return found


@kept(most=4)
def _directory(state: State) -> Directory:
    del state
    return read_directory(store())


@kept(most=512)
def _scope(state: State, access: int, viewer: Viewer, today: date) -> Scope:
    del state, access
    return scope_today(store(), viewer, today=today)


def directory() -> Directory:
    """Everybody and everything named: for words and pickers, not for what a viewer may see."""
    return _directory(key())


def today() -> date:
    """The day in the company's zone; a clock behind the data would find nobody in the company."""
    known = directory()
    return max(day_in(known.catalogue.settings.timezone), known.data_day or date.min)


def scope(viewer: Viewer) -> Scope:
    """What a viewer may see today; a right taken away is gone at once."""
    return _scope(key(), access(), viewer, today())


# --- scores: the company's, narrowed on the way out -----------------------------------------------


@kept(most=48)
def _company_scores(state: State, period: str) -> PeriodScores:
    del state
    return company_scores(store(), parse_period(period))


@kept(most=16)
def _company_progress(state: State, period: str) -> pd.DataFrame:
    return progress_from(_company_scores(state, period))


def company_scores_of(state: State, period: str) -> PeriodScores:
    """Everybody's cards of a period: for other cached reads, which narrow what they hand out."""
    return _company_scores(state, period)


@kept(most=64)
def _scores(state: State, scope: Scope, period: str) -> PeriodScores:
    return narrow_scores(_company_scores(state, period), scope)


def scores(scope: Scope, period: Period) -> PeriodScores:
    """The cards of a period that the viewer may see; ranks count everybody."""
    return _scores(key(), scope, period.code)


def progress(scope: Scope, period: Period) -> pd.DataFrame:
    """The progress of a period, of whom the viewer may see."""
    return scope.narrow(_company_progress(key(), period.code), period=period)


_reading_several: Final = Lock()


def _several(state: State, periods: Sequence[str]) -> list[PeriodScores]:
    """The company's scores of several periods; those that are not there yet are read together."""
    with _reading_several:
        lacking = [one for one in periods if not _company_scores.holds(state, one)]
        if len(lacking) > 1:
            found = read_several(store(), [parse_period(one) for one in lacking])
            for code, scores in zip(lacking, found, strict=True):
                _company_scores.put(scores, state, code)
    return [_company_scores(state, one) for one in periods]


def periods_before(period: Period, n: int) -> list[Period]:
    """The periods before one for which there can be data, oldest first."""
    return _before(key(), period, n)


@kept(most=64)
def _before(state: State, period: Period, n: int) -> list[Period]:
    first = _directory(state).first_data_day
    found: list[Period] = []
    one = period.previous()
    while len(found) < n and first is not None and one.last_day >= first:
        found.insert(0, one)
        one = one.previous()
    return found


def read_ahead(state: State, scope: Scope) -> Period | None:
    """Read the newest month with data for whoever comes first, and say which; none without data."""
    newest = _directory(state).data_day
    if newest is None:
        return None
    _newest[state[0]] = state[1]
    month = month_of(newest)
    _team(state, scope, month.code, 5)
    _attention(state, scope, month.code)
    for one in [*_before(state, month, 1), month]:
        _groups(state, scope, one.code, ())
    return month


# --- what is made of them for one viewer ----------------------------------------------------------


@kept(most=64)
def _team(state: State, scope: Scope, period: str, n_before: int) -> pd.DataFrame:
    judged = parse_period(period)
    codes = [one.code for one in _before(state, judged, n_before)]
    *earlier, now = (narrow_scores(one, scope) for one in _several(state, [*codes, period]))
    return team_table(
        now,
        progress=scope.narrow(_company_progress(state, period), period=judged),
        earlier=earlier,
        pass_mark=_directory(state).catalogue.grades.pass_mark,
    )


def team(scope: Scope, period: Period, *, n_before: int = 5) -> pd.DataFrame:
    """Everybody's card with pace, trend and weakest line (``services.team.team_table``)."""
    return _team(key(), scope, period.code, n_before)


@kept(most=64)
def _attention(state: State, scope: Scope, period: str) -> pd.DataFrame:
    before = _before(state, parse_period(period), 1)
    return attention(
        _team(state, scope, period, 5),
        lines=_scores(state, scope, period).lines,
        before=lines_with_place(_scores(state, scope, before[0].code)) if before else None,
    )


def needs_attention(scope: Scope, period: Period) -> pd.DataFrame:
    """Who is behind or fell, the worst first (``services.overview.attention``)."""
    return _attention(key(), scope, period.code)


@kept(most=64)
def _groups(state: State, scope: Scope, period: str, by: tuple[str, ...]) -> GroupNumbers:
    return compare_groups(
        store(),
        parse_period(period),
        by=by,
        scope=scope,
        scores=_company_scores(state, period),
    )


def groups(scope: Scope, period: Period, by: tuple[str, ...] = ()) -> GroupNumbers:
    """The numbers of groups, made of the people the viewer may see."""
    return _groups(key(), scope, period.code, by)


# --- one person -----------------------------------------------------------------------------------


@kept(most=256)
def _person_past(state: State, period: str, card: CardKey) -> Past:
    codes = [one.code for one in _before(state, parse_period(period), 5)]
    company = _several(state, [*codes, period])
    return person_past_of(company, employee_id=card.employee_id, brand=card.brand, role=card.role)


def person_past(scope: Scope, period: Period, card: CardKey) -> Past:
    """A person's last totals beside the median of the role's others."""
    refuse_unseen(scope, period, card.employee_id)
    found = _person_past(key(), period.code, card)
    # What the others reached is told without names, and only if the company tells it at all.
    return found if scope.sees_ranks else replace(found, peers=(None,) * len(found.peers))


@kept(most=256)
def _explanation(state: State, period: str, card: CardKey) -> CardExplanation:
    del state
    return explain_card(store(), card, parse_period(period), scope=everything())


def explanation(scope: Scope, period: Period, card: CardKey) -> CardExplanation:
    """The measures behind each line of a card."""
    refuse_unseen(scope, period, card.employee_id)
    return _explanation(key(), period.code, card)


@kept(most=512)
def _course(
    state: State, period: str, card: CardKey, indicator: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    judged = parse_period(period)
    scores_of_all = _company_scores(state, period)
    course = daily_course(
        store(), card, indicator, judged, scores=scores_of_all, scope=everything()
    )
    return course, by_channel(store(), card, indicator, judged, scope=everything())


def course(
    scope: Scope, period: Period, card: CardKey, indicator: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An indicator of a card day by day against the even pace, and by channel."""
    refuse_unseen(scope, period, card.employee_id)
    return _course(key(), period.code, card, indicator)


@kept(most=256)
def _next_grade(state: State, period: str, card: CardKey) -> NextGrade | None:
    return missing_for_next_grade(store(), card, _company_scores(state, period), scope=everything())


def next_grade(scope: Scope, period: Period, card: CardKey) -> NextGrade | None:
    """What a card lacks for the next better grade; nothing for the best or without any."""
    refuse_unseen(scope, period, card.employee_id)
    return _next_grade(key(), period.code, card)


@kept(most=256)
def _records(state: State, scope: Scope, period: str, employee_id: str) -> Records:
    del state
    return person_records(store(), parse_period(period), scope=scope, employee_id=employee_id)


def records(scope: Scope, period: Period, employee_id: str) -> Records:
    """Marks and breaches of a person, as far as the viewer may see them."""
    return _records(key(), scope, period.code, employee_id)


@kept(most=128)
def _sources(
    state: State, employee_id: str, measures: tuple[str, ...], first: date, last: date
) -> pd.DataFrame:
    del state
    return sources_of(store(), employee_id, measures, first, last, scope=everything())


def sources(
    scope: Scope,
    period: Period,
    employee_id: str,
    measures: tuple[str, ...],
    *,
    first: date,
    last: date,
) -> pd.DataFrame:
    """The loads that a person's figures of a period came from."""
    refuse_unseen(scope, period, employee_id)
    return _sources(key(), employee_id, measures, first, last)


@kept(most=256)
def _targets(state: State, period: str, card: CardKey, indicator: str) -> TargetHistory:
    del state
    return target_history(
        store(),
        parse_period(period),
        scope=everything(),
        employee_id=card.employee_id,
        brand=card.brand,
        role=card.role,
        indicator=indicator,
    )


def targets(scope: Scope, period: Period, card: CardKey, indicator: str) -> TargetHistory:
    """Every value a line's target has had in this period, and the state a form starts from."""
    refuse_unseen(scope, period, card.employee_id)
    return _targets(key(), period.code, card, indicator)


def refuse_unseen(scope: Scope, period: Period, employee_id: str) -> None:
    """Refuse a read about somebody whose cards of a period the viewer may not see.

    Raises
    ------
    NotAllowed
        The person is outside the scope.
    """
    if not scope.sees_period(employee_id, period):
        raise NotAllowed(what=employee_id)


# --- the data itself ------------------------------------------------------------------------------


@kept(most=4)
def _data_quality(state: State, scope: Scope) -> DataQuality:
    del state
    return read_data_quality(store(), scope=scope)


def data_quality(scope: Scope) -> DataQuality:
    """How complete the data is (``services.data_quality``)."""
    return _data_quality(key(), scope)
