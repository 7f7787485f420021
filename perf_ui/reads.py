"""Cached reads. What is cached is keyed by the store, its version and everything asked for.

The caches are shared by all viewers. So what is cached is either the company's (and is narrowed
by the viewer's scope on the way out of here), or carries the viewer's key as an argument. Frames
handed out are shared: nobody may change them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import Scope, Viewer, everything
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import Period, parse_period
from perf_core.language.formats import format_short_period, format_value
from perf_core.language.translate import Reader
from perf_core.reporting import figures
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
from perf_core.services.score_period import PeriodScores, company_scores, narrow_scores
from perf_core.services.team import team_table
from perf_core.services.viewers import scope_today
from perf_ui import i18n
from perf_ui.start import store

_STATE: Final = "perf_store_state"
_ACCESS: Final = "perf_access_version"
_HOUR: Final = 3600.0

BY_SCOPE: Final[dict[str | type, Callable[[Any], Any]]] = {
    Scope: lambda scope: scope.key,
    Viewer: repr,
}
"""How caches tell viewers apart: by all that their scope allows."""


def refresh_state() -> None:
    """Look once per run whether the store has changed; all reads of the run agree on it."""
    opened = store()
    st.session_state[_STATE] = (opened.name, version_of(opened))
    st.session_state[_ACCESS] = access_version(opened)


_held: ContextVar[tuple[tuple[str, int], int] | None] = ContextVar("held", default=None)


@contextmanager
def after_the_run() -> Iterator[None]:
    """Read where there is no session: a file is written after its page has ended."""
    opened = store()
    token = _held.set(((opened.name, version_of(opened)), access_version(opened)))
    try:
        yield
    finally:
        _held.reset(token)


def key() -> tuple[str, int]:
    """What every cached read is keyed by first: the store and its version in this run."""
    if held := _held.get():
        return held[0]
    if _STATE not in st.session_state:
        refresh_state()
    found: tuple[str, int] = st.session_state[_STATE]
    return found


def access() -> int:
    """The version of accounts and rights in this run."""
    if held := _held.get():
        return held[1]
    if _ACCESS not in st.session_state:
        refresh_state()
    found: int = st.session_state[_ACCESS]
    return found


@st.cache_resource(max_entries=4, ttl=_HOUR, show_spinner=False)
def _directory(state: tuple[str, int]) -> Directory:
    del state
    return read_directory(store())


@st.cache_resource(max_entries=512, ttl=_HOUR, show_spinner=False, hash_funcs=BY_SCOPE)
def _scope(state: tuple[str, int], access: int, viewer: Viewer, today: date) -> Scope:
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


@st.cache_resource(max_entries=48, ttl=_HOUR, show_spinner=False)
def _company_scores(state: tuple[str, int], period: str) -> PeriodScores:
    del state
    return company_scores(store(), parse_period(period))


@st.cache_resource(max_entries=16, ttl=_HOUR, show_spinner=False)
def _company_progress(state: tuple[str, int], period: str) -> pd.DataFrame:
    return progress_from(_company_scores(state, period))


def company_scores_of(state: tuple[str, int], period: str) -> PeriodScores:
    """Everybody's cards of a period: for other cached reads, which narrow what they hand out."""
    return _company_scores(state, period)


def scores(scope: Scope, period: Period) -> PeriodScores:
    """The cards of a period that the viewer may see; ranks count everybody."""
    return narrow_scores(_company_scores(key(), period.code), scope)


def progress(scope: Scope, period: Period) -> pd.DataFrame:
    """The progress of a period, of whom the viewer may see."""
    return scope.narrow(_company_progress(key(), period.code), period=period)


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


@st.cache_resource(max_entries=64, ttl=_HOUR, show_spinner=False, hash_funcs=BY_SCOPE)
def _team(state: tuple[str, int], seen: Scope, period: str, n_before: int) -> pd.DataFrame:
    del state
    judged = parse_period(period)
    return team_table(
        scores(seen, judged),
        progress=progress(seen, judged),
        earlier=[scores(seen, one) for one in periods_before(judged, n_before)],
        pass_mark=directory().catalogue.grades.pass_mark,
    )


def team(scope: Scope, period: Period, *, n_before: int = 5) -> pd.DataFrame:
    """Everybody's card with pace, trend and weakest line (``services.team.team_table``)."""
    return _team(key(), scope, period.code, n_before)


