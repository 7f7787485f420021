"""Put the numbers of groups together: everything in scoring.md's table *Group numbers*."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.scoring.formulas import Arrays, read_formula
from perf_core.scoring.group_cards import (
    attainment_of_lines,
    bonus_cost,
    grade_shares,
    targets_of_lines,
    totals_of_cards,
)
from perf_core.scoring.group_rows import REVENUE, Columns, Span, SpanRows, taken
from perf_core.scoring.grouped import GROUP, Grouped
from perf_core.scoring.groups import (
    Numbers,
    Values,
    added_up,
    counted,
    distinct,
    mean_ratings,
    revenue_of_places,
    zeros_within,
)
from perf_core.scoring.headcount import attrition
from perf_core.scoring.pay_cost import ratio

NUMBERS = (
    "headcount",
    "revenue",
    "revenue_uncredited",
    "revenue_growth",
    "pay_cost",
    "cost_ratio",
    "attainment",
    "attrition",
    "mean_total",
    "total_sd",
    "bonus_cost",
)
"""The numbers every group has, in the order they are told."""


@dataclass(frozen=True)
class PeopleParts:
    """Whose part is in which group: a row per stay or card, as arrays of one length.

    Attributes
    ----------
    group : ndarray of int
        The number of the group.
    person : ndarray of int
        The place of the person among ``people``.
    weight : ndarray of int
        How much of the person's is in it: days, or days × bonus factor.
    month : ndarray of datetime64
        The month of pay; of bonuses, which have none, nothing.
    people : ndarray of str
        Everybody's ids.
    """

    group: Numbers
    person: Numbers
    weight: Numbers
    month: npt.NDArray[np.datetime64]
    people: npt.NDArray[np.object_]


@dataclass(frozen=True)
class Compared:
    """The numbers of groups, on one index, which counts from 0.

    Attributes
    ----------
    groups : DataFrame
        The codes of the axes (after ``period``, if there are several); ``NUMBERS``, missing where
        unknown; ``pay_estimated`` (missing by channel); ``n_paid`` and ``n_bonus``, how many
        people's pay and bonus are in it; ``paid_days``, the days of people with pay, and
        ``paid_revenue``, what ``cost_ratio`` divides their pay by.
    grade_shares : DataFrame
        A column per grade; missing where no complete card has a grade.
    indicators : DataFrame
        ``group`` (its place in the index), ``indicator``, ``actual``, ``target``, ``attainment``.
    paid_parts, bonus_parts : PeopleParts
        Whose pay and whose bonus is in a group.
    """

    groups: pd.DataFrame
    grade_shares: pd.DataFrame
    indicators: pd.DataFrame
    paid_parts: PeopleParts
    bonus_parts: PeopleParts


Part = Literal["people", "pay", "cards"]
ALL_PARTS: frozenset[Part] = frozenset({"people", "pay", "cards"})
"""What numbers are made of besides the rows: over many periods each costs its time."""


def compare(grouped: Grouped, parts: Collection[Part] = ALL_PARTS) -> Compared:
    """Work out the numbers of all groups that have people, cards or rows.

    Parameters
    ----------
    grouped : Grouped
        What the numbers are made of.
    parts : collection of {"people", "pay", "cards"}
        Which numbers are worked out besides revenue and indicators: headcount and attrition; pay
        cost, cost ratio and (with cards) bonus cost; totals and grades. Others are missing.
    """
    inputs, n = grouped.inputs, len(grouped)
    current = measures_of_groups(grouped, inputs.now, grouped.now)
    previous = measures_of_groups(grouped, inputs.before, grouped.before)
    arrays = Arrays(
        current,
        _days_of_groups(grouped, grouped.now),
        previous,
        _days_of_groups(grouped, grouped.before),
        {} if grouped.is_by_channel else _ratings_of_groups(grouped),
    )
    revenue = current[REVENUE]
    numbers: dict[str, npt.NDArray[Any]] = {name: np.full(n, np.nan) for name in NUMBERS}
    numbers["revenue"] = revenue
    numbers["revenue_uncredited"] = np.where(np.isnan(revenue), np.nan, _of_nobody(grouped))
    numbers["revenue_growth"] = _GROWTH.values(arrays)
    numbers |= {"n_paid": np.zeros(n, int), "n_bonus": np.zeros(n, int)}
    numbers |= {"paid_days": np.full(n, np.nan), "paid_revenue": np.full(n, np.nan)}
    estimated = pd.array([pd.NA] * n, dtype="boolean")
    shares = np.full((n, len(inputs.grades)), np.nan)
    rows, cards = grouped.now.people, grouped.cards
    of_pay: Columns = {}
    of_bonus: Columns = {}
    if not grouped.is_by_channel:
        if "people" in parts:
            numbers |= _people_of_groups(rows, n)
        if "pay" in parts:
            of_pay = taken(rows, rows["has_pay"], (*_PARTS, "days", "month", "estimated"))
            numbers |= _pay_of_groups(grouped, of_pay)
            estimated = pd.array(counted(of_pay[GROUP][of_pay["estimated"]], n) > 0)
        if "cards" in parts:
            numbers |= totals_of_cards(cards, cards[GROUP], n)
            shares = grade_shares(cards, cards[GROUP], n, n_grades=len(inputs.grades))
        if {"pay", "cards"} <= set(parts):
            with_bonus = taken(cards, cards["has_bonus"], _PARTS)
            numbers["bonus_cost"] = bonus_cost(cards, cards[GROUP], n)
            numbers["n_bonus"] = distinct(with_bonus[GROUP], with_bonus["employee_id"], n)
            of_bonus = taken(cards, cards["bonus_weight"] > 0, (*_PARTS, "bonus_weight"))
    groups = pd.DataFrame(
        {name: numbers[name] for name in NUMBERS}
        | {"pay_estimated": estimated}
        | {name: numbers[name] for name in ("n_paid", "n_bonus", "paid_days", "paid_revenue")},
        index=grouped.codes.index,
    )
    return Compared(
        pd.concat([grouped.codes, groups], axis=1),
        pd.DataFrame(shares, index=groups.index, columns=list(inputs.grades)),
        _indicators(grouped, arrays),
        paid_parts=_parts(grouped, of_pay, "days"),
        bonus_parts=_parts(grouped, of_bonus, "bonus_weight"),
    )


_PARTS: Final = (GROUP, "employee_id")


def _parts(grouped: Grouped, rows: Columns, weight: str) -> PeopleParts:
    nothing = np.zeros(0, dtype=np.int64)
    group, person, weights, month = (rows.get(name, nothing) for name in (*_PARTS, weight, "month"))
    return PeopleParts(group, person, weights, grouped.months[month], grouped.people)


_GROWTH = read_formula(f"growth({REVENUE})")


def measures_of_groups(grouped: Grouped, span: Span, rows: SpanRows) -> dict[str, Values]:
    """Sums of measures by group: of its people, of people elsewhere, of nobody."""
    parts = [one for one in (rows.people, rows.elsewhere, rows.nobody) if one]
    group = np.concatenate([one[GROUP] for one in parts])
    sums = {
        code: added_up(np.concatenate([one[code] for one in parts]), group, len(grouped))
        for code in span.measures
    }
    if not grouped.is_by_channel:
        return sums
    # Where the shop's orders are loaded, a channel without any had none.
    days = pd.DataFrame(list(span.days.values()), columns=["first", "last"])
    first, last = (days[name].to_numpy("datetime64[s]")[grouped.period] for name in days)
    return zeros_within(sums, first, last, grouped.inputs.coverage)


def _days_of_groups(grouped: Grouped, rows: SpanRows) -> Values:
    """The days people were there and not absent; days belong to people, these to no channel."""
    if grouped.is_by_channel:
        return np.zeros(len(grouped))
    return np.nan_to_num(added_up(rows.people["present"], rows.people[GROUP], len(grouped)))


def _ratings_of_groups(grouped: Grouped) -> dict[str, Values]:
    rows = grouped.now.people
    means = mean_ratings(rows[GROUP], rows["rating"], grouped.inputs.ratings, n_groups=len(grouped))
    return {str(name): means[name].to_numpy(dtype=np.float64) for name in means}


def _of_nobody(grouped: Grouped) -> Values:
    rows = grouped.now.nobody
    if not rows:
        return np.zeros(len(grouped))
    return np.nan_to_num(added_up(rows[REVENUE], rows[GROUP], len(grouped)))


def _people_of_groups(rows: Columns, n_groups: int) -> dict[str, Values]:
    group = rows[GROUP]
    first, last, left = (
        counted(group[rows[name]], n_groups) for name in ("here_first", "here_last", "is_leaving")
    )
    return {"headcount": last.astype(np.float64), "attrition": attrition(first, last, left)}


def _pay_of_groups(grouped: Grouped, paid: Columns) -> dict[str, npt.NDArray[Any]]:
    """Pay of the people of each group, over the revenue credited to the same people."""
    n, rows = len(grouped), grouped.now.people
    counting = taken(rows, rows["counts"], (GROUP, *_PLACE, "pay_e4", REVENUE))
    cost = added_up(counting["pay_e4"], counting[GROUP], n) / 10_000
    served = _served(grouped, counting)
    own = added_up(counting[REVENUE], counting[GROUP], n)
    revenue = np.where(np.isnan(served), own, served)
    has_pay = counted(paid[GROUP], n) > 0
    days = np.bincount(paid[GROUP], weights=paid["days"], minlength=n)
    return {
        "paid_days": np.where(has_pay, days, np.nan),
        "paid_revenue": revenue,
        "pay_cost": cost,
        "cost_ratio": ratio(pd.Series(cost), pd.Series(revenue)).to_numpy(),
        "n_paid": distinct(paid[GROUP], paid["employee_id"], n),
    }


_PLACE: Final = ("period", "brand", "region")


def _served(grouped: Grouped, counting: Columns) -> Values:
    """For groups of a role that earns nothing, the revenue of the places its people serve.

    Missing for all other groups; 0 where the places have no revenue.
    """
    earns_nothing = _earns_nothing(grouped)
    if not earns_nothing.any():
        return np.full(len(grouped), np.nan)
    served = taken(counting, earns_nothing[counting[GROUP]], (GROUP, *_PLACE))
    at = _first_rows(list(served.values()))
    places = pd.DataFrame(
        {GROUP: served[GROUP][at]}
        | {name: grouped.names(name, served[name][at]) for name in _PLACE}
    )
    sources = (grouped.everybody, grouped.nobody)
    columns = {name: np.concatenate([one[name] for one in sources]) for name in (*_PLACE, REVENUE)}
    revenue = pd.DataFrame(columns).groupby(list(_PLACE), as_index=False)[REVENUE].sum()
    revenue = revenue.assign(**{name: grouped.names(name, revenue[name]) for name in _PLACE})
    found = revenue_of_places(places, revenue, len(grouped))
    return np.where(earns_nothing, np.nan_to_num(found), np.nan)


def _first_rows(columns: list[Numbers]) -> Numbers:
    """The first row of each combination, in their order."""
    sizes = tuple(int(one.max(initial=0)) + 1 for one in columns)
    _, first = np.unique(np.ravel_multi_index(tuple(columns), sizes), return_index=True)
    return np.sort(first)


def _earns_nothing(grouped: Grouped) -> npt.NDArray[np.bool_]:
    """Whether every role that a group is made of has no revenue of its own."""
    earns_nothing = grouped.inputs.earns_nothing
    if "role" in grouped.by:
        return grouped.codes["role"].isin(earns_nothing).to_numpy(dtype=np.bool_)
    roles = grouped.within.get("role", ())
    return np.full(len(grouped), len(roles) > 0 and earns_nothing.issuperset(roles))


def _indicators(grouped: Grouped, arrays: Arrays) -> pd.DataFrame:
    """A row per group and indicator asked for."""
    inputs, lines = grouped.inputs, grouped.lines
    if inputs.only == ():
        numbers = dict.fromkeys(("actual", "target", "attainment"), pd.Series(dtype=float))
        return pd.DataFrame({GROUP: pd.Series(dtype="int64"), "indicator": "", **numbers})
    asked = _asked(grouped)
    group, number = np.divmod(asked, grouped.n_indicators)
    of_line = lines[GROUP] * grouped.n_indicators + lines["indicator"]
    is_asked = np.isin(of_line, asked)
    lines, about = taken(lines, is_asked), np.searchsorted(asked, of_line[is_asked])
    actual = np.full(len(asked), np.nan)
    additive = np.zeros(len(asked), dtype=np.bool_)
    for one in np.unique(number):
        # A line may outlive its indicator; then nothing is known but its target.
        if (formula := inputs.formulas.get(str(grouped.names("indicator", one)))) is None:
            continue
        mine = number == one
        actual[mine] = formula.values(arrays)[group[mine]]
        additive[mine] = formula.is_additive
    return pd.DataFrame(
        {
            GROUP: group,
            "indicator": pd.Series(grouped.names("indicator", number), dtype="str"),
            "actual": actual,
            "target": targets_of_lines(lines, about, additive),
            "attainment": attainment_of_lines(lines, about, len(asked)),
        }
    )


def _asked(grouped: Grouped) -> Numbers:
    """Which indicators are told of which groups, in order: group × indicators + indicator."""
    inputs, lines = grouped.inputs, grouped.lines
    if inputs.only is None and not grouped.is_by_channel:
        return np.unique(lines[GROUP] * grouped.n_indicators + lines["indicator"])
    several = grouped.seen_indicators() if inputs.only is None else grouped.only_indicators()
    groups = np.arange(len(grouped)) * grouped.n_indicators
    return (groups[:, None] + several).ravel()
