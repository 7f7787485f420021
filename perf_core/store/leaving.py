"""Why people left, as far as it was recorded."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, select
from sqlmodel import col

from perf_core.store.tables import Employee


def read_leave_reasons(connection: Connection) -> pd.DataFrame:
    """Read what is recorded of everybody who left or is about to.

    Returns
    -------
    DataFrame
        ``employee_id``, ``leave_reason`` and ``leave_type`` (voluntary, involuntary); blank where
        nothing was said.
    """
    columns = ["employee_id", "leave_reason", "leave_type"]
    rows = connection.execute(
        select(*(getattr(Employee, name) for name in columns)).where(
            col(Employee.leave_date).is_not(None)
        )
    ).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns, dtype="object")
