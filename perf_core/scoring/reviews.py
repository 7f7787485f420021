"""Marks by people: a dimension as an indicator, and the total of a review."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.domain.frames import RATINGS, checked
from perf_core.domain.period import Period, parse_period

RELATIONS = ("self", "peer", "subordinate", "manager")
"""Who gives marks."""

OTHERS = ("peer", "subordinate", "manager")
"""Whose marks count as an indicator."""

POINTS_PER_MARK = 20.0
"""A mean mark of 5 is a review of 100."""

Values = npt.NDArray[np.float64]


def ratings_within(ratings: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The marks that belong to a period: those whose own period it contains."""
    checked(ratings, RATINGS)
    inside = {
        code: period.start <= own.start and own.end <= period.end
        for code, own in ((code, parse_period(code)) for code in ratings["period"].unique())
    }
    return ratings[ratings["period"].map(inside).astype("bool")]


def dimension_means(ratings: pd.DataFrame) -> pd.DataFrame:
    """The mean mark by others, by person and dimension: ``rating(dimension)``.

    The mean of each relation first, then the mean of these means, so that ten peers do not
    outvote one manager.

    Returns
    -------
    DataFrame of float, shape (n_people, n_dimensions)
        On ``employee_id``; NaN where nobody else gave a mark.

    Examples
    --------
    >>> marks = pd.DataFrame({
    ...     "period": "2026-06", "ratee_id": "Lin", "dimension": "attitude",
    ...     "relation": ["peer", "manager", "self"],
    ...     "score_sum": [12.0, 5.0, 5.0], "marks": [3.0, 1.0, 1.0],
    ... })
    >>> dimension_means(marks).loc["Lin", "attitude"].item()
    4.5
    """
    people, dimensions, sums, marks = _by_relation(ratings)
    others = [RELATIONS.index(name) for name in OTHERS]
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums[:, :, others] / marks[:, :, others]
        gave = ~np.isnan(means)
        mean = np.where(gave, means, 0.0).sum(axis=2) / gave.sum(axis=2)
    index = pd.Index(people, name="employee_id", dtype="object")
    return pd.DataFrame(mean, index=index, columns=list(dimensions))


def relation_means(ratings: pd.DataFrame) -> pd.DataFrame:
    """The mean mark by person and relation, all dimensions pooled.

    Returns
    -------
    DataFrame of float, shape (n_people, 4)
        On ``employee_id``, a column per relation; NaN where it gave no mark.
    """
    people, _, sums, marks = _by_relation(ratings)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums.sum(axis=1) / marks.sum(axis=1)
    index = pd.Index(people, name="employee_id", dtype="object")
    return pd.DataFrame(mean, index=index, columns=list(RELATIONS))


def _by_relation(
    ratings: pd.DataFrame,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], Values, Values]:
    """People, dimensions, and the sum and number of marks by person, dimension and relation."""
    person, people = pd.factorize(ratings["ratee_id"].to_numpy(dtype=object))
    dimension, dimensions = pd.factorize(ratings["dimension"].to_numpy(dtype=object))
    relation = pd.Index(RELATIONS).get_indexer(pd.Index(ratings["relation"]))
    shape = (len(people), len(dimensions), len(RELATIONS))
    cell = np.ravel_multi_index((person, dimension, relation), shape) if len(ratings) else person

    def added(name: str) -> Values:
        weights = ratings[name].to_numpy(dtype=np.float64)
        cells = np.bincount(cell, weights=weights, minlength=int(np.prod(shape)))
        return cells.astype(np.float64).reshape(shape)

    return people, dimensions, added("score_sum"), added("marks")


def review_totals(means: Values, weights: Values) -> Values:
    """The totals of reviews: 20 times the weighted mean of the relations' mean marks.

    The weight of a relation that gave no mark is spread over those that did. Self alone is no
    review.

    Parameters
    ----------
    means, weights : array of float, shape (n_cards, 4)
        Mean mark and weight of each of ``RELATIONS``; a weight of 0 leaves a relation out.

    Returns
    -------
    array of float, shape (n_cards,)
        0 to 100; NaN without a review.

    Examples
    --------
    >>> import numpy as np
    >>> weights = np.array([[10.0, 40.0, 20.0, 30.0]] * 2)
    >>> review_totals(np.array([[5, 4, np.nan, 3.0], [5, *[np.nan] * 3]]), weights).tolist()
    [75.0, nan]
    """
    present = ~np.isnan(means) & (weights > 0.0)
    by_others = present[:, 1:].any(axis=1)
    used = np.where(present, weights, 0.0)
    total = used.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (used * np.where(present, means, 0.0)).sum(axis=1) / total
    return np.where(by_others, POINTS_PER_MARK * mean, np.nan)