@st.cache_resource(max_entries=64, ttl=_HOUR, show_spinner=False, hash_funcs=BY_SCOPE)
def _attention(state: tuple[str, int], seen: Scope, period: str) -> pd.DataFrame:
    del state
    judged = parse_period(period)
    before = periods_before(judged, 1)
    return attention(
        team(seen, judged),
        lines=scores(seen, judged).lines,
        before=lines_with_place(scores(seen, before[0])) if before else None,
    )


def needs_attention(scope: Scope, period: Period) -> pd.DataFrame:
    """Who is behind or fell, the worst first (``services.overview.attention``)."""
    return _attention(key(), scope, period.code)


@st.cache_resource(max_entries=64, ttl=_HOUR, show_spinner=False, hash_funcs=BY_SCOPE)
def _groups(state: tuple[str, int], seen: Scope, period: str, by: tuple[str, ...]) -> GroupNumbers:
    return compare_groups(
        store(),
        parse_period(period),
        by=by,
        scope=seen,
        scores=_company_scores(state, period),
    )


def groups(scope: Scope, period: Period, by: tuple[str, ...] = ()) -> GroupNumbers:
    """The numbers of groups, made of the people the viewer may see."""
    return _groups(key(), scope, period.code, by)


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
    return _person_past(key(), period.code, employee_id, str(card["brand"]), str(card["role"]))


def _card_key(card: pd.Series[Any]) -> CardKey:
    return CardKey(str(card["employee_id"]), str(card["brand"]), str(card["role"]))


@st.cache_resource(max_entries=256, ttl=_HOUR, show_spinner=False)
def _explanation(
    state: tuple[str, int], period: str, employee_id: str, brand: str, role: str
) -> CardExplanation:
    del state
    card = CardKey(employee_id, brand, role)
    return explain_card(store(), card, parse_period(period), scope=everything())


def explanation(scope: Scope, period: Period, card: pd.Series[Any]) -> CardExplanation:
    """The measures behind each line of a card."""
    whose = _card_key(card)
    refuse_unseen(scope, whose.employee_id)
    return _explanation(key(), period.code, whose.employee_id, whose.brand, whose.role)


