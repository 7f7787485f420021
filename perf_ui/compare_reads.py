"""Cached reads of the comparison pages.

The heavy part, everybody's inputs of a period, is read once for all viewers, axes and limits;
what is made of it for one viewer is kept by that viewer's scope.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from time import monotonic
from typing import Final

import pandas as pd
import streamlit as st

from perf_core.domain.access import PayRight, Scope, Viewer, ViewerKind
from perf_core.domain.period import Period, parse_period
from perf_core.services.compare_groups import (
    ComparedInputs,
    GroupNumbers,
    groups_from,
    read_compared,
    read_compared_months,
    with_scores,
)
from perf_core.services.comparison import ComparisonView, Limits, limits_of
from perf_core.services.explain_group import GroupExplanation, explain_group, loads_behind
from perf_core.services.group_figures import ALL_PARTS, Figure, Part
from perf_core.services.group_standing import Standing, group_standing
from perf_core.services.pay_withholding import audit_of
from perf_core.services.trend_periods import trend_periods as periods_of_trend
from perf_ui import reads
from perf_ui.kept import kept
from perf_ui.start import store

_HOUR: Final = 3600.0

State = tuple[str, int]

SEES_GROUPS: Final = Scope(Viewer(ViewerKind.EXECUTIVE), None, PayRight.GROUPS)
"""Whoever sees everybody, and of pay what may be told of groups: for whom is read ahead."""

PATIENCE: Final = 0.2
"""Seconds that a page waits for a trend before it goes on without: enough for one whose months are
at hand; for others, which take seconds, nobody waits."""
_MOST_KEPT: Final = 64


# --- everybody's inputs: never handed to a page ---------------------------------------------------


@kept(most=12)
def _inputs(state: State, period: str, *, by_channel: bool) -> ComparedInputs:
    return read_compared(
        store(),
        parse_period(period),
        by_channel=by_channel,
        scores=reads.company_scores_of(state, period),
    )


@kept(most=6)
def _months_inputs(
    state: State,
    months: tuple[str, ...],
    *,
    by_channel: bool,
    with_cards: bool,
    indicators: tuple[str, ...],
) -> ComparedInputs:
    scores = {code: reads.company_scores_of(state, code) for code in months} if with_cards else None
    if scores is not None and not indicators:
        rows = _months_inputs(state, months, by_channel=by_channel, with_cards=False, indicators=())
        return with_scores(rows, scores.values())
    return read_compared_months(
        store(),
        [parse_period(code) for code in months],
        by_channel=by_channel,
        indicators=indicators,
        scores=scores,
    )


def months_inputs(state: State, months: tuple[str, ...]) -> ComparedInputs:
    """Everybody's inputs of some periods, without scorecards: the same that lines are made of."""
    return _months_inputs(state, months, by_channel=False, with_cards=False, indicators=())


def read_ahead(state: State, period: Period) -> Iterator[None]:
    """Read what the first visitor of a period would wait for, step by step.

    First the groups of the period, with the sums of pay that may be told to who sees pay of
    groups; then the months that lines run over, at last the sums of pay of each of them.
    """
    scope = SEES_GROUPS
    yield
    inputs = _inputs(state, period.code, by_channel=False)
    yield
    groups_from(inputs, by=(), scope=scope)
    months = tuple(one.code for one in trend_periods(period))
    yield
    _months_inputs(state, months, by_channel=False, with_cards=False, indicators=())
    for code in reversed(months):
        yield
        reads.company_scores_of(state, code)
    yield
    found = _months_inputs(state, months, by_channel=False, with_cards=True, indicators=())
    groups_from(found, by=(), scope=scope, parts=frozenset({"cards"}))
    rows = months_inputs(state, months)
    for month in reversed(rows.payroll.months):
        yield
        audit_of(rows.payroll, month, scope)


# --- what one viewer sees -------------------------------------------------------------------------


@kept(most=128)
def _groups(
    state: State,
    scope: Scope,
    period: str,
    by: tuple[str, ...],
    within: Limits,
    parts: frozenset[Part],
) -> GroupNumbers:
    by_channel = "channel" in {*by, *dict(within)}
    inputs = _inputs(state, period, by_channel=by_channel)
    return groups_from(inputs, by=by, within=dict(within), scope=scope, parts=parts)


def groups(
    scope: Scope,
    view: ComparisonView,
    *,
    by: tuple[str, ...] | None = None,
    parts: frozenset[Part] = ALL_PARTS,
) -> GroupNumbers:
    """The numbers of the groups of a view, or by other axes within the same limits.

    Parameters
    ----------
    parts : frozenset of {"people", "pay", "cards"}
        What is worked out besides revenue and indicators.
    """
    axes = view.by if by is None else by
    return _groups(reads.key(), scope, view.period.code, axes, view.within, parts)


@kept(most=64)
def _whole(
    state: State, scope: Scope, period: str, within: Limits, *, by_channel: bool
) -> GroupNumbers:
    inputs = _inputs(state, period, by_channel=by_channel)
    return groups_from(inputs, by=(), within=dict(within), scope=scope)


@kept(most=128)
def _standing(
    state: State, scope: Scope, period: str, by: tuple[str, ...], within: Limits
) -> Standing:
    by_channel = "channel" in {*by, *dict(within)}
    return group_standing(
        _inputs(state, period, by_channel=by_channel),
        by=by,
        within=dict(within),
        scope=scope,
        catalogue=reads.directory().catalogue,
        # People belong to no channel, but to all channels together.
        whole=_whole(state, scope, period, within, by_channel="channel" in dict(within)),
    )


