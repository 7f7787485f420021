"""Put the numbers of groups together: everything in scoring.md's table *Group numbers*."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from perf_core.scoring.formulas import Arrays, Formula, Totals, arrays_of, read_formula
from perf_core.scoring.group_cards import (
    attainment_of_lines,
    bonus_cost,
    bonus_parts,
    grade_shares,
    targets_of_lines,
    totals_of_cards,
)
from perf_core.scoring.groups import (
    OF_BUSINESS,
    Numbers,
    Within,
    group_codes,
    group_numbers,
    is_within,
    mean_ratings,
    revenue_of_places,
    summed,
    with_zeros,
)
from perf_core.scoring.headcount import attrition, headcount
from perf_core.scoring.pay_cost import pay_of_stays, ratio

GROUP = ["group"]
REVENUE = "revenue"

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
class Span:
    """What happened over a run of days for each period that is looked at.

    Attributes
    ----------
    days : mapping of str to (date, date)
        By the period's code the first and the last of its days, both included.
    pieces : DataFrame
        Stays over exactly these days, cut by month, with ``period``, ``segment_id`` and
        ``present``, the days there and not absent.
    totals : DataFrame
        Sums of measures by ``segment_id``, and by ``channel`` where groups are made by it.
    nobody : DataFrame
        Sums of the measures of nobody by ``period``, ``brand``, ``region`` and ``channel``.
    elsewhere : DataFrame
        The same of days on which the person credited was not employed: of no place, but of
        the whole.
    """

    days: Mapping[str, tuple[date, date]]
    pieces: pd.DataFrame
    totals: pd.DataFrame
    nobody: pd.DataFrame
    elsewhere: pd.DataFrame


@dataclass(frozen=True)
class GroupInputs:
    """Everything the numbers of groups are made of.

    Attributes
    ----------
    by : tuple of str
        The axes of the groups, of ``perf_core.scoring.groups.AXES``.
    now, before : Span
        The days looked at, and those they are compared with.
    cards, lines : DataFrame
        ``domain.frames.CARDS`` and ``LINES`` of the periods, with ``period``; a ``card_id`` is
        one card of one period.
    paid : DataFrame
        As from :func:`perf_core.scoring.pay_cost.monthly_pay`, for the months of ``now``.
    ratings : DataFrame
        By period and employee, a column per dimension.
    bonus_base : Series of float
        By employee, in the store's currency.
    formulas : mapping of str to Formula
        The indicators that may be asked for.
    coverage : mapping of str to (date, date)
        The days through which the sources of measures made from orders and tickets are loaded.
    earns_nothing : frozenset of str
        The roles that have no revenue of their own.
    grades : tuple of str
        Codes of the grades, best first.
    pass_mark : float
        The total from which a card attains.
    only : tuple of str, or None
        The indicators asked for; ``None``: those on a card of the group.
    within : mapping of str to collection of str
        Only what lies within these codes belongs to a group; the places that a role without
        revenue serves are still looked at whole.
    """

    by: tuple[str, ...]
    now: Span
    before: Span
    cards: pd.DataFrame
    lines: pd.DataFrame
    paid: pd.DataFrame
    ratings: pd.DataFrame
    bonus_base: pd.Series[float]
    formulas: Mapping[str, Formula]
    coverage: Mapping[str, tuple[date, date]]
    earns_nothing: frozenset[str]
    grades: tuple[str, ...]
    pass_mark: float
    only: tuple[str, ...] | None = None
    within: Within = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that make a group: of several periods each has groups of its own."""
        return self.by if len(self.now.days) == 1 else ("period", *self.by)

    @property
    def by_channel(self) -> bool:
        """Whether groups are made by channel, or within some: then nothing of people is theirs."""
        return "channel" in self.by or "channel" in self.within

    @property
    def holds_nobody(self) -> bool:
        """Whether rows of nobody belong to the groups too."""
        return OF_BUSINESS.issuperset((*self.by, *self.within))

    def numbers(self, frame: pd.DataFrame, codes: pd.DataFrame) -> Numbers:
        """The group of each row of a frame, -1 for what belongs to none."""
        return np.where(is_within(frame, self.within), group_numbers(frame, codes), -1)

    def inside(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of a frame that belong to a group."""
        return frame[is_within(frame, self.within)] if self.within else frame


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
    paid_parts, bonus_parts : DataFrame
        Whose pay and whose bonus is in a group: ``group``, ``period``, ``month`` (of pay),
        ``employee_id`` and ``weight``, days of pay, and days × bonus factor.
    """

    groups: pd.DataFrame
    grade_shares: pd.DataFrame
    indicators: pd.DataFrame
    paid_parts: pd.DataFrame
    bonus_parts: pd.DataFrame


Part = Literal["people", "pay", "cards"]
ALL_PARTS: frozenset[Part] = frozenset({"people", "pay", "cards"})
"""What numbers are made of besides the rows: over many periods each costs its time."""


def compare(inputs: GroupInputs, parts: Collection[Part] = ALL_PARTS) -> Compared:
    """Work out the numbers of all groups that have people, cards or rows.

    Parameters
    ----------
    inputs : GroupInputs
        What the numbers are made of.
    parts : collection of {"people", "pay", "cards"}
        Which numbers are worked out besides revenue and indicators: headcount and attrition; pay
        cost, cost ratio and (with cards) bonus cost; totals and grades. Others are missing.
    """
    rows, rows_before = credited(inputs, inputs.now), credited(inputs, inputs.before)
    codes = _codes(inputs, rows)
    rows["group"] = inputs.numbers(rows, codes)
    rows_before["group"] = inputs.numbers(rows_before, codes)
    current = group_totals(inputs, inputs.now, rows, codes)
    previous = group_totals(inputs, inputs.before, rows_before, codes)
    ratings = None if inputs.by_channel else mean_ratings(rows, inputs.ratings, len(codes))
    arrays = arrays_of(current, previous=previous, ratings=ratings)
    groups = codes.assign(**dict.fromkeys(NUMBERS, np.nan))
    revenue = current.measures[REVENUE]
    groups["revenue"] = revenue
    groups["revenue_uncredited"] = _of_nobody(inputs, codes).fillna(0.0).where(revenue.notna())
    groups["revenue_growth"] = _GROWTH.values(arrays)
    groups["pay_estimated"] = pd.Series(pd.NA, groups.index, dtype="boolean")
    groups[["n_paid", "n_bonus"]] = 0
    groups[["paid_days", "paid_revenue"]] = np.nan
    shares = pd.DataFrame(np.nan, index=groups.index, columns=list(inputs.grades))
    paid, bonus = rows.iloc[:0], inputs.cards.iloc[:0]
    if not inputs.by_channel:
        cards = inputs.cards.assign(group=inputs.numbers(inputs.cards, codes))
        if "people" in parts:
            groups = _with_people(groups, inputs, rows)
        if "pay" in parts:
            rows = rows.assign(**pay_of_stays(rows, inputs.paid))
            groups = _with_pay(groups, inputs, rows)
            paid = rows[rows["has_pay"] & (rows["group"] >= 0)]
        if "cards" in parts:
            groups = _with_cards(groups, inputs, cards)
            shares = grade_shares(cards, by=GROUP, grades=inputs.grades).reindex(groups.index)
        if {"pay", "cards"} <= set(parts):
            groups = _with_bonus(groups, inputs, cards)
            bonus = bonus_parts(cards[cards["group"] >= 0], inputs.bonus_base)
    return Compared(
        groups,
        shares,
        _indicators(inputs, codes, arrays),
        paid_parts=_parts(paid, "days", ["group", "period", "month", "employee_id"]),
        bonus_parts=_parts(bonus, "weight", ["group", "period", "employee_id"]),
    )


def _parts(rows: pd.DataFrame, weight: str, by: list[str]) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame(columns=[*by, "weight"])
    return rows.groupby(by, as_index=False)[[weight]].sum().rename(columns={weight: "weight"})


_GROWTH = read_formula(f"growth({REVENUE})")


def credited(inputs: GroupInputs, span: Span) -> pd.DataFrame:
    """Rows of people: their place, their days there, and what they did.

    A row per stay, or per stay and channel where groups are made by channel.
    """
    how: Literal["inner", "left"] = "inner" if inputs.by_channel else "left"
    rows = span.pieces.merge(span.totals, on="segment_id", how=how)
    return with_zeros(rows, inputs.coverage)


def _codes(inputs: GroupInputs, rows: pd.DataFrame) -> pd.DataFrame:
    frames = [rows, inputs.now.elsewhere]
    if not inputs.by_channel:
        frames.append(inputs.cards)
    if inputs.holds_nobody:
        frames.append(inputs.now.nobody)
    return group_codes(map(inputs.inside, frames), inputs.keys)


def group_totals(
    inputs: GroupInputs, span: Span, rows: pd.DataFrame, codes: pd.DataFrame
) -> Totals:
    """Sums of measures by group, and the days its people were there and not absent."""
    n = len(codes)
    measures = [name for name in span.totals.columns if name not in ("segment_id", "channel")]
    others = [span.elsewhere, span.nobody] if inputs.holds_nobody else [span.elsewhere]
    groups = [rows["group"].to_numpy(np.int64), *(inputs.numbers(one, codes) for one in others)]
    values = pd.concat([frame[measures] for frame in (rows, *others)], ignore_index=True)
    group = np.concatenate(groups)
    sums = summed(values, group, n)
    if inputs.by_channel:
        # Days belong to people, and people to no channel. Where the shop's orders are loaded, a
        # channel without any had none.
        periods = codes["period"] if "period" in codes else [*span.days] * n
        whole = pd.DataFrame([span.days[code] for code in periods], columns=["first", "last"])
        zeros = with_zeros(sums.join(whole.astype("datetime64[s]")), inputs.coverage)
        return Totals(zeros[measures], pd.Series(0.0, sums.index))
    days = summed(rows[["present"]], rows["group"].to_numpy(np.int64), n)["present"]
    return Totals(sums, days.fillna(0.0))


def _of_nobody(inputs: GroupInputs, codes: pd.DataFrame) -> pd.Series[float]:
    if not inputs.holds_nobody:
        return pd.Series(0.0, codes.index)
    nobody = inputs.now.nobody
    return summed(nobody[[REVENUE]], inputs.numbers(nobody, codes), len(codes))[REVENUE]


def _with_people(groups: pd.DataFrame, inputs: GroupInputs, rows: pd.DataFrame) -> pd.DataFrame:
    here, rate = [], []
    wanted = ["group", "period", "employee_id", "first", "last", "left"]
    rows = rows.loc[rows["group"] >= 0, wanted]
    for code, (first, last) in inputs.now.days.items():
        mine = rows if len(inputs.now.days) == 1 else rows[rows["period"] == code]
        here.append(headcount(mine, last, by=GROUP))
        rate.append(attrition(mine, first=first, last=last, by=GROUP))
    return groups.assign(
        headcount=pd.concat(here).reindex(groups.index, fill_value=0).astype(float),
        attrition=pd.concat(rate).reindex(groups.index),
    )


def _with_pay(groups: pd.DataFrame, inputs: GroupInputs, rows: pd.DataFrame) -> pd.DataFrame:
    """Pay of the people of each group, over the revenue credited to the same people."""
    counted = rows[rows["counts"]]
    group = counted["group"].to_numpy(np.int64)
    sums = summed(counted[["pay_e4", REVENUE]], group, len(groups))
    revenue = _served(groups, inputs, rows, counted).combine_first(sums[REVENUE])
    by_group = rows[rows["has_pay"]].groupby("group")
    estimated = by_group["estimated"].any().reindex(groups.index, fill_value=False)
    n_paid = by_group["employee_id"].nunique().reindex(groups.index, fill_value=0)
    cost = sums["pay_e4"] / 10_000
    days = by_group["days"].sum().reindex(groups.index)
    return groups.assign(
        paid_days=days.astype(float),
        paid_revenue=revenue,
        pay_cost=cost,
        cost_ratio=ratio(cost, revenue),
        pay_estimated=estimated.astype("boolean"),
        n_paid=n_paid,
    )


def _served(
    groups: pd.DataFrame, inputs: GroupInputs, rows: pd.DataFrame, counted: pd.DataFrame
) -> pd.Series[float]:
    """For groups of a role that earns nothing, the revenue of the places its people serve.

    Missing for all other groups; 0 where the places have no revenue.
    """
    earns_nothing = _earns_nothing(groups, inputs)
    if not earns_nothing.any():
        return pd.Series(np.nan, groups.index)
    served = counted[counted["group"].isin(groups.index[earns_nothing])]
    place = ["period", "brand", "region"]
    places = pd.concat([rows[[*place, REVENUE]], inputs.now.nobody[[*place, REVENUE]]])
    revenue = places.groupby(place)[REVENUE].sum().reset_index()
    found = pd.Series(revenue_of_places(served, revenue, len(groups)), groups.index)
    return found.fillna(0.0).where(earns_nothing)


def _earns_nothing(groups: pd.DataFrame, inputs: GroupInputs) -> pd.Series[bool]:
    """Whether every role that a group is made of has no revenue of its own."""
    if "role" in inputs.by:
        return groups["role"].isin(inputs.earns_nothing)
    roles = inputs.within.get("role", ())
    return pd.Series(len(roles) > 0 and inputs.earns_nothing.issuperset(roles), groups.index)


def _with_cards(groups: pd.DataFrame, inputs: GroupInputs, cards: pd.DataFrame) -> pd.DataFrame:
    totals = totals_of_cards(cards, by=GROUP, pass_mark=inputs.pass_mark).reindex(groups.index)
    return groups.assign(**totals)


def _with_bonus(groups: pd.DataFrame, inputs: GroupInputs, cards: pd.DataFrame) -> pd.DataFrame:
    bonus = bonus_cost(cards, inputs.bonus_base, by=GROUP).reindex(groups.index)
    return groups.assign(
        bonus_cost=bonus["bonus_cost"],
        n_bonus=bonus["n_people"].fillna(0).astype(np.int64),
    )


def _indicators(inputs: GroupInputs, codes: pd.DataFrame, arrays: Arrays) -> pd.DataFrame:
    """A row per group and indicator asked for."""
    if inputs.only == ():
        numbers = dict.fromkeys(("actual", "target", "attainment"), pd.Series(dtype=float))
        return pd.DataFrame({"group": pd.Series(dtype="int64"), "indicator": "", **numbers})
    lines = _lines(inputs, codes)
    told = _asked(inputs, codes, lines)
    group = told["group"].to_numpy(np.int64)
    number, asked = pd.factorize(told["indicator"])
    actual = np.full(len(told), np.nan)
    additive = set()
    for at, code in enumerate(asked):
        # A line may outlive its indicator; then nothing is known but its target.
        if (formula := inputs.formulas.get(code)) is None:
            continue
        mine = np.nonzero(number == at)[0]
        actual[mine] = formula.values(arrays)[group[mine]]
        if formula.is_additive:
            additive.add(code)
    key = ["group", "indicator"]
    about = pd.MultiIndex.from_frame(told[key])
    return told.assign(
        actual=actual,
        target=targets_of_lines(lines, by=key, additive=additive).reindex(about).to_numpy(),
        attainment=attainment_of_lines(lines, by=key).reindex(about).to_numpy(),
    )


def _lines(inputs: GroupInputs, codes: pd.DataFrame) -> pd.DataFrame:
    """The lines of the cards of each group; by channel they are nobody's."""
    columns = ["card_id", "indicator", "target", "achievement", "status"]
    if inputs.by_channel:
        return inputs.lines.iloc[:0][columns].assign(group=0, days=0.0)
    cards = inputs.cards[["card_id", "days"]].assign(group=inputs.numbers(inputs.cards, codes))
    return inputs.lines[columns].merge(cards[cards["group"] >= 0], on="card_id")


def _asked(inputs: GroupInputs, codes: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Which indicators are told of which groups."""
    if inputs.only is None and not inputs.by_channel:
        asked = lines[["group", "indicator"]].drop_duplicates()
    else:
        of_period = sorted(set(inputs.lines["indicator"]))
        several = list(of_period if inputs.only is None else inputs.only)
        asked = pd.DataFrame(
            {
                "group": np.repeat(codes.index.to_numpy(), len(several)),
                "indicator": pd.Series(several * len(codes), dtype="str"),
            }
        )
    return asked.sort_values(["group", "indicator"], ignore_index=True)
