"""Least squares beside fixed effects, with errors that groups share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

_RANK = 1e-9
"""A direction with a smaller share of the largest one is a sum of others."""


@dataclass(frozen=True)
class WithinFit:
    """Coefficients of the regressors, beside effects that were taken out.

    Attributes
    ----------
    coef : array of float, shape (n_regressors,)
        What one more of each regressor goes with; missing where the effects already say it.
    cov : array of float, shape (n_regressors, n_regressors)
        How sure they are, errors of a cluster being alike in any way.
    degrees : array of float, shape (n_regressors,)
        The degrees of freedom of each one's t statistic.
    r2 : float
        The share of what the effects leave that the regressors tell.
    """

    coef: Floats
    cov: Floats
    degrees: Floats
    r2: float


def within_fit(
    y: Floats,
    x: Floats,
    *,
    effects: Sequence[Codes],
    clusters: Codes,
    errors: Literal["cr0", "cr2"] = "cr2",
) -> WithinFit:
    """Fit ``y`` on ``x`` beside fixed effects, with a covariance clustered by group.

    Parameters
    ----------
    y : array of float, shape (n_rows,)
        The outcome.
    x : array of float, shape (n_rows, n_regressors)
        The regressors.
    effects : sequence of array of int, shape (n_rows,)
        Codes from 0: one level each gets an effect of its own (the group, the month).
    clusters : array of int, shape (n_rows,)
        Whose errors go together, from 0.
    errors : {"cr2", "cr0"}
        ``cr0`` is Arellano's sandwich as it stands, with as many degrees of freedom as clusters
        less one: right for many clusters. ``cr2`` lifts each cluster's residuals to what they
        would be on average were errors alike and independent (Bell and McCaffrey), with
        Satterthwaite's degrees of freedom: right for a few, too. Of two kinds of groups over the
        same months it is the unequal-variances t test of the groups' changes.

    References
    ----------
    Arellano, M. (1987). Computing robust standard errors for within-groups estimators. Oxford
    Bulletin of Economics and Statistics 49, 431–434. Bell, R. and McCaffrey, D. (2002). Bias
    reduction in standard errors for linear regression with multi-stage samples. Survey
    Methodology 28, 169–181. Pustejovsky, J. and Tipton, E. (2018). Small-sample methods for
    cluster-robust variance estimation and hypothesis testing in fixed effects models. Journal of
    Business & Economic Statistics 36, 672–683.

    Examples
    --------
    >>> shop = np.array([0, 0, 1, 1, 2, 2])
    >>> month = np.array([0, 1, 0, 1, 0, 1])
    >>> trained = np.array([[0.0], [1.0], [0.0], [0.0], [0.0], [0.0]])
    >>> sold = np.array([10.0, 15.0, 20.0, 21.0, 30.0, 33.0])
    >>> fit = within_fit(sold, trained, effects=[shop, month], clusters=shop, errors="cr0")
    >>> fit.coef.round(2).tolist()
    [3.0]
    """
    columns = x.shape[1]
    inside = effects_basis(effects)
    y_left, x_left = _less(y, inside), _less(x, inside)
    size = np.sqrt((x**2).sum(axis=0))
    kept = np.sqrt((x_left**2).sum(axis=0)) > _RANK * np.maximum(size, 1e-300)
    coef = np.full(columns, np.nan)
    cov = np.full((columns, columns), np.nan)
    degrees = np.full(columns, np.nan)
    own = x_left[:, kept]
    if not own.shape[1] or np.linalg.matrix_rank(own) < own.shape[1]:
        return WithinFit(coef, cov, degrees, np.nan)
    # Rows of the estimator: the coefficients are ``pull @ y``.
    pull: Floats = np.linalg.solve(own.T @ own, own.T).astype(np.float64)
    coef[kept] = pull @ y_left
    residuals = y_left - own @ coef[kept]
    n_clusters = int(clusters.max()) + 1
    if errors == "cr2":
        space: Floats = np.hstack([inside, np.linalg.qr(own)[0]]).astype(np.float64)
        pull, freedom = _lifted(pull, space, clusters, n_clusters)
    else:
        freedom = np.full(len(pull), n_clusters - 1.0)
    scores = np.zeros((n_clusters, len(pull)))
    np.add.at(scores, clusters, pull.T * residuals[:, None])
    cov[np.ix_(kept, kept)] = scores.T @ scores
    degrees[kept] = freedom
    total = float(y_left @ y_left)
    r2 = 1 - float(residuals @ residuals) / total if total > 0 else np.nan
    return WithinFit(coef, cov, degrees, r2)


def effects_basis(effects: Sequence[Codes]) -> Floats:
    """Give an orthonormal basis of what fixed effects can tell, shape (n_rows, rank)."""
    dummies = np.hstack([np.eye(int(codes.max()) + 1)[codes] for codes in effects])
    basis, strength, _ = np.linalg.svd(dummies, full_matrices=False)
    return np.asarray(basis[:, strength > _RANK * strength[0]], dtype=np.float64)


def _less(values: Floats, basis: Floats) -> Floats:
    """The part of values that the basis cannot tell."""
    return np.asarray(values - basis @ (basis.T @ values), dtype=np.float64)


def _lifted(pull: Floats, space: Floats, clusters: Codes, n_clusters: int) -> tuple[Floats, Floats]:
    """The estimator's rows adjusted cluster by cluster, and their degrees of freedom."""
    lifted = np.zeros_like(pull)
    shadows = np.zeros((len(pull), n_clusters, space.shape[1]))
    squares = np.zeros((len(pull), n_clusters))
    for cluster in range(n_clusters):
        rows = np.nonzero(clusters == cluster)[0]
        mine = space[rows]
        # What is left of the cluster's own errors in its residuals; its inverse root undoes that.
        kept, directions = np.linalg.eigh(np.eye(len(rows)) - mine @ mine.T)
        root = np.where(kept > 1e-8, 1 / np.sqrt(np.maximum(kept, 1e-8)), 0.0)
        lifted[:, rows] = pull[:, rows] @ (directions * root) @ directions.T
        shadows[:, cluster] = lifted[:, rows] @ mine
        squares[:, cluster] = (lifted[:, rows] ** 2).sum(axis=1)
    # The covariance of the clusters' adjusted scores were errors alike and independent.
    mixed = np.einsum("kgr,khr->kgh", shadows, shadows)
    spread = np.apply_along_axis(np.diag, 1, squares) - mixed
    trace = np.einsum("kgg->k", spread)
    degrees = trace**2 / np.maximum((spread**2).sum(axis=(1, 2)), 1e-300)
    return lifted, degrees
