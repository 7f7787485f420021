"""Cached reads of what groups cost and of who leaves them.

As in ``compare_reads``: what is read is everybody's and is kept once; what is made of it is kept
by everything that the viewer's scope allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from perf_core.domain.access import Scope
from perf_core.domain.period import Period, parse_period
from perf_core.services.attrition import (
    TENURE,
    AttritionRates,
    RetentionCurves,
    attrition_rates,
    people_of_rate,
    retention_curves,
    twelve_months_to,
)
from perf_core.services.compare_groups import groups_from
from perf_core.services.comparison import ComparisonView, Limits
from perf_core.services.cost_causes import CostCauses, CostCourse, cost_causes, cost_course
from perf_core.services.explain_hires import (
    HireExplanation,
    explain_hires,
    explain_month_since_hire,
)
from perf_core.services.leavers import Leavers, leavers_of, months_needed
from perf_core.services.new_hires import HirePieces, NewHires, new_hires, read_hire_pieces
from perf_core.services.pay_withholding import audit_of
from perf_ui import compare_reads, reads
from perf_ui.compare_reads import State
from perf_ui.i18n import language
from perf_ui.kept import Shelf
from perf_ui.kept import kept as keeping
from perf_ui.start import store

_FINISHED: Final = Shelf(most=256)


def last_day(period: Period) -> date:
    """The last day of a period that there can be data of."""
    newest = reads.directory().data_day
    return period.last_day if newest is None else min(period.last_day, newest)


# --- cost -----------------------------------------------------------------------------------------


@keeping(most=64)
def _course(
    state: State, scope: Scope, periods: tuple[str, ...], by: tuple[str, ...], within: Limits
) -> CostCourse:
    inputs = compare_reads.months_inputs(state, periods)
    numbers = groups_from(inputs, by=by, within=dict(within), scope=scope)
    return cost_course(numbers, [parse_period(code) for code in periods])


def course(scope: Scope, view: ComparisonView, by: tuple[str, ...]) -> CostCourse:
    """Cost ratios period by period, up to the end of the view's (see ``trend_periods``)."""
    months = compare_reads.trend_periods(view.period)
    return _course(reads.key(), scope, tuple(one.code for one in months), by, view.within)


@keeping(most=128)
def _causes(
    state: State,
    scope: Scope,
    periods: tuple[str, ...],
    pair: tuple[str, str],
    by: tuple[str, ...],
    within: Limits,
) -> CostCauses:
    before, after = (parse_period(code) for code in pair)
    return cost_causes(_course(state, scope, periods, by, within), before=before, after=after)


def causes(
    scope: Scope, view: ComparisonView, by: tuple[str, ...], *, before: Period
) -> CostCauses:
    """What moved the cost ratios from an earlier period to that of the view."""
    pair = (before.code, view.period.code)
    months = compare_reads.trend_periods(view.period)
    codes = tuple(one.code for one in months)
    # Months that the course holds anyway are not read a second time.
    periods = codes if set(pair) <= set(codes) else pair
    return _causes(reads.key(), scope, periods, pair, by, view.within)


@keeping(most=8)
def _hire_pieces(state: State, first: date, last: date) -> HirePieces:
    del state
    return read_hire_pieces(store(), first=first, last=last)


@keeping(most=64)
def _hires(
    state: State, scope: Scope, first: date, last: date, axis: str, within: Limits
) -> NewHires:
    read = _hire_pieces(state, first, last)
    return new_hires(read, axis=axis, within=dict(within), scope=scope)


def read_ahead(state: State, period: Period) -> Iterator[None]:
    """Read what the first visitor of a period's costs would wait for, step by step."""
    # While pay of the period is not loaded, the page tells of the one before.
    earlier = tuple(one.code for one in compare_reads.trend_periods(period.previous()))
    if earlier:
        payroll = compare_reads.months_inputs(state, earlier).payroll
        for month in payroll.months:
            yield
            audit_of(payroll, month, compare_reads.SEES_GROUPS)
    for one in compare_reads.looked_at(period):
        first, last = one.start, last_day(one)
        if last < first:
            continue
        yield
        pieces = _hire_pieces(state, first, last)
        for month in pieces.payroll.months:
            yield
            audit_of(pieces.payroll, month, compare_reads.SEES_GROUPS)


