"""Split a change of a product into what each factor did, with nothing left over."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def log_mean(one: npt.ArrayLike, other: npt.ArrayLike) -> Floats:
    """Give the logarithmic mean of two positive numbers, ``(a − b) / ln(a / b)``.

    It lies between their geometric and arithmetic means, and is the number itself where both are
    the same. Missing where one of them is not above 0.

    Examples
    --------
    >>> log_mean([2.0, 3.0, 0.0], [2.0, 6.0, 1.0]).round(4).tolist()
    [2.0, 4.3281, nan]
    """
    a, b = np.broadcast_arrays(np.asarray(one, np.float64), np.asarray(other, np.float64))
    known = (a > 0) & (b > 0)
    low, high = np.where(known, a, 1.0), np.where(known, b, 1.0)
    gap = high - low
    # Each way keeps its digits where the other loses them: near to one another, and far apart.
    near = np.abs(gap) < low / 2
    step = np.where(near, np.log1p(np.where(near, gap / low, 0.0)), np.log(high / low))
    mean = np.where(step == 0, low, gap / np.where(step == 0, 1.0, step))
    return np.where(known, mean, np.nan)


def log_mean_parts(
    before: pd.DataFrame, after: pd.DataFrame, powers: Mapping[str, float]
) -> pd.DataFrame:
    """Split the change of a product of factors into one part per factor.

    With ``V = Π fₖ^pₖ`` the part of factor k is ``L(V₁, V₀) · pₖ · ln(fₖ₁ / fₖ₀)``, L the
    logarithmic mean: the additive LMDI-I split. The parts sum to the whole change, the order of
    the factors does not matter, and going back gives the same parts with the other sign.

    Parameters
    ----------
    before, after : DataFrame of float, shape (n_rows, n_factors)
        The factors of each row at either time, on the same index.
    powers : mapping of str to float
        1 for a factor, −1 for a divisor.

    Returns
    -------
    DataFrame of float, shape (n_rows, n_factors)
        On the index of ``before``, a column per factor of ``powers``; missing where a factor is
        missing or not above 0 at either time: such a change has no parts.

    References
    ----------
    Ang, B. W. (2004). Decomposition analysis for policymaking in energy: which is the preferred
    method? Energy Policy 32, 1131–1139.

    Examples
    --------
    >>> before = pd.DataFrame({"people": [4.0], "pay": [10.0], "revenue": [200.0]})
    >>> after = pd.DataFrame({"people": [6.0], "pay": [10.0], "revenue": [150.0]})
    >>> parts = log_mean_parts(before, after, {"people": 1, "pay": 1, "revenue": -1})
    >>> parts.round(4).to_dict("list")
    {'people': [0.117], 'pay': [0.0], 'revenue': [0.083]}
    """
    names = list(powers)
    old, new = before[names].astype(float), after[names].astype(float)
    # A factor of 0 or below has no logarithm.
    old, new = old.where(old > 0), new.where(new > 0)
    power = np.array([powers[name] for name in names])
    logs_old, logs_new = np.log(old.to_numpy()), np.log(new.to_numpy())
    weight = log_mean(np.exp(logs_new @ power), np.exp(logs_old @ power))
    parts = weight[:, None] * power * (logs_new - logs_old)
    return pd.DataFrame(parts, index=before.index, columns=names)
