"""The one clock below the commands: when something was recorded. Never a day to score by."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Give the instant that a load, a revision or a note is stamped with, in UTC."""
    return datetime.now(UTC)
