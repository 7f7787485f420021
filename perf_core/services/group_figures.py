"""One number of many groups: its values, what each is measured against, who falls short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from perf_core.domain.access import PayRight, Scope
from perf_core.domain.catalogue import Catalogue, Unit
from perf_core.scoring.comparison import ALL_PARTS, Part
from perf_core.scoring.formulas import read_formula
from perf_core.services.compare_groups import OF_PAY, GroupNumbers
from perf_core.services.group_standing import Standing

__all__ = [
    "ALL_PARTS",
    "FIGURES",
    "Better",
    "Figure",
    "Part",
    "ends_of",
    "figure_of",
    "figure_values",
    "lit_codes",
    "offered_figures",
    "trends_of",
    "values_of",
    "whole_value",
]

Better = Literal["higher", "lower", ""]


@dataclass(frozen=True)
class Figure:
    """A number that groups can be compared by.

    Attributes
    ----------
    code : str
        A column of the group numbers, or an indicator.
    unit : Unit
        What it is counted in.
    better : {"higher", "lower", ""}
        Which way is good; nothing for a mere size.
    is_indicator : bool
        Whether it is an indicator.
    is_sum : bool
        Whether the groups' values add up: then no group is measured against all of them.
    """

    code: str
    unit: Unit
    better: Better = ""
    is_indicator: bool = False
    is_sum: bool = False

    @property
    def is_size(self) -> bool:
        """Whether it is neither good nor bad, a mere size."""
        return self.better == ""

    @property
    def is_pay(self) -> bool:
        """Whether it tells what people are paid."""
        return self.code in OF_PAY

    @property
    def parts(self) -> frozenset[Part]:
        """What has to be worked out for it besides the rows."""
        found: set[Part] = set()
        if self.code in ("headcount", "attrition"):
            found.add("people")
        if self.is_pay:
            found.add("pay")
        if self.needs_cards:
            found.add("cards")
        return frozenset(found)

    @property
    def needs_cards(self) -> bool:
        """Whether it comes from scorecards."""
        return self.code in ("attainment", "mean_total", "total_sd", "bonus_cost")


FIGURES: Final[Mapping[str, Figure]] = {
    figure.code: figure
    for figure in (
        Figure("attainment", "percent", "higher"),
        Figure("mean_total", "points", "higher"),
        Figure("total_sd", "points", "lower"),
        Figure("revenue", "money", is_sum=True),
        Figure("revenue_growth", "percent", "higher"),
        Figure("cost_ratio", "percent", "lower"),
        Figure("pay_cost", "money", is_sum=True),
        Figure("bonus_cost", "money", is_sum=True),
        Figure("attrition", "percent", "lower"),
        Figure("headcount", "count", is_sum=True),
    )
}
"""The numbers every group has, those that say most first."""


def figure_of(catalogue: Catalogue, code: str) -> Figure:
    """A figure by its code: a number of groups, or an indicator."""
    if code in FIGURES:
        return FIGURES[code]
    found = catalogue.indicators[code]
    is_sum = read_formula(found.formula).is_additive
    return Figure(code, found.unit, found.direction, is_indicator=True, is_sum=is_sum)


def offered_figures(standing: Standing, scope: Scope, catalogue: Catalogue) -> list[Figure]:
    """The figures that the groups at hand have a value of, and the viewer may see."""
    groups = standing.numbers.groups
    offered = [
        figure
        for figure in FIGURES.values()
        if (scope.pay is not PayRight.NONE or not figure.is_pay)
        and groups[figure.code].notna().any()
    ]
    known = standing.numbers.indicators
    told = known.loc[known["actual"].notna(), "indicator"].value_counts(sort=False)
    indicators = [figure_of(catalogue, code) for code in told.index if code in catalogue.indicators]
    return [*offered, *indicators]


def figure_values(standing: Standing, figure: Figure, *, pass_mark: float) -> pd.DataFrame:
    """Give the values of a figure beside what they are measured against.

    Parameters
    ----------
    standing : Standing
        The groups.
    figure : Figure
        Which of their numbers.
    pass_mark : float
        The total that cards should reach.

    Returns
    -------
    DataFrame
        On the index of the groups: ``value``; ``standard`` (the group's own target or limit;
        missing without one); ``is_short``, whether the value is worse than the standard, without
        one than that of all groups together; ``shade``, from −1 (worst at hand) over 0 (at the
        standard) to 1 (best at hand), of a size its part of the largest.
    """
    groups = standing.numbers.groups
    value = values_of(standing.numbers, figure)
    standard = pd.Series(np.nan, groups.index)
    if figure.is_indicator:
        of_indicator = standing.numbers.indicators.set_index("indicator")
        mine = of_indicator.loc[of_indicator.index == figure.code].set_index("group")["target"]
        standard = mine.reindex(groups.index)
    elif figure.code == "cost_ratio":
        standard = groups["cost_limit"].astype(float)
    elif figure.code == "mean_total":
        standard = pd.Series(pass_mark, groups.index)
    if figure.is_size:
        most = value.abs().max()
        shade = value / most if most > 0 else value * 0.0
        return _as_frame(value, standard, pd.Series(data=False, index=groups.index), shade)
    against = standard if figure.is_sum else standard.fillna(whole_value(standing, figure))
    if figure.code == "revenue_growth":
        against = pd.Series(0.0, groups.index)
    sign = 1.0 if figure.better == "higher" else -1.0
    ahead = (value - against) * sign
    if figure.code == "revenue_growth":
        # Who grew from almost nothing would pale all others: doubled is as good as it gets.
        ahead = ahead.clip(upper=1.0)
    # Whom the rows' axis does not name (a head office) lies far off and would pale all others.
    is_named = groups[standing.numbers.by[0]] != "" if standing.numbers.by else ahead.notna()
    furthest = ahead[is_named].abs().max()
    shade = (ahead / furthest).clip(-1.0, 1.0) if furthest > 0 else ahead * 0.0
    return _as_frame(value, standard, ahead < -1e-9, shade)


def _as_frame(
    value: pd.Series[float],
    standard: pd.Series[float],
    is_short: pd.Series[bool],
    shade: pd.Series[float],
) -> pd.DataFrame:
    return pd.DataFrame(
        {"value": value, "standard": standard, "is_short": is_short, "shade": shade}
    )


def values_of(numbers: GroupNumbers, figure: Figure) -> pd.Series[float]:
    """The values of a figure, on the index of the groups; missing is unknown."""
    if not figure.is_indicator:
        return numbers.groups[figure.code].astype(float)
    mine = numbers.indicators[numbers.indicators["indicator"] == figure.code]
    return mine.set_index("group")["actual"].reindex(numbers.groups.index).astype(float)


def whole_value(standing: Standing, figure: Figure) -> float:
    """The figure of all groups together; missing where there is none."""
    values = values_of(standing.whole, figure)
    return float(values.iloc[0]) if len(values) else float("nan")


def ends_of(values: pd.DataFrame, figure: Figure, *, most: int) -> list[int]:
    """Order groups from the worst to the best; of many only those at either end.

    Parameters
    ----------
    values : DataFrame
        As from :func:`figure_values`.
    figure : Figure
        Which way is good. A size goes from the largest down.
    most : int
        How many groups are shown at most.

    Returns
    -------
    list of int
        Places in the index: groups without a value are left out.

    Examples
    --------
    >>> shown = pd.DataFrame({"value": [3.0, 1.0, float("nan"), 2.0, 5.0]})
    >>> ends_of(shown, FIGURES["attainment"], most=2)
    [1, 4]
    >>> ends_of(shown, FIGURES["headcount"], most=9)
    [4, 0, 3, 1]
    """
    known = values["value"].dropna().sort_values(ascending=figure.better == "higher", kind="stable")
    order = [int(at) for at in known.index]
    if len(order) <= most:
        return order
    if figure.is_size:
        return order[:most]
    half = most // 2
    return [*order[: most - half], *order[-half:]]


def lit_codes(codes: Sequence[str], *, most: int = 4) -> list[str]:
    """The groups drawn in colour among many: the most troubled ones and the best off.

    Examples
    --------
    >>> lit_codes(["a", "b", "c", "d", "e", "f"], most=3)
    ['a', 'b', 'f']
    """
    if len(codes) <= most:
        return list(codes)
    return [*codes[: most - 1], codes[-1]]


def trends_of(
    numbers: GroupNumbers, periods: Sequence[str], *, axis: str, figure: Figure
) -> dict[str, list[float | None]]:
    """Give each group's values of a figure period by period, ``None`` where unknown.

    Parameters
    ----------
    numbers : GroupNumbers
        Of several periods and one axis (:func:`perf_core.services.compare_groups.compare_months`).
    periods : sequence of str
        The codes of the periods, in order.
    axis : str
        The axis of the groups.
    figure : Figure
        Which of their numbers.
    """
    groups = numbers.groups
    # Of a single period the numbers carry no code of it.
    when = groups["period"] if "period" in groups else pd.Series(periods[-1], groups.index)
    place = {code: at for at, code in enumerate(periods)}
    found: dict[str, list[float | None]] = {}
    for code, period, value in zip(groups[axis], when, values_of(numbers, figure), strict=True):
        line = found.setdefault(str(code), [None] * len(periods))
        if period in place and not np.isnan(value):
            line[place[period]] = float(value)
    return {code: line for code, line in found.items() if any(one is not None for one in line)}
