"""Every value a target has had: read what one line may take, write one more beside them."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from perf_core.store.tables import FIRST_VALUE, Target

_REVISION = [
    "period",
    "employee_id",
    "brand",
    "role",
    "revised_on",
    "value",
    "currency",
    "reason",
    "changed_by",
    "recorded_at",
]


def read_revisions(
    connection: Connection, indicator: str, *, employee_id: str, brand: str, role: str
) -> pd.DataFrame:
    """Read every revision of an indicator's targets that a card may take, of any period.

    Returns
    -------
    DataFrame
        ``period``, ``employee_id``, ``brand``, ``role``, ``revised_on`` (ISO day, ``""`` for the
        first value), ``value``, ``currency``, ``reason``, ``changed_by``, ``recorded_at``; the
        least specific scope first, then by day.
    """
    rows = connection.execute(
        select(*(getattr(Target, name) for name in _REVISION))
        .where(
            col(Target.indicator) == indicator,
            col(Target.employee_id).in_(["", employee_id]),
            col(Target.brand).in_(["", brand]),
            col(Target.role).in_(["", role]),
        )
        .order_by(
            col(Target.employee_id), col(Target.brand), col(Target.role), col(Target.revised_on)
        )
    ).all()
    found = pd.DataFrame(rows, columns=_REVISION)
    found["revised_on"] = [
        "" if day == FIRST_VALUE else day.isoformat() for day in found["revised_on"]
    ]
    return found


def write_revision(
    connection: Connection,
    *,
    period: str,
    indicator: str,
    employee_id: str,
    brand: str,
    role: str,
    revised_on: date,
    value: float,
    reason: str,
    changed_by: str,
    recorded_at: datetime,
) -> None:
    """Write one revision; one of the same day and scope gives way to it."""
    connection.execute(
        delete(Target).where(
            col(Target.period) == period,
            col(Target.indicator) == indicator,
            col(Target.employee_id) == employee_id,
            col(Target.brand) == brand,
            col(Target.role) == role,
            col(Target.revised_on) == revised_on,
        )
    )
    connection.execute(
        insert(Target).values(
            period=period,
            indicator=indicator,
            employee_id=employee_id,
            brand=brand,
            role=role,
            revised_on=revised_on,
            value=value,
            currency="",
            reason=reason,
            changed_by=changed_by,
            recorded_at=recorded_at,
        )
    )
