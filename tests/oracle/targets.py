"""The target of one card and indicator for a period."""

from __future__ import annotations

from datetime import date

from tests.oracle import periods
from tests.oracle.company import Company
from tests.oracle.periods import Span


def stated_value(
    company: Company,
    span: Span,
    indicator: str,
    scope: tuple[str, str, str],
    as_of: date,
) -> float | None:
    """ "the newest revision made by the as-of day"; "the first value holds from the period's
    start"."""
    revisions = company.targets.get((span.first, span.last, indicator, *scope), {})
    newest, value = date.min, None
    for revised_on, amount in revisions.items():
        made = revised_on or date.min
        if made <= as_of and made >= newest:
            newest, value = made, amount
    return value


def own_target(
    company: Company,
    span: Span,
    indicator: str,
    card: tuple[str, str, str],
    default: float | None,
    as_of: date,
) -> float | None:
    """ "The most specific wins: employee, then (brand, role), then role, then the template item's
    default, which is a month's target"."""
    employee, brand, role = card
    for scope in ((employee, "", ""), ("", brand, role), ("", "", role)):
        value = stated_value(company, span, indicator, scope, as_of)
        if value is not None:
            return value
    if span == periods.month_of(span.first) or (
        span.first == periods.month_of(span.first).first
        and span.last == periods.month_of(span.first).last
    ):
        return default
    return None


def whole_target(
    company: Company,
    span: Span,
    indicator: str,
    card: tuple[str, str, str],
    *,
    default: float | None,
    additive: bool,
    as_of: date,
) -> float | None:
    """The period's target, before the card's share.

    "A period without a target of its own at any scope takes one from all its days…: each day has
    the target of the shortest period covering it; additive targets (÷ that period's days) add up,
    others are averaged over the days; a day without target means *no target*."
    """
    own = own_target(company, span, indicator, card, default, as_of)
    if own is not None:
        return own
    stated = {
        Span("stated", first, last)
        for first, last, code, *_ in company.targets
        if code == indicator and first <= span.last and last >= span.first
    }
    total = 0.0
    for day in span.days():
        covering = [s for s in stated if s.holds(day)] + [periods.month_of(day)]
        for candidate in sorted(covering, key=lambda s: (s.n, -s.first.toordinal())):
            value = own_target(company, candidate, indicator, card, default, as_of)
            if value is not None:
                break
        else:
            return None
        total += value / candidate.n if additive else value
    return total if additive else total / span.n
