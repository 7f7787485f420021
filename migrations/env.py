"""Run the migrations on the store that the caller hands over, else on the one of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from alembic import context
from sqlalchemy import JSON, Connection
from sqlmodel import AutoString, SQLModel

from perf_core.settings import Settings
from perf_core.store import access_tables, measure_tables, tables
from perf_core.store.columns import UtcDateTime
from perf_core.store.engine import Store

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


# Importing the tables is what puts them into the metadata.
_KNOWN = (access_tables, measure_tables, tables)


def rendered(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write column types out in full: a script must not change when ``tables.py`` does."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return "sa.String()"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


def migrate(connection: Connection) -> None:
    """Bring one connection's schema up or down, inside the transaction it is in."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=rendered,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    migrate(handed_over)
else:
    store = Store(Settings().database_url)
    with store.alone() as alone:
        migrate(alone)
    store.dispose()
