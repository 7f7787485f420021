"""What the launcher does once: refuse unsafe settings, open the store, import what is heavy."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import Final

import streamlit as st

from perf_core.domain.errors import PerfError
from perf_core.services.open_store import Store, is_store_ready, open_store, version_of
from perf_core.settings import Settings
from perf_ui import metrics, providers
from perf_ui.routes import REFUSAL, is_loopback

_LOG = logging.getLogger("perfboard")
LONGEST_SESSION_HOURS: Final = 12


class NotLocal(RuntimeError):
    """The server was told to listen to other machines, and nobody vouches for who comes."""


class BadSetting(RuntimeError):
    """A setting is not fit to start with; the text says what to set."""


def refuse_unsafe_settings() -> None:
    """Refuse to start where strangers could come in; the message says what to set.

    Without a provider of sign-in anybody at the screen chooses who they are, so the server may
    listen to this machine only. With one, its secrets must be real ones.

    Raises
    ------
    NotLocal
        No provider, and the server would listen to more than this machine.
    SignInNotSafe
        A provider whose settings lack something or are placeholders.
    BadSetting
        A token that can be guessed, or sessions of more than twelve hours.
    """
    sign_in = providers.current()
    if sign_in is None and not is_loopback(st.get_option("server.address") or ""):
        raise NotLocal(REFUSAL)
    chosen = settings()
    if chosen.metrics_token and len(chosen.metrics_token) < metrics.SHORTEST_TOKEN:
        raise BadSetting(
            f"PERF_METRICS_TOKEN is shorter than {metrics.SHORTEST_TOKEN} characters: make a "
            'longer one, python -c "import secrets; print(secrets.token_urlsafe(32))", or leave '
            "it out; then nobody reads the metrics."
        )
    if not 0 < chosen.session_hours <= LONGEST_SESSION_HOURS:
        raise BadSetting(f"PERF_SESSION_HOURS must be above 0 and at most {LONGEST_SESSION_HOURS}.")


@lru_cache(maxsize=4)
def _opened(url: str, lock_wait_seconds: float) -> Store:
    return open_store(url, lock_wait_seconds=lock_wait_seconds)


@lru_cache(maxsize=4)
def _settings(_environment: tuple[tuple[str, str], ...]) -> Settings:
    return Settings()


def settings() -> Settings:
    """The settings of this process, read from the environment once."""
    return _settings(tuple(item for item in os.environ.items() if item[0].startswith("PERF_")))


def store() -> Store:
    """The store of this process, by the settings; opened once."""
    chosen = settings()
    return _opened(chosen.database_url, chosen.lock_wait_seconds)


def is_ready() -> bool:
    """Whether the store answers and has its tables."""
    try:
        return is_store_ready(store())
    except PerfError:
        return False


def warm_up() -> None:
    """Import what the first visitor would otherwise wait for, and open the store."""
    import plotly.graph_objects  # noqa: F401
    import streamlit.emojis  # noqa: F401 (compiles one large pattern for a quarter of a second)

    from perf_core.services import overview, person, team  # noqa: F401
    from perf_ui import compare_group_parts, compare_parts, compare_take_parts, reads  # noqa: F401

    is_ready()


def close() -> None:
    """Close the store's connections."""
    if _opened.cache_info().currsize:
        store().dispose()
    _opened.cache_clear()


def gauges() -> dict[str, tuple[str, float]]:
    """What the metrics tell of the store at the moment."""
    if not is_ready():
        return {"perfboard_store_ready": ("Whether the store answers.", 0)}
    return {
        "perfboard_store_ready": ("Whether the store answers.", 1),
        "perfboard_store_version": ("Goes up with every change of the data.", version_of(store())),
    }


def log_script_error(error: Exception) -> bool:
    """Log a fault of a page where the operator reads it; the reader gets a plain sentence."""
    metrics.count("perfboard_run_errors_total")
    _LOG.error("a page failed", exc_info=error)
    from perf_ui.widgets import fault_note

    fault_note()
    return True
