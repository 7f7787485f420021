"""Who vouches for people: the providers of sign-in that the secrets or the environment name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

from perf_ui.routes import is_loopback

PREFIX: Final = "PERF_AUTH_"
COOKIE_SECRET: Final = "STREAMLIT_SERVER_COOKIE_SECRET"  # noqa: S105
CALLBACK: Final = "/oauth2callback"
_FIELD: Final = re.compile(
    r"PERF_AUTH_(?P<provider>[A-Z0-9]+)_"
    r"(?P<field>CLIENT_ID|CLIENT_SECRET|SERVER_METADATA_URL|DISPLAY_NAME|SCOPE|PROMPT|TRUST_EMAIL)"
)
_NEEDED: Final = ("client_id", "client_secret", "server_metadata_url")
_SHORTEST_SECRET: Final = 32
_FEWEST_LETTERS: Final = 10
_PLACEHOLDERS: Final = re.compile(
    r"change|example|placeholder|secret|password|replace|your|default", re.IGNORECASE
)
_SHARED_TENANTS: Final = ("/common/", "/organizations/", "/consumers/")


@dataclass(frozen=True)
class Provider:
    """One provider of sign-in.

    Attributes
    ----------
    code : str
        Its name in the settings; ``default`` for one without.
    name : str
        What its button says.
    client_id : str
        The audience its tokens must be for.
    trusts_email : bool
        Whether every address it tells is the company's own, also where it does not say so.
    """

    code: str
    name: str
    client_id: str
    trusts_email: bool = False


@dataclass(frozen=True)
class SignInSettings:
    """Everything about sign-in that the app itself needs to know."""

    providers: tuple[Provider, ...]
    redirect_uri: str
    cookie_secret: str = field(repr=False)

    @property
    def origin(self) -> str:
        """The scheme, host and port that browsers reach the app by."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def provider(self, code: str) -> Provider | None:
        """The provider of a code."""
        return next((one for one in self.providers if one.code == code), None)


class SignInNotSafe(RuntimeError):
    """The settings of sign-in are not fit to start with; the text says what to set."""


def from_environment(environment: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """Read the settings of sign-in from ``PERF_AUTH_…``, in the shape of a secrets file.

    Examples
    --------
    >>> found = from_environment({"PERF_AUTH_CORP_CLIENT_ID": "perfboard"})
    >>> found["auth"]["corp"]
    {'client_id': 'perfboard'}
    >>> from_environment({}) is None
    True
    """
    given = os.environ if environment is None else environment
    if not any(name.startswith(PREFIX) for name in given):
        return None
    auth: dict[str, Any] = {}
    if uri := given.get(f"{PREFIX}REDIRECT_URI"):
        auth["redirect_uri"] = uri
    if secret := given.get(COOKIE_SECRET):
        auth["cookie_secret"] = secret
    for name, value in given.items():
        found = _FIELD.fullmatch(name)
        if found is None:
            continue
        section = auth.setdefault(found["provider"].lower(), {})
        what = found["field"].lower()
        if what in {"scope", "prompt"}:
            section.setdefault("client_kwargs", {})[what] = value
        elif what == "trust_email":
            section[what] = value.strip().lower() in {"1", "true", "yes"}
        else:
            section[what] = value
    return {"auth": auth}


def _auth_section() -> dict[str, Any] | None:
    """The ``[auth]`` section of the secrets, or nothing where there is none."""
    try:
        section = st.secrets.get("auth")
    except FileNotFoundError as error:
        unread = [path for path in st.get_option("secrets.files") or () if Path(path).exists()]
        if unread:
            raise SignInNotSafe(
                f"The secrets file {unread[0]} cannot be read: mend or remove it. "
                "Perfboard does not guess whether it asks for sign-in."
            ) from error
        return None
    if section is None:
        return None
    return dict(section.to_dict()) if hasattr(section, "to_dict") else {"": section}


def _sections(auth: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    named = {
        code: section
        for code, section in auth.items()
        if isinstance(section, Mapping) and code != "client_kwargs"
    }
    if any(key in auth for key in _NEEDED):
        named = {"default": auth, **named}
    return named


def read_settings(auth: Mapping[str, Any]) -> SignInSettings:
    """Turn an ``[auth]`` section into settings.

    Raises
    ------
    SignInNotSafe
        Something is missing, or not safe to start with; the text names every such thing.
    """
    faults = settings_faults(auth)
    if faults:
        listed = "\n".join(f"  - {one}" for one in faults)
        raise SignInNotSafe(f"Sign-in is not set up safely (docs/sign-in.md):\n{listed}")
    return SignInSettings(
        tuple(
            Provider(
                code,
                str(section.get("display_name") or ("" if code == "default" else code.title())),
                str(section["client_id"]),
                trusts_email=section.get("trust_email") is True,
            )
            for code, section in _sections(auth).items()
        ),
        str(auth["redirect_uri"]),
        str(auth["cookie_secret"]),
    )


def settings_faults(auth: Mapping[str, Any]) -> list[str]:
    """List what is missing from an ``[auth]`` section, or not safe to start with."""
    faults = _address_faults(str(auth.get("redirect_uri", "")))
    faults += _secret_faults(str(auth.get("cookie_secret", "")))
    sections = _sections(auth)
    if not sections:
        faults.append("no provider: give one a section, [auth.corp], or PERF_AUTH_CORP_CLIENT_ID")
    for code, section in sections.items():
        faults += _provider_faults(code, section)
    return faults


def _address_faults(uri: str) -> list[str]:
    parts = urlsplit(uri)
    if not uri.endswith(CALLBACK) or not parts.netloc or parts.path != CALLBACK:
        return [f"redirect_uri must be the app's own address with {CALLBACK} at its end"]
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return []
    return ["redirect_uri must begin with https:// (plain http only on this machine)"]


def _secret_faults(secret: str) -> list[str]:
    how = f'(auth.cookie_secret or {COOKIE_SECRET}): python -c "import secrets; '
    how += 'print(secrets.token_urlsafe(48))" makes a good one'
    if not secret:
        return [f"no cookie secret {how}"]
    if len(secret) < _SHORTEST_SECRET:
        return [f"the cookie secret is shorter than {_SHORTEST_SECRET} characters {how}"]
    if _PLACEHOLDERS.search(secret) or len(set(secret)) < _FEWEST_LETTERS:
        return [f"the cookie secret is a placeholder {how}"]
    return []


def _provider_faults(code: str, section: Mapping[str, Any]) -> list[str]:
    if not re.fullmatch(r"[a-z0-9]+", code):
        return [f"provider {code!r}: its name may have small letters and digits only"]
    faults = [
        f"provider {code!r}: {needed} is missing" for needed in _NEEDED if not section.get(needed)
    ]
    url = urlsplit(str(section.get("server_metadata_url", "")))
    if url.netloc and url.scheme != "https" and not is_loopback(url.hostname):
        faults.append(f"provider {code!r}: server_metadata_url must begin with https://")
    if section.get("trust_email") is True and any(one in url.path for one in _SHARED_TENANTS):
        faults.append(
            f"provider {code!r}: trust_email needs the company's own tenant in "
            "server_metadata_url: in a shared one anybody may call themselves anything"
        )
    return faults


@lru_cache(maxsize=1)
def current() -> SignInSettings | None:
    """The settings of sign-in, or nothing without a provider; decided once per process.

    What is decided at the start holds until the end: a secrets file that vanishes later does not
    open the app.
    """
    auth = _auth_section()
    return None if auth is None else read_settings(auth)
