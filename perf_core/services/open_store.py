"""Open the store, and the number that says whether it changed."""

from __future__ import annotations

from perf_core.domain.errors import PerfError
from perf_core.store.engine import Store, data_version, require_ready

__all__ = ["Store", "is_store_ready", "open_store", "version_of"]


def open_store(url: str, *, lock_wait_seconds: float = 600.0) -> Store:
    """Open the store at a URL; nothing is read yet."""
    return Store(url, lock_wait_seconds=lock_wait_seconds)


def is_store_ready(store: Store) -> bool:
    """Whether the store can be reached and has its tables."""
    try:
        require_ready(store)
    except PerfError:
        return False
    return True


def version_of(store: Store) -> int:
    """The number that goes up with every change of the store."""
    with store.reading() as connection:
        return data_version(connection)
