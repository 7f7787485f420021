"""Cached reads of whose problem it is, of the funnel and its customers, and of before and after.

Everybody's inputs are read once; what one viewer sees is kept by all that the viewer's scope
allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.business_event import BusinessEvent
from perf_core.domain.period import Period, parse_period
from perf_core.services.before_after import BeforeAfter, Figure, Plan, before_after, plan_for
from perf_core.services.business_events import list_events
from perf_core.services.business_measures import business_of, read_business
from perf_core.services.channel_mix import ChannelMix, CustomerMix, channel_mix, customer_mix
from perf_core.services.compare_groups import (
    ComparedInputs,
    GroupNumbers,
    groups_from,
    read_compared,
    read_compared_months,
)
from perf_core.services.comparison import (
    PERSON,
    ComparisonView,
    Limits,
    limits_of,
    people_within,
)
from perf_core.services.explain_group import GroupExplanation, explain_group
from perf_core.services.funnel import Base, Funnel, funnel
from perf_core.services.group_figures import Part
from perf_core.services.shared_problems import (
    SharedProblems,
    roles_to_compare,
    shared_among_people,
    shared_problems,
)
from perf_ui import compare_reads, reads
from perf_ui.compare_reads import State
from perf_ui.i18n import language
from perf_ui.kept import Shelf
from perf_ui.kept import kept as keeping
from perf_ui.start import store

_FINISHED: Final = Shelf(most=512)
_PLACES: Final = ("brand", "region", "department")
_OF_PEOPLE: Final[frozenset[Part]] = frozenset({"people"})
"""What a verdict is made of besides indicators; it needs neither pay nor cards."""
_Asked = tuple[tuple[str, str], ...]


def axis_of(view: ComparisonView) -> str:
    """The axis along which problems are shared or own: that of the rows, if it is a place."""
    order = (view.rows, *_PLACES) if view.rows in _PLACES else _PLACES
    return next((axis for axis in order if len(view.codes(axis)) != 1), "brand")


def plain_view(view: ComparisonView) -> ComparisonView:
    """A view as far as it decides what these parts show: what is cached is kept by it."""
    return replace(view, rows=axis_of(view), columns="", indicator="")


def last_day_of(period: Period) -> date:
    """The last day of a period that there is data for."""
    newest = reads.directory().data_day
    return period.last_day if newest is None else min(period.last_day, newest)


def is_covered(period: Period) -> bool:
    """Whether there is data from the first day of a period on."""
    first = reads.directory().first_data_day
    return first is not None and first <= period.start


# --- finished figures and tables ------------------------------------------------------------------


def kept(scope: Scope, view: ComparisonView, *what: str, make: Callable[[], Any]) -> Any:
    """Make a figure or table once for each scope, view and language.

    Parameters
    ----------
    scope, view
        Who sees what: the view counts as :func:`plain_view` tells it.
    *what : str
        What else the result depends on; nothing may be left out.
    make : callable
        Makes it, of nothing but these and the state of the store.
    """
    return _FINISHED.found(reads.key(), scope.key, plain_view(view), what, language(), make=make)


# --- shared or own --------------------------------------------------------------------------------


@keeping(most=4)
def _inputs_until(state: State, period: str, until: str, *, by_channel: bool) -> ComparedInputs:
    del state
    return read_compared(
        store(), parse_period(period), by_channel=by_channel, as_of=date.fromisoformat(until)
    )


def _year_ago(scope: Scope, view: ComparisonView, by: tuple[str, ...]) -> GroupNumbers | None:
    """The same groups a year earlier, over as many days."""
    ago = view.period.year_before()
    if not is_covered(ago):
        return None
    until = ago.day_like(view.period, last_day_of(view.period))
    if until >= ago.last_day:
        return compare_reads.groups(scope, replace(view, period=ago), by=by, parts=_OF_PEOPLE)
    inputs = _inputs_until(
        reads.key(), ago.code, until.isoformat(), by_channel=_by_channel(by, view.within)
    )
    return groups_from(inputs, by=by, within=view.limits, scope=scope, parts=_OF_PEOPLE)


def _by_channel(by: tuple[str, ...], within: Limits) -> bool:
    return "channel" in {*by, *dict(within)}


@keeping(most=64)
def _problems(state: State, scope: Scope, period: str, axis: str, within: Limits) -> SharedProblems:
    del state
    view = ComparisonView(parse_period(period), chosen=within)
    return shared_problems(
        compare_reads.groups(scope, view, by=(axis, "role"), parts=_OF_PEOPLE),
        compare_reads.groups(scope, view, by=("role",), parts=_OF_PEOPLE),
        _year_ago(scope, view, (axis, "role")),
        known=reads.directory().catalogue.indicators,
    )


def problems(scope: Scope, view: ComparisonView) -> SharedProblems:
    """Every indicator with its verdict (``services.shared_problems``)."""
    return _problems(reads.key(), scope, view.period.code, axis_of(view), view.within)


def tells_of_people(scope: Scope, view: ComparisonView) -> bool:
    """Whether the people of a role are compared, since groups are not, or cannot be.

    Groups cannot be where most indicators are measured in one of them alone: in the one brand of
    a small company, or among departments of which each has work of its own.
    """
    return view.rows == PERSON or problems(scope, view).tells_little


@keeping(most=64)
def _roles(state: State, scope: Scope, period: str, within: Limits) -> tuple[str, ...]:
    del state
    return roles_to_compare(_lines(scope, ComparisonView(parse_period(period), chosen=within)))


def roles(scope: Scope, view: ComparisonView) -> tuple[str, ...]:
    """The roles of several people, the one that is furthest behind its targets first."""
    return _roles(reads.key(), scope, view.period.code, view.within)


@keeping(most=64)
def _among_people(
    state: State, scope: Scope, period: str, within: Limits, role: str
) -> SharedProblems:
    del state
    view = ComparisonView(parse_period(period), chosen=within).narrowed("role", (role,))
    ago = view.period.year_before()
    return shared_among_people(
        _lines(scope, view),
        _lines(scope, replace(view, period=ago)) if is_covered(ago) else None,
        compare_reads.groups(scope, view, by=("role",), parts=_OF_PEOPLE),
        known=reads.directory().catalogue.indicators,
    )


def among_people(scope: Scope, view: ComparisonView, role: str) -> SharedProblems:
    """Every indicator of a role with its verdict: all of its people, or one of them."""
    return _among_people(reads.key(), scope, view.period.code, view.within, role)


def _lines(scope: Scope, view: ComparisonView) -> pd.DataFrame:
    """The lines of the scorecards within the limits of a view."""
    scores = reads.scores(scope, view.period)
    cards = people_within(scores.cards, view)
    return scores.lines[scores.lines["card_id"].isin(cards["card_id"])]


# --- the funnel, channels and customers -----------------------------------------------------------


@keeping(most=8)
def _business_inputs(state: State, asked: _Asked, *, by_channel: bool) -> ComparedInputs:
    del state
    days = [(parse_period(code), date.fromisoformat(last)) for code, last in asked]
    return read_business(store(), days, by_channel=by_channel)


@keeping(most=64)
def _business(
    state: State, scope: Scope, asked: _Asked, by: tuple[str, ...], within: Limits
) -> pd.DataFrame:
    inputs = _business_inputs(state, asked, by_channel=_by_channel(by, within))
    return business_of(inputs, by=by, within=dict(within), scope=scope)


def _asked(period: Period) -> _Asked:
    """The period, the one before and the one a year earlier, as far as there is data for them."""
    last = last_day_of(period)
    found = [(period.code, last.isoformat())]
    for other in (period.previous(), period.year_before()):
        pair = (other.code, other.day_like(period, last).isoformat())
        if is_covered(other) and pair not in found:
            found.append(pair)
    return tuple(found)


def read_ahead(state: State, period: Period) -> Iterator[None]:
    """Read what the first visitor of a period's problems would wait for, step by step."""
    for one in compare_reads.looked_at(period):
        for by_channel in (False, True):
            _business_inputs(state, _asked(one), by_channel=by_channel)
            yield
        view = ComparisonView(one)
        compare_reads.groups(compare_reads.SEES_GROUPS, view, by=(), parts=_OF_PEOPLE)
        yield
        _year_ago(compare_reads.SEES_GROUPS, view, ())
        yield


