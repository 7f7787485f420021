"""How far a running period has come, against the time that has passed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from perf_core.domain.frames import PROGRESS, checked


def line_progress(cards: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Progress and pace of every line.

    Additive indicators: progress is the actual of the card's *whole* target, expected the share
    of the card's days that has passed. Others: progress is the achievement without cap and floor,
    and as much is expected on the first day as on the last. Pace is progress ÷ expected.

    Parameters
    ----------
    cards : DataFrame
        ``domain.frames.CARDS``.
    lines : DataFrame
        ``domain.frames.LINES`` with ``whole_target``, ``is_additive`` and ``unlimited``.

    Returns
    -------
    DataFrame
        ``domain.frames.PROGRESS``; the forecast is not made yet and is missing.
    """
    at = pd.Index(cards["card_id"]).get_indexer(lines["card_id"])
    days = cards["days"].to_numpy(dtype=np.float64)[at]
    whole_days = cards["whole_days"].to_numpy(dtype=np.float64)[at]
    is_additive = lines["is_additive"].to_numpy(dtype=bool)
    actual = lines["actual"].to_numpy(dtype=np.float64)
    target = lines["whole_target"].to_numpy(dtype=np.float64)
    unlimited = lines["unlimited"].to_numpy(dtype=np.float64)
    progress = np.where(is_additive, actual / target, unlimited)
    expected = np.where(is_additive, days / whole_days, 1.0)
    missing = np.full(len(lines), np.nan)
    frame = pd.DataFrame(
        {
            "card_id": lines["card_id"].to_numpy(),
            "employee_id": lines["employee_id"].to_numpy(),
            "brand": cards["brand"].to_numpy()[at],
            "role": cards["role"].to_numpy()[at],
            "position": lines["position"].to_numpy(),
            "indicator": lines["indicator"].to_numpy(),
            "target": target,
            "actual": actual,
            "progress": progress,
            "expected": expected,
            "pace": progress / expected,
            "forecast": missing,
            "low": missing,
            "high": missing,
        },
        index=lines.index,
    )
    return checked(frame, PROGRESS)


def goal_progress(start: float, current: float, target: float) -> float:
    """How far a goal has come from where it started: 20 % → 30 %, now 25 %, is half of the way.

    Not limited: a goal that fell behind its start is below 0. A goal that starts at its target
    has no way to go and is NaN.

    Examples
    --------
    >>> round(goal_progress(0.20, 0.25, 0.30), 3)
    0.5
    """
    way = target - start
    return (current - start) / way if way else float("nan")