def standing(scope: Scope, view: ComparisonView, *, by: tuple[str, ...] | None = None) -> Standing:
    """The groups of a view, the most troubled first, with what troubles them."""
    axes = view.by if by is None else by
    return _standing(reads.key(), scope, view.period.code, axes, view.within)


@kept(most=64)
def _explanation(state: State, scope: Scope, period: str, within: Limits) -> GroupExplanation:
    inputs = _inputs(state, period, by_channel="channel" in dict(within))
    return explain_group(inputs, within=dict(within), scope=scope)


def explanation(scope: Scope, view: ComparisonView, group: Mapping[str, str]) -> GroupExplanation:
    """What the figures of one group of a view are made of; no axis: of all together."""
    within = limits_of({**view.limits, **{axis: (code,) for axis, code in group.items()}})
    return _explanation(reads.key(), scope, view.period.code, within)


@kept(most=64)
def _loads(state: State, measures: tuple[str, ...], first: date, last: date) -> pd.DataFrame:
    del state
    return loads_behind(store(), measures, first, last)


def loads(measures: Sequence[str], first: date, last: date) -> pd.DataFrame:
    """The loads that measures came in by, for days of a run."""
    return _loads(reads.key(), tuple(measures), first, last)


@kept(most=64)
def _months(
    state: State,
    scope: Scope,
    months: tuple[str, ...],
    by: tuple[str, ...],
    within: Limits,
    *,
    with_cards: bool,
    indicators: tuple[str, ...],
    parts: frozenset[Part] = ALL_PARTS,
) -> GroupNumbers:
    by_channel = "channel" in {*by, *dict(within)}
    inputs = _months_inputs(
        state, months, by_channel=by_channel, with_cards=with_cards, indicators=indicators
    )
    return groups_from(inputs, by=by, within=dict(within), scope=scope, parts=parts)


def months(
    scope: Scope,
    view: ComparisonView,
    *,
    by: tuple[str, ...] | None = None,
    with_cards: bool = False,
    indicators: tuple[str, ...] = (),
) -> GroupNumbers:
    """The same groups period by period, up to the end of the view's (see ``trend_periods``).

    Parameters
    ----------
    with_cards : bool, default=False
        Also what comes from scorecards, which have to be scored for every month.
    indicators : tuple of str
        The indicators to tell of every group.
    """
    found = tuple(one.code for one in trend_periods(view.period))
    axes = view.by if by is None else by
    return _months(
        reads.key(),
        scope,
        found,
        axes,
        view.within,
        with_cards=with_cards,
        indicators=indicators,
    )


@st.cache_resource(max_entries=1, show_spinner=False)
def _worker() -> ThreadPoolExecutor:
    # One at a time: a second one would only take the processor from the pages.
    return ThreadPoolExecutor(1, thread_name_prefix="trend")


@st.cache_resource(max_entries=2, ttl=_HOUR, show_spinner=False)
def _under_way(state: State) -> dict[Hashable, tuple[Future[GroupNumbers], float]]:
    del state
    return {}


def begin_trends(scope: Scope, view: ComparisonView, figures: Iterable[Figure]) -> None:
    """Have trends worked out beside the page, before it asks for the first."""
    for figure in figures:
        _begun(scope, view, figure)


def _begun(
    scope: Scope, view: ComparisonView, figure: Figure
) -> tuple[Future[GroupNumbers], float]:
    """A trend that is worked out or under way, and until when a page waits for it."""
    state = reads.key()
    months = tuple(one.code for one in trend_periods(view.period))
    asked = (scope.key, months, view.rows, view.within, figure)
    under_way = _under_way(state)
    found = under_way.get(asked)
    if found is None or (found[0].done() and found[0].exception() is not None):
        future = _worker().submit(
            _months,
            state,
            scope,
            months,
            (view.rows,),
            view.within,
            with_cards=figure.needs_cards,
            indicators=(figure.code,) if figure.is_indicator else (),
            parts=figure.parts,
        )
        found = under_way[asked] = (future, monotonic() + PATIENCE)
        while len(under_way) > _MOST_KEPT:
            del under_way[next(iter(under_way))]
    return found


def trend(scope: Scope, view: ComparisonView, figure: Figure) -> GroupNumbers | None:
    """The groups of a view's rows month by month, for one figure.

    Months that nobody has looked at since the last load take seconds in a large company: the
    scorecards of each, or the pay sums that may be told. They are worked out beside the page.

    Returns
    -------
    GroupNumbers or None
        ``None`` while it is still being worked out; ask again.
    """
    future, until = _begun(scope, view, figure)
    try:
        return future.result(timeout=max(0.0, until - monotonic()))
    except TimeoutError:
        return None


def looked_at(period: Period) -> list[Period]:
    """A period that is read ahead, and while it is not over, the one before: as many ask for it."""
    directory = reads.directory()
    newest, earlier = directory.data_day, period.previous()
    first = directory.first_data_day
    is_over = newest is not None and newest >= period.last_day
    return [period] if is_over or first is None or earlier.last_day < first else [period, earlier]


def trend_periods(period: Period) -> list[Period]:
    """The periods that lines run over up to the end of a period, oldest first."""
    directory = reads.directory()
    return periods_of_trend(period, directory.first_data_day, directory.data_day)
