"""Open the store: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from perf_core.domain.errors import (
    StoreBusy,
    StoreFromNewerProgram,
    StoreNotReady,
    StoreUnreachable,
)

# Any number will do, as long as every load of every process asks for the same one.
_LOAD_LOCK = 7_305_218

SCHEMA_VERSION = "0002"
"""The newest migration, which this program was written for; a test holds it to the scripts."""

_VERSION = text("SELECT version_num FROM alembic_version")


class Store:
    """One store and the two ways into it: reading, and writing alone.

    Parameters
    ----------
    url : str
        An SQLAlchemy URL of SQLite or PostgreSQL (``postgresql+psycopg``).
    lock_wait_seconds : float, default=600
        How long a writer waits for another one.
    """

    def __init__(self, url: str, *, lock_wait_seconds: float = 600.0) -> None:
        self.url = make_url(url)
        self.lock_wait_seconds = lock_wait_seconds
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(
            self.url,
            connect_args={"timeout": lock_wait_seconds} if self.is_sqlite else {},
            pool_pre_ping=not self.is_sqlite,
            # What goes wrong is logged; names and amounts that were to be written are not.
            hide_parameters=True,
        )
        if self.is_sqlite:
            _set_up_sqlite(self.engine)

    @property
    def name(self) -> str:
        """The URL without its password, for messages."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection whose reads all see one state of the store."""
        connection = self.engine.connect()
        try:
            if not self.is_sqlite:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the one transaction that may write; others wait for it.

        All of it is kept when the block ends, none of it when it raises or the process dies.
        The data version goes up by one.
        """
        with self.alone() as connection:
            yield connection
            bump_data_version(connection)

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Open the one transaction that may write, without counting it: for the schema."""
        opened = self.engine.connect().execution_options(perf_writes=True)
        with opened as connection, connection.begin():
            if not self.is_sqlite:
                wait = int(self.lock_wait_seconds * 1000)
                connection.execute(text(f"SET LOCAL lock_timeout = {wait}"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _LOAD_LOCK})
            yield connection

    @contextmanager
    def noting(self, *, wait_seconds: float = 5.0) -> Iterator[Connection]:
        """Open a short transaction that writes what stands beside the data: links, answers.

        Nothing that is computed changes, so the data version stays. On PostgreSQL it does not
        wait for a load; SQLite has one writer, so there it waits a moment and then gives up.

        Raises
        ------
        StoreBusy
            Another one writes for longer than ``wait_seconds``.
        """
        with self.engine.connect().execution_options(perf_writes=True) as connection:
            wait = int(wait_seconds * 1000)
            try:
                if self.is_sqlite:
                    _sqlite_waits(connection, wait)
                with connection.begin():
                    if not self.is_sqlite:
                        connection.execute(text(f"SET LOCAL lock_timeout = {wait}"))
                    yield connection
            except OperationalError as error:
                if _is_busy(error):
                    raise StoreBusy from error
                raise
            finally:
                if self.is_sqlite:
                    _sqlite_waits(connection, int(self.lock_wait_seconds * 1000))

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _sqlite_waits(connection: Connection, milliseconds: int) -> None:
    """Say how long a connection waits for the lock; past SQLAlchemy, which would begin first."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA busy_timeout = {milliseconds}")


def _is_busy(error: OperationalError) -> bool:
    told = str(error.orig)
    return "database is locked" in told or "lock timeout" in told


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself: a writer has to start as one.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.execute("PRAGMA mmap_size = 268435456")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("perf_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def data_version(connection: Connection) -> int:
    """The number that goes up with every write; what is cached is keyed by it."""
    value = connection.execute(
        text("SELECT value FROM store_info WHERE key = 'data_version'")
    ).scalar()
    return int(value) if value is not None else 0


def bump_data_version(connection: Connection) -> None:
    """Count a write."""
    done = connection.execute(
        text(
            "UPDATE store_info SET value = CAST(CAST(value AS BIGINT) + 1 AS VARCHAR) "
            "WHERE key = 'data_version'"
        )
    )
    if done.rowcount == 0:
        connection.execute(text("INSERT INTO store_info (key, value) VALUES ('data_version', '1')"))


def require_ready(store: Store) -> None:
    """Refuse a store that does not have exactly the tables of this program.

    Raises
    ------
    StoreUnreachable
        The database does not answer.
    StoreNotReady
        There are no tables yet, or older ones.
    StoreFromNewerProgram
        The tables are newer than the program.
    """
    try:
        with store.reading() as connection:
            version = connection.execute(_VERSION).scalar()
    except SQLAlchemyError as error:
        try:
            is_empty = not inspect(store.engine).has_table("alembic_version")
        except (SQLAlchemyError, OSError):
            is_empty = False
        if is_empty:
            raise StoreNotReady(url=store.name) from error
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise StoreUnreachable(url=store.name, reason=reason) from error
    if version is not None and version > SCHEMA_VERSION:
        raise StoreFromNewerProgram(url=store.name, version=version)
    if version != SCHEMA_VERSION:
        raise StoreNotReady(url=store.name)
