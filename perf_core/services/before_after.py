"""What changed since an event in the groups it concerns, against the groups without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd

from perf_core.analysis.difference import Difference, difference
from perf_core.domain.access import Scope
from perf_core.domain.business_event import EVENT_AXES, BusinessEvent
from perf_core.domain.catalogue import Catalogue, Unit
from perf_core.domain.period import Period, month_of
from perf_core.scoring.groups import Within
from perf_core.services.compare_groups import ComparedInputs, groups_from

Doubt = Literal[
    "other_yardstick",
    "few_groups",
    "one_group",
    "few_months",
    "drift",
    "other_events",
    "dropped",
    "uneven",
    "zeros",
    "small_groups",
    "pay_withheld",
    "pay_estimated",
]

Verdict = Literal["proven", "hint", "open", "none"]
"""Beyond chance and nothing speaks against it; rather not chance; maybe nothing; not to be told."""

FEW_MONTHS: Final = 3
"""With fewer months on a side, one odd month decides."""
FEW_PEOPLE: Final = 3
"""A group with fewer people moves with each of them."""
DRIFT_SHARE: Final = 0.5
"""What went on before is a doubt where, going on, it would move this share of the effect."""
GRAVE: Final = frozenset(
    {"other_yardstick", "few_groups", "one_group", "few_months", "drift", "other_events", "zeros"}
)
"""Doubts with which an effect is a hint at most."""
CHANCE: Final = 0.1
"""Where more of the choices of groups show as much, the difference may be nothing at all."""
FEWEST_CHOICES: Final = 5
"""Of fewer choices even the largest difference is one that chance often brings."""
MONTHS: Final = (3, 6, 12)
"""How many months to look at on either side."""


@dataclass(frozen=True)
class Figure:
    """Something that can be compared before and after.

    Attributes
    ----------
    code : str
        A number of groups or an indicator.
    is_indicator : bool
        Which of the two.
    unit : str
        Its unit, as of an indicator.
    is_relative : bool
        Whether its change is taken as a share: amounts, counts and times grow in proportion;
        percentages, marks and points are compared as they are.
    is_lower : bool
        Whether less is better.
    from_cards : bool
        Whether it comes from scorecards, so that every month has to be scored.
    """

    code: str
    is_indicator: bool
    unit: Unit
    is_relative: bool
    is_lower: bool = False
    from_cards: bool = False


GROUP_FIGURES: Final = (
    Figure("revenue_per_head", False, "money", True),
    Figure("revenue", False, "money", True),
    Figure("cost_ratio", False, "percent", False, is_lower=True),
    Figure("attrition", False, "percent", False, is_lower=True),
    Figure("mean_total", False, "points", False, from_cards=True),
    Figure("attainment", False, "percent", False, from_cards=True),
)


@dataclass(frozen=True)
class Plan:
    """Which groups and months a comparison is made of.

    Attributes
    ----------
    axes : tuple of str
        What the groups are made by; empty where the event concerns everybody.
    within : mapping of str to tuple of str
        What all groups are narrowed to, with and without the event: people of the same role.
    before, after : tuple of Period
        The whole months on either side.
    skipped : Period or None
        The month that the event falls into, when it does not begin with it.
    """

    axes: tuple[str, ...]
    within: Within
    before: tuple[Period, ...]
    after: tuple[Period, ...]
    skipped: Period | None

    @property
    def months(self) -> tuple[Period, ...]:
        """All of the months, in order."""
        return (*self.before, *self.after)


@dataclass(frozen=True)
class BeforeAfter:
    """What was found.

    Attributes
    ----------
    event : BusinessEvent
        What happened.
    figure : Figure
        What was measured.
    plan : Plan
        Over which months and groups.
    found : Difference
        The arithmetic, in shares (0.05 is 5 %) or in the figure's own unit.
    groups : DataFrame
        One row per group: the axes' codes, ``name`` (its key in the arithmetic), ``treated``,
        ``before`` and ``after`` (mean values), ``change``, ``people`` (in the last month).
    cells : DataFrame
        What they are made of, one row per group and month: the axes' codes, ``name``,
        ``treated``, ``month`` (its place in the plan, 0 is the first after), ``value``,
        ``people`` and ``gap``, why there is no value or it is left out: ``withheld``,
        ``estimated`` (base pay stands in for pay), ``zero`` (no share of nothing), ``missing``.
    doubts : tuple of str
        What speaks against taking it at its word, the gravest first.
    other_events : tuple of BusinessEvent
        What else changed in some of these groups within these months.
    """

    event: BusinessEvent
    figure: Figure
    plan: Plan
    found: Difference
    groups: pd.DataFrame
    cells: pd.DataFrame
    doubts: tuple[Doubt, ...]
    other_events: tuple[BusinessEvent, ...]

    @property
    def effect(self) -> float:
        """The effect as it is told: a share of the value before, or the figure's own unit."""
        return self.told(self.found.effect)

    def told(self, value: float) -> float:
        """A value of the arithmetic as it is told."""
        return float(np.expm1(value)) if self.figure.is_relative else value

    @property
    def may_be_nothing(self) -> bool:
        """Whether chance alone would show as much.

        The interval holds nothing at all; or, without one, other choices of as many groups show
        a difference at least as large: any of up to twenty choices, more than a tenth of more,
        and always where even the largest of all is one of fewer than five.
        """
        if self.found.way == "interval":
            return not (self.found.low > 0 or self.found.high < 0)
        rank, n = self.found.rank, self.found.placebos
        return rank > max(1.0, CHANCE * n) or n < FEWEST_CHOICES * rank

    @property
    def verdict(self) -> Verdict:
        """How far the answer carries a decision."""
        if self.found.way == "none" or np.isnan(self.effect):
            return "none"
        if self.may_be_nothing:
            return "open"
        is_proven = self.found.way == "interval" and GRAVE.isdisjoint(self.doubts)
        return "proven" if is_proven else "hint"

    @property
    def is_better(self) -> bool:
        """Whether the effect goes the way that is good for the figure."""
        return self.effect < 0 if self.figure.is_lower else self.effect > 0


