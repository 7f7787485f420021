"""Signing out: whoever leaves ends every session they have open; and the instant it is now."""

from __future__ import annotations

from datetime import datetime

from perf_core.store import accounts as rows
from perf_core.store.clock import now
from perf_core.store.engine import Store


def this_instant() -> datetime:
    """The instant by which sessions are judged, with its zone."""
    return now()


def sign_out(store: Store, account_id: str) -> None:
    """End all sessions of one's own account at once: a copied cookie opens nothing any more.

    Parameters
    ----------
    store : Store
        Where accounts are kept.
    account_id : str
        Who leaves.

    Raises
    ------
    StoreBusy
        A load holds the store.
    """
    with store.noting(wait_seconds=5.0) as connection:
        rows.update_account(connection, account_id, sessions_valid_after=now())
        rows.note_event(connection, "signed_out", by=account_id, subject=account_id)
