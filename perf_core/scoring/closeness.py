"""When two numbers count as equal.

Totals are sums of rounded binary fractions: two people who did the same may differ in the last
digit, and 30 % of 100 need not be 30. Comparisons with 1, with a floor, with a threshold and
between totals therefore treat a difference under ``EQUAL_WITHIN`` as none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EQUAL_WITHIN = 1e-9

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def are_equal(one: Values, other: Values | float) -> Flags:
    """Whether numbers differ by less than the tolerance; NaN equals nothing."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(one - other) < EQUAL_WITHIN)


def reach(one: Values, other: Values | float) -> Flags:
    """Whether numbers are equal to others or above them."""
    return np.asarray((one > other) | are_equal(one, other))


def exceed(one: Values, other: Values | float) -> Flags:
    """Whether numbers are above others and not equal to them."""
    return np.asarray((one > other) & ~are_equal(one, other))