def figures_for(
    catalogue: Catalogue, event: BusinessEvent, *, sees_pay: bool = True
) -> tuple[Figure, ...]:
    """Give what can be compared: the indicators of the roles concerned first, then the others.

    Whoever sees no pay is not offered what is made of it.
    """
    roles = frozenset(event.codes("role"))
    about: dict[str, None] = {}
    others: dict[str, None] = {}
    for template in catalogue.templates:
        place = about if template.role in roles else others
        # The heaviest item is what a template is most about.
        for item in sorted(template.items, key=lambda one: -one.weight):
            if item.indicator in catalogue.indicators:
                place.setdefault(item.indicator)
    codes = [*about, *(code for code in others if code not in about)]
    of_indicators = [_figure_of(catalogue, code) for code in codes]
    n = len(about)
    of_groups = (one for one in GROUP_FIGURES if sees_pay or one.code != "cost_ratio")
    return (*of_indicators[:n], *of_groups, *of_indicators[n:])


def _figure_of(catalogue: Catalogue, code: str) -> Figure:
    indicator = catalogue.indicators[code]
    return Figure(
        code,
        True,
        indicator.unit,
        is_relative=indicator.unit in ("count", "money", "seconds"),
        is_lower=indicator.direction == "lower",
    )


def plan_for(
    event: BusinessEvent,
    *,
    n_months: int,
    first_day: date | None,
    data_day: date | None,
    within: Within | None = None,
) -> Plan:
    """Choose groups and months.

    Groups are made by the brands and regions that an event is limited to, all of them within its
    roles: people who do the same elsewhere are the comparison. An event limited to roles alone is
    compared with the other roles. Only whole months count, and none that the event falls into.

    Parameters
    ----------
    event : BusinessEvent
        What happened.
    n_months : int
        How many months to look at on either side, as far as there is data.
    first_day, data_day : date or None
        The first and the newest day with data.
    within : mapping of str to collection of str, optional
        What the reader narrowed to; axes that make the groups are not narrowed.
    """
    limited = [axis for axis in EVENT_AXES if event.codes(axis)]
    places = [axis for axis in limited if axis != "role"]
    axes = tuple(places or limited)
    limits = {axis: tuple(codes) for axis, codes in (within or {}).items() if axis not in axes}
    if places and event.codes("role"):
        limits["role"] = event.codes("role")
    month = month_of(event.day)
    begins_month = event.day == month.start
    before: list[Period] = []
    one = month.previous()
    while len(before) < n_months and first_day is not None and one.start >= first_day:
        before.insert(0, one)
        one = one.previous()
    after: list[Period] = []
    one = month if begins_month else month_of(month.end)
    while len(after) < n_months and data_day is not None and one.last_day <= data_day:
        after.append(one)
        one = month_of(one.end)
    return Plan(axes, limits, tuple(before), tuple(after), None if begins_month else month)


