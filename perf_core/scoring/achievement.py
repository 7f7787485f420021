"""How far an actual went towards its target: 1.0 is met."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from perf_core.scoring.closeness import exceed

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def unlimited_achievement(
    actual: Values, target: Values, *, is_lower: Flags, is_inverse: Flags, cap: Values
) -> Values:
    """The achievement before its limits.

    Higher is better: ``actual / target``. Lower is better: ``2 − actual / target``, or
    ``target / actual`` in the inverse mode, where an actual of 0 or below gives the cap.
    Growth targets are plain ratios too: 10 % of 8 % is 1.25.

    Parameters
    ----------
    actual, target : array of float, shape (n_lines,)
        NaN is no data, or no target, and stays NaN.
    is_lower, is_inverse : array of bool, shape (n_lines,)
        The indicator's direction and the item's mode; the mode only says something where lower
        is better.
    cap : array of float, shape (n_lines,)
        What an inverse achievement of nothing at all counts as.

    Examples
    --------
    >>> import numpy as np
    >>> unlimited_achievement(
    ...     np.array([0.028, 40.0, 40.0]),
    ...     np.array([0.025, 30.0, 30.0]),
    ...     is_lower=np.array([False, True, True]),
    ...     is_inverse=np.array([False, False, True]),
    ...     cap=np.full(3, 1.2),
    ... ).round(3).tolist()
    [1.12, 0.667, 0.75]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = actual / np.where(target > 0.0, target, np.nan)
        inverse = np.where(actual > 0.0, 1.0 / ratio, np.where(np.isnan(ratio), np.nan, cap))
    return np.where(is_lower, np.where(is_inverse, inverse, 2.0 - ratio), ratio)


def limited_achievement(unlimited: Values, *, cap: Values, floor: Values) -> Values:
    """The achievement between 0 and its cap; below the item's floor it counts as 0.

    Examples
    --------
    >>> import numpy as np
    >>> limited_achievement(
    ...     np.array([1.25, -0.3, 0.59, 0.6]), cap=np.full(4, 1.2), floor=np.full(4, 0.6)
    ... ).tolist()
    [1.2, 0.0, 0.0, 0.6]
    """
    limited = np.minimum(np.maximum(unlimited, 0.0), cap)
    return np.where(exceed(floor, limited), 0.0, limited)
