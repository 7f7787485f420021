"""Change one person's target while the period runs: the old value stays, with who, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.errors import (
    BadTarget,
    ChangedMeanwhile,
    NeedsReason,
    NotAllowed,
    PeriodClosed,
    TargetTooLarge,
)
from perf_core.domain.period import Period, parse_period
from perf_core.services.viewers import may_revise_target
from perf_core.sources.cell_numbers import LARGEST
from perf_core.store.clock import now
from perf_core.store.company import data_day
from perf_core.store.engine import Store
from perf_core.store.targets import read_revisions, write_revision

_SCOPE: Final = ["employee_id", "brand", "role"]


@dataclass(frozen=True)
class TargetHistory:
    """Every value the target of a card's line has had, and the state a form starts from.

    Attributes
    ----------
    revisions : DataFrame
        As ``store.targets.read_revisions`` gives them, of exactly this period.
    state : str
        The same in short: differs once anything in it does.
    """

    revisions: pd.DataFrame
    state: str


def target_history(
    store: Store,
    period: Period,
    *,
    scope: Scope,
    employee_id: str,
    brand: str,
    role: str,
    indicator: str,
) -> TargetHistory:
    """Read the targets of exactly this period that a card's line may take its target from.

    Raises
    ------
    NotAllowed
        The viewer may not see the person.
    """
    if not scope.sees(employee_id):
        raise NotAllowed(what=employee_id)
    with store.reading() as connection:
        return _history(connection, period, employee_id, brand, role, indicator)


def _history(
    connection: Connection,
    period: Period,
    employee_id: str,
    brand: str,
    role: str,
    indicator: str,
) -> TargetHistory:
    found = read_revisions(connection, indicator, employee_id=employee_id, brand=brand, role=role)
    mine = found[found["period"].isin(_codes_of(period, found["period"].unique()))]
    mine = mine.reset_index(drop=True)
    told = ["period", *_SCOPE, "revised_on", "value"]
    return TargetHistory(mine, repr(mine[told].to_numpy().tolist()))


def _codes_of(period: Period, codes: Iterable[str]) -> set[str]:
    """The codes that name exactly the days of a period: a month may be written as a window."""
    return {
        code
        for code in codes
        if (one := parse_period(code)).start == period.start and one.end == period.end
    }


def revise_target(
    store: Store,
    period: Period,
    *,
    scope: Scope,
    employee_id: str,
    brand: str,
    role: str,
    indicator: str,
    value: float,
    reason: str,
    started_from: str,
) -> None:
    """Write a new value for one person's target, in force from the newest day with data.

    The value is the whole period's, before any share for a person who came or left inside.

    Parameters
    ----------
    store : Store
        The store to write.
    period : Period
        The running period whose target it is.
    scope : Scope
        Who asks: HR for everybody, a manager for the own line and not for themselves.
    employee_id, brand, role, indicator : str
        Whose line of which card.
    value : float
        The new target, above 0, in the company's currency where it is money.
    reason : str
        Why; it stays with the value.
    started_from : str
        ``TargetHistory.state`` as the form saw it.

    Raises
    ------
    NotAllowed, PeriodClosed, BadTarget, TargetTooLarge, NeedsReason, ChangedMeanwhile
        Why it was not written.
    """
    if not may_revise_target(scope, employee_id):
        raise NotAllowed(what=employee_id)
    if not value > 0:
        raise BadTarget(indicator=indicator, value=value)
    if value > LARGEST:
        raise TargetTooLarge(indicator=indicator, most=LARGEST)
    if not reason.strip():
        raise NeedsReason
    with store.writing() as connection:
        day = data_day(connection)
        if day is None or not period.holds(day):
            raise PeriodClosed(period=period.code)
        before = _history(connection, period, employee_id, brand, role, indicator)
        if before.state != started_from:
            raise ChangedMeanwhile(what=indicator)
        own = before.revisions[before.revisions["employee_id"] == employee_id]
        # A target that names the person's brand or role outweighs one that does not: the new
        # value takes the place of the most specific one there is.
        named = own.iloc[-1] if len(own) else None
        same_day = own[own["revised_on"] == day.isoformat()]
        text = reason.strip()
        if len(same_day):
            text = f"{text} ({same_day['value'].iloc[-1]:g} → {value:g})"
        write_revision(
            connection,
            period=str(named["period"]) if named is not None else period.code,
            indicator=indicator,
            employee_id=employee_id,
            brand=str(named["brand"]) if named is not None else "",
            role=str(named["role"]) if named is not None else "",
            revised_on=day,
            value=float(value),
            reason=text,
            changed_by=scope.viewer.employee_id or scope.viewer.kind.value,
            recorded_at=now(),
        )