def _sums(scope: Scope, view: ComparisonView, axis: str) -> dict[str, pd.DataFrame]:
    """The sums of measures by group, for each period that has any."""
    found = _business(reads.key(), scope, _asked(view.period), (axis,), view.within)
    # A row without a brand is business that belongs to no group: it is in no group's funnel.
    named = found[found[axis] != ""]
    return {
        str(code): mine.set_index(axis).drop(columns="period")
        for code, mine in named.groupby("period")
    }


def funnel_of(scope: Scope, view: ComparisonView, base: Base) -> Funnel | None:
    """The funnel by group against a base; nothing where no group has any business."""
    return _funnel_of(reads.key(), scope, plain_view(view), base)


@keeping(most=64)
def _funnel_of(state: State, scope: Scope, view: ComparisonView, base: Base) -> Funnel | None:
    del state
    axis = axis_of(view)
    sums = _sums(scope, view, axis)
    now = sums.get(view.period.code)
    if now is None or not (now[["orders", "revenue", "visits"]].fillna(0) > 0).any(axis=None):
        return None
    past = {"year": view.period.year_before(), "previous": view.period.previous()}.get(base)
    some = now[(now[["orders", "revenue", "visits"]].fillna(0) > 0).any(axis=1)]
    return funnel(
        some,
        sums.get(past.code) if past is not None else None,
        base=base,
        # Regions and departments of one brand sell at one level of price, brands do not.
        same_prices=axis != "brand" and _n_brands(scope, view) <= 1,
    )