def before_after(
    read: ComparedInputs,
    event: BusinessEvent,
    figure: Figure,
    plan: Plan,
    *,
    scope: Scope,
    events: Iterable[BusinessEvent] = (),
) -> BeforeAfter:
    """Compare the change of the groups with an event with that of the others.

    Parameters
    ----------
    read : ComparedInputs
        Everybody's inputs of the plan's months (``compare_groups.read_compared_months``), with the
        figure's indicator, and scored if it comes from cards.
    event : BusinessEvent
        What happened.
    figure : Figure
        What to measure.
    plan : Plan
        As from :func:`plan_for`; there must be at least one month.
    scope : Scope
        Whom the viewer may see: groups are made of these people only.
    events : iterable of BusinessEvent
        All events that are known, to tell what else happened.
    """
    numbers = groups_from(read, by=plan.axes, within=plan.within, scope=scope)
    rows = numbers.groups
    if "period" not in rows:
        rows = rows.assign(period=read.period.code)
    return compared(rows, numbers.indicators, event, figure, plan, events=events)


def compared(
    rows: pd.DataFrame,
    indicators: pd.DataFrame,
    event: BusinessEvent,
    figure: Figure,
    plan: Plan,
    *,
    events: Iterable[BusinessEvent] = (),
) -> BeforeAfter:
    """Compare the change of groups with an event with that of others, of known numbers.

    Parameters
    ----------
    rows, indicators : DataFrame
        ``groups`` and ``indicators`` of the numbers of several periods, with ``period``.
    event, figure, plan, events
        As of :func:`before_after`.
    """
    values = rows[["headcount", "pay_withheld"]].assign(value=_values(rows, figure))
    is_pay = figure.code == "cost_ratio"
    if figure.is_indicator:
        of_group = indicators[indicators["indicator"] == figure.code]
        values["value"] = of_group.set_index("group")["actual"].reindex(rows.index)
    place = {month.code: at for at, month in enumerate(plan.months)}
    codes = rows[list(plan.axes)] if plan.axes else pd.DataFrame(index=rows.index)
    panel = codes.assign(
        group=["\x1f".join(row) for row in codes.itertuples(index=False)],
        month=rows["period"].map(place).to_numpy() - len(plan.before),
        treated=_is_treated(codes, event),
        raw=values["value"].astype(float),
        people=values["headcount"],
        withheld=is_pay & values["pay_withheld"].astype(bool),
        # Base pay alone would make the months that are not loaded look cheap.
        estimated=is_pay & rows["pay_estimated"].eq(True).fillna(False).astype(bool),
    )
    # A row without a brand or region is of no group that has or has not the event.
    panel = panel[(codes != "").all(axis=1)] if plan.axes else panel
    panel["raw"] = panel["raw"].mask(panel["estimated"])
    scaled = panel["raw"]
    if figure.is_relative:
        scaled = pd.Series(np.log(panel["raw"].where(panel["raw"] > 0)), panel.index)
    found = difference(panel.assign(value=scaled)[["group", "month", "value", "treated"]])
    panel["gap"] = _gaps(panel, scaled)
    groups = _groups(panel[panel["gap"] == ""], plan, found, panel)
    others = _other_events(event, events, plan)
    doubts = _doubts(found, panel, groups, plan, others)
    if event.kind == "template" and figure.from_cards and found.way != "none":
        # A new template measures otherwise: totals move without anybody doing anything else.
        doubts = ("other_yardstick", *doubts)
    columns = [*plan.axes, "group", "treated", "month", "raw", "people", "gap"]
    cells = panel[columns].rename(columns={"group": "name", "raw": "value"})
    cells = cells.sort_values(["treated", "name", "month"], ascending=[False, True, True])
    return BeforeAfter(
        event, figure, plan, found, groups, cells.reset_index(drop=True), doubts, others
    )


def _gaps(panel: pd.DataFrame, scaled: pd.Series[float]) -> pd.Series[str]:
    """Why a cell does not count; empty where it does."""
    gap = np.select(
        [
            scaled.notna() & np.isfinite(scaled),
            panel["withheld"],
            panel["estimated"],
            panel["raw"].notna(),
        ],
        ["", "withheld", "estimated", "zero"],
        default="missing",
    )
    return pd.Series(gap, panel.index, dtype="str")


