"""A provider, the app behind its sign-in, and people with accounts: each started once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from perf_core.domain.access import Scope, everything
from perf_core.services import accounts
from perf_core.store.engine import Store
from tests.browser.conftest import ROOT, _free_port
from tests.conftest import Stores
from tests.sign_in.provider import providing
from tests.sign_in.visitor import Visitor

SECRET = "Zm9yIHRlc3RzIG9ubHksIGRyYXduIGFuZXcgLSA4MTkyNzM0NQ"
METRICS_TOKEN = "tests-read-the-metrics-with-this"
DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class SignInApp:
    """The app behind its sign-in."""

    url: str
    store: Store
    log: Path
    ids: dict[str, str]
    """The account of each person, by the name of the e-mail."""

    @property
    def scope(self) -> Scope:
        return everything()

    def visitor(self) -> Visitor:
        return Visitor(self.url)

    kept: dict[str, str] = field(default_factory=dict)
    """Sign-ins that tests share."""

    def signed_in(self, subject: str, *, anew: bool = False) -> Visitor:
        visitor = self.visitor()
        if anew or subject not in self.kept:
            visitor.sign_in(subject)
            assert visitor.cookie
            self.kept.setdefault(subject, visitor.cookie)
        else:
            visitor.hold(self.kept[subject])
        return visitor


@contextmanager
def running(
    command: list[str], url: str, log: Path, *, environment: dict[str, str]
) -> Iterator[None]:
    """Start a server and wait until it answers; end it again."""
    with log.open("w") as file:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in range(240):
                assert server.poll() is None, log.read_text()
                try:
                    with urllib.request.urlopen(f"{url}/health", timeout=1):  # noqa: S310
                        break
                except OSError:
                    time.sleep(0.25)
            yield
        finally:
            server.terminate()
            server.wait(timeout=20)


def start_command(port: int, *more: str) -> list[str]:
    """The command that starts the app."""
    return [
        *(sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)),
        *("--logger.hideWelcomeMessage", "true", *more),
    ]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a provider of sign-in."""
    with providing(tmp_path_factory.mktemp("provider") / "provider.log") as url:
        yield url


def people(store: Store) -> dict[str, str]:
    """Give accounts to some of the company's people, and to two who are not among them."""
    ids = {}
    for name, person in (
        ("ada", ""),
        ("hua", ""),
        ("idle", ""),
        ("mara", "M1"),
        *((f"p{n}", f"P{n}") for n in range(1, 10)),
    ):
        ids[name] = accounts.add_account(
            store, scope=everything(), email=f"{name}@example.com", employee_id=person
        )
    for name, role in (("ada", "administrator"), ("hua", "hr")):
        accounts.grant_role(store, ids[name], role, scope=everything(), from_day=DAY)
    return ids


@contextmanager
def serve_signed_in(
    store: Store, ids: dict[str, str], provider: str, folder: Path
) -> Iterator[SignInApp]:
    """Serve the app over a store, behind sign-in with two providers, one of which is down."""
    port = _free_port()
    url = f"http://localhost:{port}"
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f"""
[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "{SECRET}"

[auth.corp]
display_name = "示例 SSO"
client_id = "perfboard"
client_secret = "only-for-the-tests"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[auth.down]
display_name = "Out of order"
client_id = "perfboard"
client_secret = "only-for-the-tests"
server_metadata_url = "http://localhost:9/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    log = folder / "server.log"
    environment = {
        "PERF_DATABASE_URL": store.url.render_as_string(hide_password=False),
        "PERF_METRICS_TOKEN": METRICS_TOKEN,
        "PERF_ACCESS_CONTACT": "people@example.com",
    }
    command = start_command(port, "--secrets.files", str(secrets))
    with running(command, url, log, environment=environment):
        yield SignInApp(url, store, log, ids)


@pytest.fixture(scope="session")
def app(
    provider: str, sqlite_stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SignInApp]:
    """The app on the small company, behind sign-in."""
    store = Store(sqlite_stores.fresh("company"), lock_wait_seconds=30)
    ids = people(store)
    time.sleep(1.1)  # who signs in within the second in which the account was made is refused
    with serve_signed_in(store, ids, provider, tmp_path_factory.mktemp("sign_in")) as served:
        yield served
    store.dispose()