def hires(scope: Scope, view: ComparisonView, *, axis: str) -> NewHires | None:
    """What new people are paid and bring in the view's period; nothing before it has begun."""
    first, last = view.period.start, last_day(view.period)
    return None if last < first else _hires(reads.key(), scope, first, last, axis, view.within)


def hire_people(
    scope: Scope, view: ComparisonView, *, axis: str, code: str, month: int = 0
) -> HireExplanation:
    """Who is behind the figures of new people: of a group, or of a month since hire."""
    read = _hire_pieces(reads.key(), view.period.start, last_day(view.period))
    within = dict(view.within)
    if month:
        return explain_month_since_hire(read, month=month, within=within, scope=scope)
    return explain_hires(read, axis=axis, code=code, within=within, scope=scope)


# --- people ---------------------------------------------------------------------------------------


def watched_period(view: ComparisonView, *, is_year: bool) -> Period:
    """The view's period, or the twelve months up to its last day with data."""
    return twelve_months_to(last_day(view.period)) if is_year else view.period


@keeping(most=128)
def _rates(state: State, scope: Scope, period: str, axis: str, within: Limits) -> AttritionRates:
    del state
    return attrition_rates(
        store(), parse_period(period), axis=axis, within=dict(within), scope=scope
    )


def rates(scope: Scope, view: ComparisonView, period: Period, *, axis: str) -> AttritionRates:
    """How many left, by an axis or by tenure."""
    return _rates(reads.key(), scope, period.code, axis, view.within)


@keeping(most=64)
def _curves(
    state: State, scope: Scope, since: date, until: date, axis: str, within: Limits
) -> RetentionCurves:
    del state
    return retention_curves(
        store(), since=since, until=until, axis=axis, within=dict(within), scope=scope
    )


def curves(scope: Scope, view: ComparisonView, *, axis: str) -> RetentionCurves | None:
    """How long people stay; nothing without a day of data."""
    since, until = reads.directory().first_data_day, last_day(view.period)
    if since is None or until < since:
        return None
    return _curves(reads.key(), scope, since, until, axis, view.within)


@keeping(most=32)
def _leavers(state: State, scope: Scope, period: str, within: Limits, band: str) -> Leavers:
    judged, limits = parse_period(period), dict(within)
    only = None
    if band:
        people = people_of_rate(store(), judged, axis=TENURE, code=band, within=limits, scope=scope)
        only = frozenset(people.loc[people["left"], "employee_id"])
    first = reads.directory().first_data_day
    months = [
        one
        for one in months_needed(store(), judged, within=limits, scope=scope)
        if first is not None and one.last_day >= first
    ]
    scores = {one.code: reads.company_scores_of(state, one.code) for one in months}
    return leavers_of(store(), judged, within=limits, scope=scope, scores=scores, only=only)


def leavers(scope: Scope, view: ComparisonView, period: Period, *, band: str = "") -> Leavers:
    """Who left, how they did, and why as far as it was said; of one band of tenure or of all."""
    return _leavers(reads.key(), scope, period.code, view.within, band)


# --- finished figures and tables ------------------------------------------------------------------


def kept(
    scope: Scope, view: ComparisonView, name: str, *more: str, build: Callable[[], Any]
) -> Any:
    """A finished figure or table: built once for everything that it is made of.

    Parameters
    ----------
    scope, view : Scope, ComparisonView
        For whom, and of what.
    name : str
        Which figure.
    *more : str
        Whatever else it depends on: what is left out here is shown to the wrong reader.
    build : callable
        Makes it.
    """
    return _FINISHED.found(reads.key(), scope.key, view, name, more, language(), make=build)
