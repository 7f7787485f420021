"""Write a revision of a target beside those that are there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete, insert
from sqlmodel import col

from perf_core.store.tables import Target


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
