"""How far a running period has come, for whoever may see it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from perf_core.domain.access import Scope
from perf_core.domain.period import Period
from perf_core.scoring.progress import line_progress
from perf_core.services.score_period import PeriodScores, company_scores, narrow_scores
from perf_core.store.engine import Store


def progress_of(
    store: Store,
    period: Period,
    *,
    as_of: date | None = None,
    scope: Scope,
    employee_id: str | None = None,
) -> pd.DataFrame:
    """Progress, expected progress and pace of every line of every card.

    Returns
    -------
    DataFrame
        ``domain.frames.PROGRESS``, by card and position.
    """
    scores = narrow_scores(company_scores(store, period, as_of), scope)
    progress = progress_from(scores)
    if employee_id is None:
        return progress
    return progress[progress["employee_id"] == employee_id]


def progress_from(scores: PeriodScores) -> pd.DataFrame:
    """The progress of scores that were read already; they hold all that it needs."""
    return line_progress(scores.cards, scores.lines)
