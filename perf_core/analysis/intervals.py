"""How sure a share is that a few people make."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd


def wilson(hits: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """Give the Wilson score interval of shares.

    Unlike the share ± two standard errors it keeps inside 0…1 and says something sensible where
    nobody or everybody was hit.

    Parameters
    ----------
    hits, n : float or array-like of float, shape (n_shares,)
        How many were hit, of how many; ``n`` need not be whole (a mean headcount is not).
    level : float, default=0.95
        How often such an interval holds the share behind it.

    Returns
    -------
    DataFrame of float, shape (n_shares, 2)
        ``low`` and ``high``; missing where ``n`` is 0 or smaller than ``hits``: that is no share.

    References
    ----------
    Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion: comparison of
    seven methods. Statistics in Medicine 17, 857–872; method 3.

    Examples
    --------
    >>> wilson([15, 0, 3], [148, 20, 2]).round(4).to_numpy().tolist()
    [[0.0624, 0.1605], [0.0, 0.1611], [nan, nan]]
    """
    x, size = (np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (hits, n))
    is_share = (size > 0) & (x >= 0) & (x <= size)
    safe = np.where(is_share, size, 1.0)
    share = np.where(is_share, x, 0.0) / safe
    z = NormalDist().inv_cdf(0.5 + level / 2)
    whole = 1 + z * z / safe
    middle = (share + z * z / (2 * safe)) / whole
    half = z * np.sqrt(share * (1 - share) / safe + z * z / (4 * safe * safe)) / whole
    low = np.where(share == 0, 0.0, middle - half)
    high = np.where(share == 1, 1.0, middle + half)
    return pd.DataFrame(
        {"low": np.where(is_share, low, np.nan), "high": np.where(is_share, high, np.nan)}
    )
