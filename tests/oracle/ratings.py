"""Marks by people: the rating of a dimension, and the review of a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.oracle.company import Company
from tests.oracle.periods import Span


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def ratings_in(company: Company, employee: str, period: Span) -> list[dict[str, Any]]:
    """ "A rating belongs to every period that contains its own period"."""
    return [
        row
        for row in company.ratings
        if row["ratee_id"] == employee and period.contains(row["period"])
    ]


def rating_of(company: Company, employee: str, dimension: str, period: Span) -> float | None:
    """ "ratings of that dimension by others: the mean of each relation (peer, subordinate,
    manager), then the mean of these means"."""
    means = []
    for relation in ("peer", "subordinate", "manager"):
        marks = [
            row["score"]
            for row in ratings_in(company, employee, period)
            if row["dimension"] == dimension and row["relation"] == relation
        ]
        if marks:
            means.append(mean(marks))
    return mean(means) if means else None


def review_of(
    company: Company, employee: str, weights: dict[str, float], period: Span
) -> float | None:
    """ "20 × the weighted mean of the relations' mean ratings, all dimensions pooled (…weights in
    the template, spread over the relations present). Self alone is no review"."""
    rows = ratings_in(company, employee, period)
    present = {
        relation: mean(row["score"] for row in rows if row["relation"] == relation)
        for relation in ("self", "peer", "subordinate", "manager")
        if weights.get(relation, 0) > 0 and any(row["relation"] == relation for row in rows)
    }
    if not present or set(present) == {"self"}:
        return None
    total = sum(weights[relation] for relation in present)
    return 20 * sum(weights[r] * value for r, value in present.items()) / total
