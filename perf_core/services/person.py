"""One person beside the own past and the role's others, with marks and breaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from perf_core.domain.access import Scope, ViewerKind
from perf_core.domain.errors import NotAllowed
from perf_core.domain.period import Period
from perf_core.scoring.next_grade import NextGrade
from perf_core.scoring.reviews import ratings_within
from perf_core.services.score_period import PeriodScores
from perf_core.store.company import read_ratings
from perf_core.store.engine import Store
from perf_core.store.person_records import read_veto_events

__all__ = ["NextGrade", "Past", "Records", "person_past", "person_records"]

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


FEWEST_MARKS: Final = 3
"""From how many marks of one relation on the person marked is shown their mean."""

_NAMELESS: Final = ("peer", "subordinate")


@dataclass(frozen=True)
class Records:
    """What others said of a person in a period, and what was found.

    Attributes
    ----------
    marks : DataFrame
        ``dimension``, ``relation``, ``mean`` (1 to 5; missing where it is kept back) and ``marks``
        (how many): one row per dimension and relation.
    events : DataFrame
        Breaches: ``event_id``, ``day``, ``kind``, ``source``, ``note``, ``status``.
    """

    marks: pd.DataFrame
    events: pd.DataFrame


def person_records(store: Store, period: Period, *, scope: Scope, employee_id: str) -> Records:
    """Read the marks and breaches of a person in a period.

    Whoever looks at the own marks is not shown the mean of fewer than ``FEWEST_MARKS`` peers or
    subordinates, and of the breaches only those that are confirmed: a proposal is still open.

    Raises
    ------
    NotAllowed
        The viewer may not see the person.
    """
    if not scope.sees_period(employee_id, period):
        raise NotAllowed(what=employee_id)
    with store.reading() as connection:
        ratings = ratings_within(read_ratings(connection, [period]), period)
        events = read_veto_events(connection, employee_id, period.start, period.last_day)
    own = ratings[ratings["ratee_id"] == employee_id]
    summed = own.groupby(["dimension", "relation"], as_index=False)[["score_sum", "marks"]].sum()
    summed["mean"] = summed["score_sum"] / summed["marks"]
    is_self = scope.viewer.employee_id == employee_id and scope.viewer.kind is not ViewerKind.HR
    if is_self:
        few = summed["relation"].isin(_NAMELESS) & (summed["marks"] < FEWEST_MARKS)
        summed.loc[few, "mean"] = float("nan")
        events = events[events["status"] == "confirmed"]
    return Records(summed[["dimension", "relation", "mean", "marks"]], events)
