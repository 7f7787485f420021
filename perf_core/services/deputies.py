"""Deputies: who sees for a time what another one sees; named, ended and listed."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from perf_core.domain.access import Scope
from perf_core.domain.account_errors import (
    BadDeputyTime,
    DeputyExists,
    DeputyIncomplete,
    DeputyOfSelf,
)
from perf_core.domain.errors import NotAllowed, NotFound
from perf_core.store import accounts as rows
from perf_core.store.clock import now
from perf_core.store.engine import Store

_PATIENCE: Final = 30.0
_LONGEST: Final = timedelta(days=366)


def _refuse_not_theirs(scope: Scope, stands_in_for: str) -> None:
    """A deputy is named by HR, or by who is stood in for; not by who keeps accounts."""
    is_own = bool(stands_in_for) and scope.viewer.employee_id == stands_in_for
    if not (scope.may_edit or is_own):
        raise NotAllowed(what="deputies")


def name_deputy(
    store: Store,
    employee_id: str,
    *,
    stands_in_for: str,
    scope: Scope,
    from_day: date,
    to_day: date,
    reason: str = "",
) -> str:
    """Let somebody see for a time what another one sees (both days included); give its id.

    Raises
    ------
    NotAllowed
        The doer is neither HR nor the one who is stood in for.
    DeputyIncomplete
        One of the two is missing.
    DeputyOfSelf
        Both are one person.
    BadDeputyTime
        The time ends before it begins, or is longer than a year.
    DeputyExists
        They stand in already on some of these days.
    NotFound
        The company has no such person.
    """
    _refuse_not_theirs(scope, stands_in_for)
    if not employee_id or not stands_in_for:
        raise DeputyIncomplete
    if employee_id == stands_in_for:
        raise DeputyOfSelf
    if not from_day <= to_day <= from_day + _LONGEST:
        raise BadDeputyTime(from_day=from_day, to_day=to_day)
    with store.noting(wait_seconds=_PATIENCE) as connection:
        rows.begin_change(connection)
        for who in (employee_id, stands_in_for):
            if not rows.is_employee(connection, who):
                raise NotFound(kind="person", code=who)
        _refuse_twice(connection, employee_id, stands_in_for, from_day, to_day)
        deputy_id = uuid.uuid4().hex
        rows.insert_deputy(
            connection,
            {
                "deputy_id": deputy_id,
                "employee_id": employee_id,
                "stands_in_for": stands_in_for,
                "from_day": from_day,
                "to_day": to_day,
                "reason": reason.strip(),
                "created_by": scope.viewer.signature,
                "created_at": now(),
                "ended_at": None,
            },
        )
        rows.note_event(
            connection,
            "deputy_named",
            by=scope.viewer.signature,
            subject=employee_id,
            deputy_id=deputy_id,
            stands_in_for=stands_in_for,
            from_day=from_day.isoformat(),
            to_day=to_day.isoformat(),
        )
    return deputy_id


def _refuse_twice(
    connection: Connection, employee_id: str, stands_in_for: str, from_day: date, to_day: date
) -> None:
    """A button pressed twice, or two people with one thought, name nobody twice."""
    known = rows.read_deputies(connection)
    same = known[
        (known["employee_id"] == employee_id)
        & (known["stands_in_for"] == stands_in_for)
        & known["ended_at"].isna()
        & (known["from_day"] <= to_day)
        & (known["to_day"] >= from_day)
    ]
    if len(same):
        one = same.iloc[0]
        raise DeputyExists(from_day=one["from_day"], to_day=one["to_day"])


def end_deputy(store: Store, deputy_id: str, *, scope: Scope) -> None:
    """End a deputy's time at once.

    Raises
    ------
    NotAllowed
        The doer is neither HR nor one of the two.
    NotFound
        There is no such deputy.
    """
    with store.noting(wait_seconds=_PATIENCE) as connection:
        rows.begin_change(connection)
        known = rows.read_deputies(connection)
        found = known[known["deputy_id"] == deputy_id]
        if found.empty:
            raise NotFound(kind="deputy", code=deputy_id)
        one = found.iloc[0]
        if scope.viewer.employee_id != one["employee_id"]:
            _refuse_not_theirs(scope, str(one["stands_in_for"]))
        rows.end_deputy_row(connection, deputy_id, at=now())
        rows.note_event(
            connection,
            "deputy_ended",
            by=scope.viewer.signature,
            subject=str(one["employee_id"]),
            deputy_id=deputy_id,
            stands_in_for=str(one["stands_in_for"]),
        )


def list_deputies(store: Store, *, scope: Scope) -> pd.DataFrame:
    """List deputies, the newest first: HR and administrators all, others those about them.

    Returns
    -------
    DataFrame
        ``deputy_id``, ``employee_id``, ``stands_in_for``, ``from_day``, ``to_day``, ``reason``,
        ``created_by``, ``created_at``, ``ended_at``.
    """
    with store.reading() as connection:
        found = rows.read_deputies(connection)
    if scope.may_edit or scope.may_administer:
        return found
    me = scope.viewer.employee_id or ""
    is_mine = (found["employee_id"] == me) | (found["stands_in_for"] == me)
    return found[is_mine & (me != "")].reset_index(drop=True)
