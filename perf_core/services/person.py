"""One person beside the own past and the role's others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from perf_core.domain.period import Period
from perf_core.services.score_period import PeriodScores

FEWEST_PEERS: Final = 4
"""From how many other people on a median is shown: of fewer, everybody knows who they are."""


@dataclass(frozen=True)
class Past:
    """The totals of one person over periods, oldest first, and the median of the role's others."""

    periods: tuple[Period, ...]
    totals: tuple[float | None, ...]
    peers: tuple[float | None, ...]


def person_past(
    company: Sequence[PeriodScores], *, employee_id: str, brand: str, role: str
) -> Past:
    """Follow a person in one brand and role over periods.

    Parameters
    ----------
    company : sequence of PeriodScores
        Everybody's scores, oldest period first; only the median of the others is told of them.
    employee_id, brand, role : str
        Whose cards. The others are everybody else's complete cards in the role, of any brand.

    Returns
    -------
    Past
        A total is missing where there was no card, or none of its lines had data.
    """
    totals: list[float | None] = []
    peers: list[float | None] = []
    for scores in company:
        cards = scores.cards
        own = cards[
            (cards["employee_id"] == employee_id)
            & (cards["brand"] == brand)
            & (cards["role"] == role)
        ]
        others = cards[
            (cards["role"] == role) & cards["complete"] & (cards["employee_id"] != employee_id)
        ]
        totals.append(_total(own))
        enough = others["employee_id"].nunique() >= FEWEST_PEERS
        peers.append(float(others["total"].median()) if enough else None)
    return Past(tuple(one.period for one in company), tuple(totals), tuple(peers))


def _total(own: pd.DataFrame) -> float | None:
    if own.empty or not (own["complete"].iloc[0] or own["total"].iloc[0] > 0):
        return None
    return float(own["total"].iloc[0])
