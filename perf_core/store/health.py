"""Look whether a store is whole: its rows, its sums, its raw parts. Changes nothing."""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, case, func, literal, select, text
from sqlmodel import col

from perf_core.store.engine import Store
from perf_core.store.measure_tables import SHIPPED_MEASURES, daily_measures, monthly_measures
from perf_core.store.tables import Load, LoadMeasure, RawPart, SourceMapping

_PARTS = ("employee_id", "brand", "region", "channel", "currency")


@dataclass(frozen=True)
class SourceDays:
    """How far a source is loaded, and whether it is expected every day."""

    source: str
    last_day: date
    is_daily: bool


def unwritable_because(store: Store) -> str:
    """Say why this process may not write to the store; empty when it may.

    Takes the lock of the writers for a moment and writes nothing.
    """
    try:
        with store.alone() as connection:
            if connection.dialect.name == "postgresql":
                may = connection.execute(
                    text("SELECT has_table_privilege('daily_measures', 'INSERT, UPDATE, DELETE')")
                ).scalar()
                return "" if may else "the database user may not write to the tables"
            connection.exec_driver_sql("UPDATE store_info SET value = value WHERE 1 = 0")
    except Exception as error:  # noqa: BLE001 (each driver has its own; all mean the same here)
        return str(getattr(error, "orig", error)).strip().splitlines()[0]
    return ""


def damage(connection: Connection) -> list[str]:
    """List what SQLite finds wrong with its own file; PostgreSQL checks by itself."""
    if connection.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(5)")]
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    return [line for line in found if line != "ok"] + [f"loose row in {row[0]}" for row in loose]


def free_bytes(store: Store) -> int | None:
    """Count the free bytes where a SQLite store lies; ``None`` where we cannot know."""
    if not store.is_sqlite or not store.url.database:
        return None
    return shutil.disk_usage(Path(store.url.database).resolve().parent).free


def sampled_months(connection: Connection) -> list[date]:
    """Choose three months with daily rows: the first, the middle one and the last."""
    first, last = connection.execute(
        select(func.min(daily_measures.c.day), func.max(daily_measures.c.day))
    ).one()
    if first is None:
        return []
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [_month_after(first, ahead) for ahead in range(count)]
    return sorted({months[0], months[len(months) // 2], months[-1]})


def months_that_differ(connection: Connection, months: list[date]) -> list[date]:
    """Find the months whose sums are not those of their days."""
    return [m for m in months if not _same(_kept(connection, m), _summed(connection, m))]


def damaged_parts(connection: Connection) -> list[int]:
    """Find the raw parts whose bytes are not those that were written."""
    listed = connection.execute(select(col(RawPart.part_id), col(RawPart.sha256))).all()
    found = []
    for part, sha256 in listed:
        content = connection.execute(
            select(col(RawPart.content)).where(col(RawPart.part_id) == part)
        ).scalar_one()
        if part is not None and hashlib.sha256(content).hexdigest() != sha256:
            found.append(part)
    return found


def source_days(connection: Connection) -> list[SourceDays]:
    """Tell how far each source is loaded, by the loads that were not undone."""
    daily = {
        name
        for name, body in connection.execute(
            select(col(SourceMapping.source), col(SourceMapping.body))
        )
        if body.get("daily")
    }
    rows = connection.execute(
        select(col(LoadMeasure.source), func.max(col(LoadMeasure.last_day)))
        .join(Load, col(Load.load_id) == col(LoadMeasure.load_id))
        .where(col(Load.status) == "done")
        .group_by(col(LoadMeasure.source))
        .order_by(col(LoadMeasure.source))
    )
    return [SourceDays(source, last, source in daily) for source, last in rows]


def newest_load(connection: Connection) -> tuple[int, str, str] | None:
    """Give the number, status and note of the newest load."""
    row = connection.execute(
        select(col(Load.load_id), col(Load.status), col(Load.note))
        .order_by(col(Load.load_id).desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0] or 0, row[1], row[2])


_Sums = dict[tuple[str, ...], dict[str, float]]


def _summed(connection: Connection, month: date) -> _Sums:
    days = daily_measures.c
    credited = days.credited_to != ""
    nothing: ColumnElement[str] = literal("", String)
    key = (
        days.credited_to,
        case((credited, nothing), else_=days.brand),
        case((credited, nothing), else_=days.region),
        days.channel,
        days.currency,
    )
    inside = (days.day >= month) & (days.day < _month_after(month, 1))
    sums = [func.sum(days[code]).label(code) for code in SHIPPED_MEASURES]
    found: _Sums = {}
    for row in connection.execute(select(*key, *sums).where(inside).group_by(*key)):
        found[tuple(row[:5])] = _numbers(dict(zip(SHIPPED_MEASURES, row[5:], strict=True)))
    own = connection.execute(select(*key, days.own).where(inside & days.own.is_not(None)))
    for row in own:
        cells = found.setdefault(tuple(row[:5]), {})
        for code, value in _numbers(row[5]).items():
            cells[f"own.{code}"] = cells.get(f"own.{code}", 0.0) + value
    return found


def _kept(connection: Connection, month: date) -> _Sums:
    rows = connection.execute(
        select(monthly_measures).where(monthly_measures.c.month == month)
    ).mappings()
    return {
        tuple(row[name] for name in _PARTS): {
            **_numbers({code: row[code] for code in SHIPPED_MEASURES}),
            **{f"own.{code}": value for code, value in _numbers(row["own"] or {}).items()},
        }
        for row in rows
    }


def _numbers(cells: Mapping[str, Any]) -> dict[str, float]:
    return {code: float(value) for code, value in cells.items() if value is not None}


def _same(kept: _Sums, summed: _Sums) -> bool:
    if kept.keys() != summed.keys():
        return False
    return all(
        cells.keys() == summed[key].keys()
        and all(
            math.isclose(value, summed[key][code], rel_tol=1e-9, abs_tol=1e-6)
            for code, value in cells.items()
        )
        for key, cells in kept.items()
    )


def _month_after(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
