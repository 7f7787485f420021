"""The kinds of columns that the tables of the store are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Refuse an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Put UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JSON_VALUE: Final = JSON().with_variant(JSONB(), "postgresql")


def json_value() -> Any:
    """Make a column of JSON, an empty object by default."""
    return Field(default_factory=dict, sa_column=Column(JSON_VALUE, nullable=False))


def instant() -> Any:
    """Make a column of an instant in UTC."""
    return Field(sa_type=UtcDateTime)


def amount(*, optional: bool = False) -> Any:
    """Make a column of money in 1/10,000 of its currency's unit."""
    return Field(default=None if optional else 0, sa_type=BigInteger)
