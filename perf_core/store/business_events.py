"""The events of the business: kept for good, marked as removed when they were a mistake."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from perf_core.domain.business_event import EVENT_AXES, BusinessEvent
from perf_core.store.tables import BusinessEventRow

_FIELDS = ("event_id", "kind", "name", "day", "concerns", "note", "created_by", "created_at")


def read_events(connection: Connection) -> list[BusinessEvent]:
    """Read all events that were not removed, the newest day first."""
    rows = connection.execute(
        select(*(getattr(BusinessEventRow, name) for name in _FIELDS))
        .where(col(BusinessEventRow.removed_at).is_(None))
        .order_by(col(BusinessEventRow.day).desc(), col(BusinessEventRow.event_id))
    ).mappings()
    return [
        BusinessEvent(
            event_id=row["event_id"],
            kind=row["kind"],
            name=row["name"],
            day=row["day"],
            concerns={
                axis: tuple(str(code) for code in row["concerns"][axis])
                for axis in EVENT_AXES
                if row["concerns"].get(axis)
            },
            note=row["note"],
            created_by=row["created_by"],
            created_at=row["created_at"],
        )
        for row in rows
    ]


def write_event(connection: Connection, event: BusinessEvent) -> None:
    """Write one more event."""
    connection.execute(
        insert(BusinessEventRow).values(
            event_id=event.event_id,
            kind=event.kind,
            name=event.name,
            day=event.day,
            concerns={axis: list(codes) for axis, codes in event.concerns.items() if codes},
            note=event.note,
            created_by=event.created_by,
            created_at=event.created_at,
        )
    )


def revise_event(connection: Connection, event: BusinessEvent, *, at: datetime) -> bool:
    """Put an event in the place of the one with its id, which stays beside it as removed.

    Returns
    -------
    bool
        Whether there was one.
    """
    rows = BusinessEventRow.__table__  # type: ignore[attr-defined]
    old = connection.execute(
        select(rows).where(rows.c.event_id == event.event_id, rows.c.removed_at.is_(None))
    ).mappings()
    before = old.one_or_none()
    if before is None:
        return False
    connection.execute(delete(rows).where(rows.c.event_id == event.event_id))
    kept = f"{event.event_id}@{at:%Y%m%dT%H%M%S%f}"
    connection.execute(insert(rows).values({**before, "event_id": kept, "removed_at": at}))
    write_event(connection, event)
    return True


def mark_removed(connection: Connection, event_id: str, at: datetime) -> bool:
    """Mark an event as removed; whether there was one to remove."""
    done = connection.execute(
        update(BusinessEventRow)
        .where(
            col(BusinessEventRow.event_id) == event_id,
            col(BusinessEventRow.removed_at).is_(None),
        )
        .values(removed_at=at)
    )
    return done.rowcount > 0
