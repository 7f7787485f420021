"""Make a store or bring an old one up to date: the schema, then the shipped catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from perf_core.services.catalogue import load_catalogue_entries
from perf_core.settings import Settings
from perf_core.sources.catalogue_files import read_catalogue_files, shipped_files
from perf_core.store import schema
from perf_core.store.company import data_day
from perf_core.store.engine import Store
from perf_core.store.tables import Employee


@dataclass(frozen=True)
class SetUp:
    """What ``init`` says: the store, the schema it is at, and how many people it holds."""

    store: str
    schema: str
    people: int


def set_up(store: Store, *, catalogue_dir: Path | None = None) -> SetUp:
    """Make the store ready for this program; doing it again changes nothing.

    An old store is migrated. Shipped entries are brought up to date, and those the company has
    replaced by its own stay as they are.

    Parameters
    ----------
    store : Store
        SQLite or PostgreSQL, empty or of an older program.
    catalogue_dir : Path, optional
        Where the shipped catalogue lies; the setting's by default.
    """
    schema.upgrade(store)
    load_shipped(store, catalogue_dir or Settings().catalogue_dir)
    return describe(store)


def load_shipped(store: Store, folder: Path) -> None:
    """Load the shipped catalogue of a folder, leaving the company's own entries alone."""
    parsed = read_catalogue_files(shipped_files(folder))
    with store.writing() as connection:
        load_catalogue_entries(connection, parsed, data_day=None, origin="shipped")


def describe(store: Store) -> SetUp:
    """Say which schema a store is at and how many people work there on its last day with data."""
    with store.reading() as connection:
        last = data_day(connection)
        leave = Employee.__table__.c.leave_date  # type: ignore[attr-defined]
        here = leave.is_(None) if last is None else leave.is_(None) | (leave >= last)
        people = connection.execute(select(func.count()).select_from(Employee).where(here)).scalar()
    return SetUp(store.name, schema.schema_version(store) or "", people or 0)
