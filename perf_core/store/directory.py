"""Who is in the company and what happened last: the small reads every page begins with."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select
from sqlmodel import col

from perf_core.store.tables import Assignment, Employee, Load, LoadMeasure, Target

_PEOPLE = ["employee_id", "name", "hire_date", "leave_date"]
_ASSIGNMENTS = [
    "employee_id",
    "from_date",
    "to_date",
    "role",
    "brand",
    "region",
    "department",
    "manager_id",
]


def read_people(connection: Connection) -> pd.DataFrame:
    """Read everybody: ``employee_id``, ``name``, ``hire_date``, ``leave_date`` (datetime64)."""
    rows = connection.execute(select(*(getattr(Employee, name) for name in _PEOPLE))).all()
    return _with_days(pd.DataFrame(rows, columns=_PEOPLE), "hire_date", "leave_date")


def read_assignments(connection: Connection) -> pd.DataFrame:
    """Read all assignments, by person and first day; a missing ``to_date`` is open."""
    query = select(*(getattr(Assignment, name) for name in _ASSIGNMENTS)).order_by(
        col(Assignment.employee_id), col(Assignment.from_date)
    )
    rows = connection.execute(query).all()
    return _with_days(pd.DataFrame(rows, columns=_ASSIGNMENTS), "from_date", "to_date")


def _with_days(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    for column in columns:
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame


def read_data_days(connection: Connection) -> tuple[date | None, date | None]:
    """Read the first and the newest day that loads not undone brought measures for."""
    first, last = connection.execute(
        select(func.min(col(LoadMeasure.first_day)), func.max(col(LoadMeasure.last_day)))
        .join(Load, col(Load.load_id) == col(LoadMeasure.load_id))
        .where(col(Load.status) == "done")
    ).one()
    return first, last


def read_target_periods(connection: Connection) -> list[str]:
    """Read the codes of all periods that have a target."""
    return sorted(connection.execute(select(col(Target.period)).distinct()).scalars())


def read_newest_load(connection: Connection) -> dict[str, Any] | None:
    """Read the newest load: ``load_id``, ``at``, ``by``, ``kind``, ``status``, ``note``."""
    fields = ("load_id", "at", "by", "kind", "status", "note")
    row = connection.execute(
        select(*(getattr(Load, name) for name in fields))
        .order_by(col(Load.load_id).desc())
        .limit(1)
    ).one_or_none()
    return dict(zip(fields, row, strict=True)) if row is not None else None
