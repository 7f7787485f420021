"""Split a change of revenue along its steps, also where a step stood still at nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from perf_core.analysis.divisia import log_mean_parts


def step_parts(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Split the change of a product of steps into one part per step, with nothing left over.

    Where every step is above 0 these are the parts of
    :func:`perf_core.analysis.divisia.log_mean_parts`. A step of 0 takes the limit that those parts
    go to when it comes down to nothing: the whole change goes to the steps that were 0, in equal
    parts, and the others get none. Nothing to nothing has parts of 0.

    Parameters
    ----------
    before, after : DataFrame of float, shape (n_rows, n_steps)
        The steps of each row (visits, conversion, order value …), on the same index, with the
        same columns.

    Returns
    -------
    DataFrame of float, shape (n_rows, n_steps)
        The parts of each row sum to the change of its product; missing where a step is missing
        or below 0 at either time.

    References
    ----------
    Ang, B. W. (2004). Decomposition analysis for policymaking in energy: which is the preferred
    method? Energy Policy 32, 1131–1139. Ang, B. W. and Liu, N. (2007). Handling zero values in the
    logarithmic mean Divisia index decomposition approach. Energy Policy 35, 238–246.

    Examples
    --------
    >>> before = pd.DataFrame({"visits": [400.0, 0.0], "conversion": [0.05, 0.04]})
    >>> after = pd.DataFrame({"visits": [500.0, 100.0], "conversion": [0.04, 0.03]})
    >>> step_parts(before, after).round(2).to_numpy().tolist()
    [[4.46, -4.46], [3.0, 0.0]]
    """
    steps = list(before.columns)
    old = before[steps].to_numpy(dtype=np.float64)
    new = after[steps].to_numpy(dtype=np.float64)
    parts = log_mean_parts(before, after, dict.fromkeys(steps, 1.0)).to_numpy(copy=True)
    change = new.prod(axis=1) - old.prod(axis=1)
    # Only one of the two products can be above 0 where a step is 0, so its zeros carry the change.
    stopped = np.where((new == 0).any(axis=1)[:, None], new == 0, old == 0)
    is_known = ((old >= 0) & (new >= 0)).all(axis=1)
    at_limit = is_known & ((old == 0) | (new == 0)).any(axis=1)
    share = stopped / np.maximum(stopped.sum(axis=1, keepdims=True), 1)
    limits = change[:, None] * share
    parts[at_limit] = limits[at_limit]
    return pd.DataFrame(parts, index=before.index, columns=steps)
