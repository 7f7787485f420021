"""Deliver small files to a store, and look at all of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from perf_core.domain.access import everything
from perf_core.services.load_account import LoadAccount, TableAccount
from perf_core.services.load_files import load_files
from perf_core.store.engine import Store

TODAY = date(2026, 6, 20)
PEOPLE = """
employee_id,name,hire_date,leave_date,role,brand,region,manager_id
E1,Lin,2025-01-01,,platform_ops,luxe,east,E3
E2,Chen,2025-01-01,,platform_ops,core,west,E3
E3,Wu,2024-01-01,,head,luxe,east,
E4,Zhou,2024-01-01,2026-03-31,design,luxe,east,E3
"""
_RECORDS = {
    "loads",
    "load_files",
    "load_measures",
    "load_changes",
    "raw_parts",
    "store_info",
    "source_mappings",
}
_OPTIONS = (
    *("mapping", "source", "dry_run", "allow_rejects", "skip_bad_files"),
    *("by", "progress", "assignments_from"),
)
_folders = count(1)


def folder_of(base: Path, tables: Mapping[str, str]) -> Path:
    """A folder with one CSV per table, the text as it stands."""
    folder = base / f"delivery_{next(_folders)}"
    folder.mkdir()
    for name, text in tables.items():
        path = folder / (name if "." in name else f"{name}.csv")
        path.write_text(text.strip() + "\n", encoding="utf-8")
    return folder


def deliver(store: Store, base: Path, *, today: date = TODAY, **options: Any) -> LoadAccount:
    """Load tables given as CSV text (``orders="…"``); other options go to ``load_files``."""
    passed = {name: options.pop(name) for name in _OPTIONS if name in options}
    return load_files(store, [folder_of(base, options)], today=today, **passed, scope=everything())


def account(done: LoadAccount, table: str) -> TableAccount:
    """The account of a table."""
    return next(one for one in done.tables if one.table == table)


def dump(store: Store, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the store, the records of the loads themselves aside."""
    names = tables or [name for name in SQLModel.metadata.tables if name not in _RECORDS]
    with store.reading() as connection:
        return {
            name: sorted(
                (tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')),
                key=str,
            )
            for name in names
        }


def cells(store: Store, columns: str, table: str = "daily_measures") -> list[tuple[Any, ...]]:
    """Some columns of a table, in order; days as text on every database."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM {table}")
        plain = [tuple(str(c) if isinstance(c, date) else c for c in row) for row in rows]
    return sorted(plain, key=lambda row: tuple(str(cell) for cell in row))
