"""What is recorded about one person beside measures: breaches."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection, select
from sqlmodel import col

from perf_core.store.tables import VetoEvent

_EVENT = ["event_id", "day", "kind", "source", "note", "status"]


def read_veto_events(
    connection: Connection, employee_id: str, first: date, last: date
) -> pd.DataFrame:
    """Read a person's breaches between two days, both included, newest first.

    Returns
    -------
    DataFrame
        ``event_id``, ``day`` (date), ``kind``, ``source``, ``note``, ``status``.
    """
    rows = connection.execute(
        select(*(getattr(VetoEvent, name) for name in _EVENT))
        .where(
            col(VetoEvent.employee_id) == employee_id,
            col(VetoEvent.day).between(first, last),
        )
        .order_by(col(VetoEvent.day).desc(), col(VetoEvent.event_id))
    ).all()
    return pd.DataFrame(rows, columns=_EVENT)
