"""Loading a million daily measures, beside inserting them row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.apart import measured, measuring
from benchmarks.figures import Figure
from benchmarks.made_up import measures_file
from benchmarks.stores import TODAY, fresh_postgresql, fresh_sqlite
from perf_core.domain.access import everything
from perf_core.store.engine import Store

VALUES = 1_000_000
SAMPLE = 20_000


def load_measures(url: str, path: str) -> int:
    """Load a file of daily measures by the ordinary import; return the values it brought."""
    from perf_core.services.load_files import load_files

    store = Store(url)
    with measuring():
        account = load_files(
            store, [Path(path)], today=date.fromisoformat(TODAY), scope=everything()
        )
    store.dispose()
    return sum(table.loaded for table in account.tables)


def figures() -> Iterator[Figure]:
    """Measure both databases."""
    path = str(measures_file(VALUES))
    for name, fresh in (("SQLite", fresh_sqlite), ("PostgreSQL", fresh_postgresql)):
        with fresh() as url:
            plain = measured("by_hand", "rows_one_by_one", url, path, SAMPLE)
        with fresh() as url:
            ours = measured("loading", "load_measures", url, path)
        if ours.answer != VALUES:
            raise RuntimeError(f"{ours.answer} of {VALUES} values were loaded")
        whole = plain.seconds * VALUES / SAMPLE
        yield Figure(
            f"1 M daily measures into {name}",
            ours.seconds,
            "s",
            limit=30,
            beside=f"row by row {whole:.0f} s (scaled from {SAMPLE:,} values), "
            f"{whole / ours.seconds:.1f}× as long; peak {ours.peak_mb:.0f} MB",
        )
