"""Put the numbers of groups together: everything in scoring.md's table *Group numbers*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from perf_core.scoring.formulas import Formula, Totals, read_formula
from perf_core.scoring.group_cards import (
    attainment_of_lines,
    bonus_cost,
    grade_shares,
    targets_of_lines,
    totals_of_cards,
)
from perf_core.scoring.groups import (
    OF_BUSINESS,
    group_codes,
    group_numbers,
    indicator_values,
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
    """What happened over a run of days.

    Attributes
    ----------
    first, last : date
        The days, both included.
    pieces : DataFrame
        Stays over exactly these days (those of ``now`` cut by month), with ``segment_id`` and
        ``present``, the days there and not absent.
    totals : DataFrame
        Sums of measures by ``segment_id``, and by ``channel`` where groups are made by it.
    nobody : DataFrame
        Sums of the measures of nobody by ``brand``, ``region`` and ``channel``.
    """

    first: date
    last: date
    pieces: pd.DataFrame
    totals: pd.DataFrame
    nobody: pd.DataFrame


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
        ``domain.frames.CARDS`` and ``LINES`` of the period.
    paid : DataFrame
        As from :func:`perf_core.scoring.pay_cost.monthly_pay`, for the months of ``now``.
    ratings : DataFrame
        By employee, a column per dimension.
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

    @property
    def by_channel(self) -> bool:
        """Whether groups are made by channel: then nothing of people is theirs."""
        return "channel" in self.by

    @property
    def holds_nobody(self) -> bool:
        """Whether rows of nobody belong to the groups too."""
        return OF_BUSINESS.issuperset(self.by)


@dataclass(frozen=True)
class Compared:
    """The numbers of groups, on one index, which counts from 0.

    Attributes
    ----------
    groups : DataFrame
        The codes of the axes; ``NUMBERS``, missing where unknown; ``pay_estimated`` (missing by
        channel); ``n_paid`` and ``n_bonus``, how many people's pay and bonus are in it.
    grade_shares : DataFrame
        A column per grade; missing where no complete card has a grade.
    indicators : DataFrame
        ``group`` (its place in the index), ``indicator``, ``actual``, ``target``, ``attainment``.
    """

    groups: pd.DataFrame
    grade_shares: pd.DataFrame
    indicators: pd.DataFrame


def compare(inputs: GroupInputs) -> Compared:
    """Work out the numbers of all groups that have people, cards or rows."""
    now, before = _credited(inputs, inputs.now), _credited(inputs, inputs.before)
    codes = _codes(inputs, now)
    current = _totals(inputs, inputs.now, now, codes)
    previous = _totals(inputs, inputs.before, before, codes)
    groups = codes.assign(**dict.fromkeys(NUMBERS, np.nan))
    revenue = current.measures[REVENUE]
    groups["revenue"] = revenue
    groups["revenue_uncredited"] = _of_nobody(inputs, codes).fillna(0.0).where(revenue.notna())
    groups["revenue_growth"] = _GROWTH.evaluate(current, previous=previous)
    groups["pay_estimated"] = pd.Series(pd.NA, groups.index, dtype="boolean")
    groups[["n_paid", "n_bonus"]] = 0
    shares = pd.DataFrame(np.nan, index=groups.index, columns=list(inputs.grades))
    if not inputs.by_channel:
        cards = inputs.cards.assign(group=group_numbers(inputs.cards, codes))
        groups = _with_people(groups, inputs, codes)
        groups = _with_pay(groups, inputs, codes)
        groups = _with_cards(groups, inputs, cards)
        shares = grade_shares(cards, by=GROUP, grades=inputs.grades).reindex(groups.index)
    return Compared(groups, shares, _indicators(inputs, codes, current, previous))


_GROWTH = read_formula(f"growth({REVENUE})")


def _credited(inputs: GroupInputs, span: Span) -> pd.DataFrame:
    """Rows of people: their place, their days there, and what they did."""
    how: Literal["inner", "left"] = "inner" if inputs.by_channel else "left"
    rows = span.pieces.merge(span.totals, on="segment_id", how=how)
    measures = [name for name in span.totals.columns if name not in ("segment_id", "channel")]
    rows[measures] = with_zeros(rows[measures], rows, inputs.coverage)
    return rows


def _codes(inputs: GroupInputs, now: pd.DataFrame) -> pd.DataFrame:
    frames = [now]
    if not inputs.by_channel:
        frames.append(inputs.cards)
    if inputs.holds_nobody:
        frames.append(inputs.now.nobody)
    return group_codes(frames, inputs.by)


def _totals(inputs: GroupInputs, span: Span, credited: pd.DataFrame, codes: pd.DataFrame) -> Totals:
    """Sums of measures by group, and the days its people were there and not absent."""
    n = len(codes)
    measures = [name for name in span.totals.columns if name not in ("segment_id", "channel")]
    values, group = credited[measures], group_numbers(credited, codes)
    if inputs.holds_nobody:
        values = pd.concat([values, span.nobody[measures]], ignore_index=True)
        group = np.concatenate([group, group_numbers(span.nobody, codes)])
    sums = summed(values, group, n)
    if inputs.by_channel:
        # Days belong to people, and people to no channel. Where the shop's orders are loaded, a
        # channel without any had none.
        whole = pd.DataFrame({"first": [span.first] * n, "last": [span.last] * n})
        zeros = with_zeros(sums, whole.astype("datetime64[s]"), inputs.coverage)
        return Totals(zeros, pd.Series(0.0, sums.index))
    days = summed(span.pieces[["present"]].astype(float), group_numbers(span.pieces, codes), n)
    return Totals(sums, days["present"].fillna(0.0))


def _of_nobody(inputs: GroupInputs, codes: pd.DataFrame) -> pd.Series[float]:
    if not inputs.holds_nobody:
        return pd.Series(0.0, codes.index)
    nobody = inputs.now.nobody
    return summed(nobody[[REVENUE]], group_numbers(nobody, codes), len(codes))[REVENUE]


def _with_people(groups: pd.DataFrame, inputs: GroupInputs, codes: pd.DataFrame) -> pd.DataFrame:
    pieces = inputs.now.pieces
    numbered = pieces.assign(group=group_numbers(pieces, codes))
    here = headcount(numbered, inputs.now.last, by=GROUP)
    rate = attrition(numbered, first=inputs.now.first, last=inputs.now.last, by=GROUP)
    return groups.assign(
        headcount=here.reindex(groups.index, fill_value=0).astype(float),
        attrition=rate.reindex(groups.index),
    )


def _with_pay(groups: pd.DataFrame, inputs: GroupInputs, codes: pd.DataFrame) -> pd.DataFrame:
    """Pay of the people of each group, over the revenue credited to the same people."""
    pieces = inputs.now.pieces
    rows = pieces.assign(group=group_numbers(pieces, codes), **pay_of_stays(pieces, inputs.paid))
    rows = rows.merge(inputs.now.totals[["segment_id", REVENUE]], on="segment_id", how="left")
    rows = rows[rows["has_pay"]]
    sums = summed(rows[["pay_e4", REVENUE]], rows["group"].to_numpy(np.int64), len(groups))
    below = _served(inputs, codes, rows).combine_first(sums[REVENUE])
    by_group = rows.groupby("group")
    estimated = by_group["estimated"].any().reindex(groups.index, fill_value=False)
    paid = by_group["employee_id"].nunique().reindex(groups.index, fill_value=0)
    cost = sums["pay_e4"] / 10_000
    return groups.assign(
        pay_cost=cost,
        cost_ratio=ratio(cost, below),
        pay_estimated=estimated.astype("boolean"),
        n_paid=paid,
    )


def _served(inputs: GroupInputs, codes: pd.DataFrame, paid: pd.DataFrame) -> pd.Series[float]:
    """For groups of a role that earns nothing, the revenue of the places its people serve.

    Missing for all other groups; 0 where the places have no revenue.
    """
    if "role" not in inputs.by:
        return pd.Series(np.nan, codes.index)
    earns_nothing = codes["role"].isin(inputs.earns_nothing)
    served = paid[paid["group"].isin(codes.index[earns_nothing])]
    places = pd.concat(
        [
            inputs.now.pieces.merge(inputs.now.totals, on="segment_id"),
            inputs.now.nobody,
        ]
    )
    revenue = places.groupby(["brand", "region"])[REVENUE].sum().reset_index()
    found = pd.Series(revenue_of_places(served, revenue, len(codes)), codes.index)
    return found.fillna(0.0).where(earns_nothing)


def _with_cards(groups: pd.DataFrame, inputs: GroupInputs, cards: pd.DataFrame) -> pd.DataFrame:
    totals = totals_of_cards(cards, by=GROUP, pass_mark=inputs.pass_mark).reindex(groups.index)
    bonus = bonus_cost(cards, inputs.bonus_base, by=GROUP).reindex(groups.index)
    return groups.assign(
        **totals,
        bonus_cost=bonus["bonus_cost"],
        n_bonus=bonus["n_people"].fillna(0).astype(np.int64),
    )


def _indicators(
    inputs: GroupInputs, codes: pd.DataFrame, current: Totals, previous: Totals
) -> pd.DataFrame:
    """A row per group and indicator asked for."""
    n, pieces = len(codes), inputs.now.pieces
    lines = _lines(inputs, codes)
    told = _asked(inputs, codes, lines)
    ratings = None
    if not inputs.by_channel:
        ratings = mean_ratings(pieces, group_numbers(pieces, codes), inputs.ratings, n)
    # A line may outlive its indicator; then nothing is known but its target.
    wanted = {
        code: inputs.formulas[code]
        for code in dict.fromkeys(told["indicator"])
        if code in inputs.formulas
    }
    values = indicator_values(wanted, current, previous, ratings)
    place = pd.Index(values.columns).get_indexer(pd.Index(told["indicator"]))
    cells = np.hstack(
        [values.to_numpy(dtype=np.float64).reshape(n, len(wanted)), np.full((n, 1), np.nan)]
    )
    key = ["group", "indicator"]
    additive = {code for code, formula in wanted.items() if formula.is_additive}
    about = pd.MultiIndex.from_frame(told[key])
    return told.assign(
        actual=cells[told["group"].to_numpy(np.int64), place],
        target=targets_of_lines(lines, by=key, additive=additive).reindex(about).to_numpy(),
        attainment=attainment_of_lines(lines, by=key).reindex(about).to_numpy(),
    )


def _lines(inputs: GroupInputs, codes: pd.DataFrame) -> pd.DataFrame:
    """The lines of the cards of each group; by channel they are nobody's."""
    columns = ["card_id", "indicator", "target", "achievement", "status"]
    if inputs.by_channel:
        return inputs.lines.iloc[:0][columns].assign(group=0, days=0.0)
    group = group_numbers(inputs.cards, codes)
    cards = inputs.cards[["card_id", "days"]].assign(group=group)
    return inputs.lines[columns].merge(cards, on="card_id")


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
