"""Read what one event needs, and compare before and after: the command line's way to the page."""

from __future__ import annotations

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.business_event import BusinessEvent
from perf_core.domain.errors import NotFound
from perf_core.scoring.groups import Within
from perf_core.services.axis_groups import members_of
from perf_core.services.before_after import BeforeAfter, before_after, figures_for, plan_for
from perf_core.services.business_events import list_events
from perf_core.services.compare_groups import axes_within, read_compared_months
from perf_core.services.directory import read_directory
from perf_core.services.score_period import company_scores_of
from perf_core.store.engine import Store


def find_event(store: Store, event_id: str, *, scope: Scope) -> BusinessEvent:
    """Give an event that the viewer may look at.

    Raises
    ------
    NotFound
        There is none, or not for this viewer.
    """
    known = list_events(store, scope=scope)
    found = next((one for one in known if one.event_id == event_id), None)
    if found is None:
        raise NotFound(kind="event", code=event_id)
    return found


def event_effect(
    store: Store,
    event_id: str,
    *,
    figure: str = "",
    n_months: int = 6,
    within: Within | None = None,
    scope: Scope,
) -> BeforeAfter | None:
    """Compare before and after an event.

    Parameters
    ----------
    store : Store
        The store to read.
    event_id : str
        The event.
    figure : str
        What to measure; empty for the first that is offered.
    n_months : int, default=6
        How many whole months to look at on either side, as far as there is data.
    within : mapping of str to collection of str, optional
        What both kinds of groups are narrowed to, by axis or kind of named group.
    scope : Scope
        Whom the viewer may see.

    Returns
    -------
    BeforeAfter or None
        ``None`` while there is no whole month with data on one of the sides.

    Raises
    ------
    NotFound
        There is no such event or figure, or no such code to narrow to.
    """
    event = find_event(store, event_id, scope=scope)
    directory = read_directory(store)
    offered = {
        one.code: one
        for one in figures_for(
            directory.catalogue,
            event,
            sees_pay=scope.pay is not PayRight.NONE or bool(scope.more_pay),
        )
    }
    if figure and figure not in offered:
        raise NotFound(kind="figure", code=figure)
    asked = offered[figure] if figure else next(iter(offered.values()))
    plan = plan_for(
        event,
        n_months=n_months,
        first_day=directory.first_data_day,
        data_day=directory.data_day,
        within=axes_within(within, members_of(directory.catalogue)),
    )
    if not plan.before or not plan.after:
        return None
    scores = (
        {one.period.code: one for one in company_scores_of(store, plan.months)}
        if asked.from_cards
        else None
    )
    read = read_compared_months(
        store,
        plan.months,
        by_channel="channel" in {*plan.axes, *plan.within},
        indicators=(asked.code,) if asked.is_indicator else (),
        scores=scores,
    )
    events = list_events(store, scope=scope)
    return before_after(read, event, asked, plan, scope=scope, events=events)
