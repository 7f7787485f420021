"""What a card lacks for the next better grade, and what one line alone would have to bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from perf_core.domain.catalogue import GradeScheme
from perf_core.scoring.closeness import EQUAL_WITHIN, exceed, reach
from perf_core.scoring.grades import places_of_grades, ranks_decide
from perf_core.scoring.points import STEP_BONUS


@dataclass(frozen=True)
class NextGrade:
    """The way to the next better grade.

    Attributes
    ----------
    grade : str
        Its code.
    by_rank : bool
        Whether the total to reach is that of another card and moves with it, or a threshold.
    needed_total, missing : float
        The total to reach, and what it lacks.
    lines : DataFrame
        One row per scored line: ``position``, ``indicator``, ``missing`` (points the line would
        have to add), ``achievement`` and ``actual`` that would do it alone (NaN where the cap is
        in the way), ``is_above`` (the actual must be passed, not only met: a step that is met
        already).
    """

    grade: str
    by_rank: bool
    needed_total: float
    missing: float
    lines: pd.DataFrame


def next_grade(
    total: float,
    grade: str,
    lines: pd.DataFrame,
    *,
    others: pd.Series[float],
    scheme: GradeScheme,
    company: int,
    kpi_share: float,
) -> NextGrade | None:
    """Find what a complete, unvetoed card lacks for the next better grade.

    By threshold it is the grade's threshold. By rank it is the total of the last card that has
    the better grade's place: reaching it shares the grade, as long as the others stay.

    Parameters
    ----------
    total : float
        The card's total.
    grade : str
        The card's grade.
    lines : DataFrame
        The card's lines, as ``services.score_period.PeriodScores.lines`` has them.
    others : Series of float
        The totals of the other cards of the cohort.
    scheme : GradeScheme
        How totals become grades.
    company : int
        People employed on the period's last day.
    kpi_share : float
        What a point of a line is worth in the total.

    Returns
    -------
    NextGrade or None
        None for the best grade.
    """
    codes = [one.code for one in scheme.grades]
    at = codes.index(grade)
    if at == 0:
        return None
    size = len(others) + 1
    by_rank = ranks_decide(scheme, cohort=size, company=company)
    if by_rank:
        places = places_of_grades(scheme, size)
        # A grade without any place (a share that rounds to none) cannot be reached.
        better = next((one for one in range(at - 1, -1, -1) if places[one] > 0), None)
        if better is None:
            return None
        best_first = np.sort(others.to_numpy(dtype=np.float64))[::-1]
        needed = float(best_first[places[better] - 1])
    else:
        better = at - 1
        needed = scheme.grades[better].at_least
    missing = max(needed - total, 0.0)
    return NextGrade(
        codes[better],
        by_rank,
        needed,
        missing,
        _alone(lines, missing / max(kpi_share, EQUAL_WITHIN)),
    )


def _alone(lines: pd.DataFrame, missing: float) -> pd.DataFrame:
    """What each line would have to reach if the others stayed as they are."""
    scored = lines[(lines["status"] == "scored") & (lines["effective_weight"] > 0.0)]
    weight = scored["effective_weight"].to_numpy(dtype=np.float64)
    points = scored["points"].to_numpy(dtype=np.float64) + missing
    cap = scored["cap"].to_numpy(dtype=np.float64)
    is_step = scored["is_step"].to_numpy(dtype=bool)
    linear = np.maximum(points / weight, scored["floor"].to_numpy(dtype=np.float64))
    is_above = is_step & exceed(points, weight)
    wanted = np.where(is_step, 1.0, linear)
    most = np.where(is_step, np.where(exceed(cap, 1.0), STEP_BONUS, 1.0) * weight, cap * weight)
    wanted = np.where(reach(most, points), wanted, np.nan)
    target = scored["target"].to_numpy(dtype=np.float64)
    inverse = target / np.where(wanted > 0.0, wanted, np.nan)
    actual = np.where(
        scored["is_lower"],
        np.where(scored["is_inverse"], inverse, (2.0 - wanted) * target),
        wanted * target,
    )
    return pd.DataFrame(
        {
            "position": scored["position"].to_numpy(),
            "indicator": scored["indicator"].to_numpy(),
            "missing": np.full(len(scored), missing),
            "achievement": wanted,
            "actual": actual,
            "is_above": is_above & ~np.isnan(wanted),
        }
    )
