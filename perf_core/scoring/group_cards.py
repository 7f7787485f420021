"""What the scorecards of a group say about it.

A group is named by one or several columns, ``by``; a person with two cards in a group counts with
each. Vetoed cards carry a total of 0 and the lowest grade already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from perf_core.scoring.closeness import reach


def totals_of_cards(cards: pd.DataFrame, *, by: Sequence[str], pass_mark: float) -> pd.DataFrame:
    """Summarise the totals of each group's complete cards.

    Parameters
    ----------
    cards : DataFrame
        One row per card: ``total``, ``complete`` and the columns of ``by``.
    by : sequence of str
        The columns that make a group.
    pass_mark : float
        The total from which a card attains.

    Returns
    -------
    DataFrame
        By group, only those with a complete card: ``attainment`` (the share of complete cards at
        the pass mark or above), ``mean_total`` and ``total_sd`` (n − 1; missing under two cards).

    Examples
    --------
    >>> cards = pd.DataFrame({
    ...     "brand": "luxe", "total": [100.0, 80.0, 0.0, 95.0],
    ...     "complete": [True, True, True, False],
    ... })
    >>> totals_of_cards(cards, by=["brand"], pass_mark=80).round(3).to_dict("index")
    {'luxe': {'attainment': 0.667, 'mean_total': 60.0, 'total_sd': 52.915}}
    """
    complete = cards[cards["complete"].astype(bool)]
    total = complete["total"].astype(float)
    passed = reach(np.asarray(total, dtype=np.float64), pass_mark).astype(float)
    groups = complete[list(by)].assign(_total=total, _passed=passed).groupby(list(by))
    return pd.DataFrame(
        {
            "attainment": groups["_passed"].mean(),
            "mean_total": groups["_total"].mean(),
            "total_sd": groups["_total"].std(ddof=1),
        }
    )


def grade_shares(cards: pd.DataFrame, *, by: Sequence[str], grades: Sequence[str]) -> pd.DataFrame:
    """Give the share of each grade among a group's complete cards.

    Parameters
    ----------
    cards : DataFrame
        One row per card: ``grade`` (missing in periods too short for grades), ``complete`` and
        the columns of ``by``.
    by : sequence of str
        The columns that make a group.
    grades : sequence of str
        The codes of the scheme, best first.

    Returns
    -------
    DataFrame
        By group, only those with a graded card, a column per grade; each row sums to 1.
    """
    graded = cards[cards["complete"].astype(bool) & cards["grade"].isin(grades)]
    has = pd.DataFrame({code: (graded["grade"] == code).astype(float) for code in grades})
    return has.groupby([graded[column] for column in by]).mean()


def bonus_cost(
    cards: pd.DataFrame, bonus_base: pd.Series[float], *, by: Sequence[str]
) -> pd.DataFrame:
    """Sum up bonus factor × bonus base, each card with its share of the person's days.

    A person's bonus factor is the mean over the complete cards, weighted by their days; so the
    parts of one person's bonus that fall on different groups add up to it.

    Parameters
    ----------
    cards : DataFrame
        One row per card: ``period``, ``employee_id``, ``days``, ``bonus_factor`` (missing
        without a grade), ``complete`` and the columns of ``by``.
    bonus_base : Series of float
        By employee; missing where the company supplies none.
    by : sequence of str
        The columns that make a group.

    Returns
    -------
    DataFrame
        By group, only those with somebody who has a base and a factor: ``bonus_cost`` in the
        unit of ``bonus_base`` and ``n_people``, how many it is made of.
    """
    counted = _with_bonus(cards, bonus_base)
    base = counted["employee_id"].map(bonus_base)
    days = counted["days"].astype(float)
    person = [counted["period"], counted["employee_id"]]
    share = days / days.groupby(person).transform("sum")
    cost = base.astype(float) * counted["bonus_factor"].astype(float) * share
    groups = counted[[*by, "employee_id"]].assign(_cost=cost).groupby(list(by))
    return pd.DataFrame(
        {"bonus_cost": groups["_cost"].sum(), "n_people": groups["employee_id"].nunique()}
    )


def _with_bonus(cards: pd.DataFrame, bonus_base: pd.Series[float]) -> pd.DataFrame:
    counted = cards[cards["complete"].astype(bool) & cards["bonus_factor"].notna()]
    return counted[counted["employee_id"].map(bonus_base).notna()]


def bonus_parts(cards: pd.DataFrame, bonus_base: pd.Series[float]) -> pd.DataFrame:
    """Give the cards that a bonus is paid for, with their part of it.

    Returns
    -------
    DataFrame
        The cards with a bonus above 0, with ``weight``: days × bonus factor in whole thousandths,
        a card's part of the person's bonus base up to a factor of the person.
    """
    counted = _with_bonus(cards, bonus_base)
    factor = (counted["bonus_factor"].astype(float) * 1000).round().astype("int64")
    weight = factor * counted["days"].astype("int64")
    return counted.assign(weight=weight)[weight > 0]


def attainment_of_lines(lines: pd.DataFrame, *, by: Sequence[str]) -> pd.Series[float]:
    """Give the share of scored lines that met their target.

    Parameters
    ----------
    lines : DataFrame
        One row per line of a card, also of incomplete and vetoed ones: ``status``,
        ``achievement`` and the columns of ``by``, the indicator among them.
    by : sequence of str
        The columns that make a group.

    Returns
    -------
    Series of float
        By group, only those with a scored line.
    """
    scored = lines[lines["status"] == "scored"]
    met = reach(np.asarray(scored["achievement"], dtype=np.float64), 1.0).astype(float)
    share: pd.Series[float] = scored[list(by)].assign(_met=met).groupby(list(by))["_met"].mean()
    return share


def targets_of_lines(
    lines: pd.DataFrame, *, by: Sequence[str], additive: Collection[str]
) -> pd.Series[float]:
    """Put the targets of a group's cards together.

    Targets of additive indicators add up; those of others are averaged, weighted by card days.

    Parameters
    ----------
    lines : DataFrame
        One row per line of a card: ``indicator``, ``target`` (missing: none), ``days`` of the
        card and the columns of ``by``, the indicator among them.
    by : sequence of str
        The columns that make a group.
    additive : collection of str
        The additive indicators.

    Returns
    -------
    Series of float
        By group, only those with a target.
    """
    aimed = lines[lines["target"].notna()]
    is_additive = aimed["indicator"].isin(list(additive)).to_numpy()
    target = aimed["target"].to_numpy(dtype=float)
    weight = np.where(is_additive, 1.0, aimed["days"].to_numpy(dtype=float))
    parts = aimed[list(by)].assign(_sum=target * weight, _weight=weight, _additive=is_additive)
    sums = parts.groupby(list(by)).agg(
        _sum=("_sum", "sum"), _weight=("_weight", "sum"), _additive=("_additive", "any")
    )
    mean = sums["_sum"] / sums["_weight"].where(sums["_weight"] > 0)
    return sums["_sum"].where(sums["_additive"], mean).dropna()