def _n_brands(scope: Scope, view: ComparisonView) -> int:
    """How many brands the viewer looks at."""
    seen = scope.narrow(reads.directory().assignments)["brand"]
    return len(view.codes("brand") or {code for code in seen.unique() if code})


def bases_of(view: ComparisonView) -> tuple[Base, ...]:
    """The bases that there is data for."""
    found: list[Base] = []
    if is_covered(view.period.year_before()):
        found.append("year")
    if is_covered(view.period.previous()):
        found.append("previous")
    return (*found, "group", "best")


def customers(scope: Scope, view: ComparisonView) -> CustomerMix | None:
    """Paid against organic visits, new against returning customers, by group."""
    return _customers(reads.key(), scope, plain_view(view))


@keeping(most=64)
def _customers(state: State, scope: Scope, view: ComparisonView) -> CustomerMix | None:
    del state
    sums = _sums(scope, view, axis_of(view))
    now = sums.get(view.period.code)
    if now is None:
        return None
    return customer_mix(now, sums.get(view.period.year_before().code))


def channels(scope: Scope, view: ComparisonView) -> ChannelMix:
    """Channels compared within the view."""
    return _channels(reads.key(), scope, plain_view(view))


@keeping(most=64)
def _channels(state: State, scope: Scope, view: ComparisonView) -> ChannelMix:
    del state
    asked = _asked(view.period)[:1]
    return channel_mix(_business(reads.key(), scope, asked, ("brand", "channel"), view.within))


@keeping(most=64)
def _business_parts(state: State, scope: Scope, asked: _Asked, within: Limits) -> GroupExplanation:
    inputs = _business_inputs(state, asked, by_channel=_by_channel((), within))
    return explain_group(inputs, within=dict(within), scope=scope)


def business_parts(
    scope: Scope, view: ComparisonView, group: Mapping[str, str]
) -> GroupExplanation:
    """What the measures of business of one group of a view are made of."""
    within = limits_of({**view.limits, **{axis: (code,) for axis, code in group.items()}})
    return _business_parts(reads.key(), scope, _asked(view.period)[:1], within)


# --- before and after -----------------------------------------------------------------------------


@keeping(most=64)
def _events(state: State, scope: Scope) -> tuple[BusinessEvent, ...]:
    del state
    return list_events(store(), scope=scope)


def events(scope: Scope) -> tuple[BusinessEvent, ...]:
    """The events that the viewer may look at, the newest first."""
    return _events(reads.key(), scope)


@keeping(most=4)
def _months_inputs(
    state: State,
    months: tuple[str, ...],
    indicator: str,
    *,
    by_channel: bool,
    with_cards: bool,
) -> ComparedInputs:
    scores = {code: reads.company_scores_of(state, code) for code in months}
    return read_compared_months(
        store(),
        [parse_period(code) for code in months],
        by_channel=by_channel,
        indicators=(indicator,) if indicator else (),
        scores=scores if with_cards else None,
    )


def plan_of(event: BusinessEvent, view: ComparisonView, n_months: int) -> Plan:
    """Which groups and months are compared."""
    directory = reads.directory()
    return plan_for(
        event,
        n_months=n_months,
        first_day=directory.first_data_day,
        data_day=directory.data_day,
        within=view.limits,
    )


@keeping(most=64)
def _before_after(
    state: State, scope: Scope, event_id: str, figure: Figure, n_months: int, within: Limits
) -> BeforeAfter:
    known = events(scope)
    event = next(one for one in known if one.event_id == event_id)
    plan = plan_of(event, ComparisonView(parse_period("2000"), chosen=within), n_months)
    inputs = _months_inputs(
        state,
        tuple(month.code for month in plan.months),
        figure.code if figure.is_indicator else "",
        by_channel=_by_channel(
            plan.axes, tuple((axis, tuple(c)) for axis, c in plan.within.items())
        ),
        with_cards=figure.from_cards,
    )
    return before_after(inputs, event, figure, plan, scope=scope, events=known)


def result(
    scope: Scope, view: ComparisonView, event: BusinessEvent, figure: Figure, n_months: int
) -> BeforeAfter:
    """What changed since an event (``services.before_after``)."""
    return _before_after(reads.key(), scope, event.event_id, figure, n_months, view.within)
