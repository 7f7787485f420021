"""Make the demo company: write its raw files, and load them as anybody's files are loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from perf_core.demo.company import DATA_DAY
from perf_core.demo.exports import write_company
from perf_core.domain.access import everything
from perf_core.domain.errors import StoreNotEmpty
from perf_core.services.load_account import LoadAccount
from perf_core.services.load_files import load_files
from perf_core.settings import Settings
from perf_core.store.engine import Store
from perf_core.store.tables import Employee

Progress = Callable[[str, float], None]

_WRITING_SHARE = 0.25
"""Of the whole work, as far as the progress bar is concerned."""


def demo_folder(store: Store, people: int) -> Path:
    """Where the raw files of a demo go: beside an SQLite store, else into ``data/demo``."""
    if store.is_sqlite and store.url.database:
        beside = Path(store.url.database).resolve().parent
    else:
        beside = Settings().catalogue_dir.parent
    place = beside if beside.name == "demo" else beside / "demo"
    return place / f"files-{people}"


def make_demo(
    store: Store,
    *,
    folder: Path,
    people: int = 200,
    months: int = 18,
    seed: int = 618,
    progress: Progress | None = None,
) -> LoadAccount:
    """Fill an empty store with a made-up company.

    Parameters
    ----------
    store : Store
        Set up, and without people: the demo never mixes with a company's own data.
    folder : Path
        Where the raw files go, for a newcomer to look at; files of an earlier demo are replaced.
    people, months, seed : int
        How many are employed on the last day, how many calendar months have data, and the seed
        of everything drawn at random.
    progress : callable, optional
        Told a step and the share of the whole that is done.

    Raises
    ------
    StoreNotEmpty
        Somebody is in the store already.
    """
    say = progress or (lambda _step, _share: None)
    with store.reading() as connection:
        there = connection.execute(select(func.count()).select_from(Employee)).scalar() or 0
    if there:
        raise StoreNotEmpty(people=there)
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.rglob("*")):
        if old.is_file() and old.suffix in {".csv", ".xlsx", ".toml", ".json"}:
            old.unlink()
    write_company(
        folder,
        people=people,
        months=months,
        seed=seed,
        progress=lambda step, share: say(step, _WRITING_SHARE * share),
    )
    return load_files(
        store,
        [folder],
        today=DATA_DAY,
        by="demo",
        kind="demo",
        progress=lambda step, share: say(step, _WRITING_SHARE + (1 - _WRITING_SHARE) * share),
        scope=everything(),
    )
