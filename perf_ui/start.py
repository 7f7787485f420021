"""What the launcher does once: refuse foreign addresses, open the store, import what is heavy."""

from __future__ import annotations

import logging
import os
from functools import lru_cache

import streamlit as st

from perf_core.domain.errors import PerfError
from perf_core.services.open_store import Store, is_store_ready, open_store
from perf_core.settings import Settings
from perf_ui.routes import REFUSAL, is_loopback

_LOG = logging.getLogger("perfboard")


class NotLocal(RuntimeError):
    """The server was told to listen to other machines."""


def refuse_other_addresses() -> None:
    """Refuse to start when the server would listen to more than this machine."""
    if not is_loopback(st.get_option("server.address") or ""):
        raise NotLocal(REFUSAL)


@lru_cache(maxsize=4)
def _opened(url: str, lock_wait_seconds: float) -> Store:
    return open_store(url, lock_wait_seconds=lock_wait_seconds)


@lru_cache(maxsize=4)
def _settings(_environment: tuple[tuple[str, str], ...]) -> Settings:
    return Settings()


def store() -> Store:
    """The store of this process, by the settings; opened once."""
    settings = _settings(tuple(item for item in os.environ.items() if item[0].startswith("PERF_")))
    return _opened(settings.database_url, settings.lock_wait_seconds)


def is_ready() -> bool:
    """Whether the store answers and has its tables."""
    try:
        return is_store_ready(store())
    except PerfError:
        return False


def warm_up() -> None:
    """Import what the first visitor would otherwise wait for, and open the store."""
    import plotly.graph_objects  # noqa: F401

    from perf_core.services import overview, person, team  # noqa: F401
    from perf_ui import reads  # noqa: F401

    is_ready()


def close() -> None:
    """Close the store's connections."""
    if _opened.cache_info().currsize:
        store().dispose()
    _opened.cache_clear()


def log_script_error(error: Exception) -> bool:
    """Log a fault of a page where the operator reads it; the reader gets a plain sentence."""
    _LOG.error("a page failed", exc_info=error)
    from perf_ui.widgets import fault_note

    fault_note()
    return True
