"""The team as one table: everybody's card, how it runs against time, and what weighs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from perf_core.services.score_period import PeriodScores

MOST_PACE: Final = 1.2
"""What one line's pace counts for at most in a card's, as an achievement does in its total."""

CARD_KEY: Final = ["employee_id", "brand", "role"]


def team_table(
    scores: PeriodScores,
    *,
    progress: pd.DataFrame,
    earlier: Sequence[PeriodScores],
    pass_mark: float,
) -> pd.DataFrame:
    """Put a period's cards beside their pace, their past and their weakest line.

    Parameters
    ----------
    scores : PeriodScores
        The cards of the period that the viewer may see.
    progress : DataFrame
        ``domain.frames.PROGRESS`` of the same period.
    earlier : sequence of PeriodScores
        The periods before it, oldest first.
    pass_mark : float
        The total from which a card counts as attained.

    Returns
    -------
    DataFrame
        One row per card, the columns of ``domain.frames.CARDS`` and: ``previous`` and ``change``
        (of the total, against the period before), ``trend`` (a tuple of totals, oldest first, this
        one last), ``progress``, ``expected`` and ``pace`` of the card, ``is_behind``, ``weakest``
        (the indicator that costs the card most points) with its ``lost`` points and ``weakest_at``
        (its achievement).
    """
    cards = scores.cards.copy()
    cards = cards.join(card_pace(scores.lines, progress), on="card_id")
    cards = cards.join(weakest_lines(scores.lines), on="card_id")
    totals = [_totals(one) for one in earlier]
    key = pd.MultiIndex.from_frame(cards[CARD_KEY])
    past = [found.reindex(key).to_numpy(float) for found in totals]
    now = cards["total"].where(~_unscored(cards, scores.lines)).to_numpy(float)
    cards["previous"] = past[-1] if past else np.nan
    cards["change"] = now - cards["previous"].to_numpy(float)
    columns = np.column_stack([*past, now]) if len(cards) else np.empty((0, 1))
    # Tuples: the garbage collector need not follow them, as it would lists.
    cards["trend"] = [
        tuple(None if np.isnan(value) else round(float(value), 1) for value in row)
        for row in columns
    ]
    cards["is_behind"] = cards["complete"] & (cards["total"] < pass_mark - 1e-9)
    return cards


def card_pace(lines: pd.DataFrame, progress: pd.DataFrame) -> pd.DataFrame:
    """Weigh the pace of a card's lines: one figure for how the card runs against time.

    Each line counts with its effective weight, and with at most ``MOST_PACE``, so that one
    runaway indicator does not hide the others.

    Returns
    -------
    DataFrame
        By ``card_id``: ``progress``, ``expected`` and ``pace``; missing where no line has any.
    """
    wanted = ["card_id", "position", "progress", "expected", "pace"]
    joined = lines[["card_id", "position", "effective_weight"]].merge(
        progress[wanted], on=["card_id", "position"]
    )
    known = joined[joined["pace"].notna() & (joined["effective_weight"] > 0)]
    weight = known["effective_weight"]
    part = pd.DataFrame(
        {
            "card_id": known["card_id"],
            "weight": weight,
            "progress": known["progress"].clip(0, MOST_PACE) * weight,
            "expected": known["expected"] * weight,
            "pace": known["pace"].clip(0, MOST_PACE) * weight,
        }
    )
    summed = part.groupby("card_id").sum()
    return summed[["progress", "expected", "pace"]].div(summed["weight"], axis=0)


def weakest_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Find the line that costs each card most points.

    Returns
    -------
    DataFrame
        By ``card_id``: ``weakest`` (indicator), ``lost`` (points under the full weight) and
        ``weakest_at`` (achievement); only cards with a line under its full weight.
    """
    scored = lines[lines["status"] == "scored"]
    lost = scored["effective_weight"] - scored["points"]
    found = pd.DataFrame(
        {
            "card_id": scored["card_id"],
            "weakest": scored["indicator"],
            "lost": lost,
            "weakest_at": scored["achievement"],
        }
    )
    found = found[found["lost"] > 1e-9].sort_values("lost", ascending=False, kind="stable")
    return found.drop_duplicates("card_id").set_index("card_id")


def _totals(scores: PeriodScores) -> pd.Series[float]:
    cards = scores.cards[~_unscored(scores.cards, scores.lines)]
    return cards.drop_duplicates(CARD_KEY).set_index(CARD_KEY)["total"]


def _unscored(cards: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[bool]:
    """Cards without one scored line: their total of 0 says nothing."""
    scored = lines.loc[lines["status"] == "scored", "card_id"].unique()
    return ~cards["card_id"].isin(scored)
