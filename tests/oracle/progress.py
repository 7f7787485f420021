"""Progress of a running period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.oracle.company import Company
from tests.oracle.periods import Span
from tests.oracle.scoring import Scores, achievement_of, score


@dataclass
class Progress:
    employee_id: str
    brand: str
    role: str
    indicator: str
    target: float | None
    actual: float | None
    progress: float | None
    expected: float
    pace: float | None


def progress(
    company: Company, period: Span, as_of: date | None = None, *, scores: Scores | None = None
) -> list[Progress]:
    """One row per card and item."""
    rows = []
    for card in (scores or score(company, period, as_of)).cards:
        for line in card.lines:
            # "`target` is the card's whole target (for a person hired or leaving inside, of the
            # days employed in the period; not cut at the as-of day)"
            target = line.whole
            if target is not None and line.additive:
                target *= card.whole_days / period.n
            # "expected = card days elapsed ÷ card days in the period. Others: … expected = 1"
            expected = card.days / card.whole_days if line.additive else 1.0
            done = None
            if line.actual is not None and target is not None:
                direction = company.indicators[line.indicator].get("direction", "higher")
                done = (
                    line.actual / target
                    if line.additive
                    else achievement_of(
                        line.actual, target, direction=direction, item=line.item, limited=False
                    )
                )
                if not company.readings.progress_below_zero:
                    done = max(done, 0.0)
            rows.append(
                Progress(
                    card.employee_id,
                    card.brand,
                    card.role,
                    line.indicator,
                    target,
                    line.actual,
                    done,
                    expected,
                    None if done is None else done / expected,
                )
            )
    return rows
