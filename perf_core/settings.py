"""Settings of one installation, read from the environment (``PERF_…``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from perf_core.domain.access import AccessRules, FormerTeam, PayRight
from perf_core.domain.accounts import read_part

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

    first_administrator: str = ""
    """The verified e-mail (or the subject) of who becomes administrator while there is none."""

    session_hours: float = 12
    """How long a sign-in holds; at most 12."""

    access_contact: str = ""
    """Whom to ask for access, for somebody who may not come in: a name or an address."""

    metrics_token: str = ""
    """The bearer token that ``/metrics`` asks for; without it nobody reads them."""

    role_claim: str = ""
    """The claim of a sign-in that may give parts, such as ``groups``; empty: none does."""

    role_claim_values: dict[str, str] = {}
    """Which value of that claim gives which part: ``{"perf-hr": "hr"}``."""

    brand_heads_see_pay: PayRight = PayRight.NONE
    """What brand heads see of the pay of their brand: ``none``, ``groups`` or ``all``."""

    managers_see_pay: PayRight = PayRight.NONE
    """What managers see of the pay of their people: ``none``, ``groups`` or ``all``."""

    former_team: FormerTeam = FormerTeam.NOTHING
    """What a manager keeps of people who left the line: ``nothing`` or ``while_led``."""

    employees_see_ranks: bool = True
    """Whether employees see the totals of their role without names, from four people up."""

    employees_may_share: bool = True
    """Whether employees may make a link to their own card."""

    @field_validator("role_claim_values")
    @classmethod
    def _parts_that_there_are(cls, values: dict[str, str]) -> dict[str, str]:
        """Refuse a part that nobody can play before anybody signs in with it."""
        for part in values.values():
            read_part(part)
        return values

    @property
    def access_rules(self) -> AccessRules:
        """What these settings say about rights."""
        return AccessRules(
            pay_of_brand_heads=self.brand_heads_see_pay,
            pay_of_managers=self.managers_see_pay,
            former_team=self.former_team,
            shows_ranks=self.employees_see_ranks,
        )