def _values(rows: pd.DataFrame, figure: Figure) -> pd.Series[float]:
    if figure.is_indicator:
        return pd.Series(np.nan, rows.index)
    if figure.code == "revenue_per_head":
        heads = rows["headcount"].where(rows["headcount"] > 0)
        per_head: pd.Series[float] = rows["revenue"] / heads
        return per_head
    return rows[figure.code]


def _is_treated(codes: pd.DataFrame, event: BusinessEvent) -> pd.Series[bool]:
    inside = pd.Series(True, codes.index)
    for axis in codes.columns:
        inside &= codes[axis].isin(list(event.codes(axis)))
    return inside


def _groups(
    counted: pd.DataFrame, plan: Plan, found: Difference, panel: pd.DataFrame
) -> pd.DataFrame:
    """Every group that counts, with its mean on either side."""
    kept = counted[~counted["group"].isin(found.dropped)]
    is_after = kept["month"] >= 0
    last = panel["month"].max() if len(panel) else 0
    groups = kept.groupby("group")[[*plan.axes, "treated"]].first()
    groups["before"] = kept[~is_after].groupby("group")["raw"].mean()
    groups["after"] = kept[is_after].groupby("group")["raw"].mean()
    groups["change"] = groups["after"] - groups["before"]
    here = panel[panel["month"] == last].set_index("group")["people"]
    groups["people"] = here.reindex(groups.index)
    named = groups.rename_axis("name").reset_index()
    return named.sort_values(["treated", "name"], ascending=[False, True], ignore_index=True)


def _doubts(
    found: Difference,
    panel: pd.DataFrame,
    groups: pd.DataFrame,
    plan: Plan,
    others: Sequence[BusinessEvent],
) -> tuple[Doubt, ...]:
    # Half the months of either side lie between their middles, and the one that is left out.
    between = (found.n_before + found.n_after) / 2 + (plan.skipped is not None)
    grows = abs(found.drift) * between
    treated = groups.loc[groups["treated"], "people"]
    gaps = set(panel["gap"])
    kept = panel[~panel["group"].isin(found.dropped) & (panel["gap"] == "")]
    lengths = kept.groupby("group")["month"].nunique()
    told: Mapping[Doubt, bool] = {
        "few_groups": found.way == "bare",
        "one_group": found.way == "placebo",
        "drift": bool(grows > DRIFT_SHARE * abs(found.effect)) and not found.drift_p >= 0.2,
        "other_events": bool(others),
        "few_months": min(found.n_before, found.n_after) < FEW_MONTHS,
        "small_groups": bool(len(treated)) and float(treated.mean()) < FEW_PEOPLE,
        "zeros": "zero" in gaps,
        "dropped": bool(found.dropped),
        "uneven": bool(len(lengths)) and int(lengths.min()) < found.n_before + found.n_after,
        "pay_withheld": "withheld" in gaps,
        "pay_estimated": "estimated" in gaps,
    }
    if found.way == "none":
        about: tuple[Doubt, ...] = ("zeros", "pay_withheld", "pay_estimated")
        return tuple(doubt for doubt in about if told[doubt])
    return tuple(doubt for doubt, holds in told.items() if holds)


def _other_events(
    event: BusinessEvent, events: Iterable[BusinessEvent], plan: Plan
) -> tuple[BusinessEvent, ...]:
    """What else changed within the months looked at, in places that are compared."""
    if not plan.months:
        return ()
    first, last = plan.months[0].start, plan.months[-1].last_day
    role = frozenset(plan.within.get("role", ()))
    found = (
        one
        for one in events
        if one.event_id != event.event_id
        and first <= one.day <= last
        and (not role or not one.codes("role") or role & frozenset(one.codes("role")))
    )
    # What else happened where the event did weighs most: it cannot be told apart from it.
    return tuple(sorted(found, key=lambda one: not _overlap(one, event)))


def _overlap(one: BusinessEvent, other: BusinessEvent) -> bool:
    """Whether two events may concern the same people."""
    pairs = ((frozenset(one.codes(axis)), frozenset(other.codes(axis))) for axis in EVENT_AXES)
    return all(not mine or not theirs or mine & theirs for mine, theirs in pairs)
