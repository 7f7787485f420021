"""Whose sign-in a request carries, and whether it still holds. Asked at every touch.

Streamlit's cookie is signed, but it lives thirty days, survives a sign-out when it was copied, and
its token's own expiry is never asked. So the cookie only says *who*; whether they may still come
in is asked of the store each time: the account is active, the sign-in is younger than the
longest session, and nobody has ended it since.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from streamlit.auth_util import get_cookie_with_chunks

from perf_core.domain.access import Viewer
from perf_core.domain.accounts import Account, Identity
from perf_core.domain.errors import PerfError
from perf_core.services.accounts import match_account, viewer_of_account
from perf_core.services.sign_out import sign_out, this_instant
from perf_ui import providers, start
from perf_ui.providers import Provider, SignInSettings

USER_COOKIE: Final = "_streamlit_user"
_LOG = logging.getLogger("perfboard")

_left_at: dict[str, datetime] = {}
"""When accounts signed out of this process: counts also where the store was too busy for it."""


class SignInState(StrEnum):
    """How things stand with the sign-in a request carries."""

    NOBODY = "nobody"
    OVER = "over"
    UNKNOWN = "unknown"
    CLOSED = "closed"
    BUSY = "busy"
    GOOD = "good"


@dataclass(frozen=True)
class SignIn:
    """Who a request comes from.

    Attributes
    ----------
    state : SignInState
        Nobody, a sign-in that is over, a person the company does not know, one whose account is
        closed, or a good one.
    identity : Identity, optional
        What the provider said; there for ``UNKNOWN``, ``CLOSED`` and ``GOOD``.
    account : Account, optional
        The account, for ``GOOD`` only.
    """

    state: SignInState
    identity: Identity | None = None
    account: Account | None = None

    @property
    def is_good(self) -> bool:
        """Whether this sign-in opens the app."""
        return self.state is SignInState.GOOD


NOBODY: Final = SignIn(SignInState.NOBODY)
_OVER: Final = SignIn(SignInState.OVER)


@dataclass(frozen=True)
class Claimed:
    """What a genuine cookie says, before anybody asks whether it still holds.

    Attributes
    ----------
    identity : Identity
        Who it was.
    since : datetime
        When this server signed the cookie: its own clock, not the provider's.
    issued_at : datetime
        When the provider issued the token.
    """

    identity: Identity
    since: datetime
    issued_at: datetime


def claimed(cookies: Mapping[str, str], settings: SignInSettings) -> Claimed | None:
    """Read the sign-in from cookies; nothing unless signed here, for this app and this audience."""
    serializer_of = {
        name: URLSafeTimedSerializer(settings.cookie_secret, salt=name)
        for name in cookies
        if name.startswith(USER_COOKIE)
    }
    signed_at: list[datetime] = []

    def genuine(name: str) -> bytes | None:
        serializer = serializer_of.get(name)
        if serializer is None:
            return None
        try:
            text, at = serializer.loads(cookies[name], return_timestamp=True)
        except BadSignature:
            return None
        signed_at.append(at)
        return text.encode() if isinstance(text, str) else None

    whole = get_cookie_with_chunks(genuine, USER_COOKIE)
    if whole is None:
        return None
    try:
        said = json.loads(whole)
        issued_at = datetime.fromtimestamp(float(said["iat"]), UTC)
        provider = settings.provider(str(said["provider"]))
        is_ours = said["origin"] == settings.origin and said["is_logged_in"] is True
        subject = str(said["sub"])
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None
    if provider is None or not is_ours or not subject or not _is_audience(said, provider):
        return None
    return Claimed(_identity(said, provider), min(signed_at), issued_at)


def _is_audience(said: Mapping[str, Any], provider: Provider) -> bool:
    # Authlib lets a token for somebody else pass when ``azp`` names us.
    audience = said.get("aud")
    return provider.client_id in (audience if isinstance(audience, list) else [audience])


def _identity(said: Mapping[str, Any], provider: Provider) -> Identity:
    email = said.get("email") or (said.get("preferred_username") if provider.trusts_email else "")
    return Identity(
        issuer=str(said.get("iss") or ""),
        subject=str(said["sub"]),
        email=str(email) if isinstance(email, str) and "@" in email else "",
        email_verified=provider.trusts_email or _vouches(said),
        name=str(said.get("name") or said.get("preferred_username") or ""),
        claims=dict(said),
    )


def _vouches(said: Mapping[str, Any]) -> bool:
    """Whether the provider says that the address is the person's own (Entra ID: ``xms_edov``)."""
    return any(
        str(said.get(name)).lower() in {"true", "1"} for name in ("email_verified", "xms_edov")
    )


def sign_in_of(cookies: Mapping[str, str], *, now: datetime | None = None) -> SignIn:
    """Say who a request comes from, and whether they may come in at this moment."""
    settings = providers.current()
    if settings is None:
        return NOBODY
    found = claimed(cookies, settings)
    if found is None:
        return NOBODY
    at = now or this_instant()
    longest = timedelta(hours=start.settings().session_hours)
    oldest = min(found.since, found.issued_at)
    if at - oldest >= longest:
        return _OVER
    try:
        account = match_account(start.store(), found.identity, settings=start.settings(), now=at)
    except PerfError:
        _LOG.warning("a sign-in could not be looked up: the store is busy or not ready")
        return SignIn(SignInState.BUSY, found.identity)
    if account is None:
        return SignIn(SignInState.UNKNOWN, found.identity)
    if not account.is_active:
        return SignIn(SignInState.CLOSED, found.identity)
    left_at = _left_at.get(account.account_id, account.sessions_valid_after)
    if found.since <= max(account.sessions_valid_after, left_at):
        return _OVER
    return SignIn(SignInState.GOOD, found.identity, account)


def viewer_of(account_id: str, *, today: date, claims: Mapping[str, object]) -> Viewer | None:
    """Say who an account is on a day; nobody whose account is closed or who has left."""
    return viewer_of_account(
        start.store(), account_id, today=today, claims=claims, settings=start.settings()
    )


def leave(account_id: str) -> None:
    """End every session of whoever signs out: a copied cookie opens nothing any more."""
    _left_at[account_id] = this_instant()
    try:
        sign_out(start.store(), account_id)
    except PerfError:
        _LOG.warning("a sign-out is kept by this process only: the store is busy")
