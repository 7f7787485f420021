"""The account of a load: what was read, and where each row went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from perf_core.sources.reasons import is_rejection

REFUSED_SHARE = 0.2
"""A file of which more than this share is rejected refuses the whole load."""


@dataclass(frozen=True)
class TableAccount:
    """One table of one file: ``read = loaded + excluded + rejected``."""

    file: str
    source: str = ""
    table: str | None = None
    read: int = 0
    loaded: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        """Whether more than a fifth of the rows are rejected."""
        return sum(self.rejected.values()) > REFUSED_SHARE * self.read

    def as_json(self) -> dict[str, Any]:
        """The entry of the command line's document."""
        return {
            "file": self.file,
            "source": self.source,
            "table": self.table,
            "read": self.read,
            "loaded": self.loaded,
            "excluded": dict(self.excluded),
            "rejected": dict(self.rejected),
            "notes": dict(self.notes),
        }


@dataclass(frozen=True)
class LoadAccount:
    """What a load did, or would have done.

    Attributes
    ----------
    load : int or None
        Its number in the list, also of a refused one; ``None`` for a dry run.
    tables : tuple of TableAccount
        One per table of a file; files that are no table are entries with ``table`` ``None``.
    refused : str
        Why nothing was kept, one sentence; empty for a load that stands.
    dry_run : bool
        Whether it was only tried.
    """

    load: int | None
    tables: tuple[TableAccount, ...] = ()
    refused: str = ""
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """The document the command line prints."""
        document: dict[str, Any] = {
            "load": None if self.refused else self.load,
            "tables": [table.as_json() for table in self.tables],
        }
        if self.refused:
            document["refused"] = self.refused
        return document


def account_of(counts: Mapping[str | None, int], *, read: int, **facts: Any) -> TableAccount:
    """An account from the number of rows per reason, ``None`` being the rows that are loaded."""
    reasons = {reason: n for reason, n in sorted(counts.items(), key=_by_name) if reason and n}
    account = TableAccount(
        read=read,
        loaded=counts.get(None, 0),
        excluded={r: n for r, n in reasons.items() if not is_rejection(r)},
        rejected={r: n for r, n in reasons.items() if is_rejection(r)},
        **facts,
    )
    gone = sum(account.excluded.values()) + sum(account.rejected.values())
    if account.read != account.loaded + gone:
        raise AssertionError(f"rows disappeared: {account}")
    return account


def _by_name(item: tuple[str | None, int]) -> str:
    return item[0] or ""
