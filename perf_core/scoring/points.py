"""Points of a card's lines, and where the weight of a line without data goes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from perf_core.domain.catalogue import NoData
from perf_core.scoring.closeness import are_equal, exceed

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

STEP_BONUS = 1.2
"""What a step item is worth when its target is exceeded."""


def line_points(achievement: Values, weight: Values, *, is_step: Flags) -> Values:
    """Points of lines: achievement times weight, or all or nothing on a step curve.

    Parameters
    ----------
    achievement : array of float, shape (n_lines,)
        Limited to 0 and the cap; NaN scores nothing and stays NaN.
    weight : array of float, shape (n_lines,)
        The effective weight.
    is_step : array of bool, shape (n_lines,)
        Step: 1.2 times the weight above 1, the weight at 1, nothing below.

    Examples
    --------
    >>> import numpy as np
    >>> line_points(
    ...     np.array([1.2, 0.8, 1.0, 1.05, 0.99]),
    ...     np.array([30.0, 10.0, 10.0, 10.0, 10.0]),
    ...     is_step=np.array([False, False, True, True, True]),
    ... ).tolist()
    [36.0, 8.0, 10.0, 12.0, 0.0]
    """
    step = np.where(
        exceed(achievement, 1.0),
        STEP_BONUS * weight,
        np.where(are_equal(achievement, 1.0), weight, 0.0),
    )
    return np.where(is_step & ~np.isnan(achievement), step, achievement * weight)


def effective_weights(
    card: Whole, weight: Values, *, is_scored: Flags, no_data: npt.NDArray[np.object_]
) -> Values:
    """Weights after those without data or target have given theirs away.

    Under ``spread`` the weight of an unscored line goes to the scored lines of its card in
    proportion; under ``zero`` and ``full`` it stays.

    Parameters
    ----------
    card : array of int, shape (n_lines,)
        Which card a line belongs to, from 0.
    weight : array of float, shape (n_lines,)
        The template's weight.
    is_scored : array of bool, shape (n_lines,)
        Whether there are data and a target.
    no_data : array of NoData, shape (n_lines,)
        The rule of the line's template.

    Examples
    --------
    >>> import numpy as np
    >>> effective_weights(
    ...     np.array([0, 0, 0]),
    ...     np.array([50.0, 30.0, 20.0]),
    ...     is_scored=np.array([True, True, False]),
    ...     no_data=np.full(3, NoData.SPREAD, dtype=object),
    ... ).tolist()
    [62.5, 37.5, 0.0]
    """
    if not len(card):
        return weight
    whole = np.bincount(card, weights=weight)[card]
    scored = np.bincount(card, weights=np.where(is_scored, weight, 0.0))[card]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(is_scored, weight * (whole / scored), 0.0)
    return np.where(no_data == NoData.SPREAD, spread, weight)


def unscored_points(weight: Values, *, no_data: npt.NDArray[np.object_]) -> Values:
    """Points of lines without data or target: nothing, or under ``full`` the whole weight."""
    return np.where(no_data == NoData.FULL, weight, 0.0)
