"""Share the comparison: the part that is open, as far as a link may carry it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from perf_core.domain.access import Scope
from perf_core.domain.errors import TooFewToShare
from perf_core.domain.share import FEWEST_NAMELESS
from perf_core.services.attrition import TENURE
from perf_core.services.before_after import MONTHS, figures_for
from perf_core.services.comparison import PERSON, ComparisonView
from perf_core.services.directory import Directory
from perf_core.services.share_review import (
    EventFound,
    PartFound,
    PeopleFound,
    ProblemFound,
    ViewPart,
    is_about_pay,
    tells_of_few,
)
from perf_ui import (
    address,
    compare_cost_reads,
    compare_event_words,
    compare_parts,
    compare_people_parts,
    compare_words,
    reads,
    share_parts,
)
from perf_ui import compare_funnel_parts as way
from perf_ui import compare_problem_parts as problem_part
from perf_ui import compare_problem_reads as problem_reads
from perf_ui.i18n import _
from perf_ui.share_parts import SharedPart
from perf_ui.widgets import worded

_DEFAULT_MONTHS: Final = "6"


def share(scope: Scope, directory: Directory, view: ComparisonView) -> None:
    """A button that shares the part of the comparison that is open."""
    titles = compare_parts.part_titles()
    part = address.read("part", allowed=titles, default="groups")
    if part == "groups" and view.rows == PERSON:
        # People one by one are the team's review, which has a link of its own.
        return
    share_parts.share_view(
        scope,
        view.period,
        by=view.by,
        within=view.limits,
        shared=lambda: _shared(scope, directory, view, part),
    )


def _shared(scope: Scope, directory: Directory, view: ComparisonView, part: str) -> SharedPart:
    match part:
        case "cost":
            return SharedPart(
                why_not=_(
                    "This part is made of pay, and pay is never in a link: there is nothing of it "
                    "to share. Share another part, or take this one away as a file for somebody "
                    "who may see pay."
                )
            )
        case "problem":
            return SharedPart(ViewPart.PROBLEM, _problem_words(view), _later(view, _problem))
        case "people":
            return _people_part(view)
        case "events":
            return _event_part(scope, directory, view)
        case _:
            return SharedPart(ViewPart.GROUPS, _groups_words(view))


def _later(
    view: ComparisonView, find: Callable[[Scope, ComparisonView], PartFound | None]
) -> Callable[[Scope], PartFound | None]:
    """Find it when the link is made, by what the address says now."""
    said = address.said()

    def found(scope: Scope) -> PartFound | None:
        with address.held(said):
            return find(scope, view)

    return found


def _groups_words(view: ComparisonView) -> str:
    titles = compare_words.axis_titles()
    return _(
        "The link shows the groups by {axes} side by side: headcount, revenue and its growth, "
        "attainment, totals, attrition, shares of grades and indicators, as tables.",
        axes=" × ".join(titles[axis] for axis in view.by).lower(),
    )


# --- shared or own --------------------------------------------------------------------------------


def _problem_words(view: ComparisonView) -> str:
    return _(
        "The link shows whose problem each indicator is by {axis}, the way from visits to "
        "revenue, channels and customers. Groups of fewer than four people are left out, and "
        "nobody stands in it by name.",
        axis=compare_words.axis_titles()[problem_reads.axis_of(view)].lower(),
    )


def _problem(scope: Scope, view: ComparisonView) -> ProblemFound:
    told = problem_part.told_of(scope, reads.directory(), view)
    return ProblemFound(
        problem_reads.axis_of(view),
        told.found if told is not None else None,
        role=told.role if told is not None else "",
        verdict=address.read("verdict"),
        indicator=view.indicator,
        funnel=problem_reads.funnel_of(scope, view, way.asked_base(view)),
        channels=problem_reads.channels(scope, view),
        customers=problem_reads.customers(scope, view),
    )


# --- coming and going -----------------------------------------------------------------------------


def _people_part(view: ComparisonView) -> SharedPart:
    if view.is_by_channel:
        none = _("People belong to no channel: choose other rows, columns or limits.")
        return SharedPart(why_not=none)
    shows = _(
        "The link shows how many leave by {axis}, how long people stay, and how those who left "
        "stand beside those who stayed. It names nobody, and tells no reason that somebody wrote.",
        axis=compare_people_parts.axes_of_people()[_axis(view)].lower(),
    )
    return SharedPart(ViewPart.PEOPLE, shows, _later(view, _people))


def _axis(view: ComparisonView) -> str:
    offered = compare_people_parts.axes_of_people()
    return address.read("by", allowed=offered, default=compare_people_parts.first_axis(view))


def _people(scope: Scope, view: ComparisonView) -> PeopleFound:
    span = address.read("watch", allowed={"year", "period"}, default="year")
    period = compare_cost_reads.watched_period(view, is_year=span == "year")
    axis = _axis(view)
    return PeopleFound(
        compare_cost_reads.rates(scope, view, period, axis=axis),
        compare_cost_reads.curves(scope, view, axis="" if axis == TENURE else axis),
        compare_cost_reads.leavers(scope, view, period),
    )


# --- before and after -----------------------------------------------------------------------------


def _event_part(scope: Scope, directory: Directory, view: ComparisonView) -> SharedPart:
    events = {one.event_id: one for one in problem_reads.events(scope)}
    if not events:
        return SharedPart(why_not=_("Nothing is marked yet"))
    event = events[address.read("event", allowed=events, default=next(iter(events)))]
    offered = {one.code: one for one in figures_for(directory.catalogue, event)}
    figure = offered[address.read("figure", allowed=offered, default=next(iter(offered)))]
    name = compare_event_words.figure_name(directory, figure)
    if is_about_pay(event, figure.code):
        return SharedPart(
            why_not=_(
                "What you look at is about pay, and pay is never in a link. Choose an event that "
                "is no pay change, and a figure other than the cost ratio."
            )
        )
    n_months = int(
        address.read("months", allowed={str(n) for n in MONTHS}, default=_DEFAULT_MONTHS)
    )
    plan = problem_reads.plan_of(event, view, n_months)
    if not plan.before or not plan.after:
        return SharedPart(why_not=compare_event_words.missing_months(event, plan))
    if tells_of_few(problem_reads.result(scope, view, event, figure, n_months)):
        return SharedPart(why_not=worded(TooFewToShare(fewest=FEWEST_NAMELESS)))

    def found(allowed: Scope, asked: ComparisonView) -> EventFound:
        return EventFound(problem_reads.result(allowed, asked, event, figure, n_months))

    shows = _(
        "The link shows “{event}” with its name, day and groups, and how {figure} changed since "
        "in groups with and without it. The note on it stays in the app.",
        event=compare_event_words.short_title(directory, event),
        figure=name,
    )
    return SharedPart(ViewPart.EVENTS, shows, _later(view, found))
