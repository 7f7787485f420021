"""Freeze the parts of a comparison for a link: from what was found, field by field, without pay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.business_event import EVENT_AXES, BusinessEvent
from perf_core.domain.errors import NothingToShare, TooFewToShare
from perf_core.domain.period import Period, window
from perf_core.domain.share import FEWEST_NAMELESS
from perf_core.domain.share_parts import (
    CHANGE_FIELDS,
    COURSE_FIELDS,
    EFFECT_FIELDS,
    MOVED_FIELDS,
    RATE_FIELDS,
    RATES_OF_PEOPLE,
    SHARE_FIELDS,
    ViewPart,
)
from perf_core.scoring.groups import Within
from perf_core.services.attrition import (
    BANDS,
    DAYS_A_MONTH,
    TENURE,
    AttritionRates,
    Retention,
    RetentionCurves,
)
from perf_core.services.before_after import BeforeAfter
from perf_core.services.channel_mix import ChannelMix, CustomerMix
from perf_core.services.funnel import Funnel
from perf_core.services.leavers import Leavers
from perf_core.services.share_review_fields import plain, plain_fields, too_small
from perf_core.services.shared_problems import SharedProblems

PAY_KIND: Final = "pay"
"""Events of this kind are about pay: they are in no link, not even by their day."""

_PAY_FIGURE: Final = "cost_ratio"
_PAY_DOUBTS: Final = ("pay_withheld", "pay_estimated")
_AFTER: Final = (3, 6, 12, 24, 36)
_MOST_EVENTS: Final = 3
_LEAVE_TYPES: Final = ("voluntary", "involuntary")


@dataclass(frozen=True)
class ProblemFound:
    """Whose problem each indicator is, and the way to revenue.

    Attributes
    ----------
    axis : str
        What the groups are made by.
    problems : SharedProblems or None
        The verdicts; nothing where targets are out of question.
    role : str
        The role whose people are compared; empty where groups are.
    verdict, indicator : str
        What is looked at; empty for the first.
    funnel, channels, customers
        As far as there is any business.
    """

    axis: str
    problems: SharedProblems | None
    role: str = ""
    verdict: str = ""
    indicator: str = ""
    funnel: Funnel | None = None
    channels: ChannelMix | None = None
    customers: CustomerMix | None = None


@dataclass(frozen=True)
class PeopleFound:
    """Who leaves: rates, how long people stay, and how leavers did beside who stayed."""

    rates: AttritionRates
    curves: RetentionCurves | None
    leavers: Leavers


@dataclass(frozen=True)
class EventFound:
    """What changed since an event."""

    result: BeforeAfter


PartFound = ProblemFound | PeopleFound | EventFound
PartOf = Callable[[Scope], PartFound | None]
"""Finds what the open part shows to a scope; nothing where there is nothing to show."""


@dataclass(frozen=True)
class FrozenPart:
    """A part as a link keeps it.

    Attributes
    ----------
    content : dict
        Its fields, under a name of its own.
    limits : mapping of str to tuple of str
        What it is narrowed to.
    spans : tuple of (Period, mapping)
        The periods whose people are in it, besides the one looked at, each with its limits.
    as_of : date, optional
        The last day that is in it, where it is not that of the period.
    """

    content: dict[str, Any]
    limits: Within
    spans: tuple[tuple[Period, Within], ...] = ()
    as_of: date | None = None


class Naming(Protocol):
    """Gives names in both languages."""

    def named(self, axis: str, code: str) -> dict[str, str] | None:
        """A group by its names; nothing for the one without a code."""

    def indicator(self, code: str) -> dict[str, Any]:
        """An indicator by its names, with its unit and direction."""


def without_pay(scope: Scope) -> Scope:
    """The same people, and none of their pay: for it, what a link shows is worked out.

    Examples
    --------
    >>> from perf_core.domain.access import everything
    >>> without_pay(everything()).pay_of("P1").value
    'none'
    """
    return Scope(
        scope.viewer,
        scope.employees,
        PayRight.NONE,
        former=scope.former,
        sees_ranks=scope.sees_ranks,
        leads=scope.leads,
    )


# --- coming and going -----------------------------------------------------------------------------


def frozen_people(found: PeopleFound, naming: Naming, limits: Within) -> FrozenPart:
    """Freeze rates of leaving, curves and the standing of leavers: no names, no reasons.

    Of a group of fewer than ``FEWEST_NAMELESS`` only the headcount stays; where such groups
    together are fewer than that, the next smallest is withheld, too.
    """
    rates = found.rates
    whole = plain_fields(rates.whole.to_dict(), RATE_FIELDS) if len(rates.whole) else {}
    if not whole.get("n"):
        raise NothingToShare(subject=ViewPart.PEOPLE.value, period=rates.period.code)
    # Through a band of tenure people pass; a group must have been large at both ends.
    counts = ["n"] if rates.axis == TENURE else ["n", "at_start", "at_end"]
    hidden = too_small([float(size) for size in rates.groups[counts].min(axis=1)])
    rows = [
        {
            **_group_of(naming, rates.axis, str(row["code"])),
            **plain_fields(row, RATE_FIELDS),
            **(dict.fromkeys(RATES_OF_PEOPLE) if at in hidden else {}),
        }
        for at, row in enumerate(rates.groups.to_dict("records"))
    ]
    if min(whole["n"], whole["at_start"], whole["at_end"]) < FEWEST_NAMELESS:
        whole |= dict.fromkeys(RATES_OF_PEOPLE)
    spans = [(rates.period, limits)]
    if found.curves is not None and found.curves.whole.is_known:
        spans.append((window(found.curves.since, found.curves.until), limits))
    content = {
        "axis": rates.axis,
        "first": rates.period.start.isoformat(),
        "last": rates.last.isoformat(),
        "is_recorded": rates.is_recorded,
        "whole": whole,
        "rows": rows,
        "curves": _curves(found.curves, naming),
        **_standing(found.leavers),
    }
    return FrozenPart({"leaving": content}, limits, tuple(spans), rates.last)


def _group_of(naming: Naming, axis: str, code: str) -> dict[str, Any]:
    """A group by its names, or a band of tenure by its months."""
    if axis != TENURE:
        return {"group": naming.named(axis, code)}
    band = next(one for one in BANDS if one.code == code)
    return {"band": [band.begins, band.ends]}


def _curves(found: RetentionCurves | None, naming: Naming) -> dict[str, Any] | None:
    """Who is still here after whole months: no step tells on which day somebody left."""
    if found is None or not _is_nameless(found.whole):
        return None
    groups = [
        {"group": naming.named(found.axis, code), **_curve(one)}
        for code, one in found.curves.items()
        if _is_nameless(one)
    ]
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "whole": _curve(found.whole),
        "groups": groups,
    }


def _is_nameless(one: Retention) -> bool:
    return one.is_known and one.n_spells >= FEWEST_NAMELESS


def _curve(one: Retention) -> dict[str, Any]:
    months = range(int(np.ceil(one.begins / DAYS_A_MONTH)), int(one.ends / DAYS_A_MONTH) + 1)
    after = {months: one.at(months * DAYS_A_MONTH) for months in _AFTER}
    return {
        "months": list(months),
        "shares": [_enough(one.at(month * DAYS_A_MONTH))["share"] for month in months],
        "after": [{"months": n, **_enough(at)} for n, at in after.items()],
    }


def _enough(at: pd.Series) -> dict[str, Any]:
    """A point of a curve; unknown where it rests on fewer people than may stand without names."""
    few = pd.notna(at["at_risk"]) and at["at_risk"] < FEWEST_NAMELESS
    return {name: None if few else plain(at[name]) for name in ("share", "low", "high")}


def _standing(found: Leavers) -> dict[str, Any]:
    """Leavers beside who stayed, each from four people up; how many left by their own will."""
    rows = {
        str(who): plain_fields(row, SHARE_FIELDS)
        for who, row in found.standing.to_dict("index").items()
    }
    are_enough = all(row["n"] >= FEWEST_NAMELESS for row in rows.values())
    lost = found.lost_top
    types: list[dict[str, Any]] = []
    if len(found.people) >= FEWEST_NAMELESS and not found.reasons_withheld:
        # What somebody wrote as a reason may hold anything: only the two known kinds are told.
        counted = found.reasons.groupby("leave_type")["left"].sum()
        types = [{"type": one, "left": int(counted.get(one, 0))} for one in _LEAVE_TYPES]
    return {
        "standing": rows if are_enough else None,
        "lost_top": {"n": int(lost["n"]), "left": int(lost["left"]), "share": plain(lost["share"])}
        if are_enough and lost["n"] >= FEWEST_NAMELESS
        else None,
        "types": types if any(one["left"] for one in types) else [],
    }


# --- before and after -----------------------------------------------------------------------------


def is_about_pay(event: BusinessEvent, figure: str) -> bool:
    """Whether an event, or what is measured of it, is about pay: then no link shows it."""
    return event.kind == PAY_KIND or figure == _PAY_FIGURE


def frozen_event(found: EventFound, naming: Naming, _limits: Within) -> FrozenPart:
    """Freeze what changed since an event, where neither it nor the figure is about pay.

    Every group counts the same, so the answer tells of each: it is told only where the groups of
    either kind hold ``FEWEST_NAMELESS`` people together in every month. Smaller groups stand
    without their figures, and so does the next smallest where they are too few together.
    """
    result = found.result
    plan, sizes = result.plan, _least_people(result)
    if is_about_pay(result.event, result.figure.code) or result.cells.empty:
        raise NothingToShare(subject=ViewPart.EVENTS.value, period=result.event.day.isoformat())
    if tells_of_few(result):
        raise TooFewToShare(fewest=FEWEST_NAMELESS)
    figure = result.figure
    content = {
        **_event(naming, result.event),
        "figure": {
            "code": None if figure.is_indicator else figure.code,
            "unit": figure.unit,
            "is_relative": figure.is_relative,
            "is_lower": figure.is_lower,
            **({"name": naming.indicator(figure.code)["name"]} if figure.is_indicator else {}),
        },
        "before": [one.code for one in plan.before],
        "after": [one.code for one in plan.after],
        "skipped": plan.skipped.code if plan.skipped is not None else None,
        "is_of_roles": bool(plan.within.get("role")),
        **{name: plain(getattr(result.found, name)) for name in EFFECT_FIELDS},
        "effect": plain(result.effect),
        **{name: plain(result.told(getattr(result.found, name))) for name in CHANGE_FIELDS},
        "n_dropped": len(result.found.dropped),
        "verdict": result.verdict,
        "is_better": bool(result.is_better),
        "may_be_nothing": result.found.way != "none" and bool(result.may_be_nothing),
        "doubts": [one for one in result.doubts if one not in _PAY_DOUBTS],
        "others": [_event(naming, one) for one in result.other_events if one.kind != PAY_KIND][
            :_MOST_EVENTS
        ],
        "courses": _courses(result),
        "rows": _moved(result, sizes, naming),
    }
    spans = tuple((month, plan.within) for month in plan.months)
    return FrozenPart({"event": content}, plan.within, spans, plan.months[-1].last_day)


def tells_of_few(result: BeforeAfter) -> bool:
    """Whether the groups with the event, or those without it, hold too few people for a link."""
    sizes = _least_people(result)
    return any(
        sum(sizes.get(str(name), 0.0) for name in mine["name"]) < FEWEST_NAMELESS
        for _kind, mine in result.groups.groupby("treated")
    )


def _event(naming: Naming, event: BusinessEvent) -> dict[str, Any]:
    """An event by its name, kind, day and groups: not what was noted, nor by whom."""
    return {
        "name": event.name,
        "kind": event.kind,
        "day": event.day.isoformat(),
        "concerns": [
            {"axis": axis, "codes": [naming.named(axis, code) for code in event.codes(axis)]}
            for axis in EVENT_AXES
            if event.codes(axis)
        ],
    }


def _least_people(result: BeforeAfter) -> dict[str, float]:
    """The fewest people that each group has in a month that counts."""
    counted = result.cells[result.cells["gap"] == ""]
    least = counted.groupby("name")["people"].min()
    return {str(name): float(people) for name, people in least.items()}


def _courses(result: BeforeAfter) -> list[dict[str, Any]]:
    months, courses = result.plan.months, result.found.courses
    places = courses.index.to_numpy(np.int64) + len(result.plan.before)
    return [
        {
            "month": months[at].code,
            **{name: plain(result.told(float(row[name]))) for name in COURSE_FIELDS},
        }
        for at, row in zip(places, courses.to_dict("records"), strict=True)
    ]


def _moved(result: BeforeAfter, sizes: Mapping[str, float], naming: Naming) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for _kind, mine in result.groups.groupby("treated", sort=False):
        told = mine.to_dict("records")
        hidden = too_small([sizes.get(str(row["name"]), 0.0) for row in told])
        rows += [
            {
                "group": {axis: naming.named(axis, str(row[axis])) for axis in result.plan.axes},
                **plain_fields(row, MOVED_FIELDS),
                **(dict.fromkeys(("before", "after", "change")) if at in hidden else {}),
            }
            for at, row in enumerate(told)
        ]
    return rows
