"""Settings of one installation, read from the environment (``PERF_…``)."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an installation decides outside the store."""

    model_config = SettingsConfigDict(env_prefix="PERF_", extra="ignore")

    database_url: str = f"sqlite:///{(_ROOT / 'data' / 'perfboard.db').as_posix()}"
    """The store: SQLite by default, ``postgresql+psycopg://…`` for a shared one."""

    catalogue_dir: Path = _ROOT / "data" / "catalogue"
    """The shipped catalogue that ``init`` loads."""

    max_upload_mb: int = 1024
    """The largest file the Data page takes."""

    lock_wait_seconds: float = 600.0
    """How long a load waits for another one to finish."""