@st.cache_resource(max_entries=512, ttl=_HOUR, show_spinner=False)
def _course(
    state: tuple[str, int],
    period: str,
    employee_id: str,
    brand: str,
    role: str,
    indicator: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    card, judged = CardKey(employee_id, brand, role), parse_period(period)
    scores_of_all = _company_scores(state, period)
    course = daily_course(
        store(), card, indicator, judged, scores=scores_of_all, scope=everything()
    )
    return course, by_channel(store(), card, indicator, judged, scope=everything())


def course(
    scope: Scope, period: Period, card: pd.Series[Any], indicator: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An indicator of a card day by day against the even pace, and by channel."""
    whose = _card_key(card)
    refuse_unseen(scope, whose.employee_id)
    return _course(key(), period.code, whose.employee_id, whose.brand, whose.role, indicator)


@st.cache_resource(max_entries=256, ttl=_HOUR, show_spinner=False)
def _next_grade(
    state: tuple[str, int], period: str, employee_id: str, brand: str, role: str
) -> NextGrade | None:
    card = CardKey(employee_id, brand, role)
    return missing_for_next_grade(store(), card, _company_scores(state, period), scope=everything())


def next_grade(scope: Scope, period: Period, card: pd.Series[Any]) -> NextGrade | None:
    """What a card lacks for the next better grade; nothing for the best or without any."""
    whose = _card_key(card)
    refuse_unseen(scope, whose.employee_id)
    return _next_grade(key(), period.code, whose.employee_id, whose.brand, whose.role)


@st.cache_resource(max_entries=256, ttl=_HOUR, show_spinner=False, hash_funcs=BY_SCOPE)
def _records(state: tuple[str, int], seen: Scope, period: str, employee_id: str) -> Records:
    del state
    return person_records(store(), parse_period(period), scope=seen, employee_id=employee_id)


def records(scope: Scope, period: Period, employee_id: str) -> Records:
    """Marks and breaches of a person, as far as the viewer may see them."""
    return _records(key(), scope, period.code, employee_id)


@st.cache_resource(max_entries=128, ttl=_HOUR, show_spinner=False)
def _sources(
    state: tuple[str, int], employee_id: str, measures: tuple[str, ...], first: date, last: date
) -> pd.DataFrame:
    del state
    return sources_of(store(), employee_id, measures, first, last, scope=everything())


def sources(
    scope: Scope, employee_id: str, measures: tuple[str, ...], first: date, last: date
) -> pd.DataFrame:
    """The loads a person's figures came from."""
    refuse_unseen(scope, employee_id)
    return _sources(key(), employee_id, measures, first, last)


@st.cache_resource(max_entries=256, ttl=_HOUR, show_spinner=False)
def _targets(
    state: tuple[str, int],
    period: str,
    employee_id: str,
    brand: str,
    role: str,
    indicator: str,
) -> TargetHistory:
    del state
    return target_history(
        store(),
        parse_period(period),
        scope=everything(),
        employee_id=employee_id,
        brand=brand,
        role=role,
        indicator=indicator,
    )


def targets(scope: Scope, period: Period, card: pd.Series[Any], indicator: str) -> TargetHistory:
    """Every value a line's target has had in this period, and the state a form starts from."""
    whose = _card_key(card)
    refuse_unseen(scope, whose.employee_id)
    return _targets(key(), period.code, whose.employee_id, whose.brand, whose.role, indicator)


def refuse_unseen(scope: Scope, employee_id: str) -> None:
    """Refuse a read about somebody the viewer may not see.

    Raises
    ------
    NotAllowed
        The person is outside the scope.
    """
    if not scope.sees(employee_id):
        raise NotAllowed(what=employee_id)


# --- finished figures: the same for everybody who may see what they are made of -------------------


@st.cache_resource(max_entries=256, ttl=_HOUR, show_spinner=False)
def _past_figure(
    state: tuple[str, int], period: str, employee_id: str, brand: str, role: str, language: str
) -> Any:
    past = _person_past(state, period, employee_id, brand, role)
    return figures.totals_over_time(
        [format_short_period(one, language) for one in past.periods],
        past.totals,
        peers=past.peers,
        pass_mark=_directory(state).catalogue.grades.pass_mark,
        reader=Reader(language),
    )


def past_figure(scope: Scope, period: Period, card: pd.Series[Any]) -> Any:
    """The figure of a person's last totals."""
    whose = _card_key(card)
    refuse_unseen(scope, whose.employee_id)
    return _past_figure(
        key(), period.code, whose.employee_id, whose.brand, whose.role, i18n.language()
    )


@st.cache_resource(max_entries=512, ttl=_HOUR, show_spinner=False)
def _course_figure(
    state: tuple[str, int],
    period: str,
    employee_id: str,
    brand: str,
    role: str,
    indicator: str,
    language: str,
) -> Any:
    known = _directory(state)
    daily, _channels = _course(state, period, employee_id, brand, role, indicator)
    found = known.catalogue.indicators[indicator]

    def wording(value: float | None) -> str:
        return format_value(value, found.unit, language, currency=known.currency, compact=True)

    lines = _company_scores(state, period).lines
    additive = lines.loc[lines["indicator"] == indicator, "is_additive"]
    return figures.daily_course(
        daily["day"].dt.strftime("%Y-%m-%d").tolist(),
        [None if pd.isna(one) else float(one) for one in daily["actual"]],
        [None if pd.isna(one) else float(one) for one in daily["expected"]],
        name=found.names.in_language(language, indicator),
        wording=wording,
        is_sum=bool(additive.any()),
        unit=found.unit,
        reader=Reader(language),
    )


def course_figure(scope: Scope, period: Period, card: pd.Series[Any], indicator: str) -> Any:
    """The figure of an indicator's daily course."""
    whose = _card_key(card)
    refuse_unseen(scope, whose.employee_id)
    return _course_figure(
        key(),
        period.code,
        whose.employee_id,
        whose.brand,
        whose.role,
        indicator,
        i18n.language(),
    )


# --- the data itself ------------------------------------------------------------------------------


@st.cache_resource(max_entries=4, ttl=_HOUR, show_spinner=False, hash_funcs=BY_SCOPE)
def _data_quality(state: tuple[str, int], seen: Scope) -> DataQuality:
    del state
    return read_data_quality(store(), scope=seen)


def data_quality(scope: Scope) -> DataQuality:
    """How complete the data is (``services.data_quality``)."""
    return _data_quality(key(), scope)
