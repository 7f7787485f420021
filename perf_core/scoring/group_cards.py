"""What the scorecards of a group say about it.

Cards and lines come as arrays of one length, with the number of the group that each belongs to; a
person with two cards in a group counts with each. Vetoed cards carry a total of 0 and the lowest
grade already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.scoring.groups import Numbers, Values, beside_another, counted, summed_exactly

Cards = Mapping[str, npt.NDArray[Any]]


def totals_of_cards(cards: Cards, group: Numbers, n_groups: int) -> dict[str, Values]:
    """Summarise the totals of each group's complete cards.

    Parameters
    ----------
    cards : mapping of str to array
        ``total``, ``complete`` and ``passed``, whether the total is at the pass mark or above.
    group : ndarray of int, shape (n_cards,)
        The number of each card's group.
    n_groups : int
        How many groups there are.

    Returns
    -------
    dict of str to ndarray of float, shape (n_groups,)
        ``attainment`` (the share of complete cards that passed), ``mean_total`` and ``total_sd``
        (n − 1; missing under two cards); missing for groups without a complete card.

    Examples
    --------
    >>> cards = {"total": np.array([100.0, 80.0, 0.0, 95.0]),
    ...          "complete": np.array([True, True, True, False]),
    ...          "passed": np.array([True, True, False, True])}
    >>> found = totals_of_cards(cards, np.zeros(4, dtype=int), 1)
    >>> {name: float(values[0].round(3)) for name, values in found.items()}
    {'attainment': 0.667, 'mean_total': 60.0, 'total_sd': 52.915}
    """
    complete = cards["complete"]
    mine = group[complete]
    totals = beside_another(cards["total"][complete], mine, n_groups)
    numbers = pd.RangeIndex(n_groups)
    return {
        "attainment": _shares(counted(mine[cards["passed"][complete]], n_groups), mine),
        "mean_total": np.asarray(totals.mean().reindex(numbers), dtype=np.float64),
        "total_sd": np.asarray(totals.std(ddof=1).reindex(numbers), dtype=np.float64),
    }


def _shares(met: Numbers, group: Numbers) -> Values:
    """How many of each group's rows met something, as a share of all its rows."""
    n = counted(group, len(met))
    return met / np.where(n > 0, n, np.nan)


def grade_shares(
    cards: Cards, group: Numbers, n_groups: int, *, n_grades: int
) -> npt.NDArray[np.float64]:
    """Give the share of each grade among a group's complete cards.

    Parameters
    ----------
    cards : mapping of str to array
        ``complete`` and ``grade``, its place in the scheme (-1: none, as in periods too short).
    group : ndarray of int, shape (n_cards,)
        The number of each card's group.
    n_groups, n_grades : int
        How many groups there are, and how many grades.

    Returns
    -------
    ndarray of float, shape (n_groups, n_grades)
        Each row sums to 1; missing for groups without a graded card.
    """
    graded = cards["complete"] & (cards["grade"] >= 0)
    mine, grade = group[graded], cards["grade"][graded]
    shares = [_shares(counted(mine[grade == one], n_groups), mine) for one in range(n_grades)]
    return np.stack(shares, axis=1) if shares else np.empty((n_groups, 0))


def bonus_of_cards(
    cards: pd.DataFrame, bonus_base: pd.Series[float]
) -> dict[str, npt.NDArray[Any]]:
    """Work out each card's part of its person's bonus: factor × base × share of the days.

    A person's bonus factor is the mean over the complete cards, weighted by their days; so the
    parts of one person's bonus that fall on different groups add up to it.

    Parameters
    ----------
    cards : DataFrame
        One row per card, all of a person's: ``period``, ``employee_id``, ``days``,
        ``bonus_factor`` (missing without a grade), ``complete``.
    bonus_base : Series of float
        By employee; missing where the company supplies none.

    Returns
    -------
    dict of str to ndarray, shape (n_cards,)
        ``has_bonus``, whether there is a base and a factor; ``bonus`` in the unit of
        ``bonus_base`` (missing without); ``bonus_weight``, days × factor in whole thousandths: a
        card's part of the person's base up to a factor of the person.
    """
    base = cards["employee_id"].map(bonus_base).astype(float)
    factor, days = cards["bonus_factor"].astype(float), cards["days"].astype(float)
    has_bonus = cards["complete"].astype(bool) & factor.notna() & base.notna()
    counting = days[has_bonus]
    person = [cards.loc[has_bonus, "period"], cards.loc[has_bonus, "employee_id"]]
    share = counting / counting.groupby(person).transform("sum")
    weight = (factor.where(has_bonus, 0.0) * 1000).round().astype("int64") * days.astype("int64")
    return {
        "has_bonus": has_bonus.to_numpy(dtype=np.bool_),
        "bonus": (base * factor * share).reindex(cards.index).to_numpy(dtype=np.float64),
        "bonus_weight": weight.to_numpy(dtype=np.int64),
    }


def bonus_cost(cards: Cards, group: Numbers, n_groups: int) -> Values:
    """Sum up what the cards of each group bring as bonus; missing without anybody who has one.

    Parameters
    ----------
    cards : mapping of str to array
        ``has_bonus`` and ``bonus``, as from :func:`bonus_of_cards`.
    """
    has_bonus = cards["has_bonus"]
    return summed_exactly(cards["bonus"][has_bonus], group[has_bonus], n_groups)


def attainment_of_lines(lines: Cards, group: Numbers, n_groups: int) -> Values:
    """Give the share of scored lines that met their target.

    Parameters
    ----------
    lines : mapping of str to array
        A row per line of a card, also of incomplete and vetoed ones: ``scored`` and ``met``.
    group : ndarray of int, shape (n_lines,)
        The number of what each line counts for: a group's indicator.
    n_groups : int
        How many of them there are.

    Returns
    -------
    ndarray of float, shape (n_groups,)
        Missing without a scored line.
    """
    scored = lines["scored"]
    return _shares(counted(group[scored & lines["met"]], n_groups), group[scored])


def targets_of_lines(lines: Cards, group: Numbers, additive: npt.NDArray[np.bool_]) -> Values:
    """Put the targets of a group's cards together.

    Targets of additive indicators add up; those of others are averaged, weighted by card days.

    Parameters
    ----------
    lines : mapping of str to array
        A row per line of a card: ``target`` (missing: none) and ``days`` of the card.
    group : ndarray of int, shape (n_lines,)
        The number of what each line counts for: a group's indicator.
    additive : ndarray of bool, shape (n_groups,)
        Whether the indicator is an additive one.

    Returns
    -------
    ndarray of float, shape (n_groups,)
        Missing without a target.
    """
    aimed = ~np.isnan(lines["target"])
    mine = group[aimed]
    weight = np.where(additive[mine], 1.0, lines["days"][aimed])
    sums = summed_exactly(lines["target"][aimed] * weight, mine, len(additive))
    weights = summed_exactly(weight, mine, len(additive))
    return np.where(additive, sums, sums / np.where(weights > 0, weights, np.nan))
