"""Make the schema and bring it up to date: Alembic, from any working directory."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from perf_core.store.engine import Store

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(store: Store, revision: str = "head") -> None:
    """Bring the schema up to a revision, the newest by default, in one transaction."""
    with store.alone() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(store: Store, revision: str) -> None:
    """Bring the schema down to a revision; ``"base"`` empties the store."""
    with store.alone() as connection:
        command.downgrade(_config(connection), revision)


def check(store: Store) -> None:
    """Compare the store's schema with the tables of the program.

    Raises
    ------
    alembic.util.CommandError
        They differ; the message lists how.
    """
    with store.engine.connect() as connection, connection.begin():
        command.check(_config(connection))


def schema_version(store: Store) -> str | None:
    """Give the revision the store is at; ``None`` for a store without a schema."""
    with store.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str:
    """Give the revision this program was written for."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    if head is None:
        raise FileNotFoundError(_MIGRATIONS)
    return head


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
