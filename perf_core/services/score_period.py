"""Score a period: everybody's cards at once, and the border that shows each viewer their part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.store.engine import Store


@dataclass(frozen=True)
class PeriodScores:
    """The scores of a period as of a day. Nobody changes its frames.

    Attributes
    ----------
    period : Period
        The period that is judged.
    as_of : date
        The last day that counts.
    cards, lines, people : DataFrame
        ``domain.frames.CARDS``, ``LINES``, ``SUMMARIES``.
    """

    period: Period
    as_of: date
    cards: pd.DataFrame
    lines: pd.DataFrame
    people: pd.DataFrame


def score_period(
    store: Store, period: Period, *, as_of: date | None = None, scope: Scope
) -> PeriodScores:
    """Score a period for a viewer: ranks count everybody, rows only whom the viewer may see."""
    return narrow_scores(company_scores(store, period, as_of), scope)


def company_scores(store: Store, period: Period, as_of: date | None = None) -> PeriodScores:
    """Score everybody; what is returned never changes for one state of the store."""
    raise NotImplementedError


def narrow_scores(scores: PeriodScores, scope: Scope) -> PeriodScores:
    """The part of a company's scores that is about people who may be seen."""
    return PeriodScores(
        scores.period,
        scores.as_of,
        scope.narrow(scores.cards),
        scope.narrow(scores.lines),
        scope.narrow(scores.people),
    )
