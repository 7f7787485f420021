"""What the app refuses to start with, and a freshly started one that nobody has opened yet."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import text

from perf_core.store.engine import Store
from perf_ui import providers, start
from tests.browser.conftest import ROOT, _free_port
from tests.conftest import Stores
from tests.sign_in.conftest import SECRET, running, start_command
from tests.sign_in.visitor import Visitor

CORP = {
    "client_id": "perfboard",
    "client_secret": "only-for-the-tests",
    "server_metadata_url": "https://id.example.com/.well-known/openid-configuration",
}
GOOD = {
    "redirect_uri": "https://perf.example.com/oauth2callback",
    "cookie_secret": SECRET,
    "corp": CORP,
}


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cookie_secret": ""}, "no cookie secret"),
        ({"cookie_secret": "short"}, "shorter than 32"),
        ({"cookie_secret": "please-change-me-before-you-go-live-0123456789"}, "placeholder"),
        ({"cookie_secret": "x" * 64}, "placeholder"),
        ({"redirect_uri": ""}, "redirect_uri must be"),
        ({"redirect_uri": "https://perf.example.com/"}, "redirect_uri must be"),
        ({"redirect_uri": "http://perf.example.com/oauth2callback"}, "https://"),
        ({"corp": {**CORP, "client_secret": ""}}, "client_secret is missing"),
        ({"corp": {**CORP, "server_metadata_url": "http://id.example.com/x"}}, "https://"),
        ({"corp": 1}, "no provider"),
        ({"my_corp": CORP}, "small letters and digits"),
        (
            {
                "entra": {
                    **CORP,
                    "server_metadata_url": "https://login.example.com/common/v2.0/x",
                    "trust_email": True,
                }
            },
            "own tenant",
        ),
    ],
)
def test_settings_that_are_not_safe_are_named(change: dict[str, object], said: str) -> None:
    faults = providers.settings_faults({**GOOD, **change})
    assert [one for one in faults if said in one]
    with pytest.raises(providers.SignInNotSafe, match=r"docs/sign-in\.md"):
        providers.read_settings({**GOOD, **change})


def test_good_settings_are_good() -> None:
    found = providers.read_settings({**GOOD, "lark": {**CORP, "display_name": "飞书"}})
    assert [(one.code, one.name) for one in found.providers] == [("corp", "Corp"), ("lark", "飞书")]
    assert found.origin == "https://perf.example.com"
    assert SECRET not in repr(found)


def test_a_provider_without_a_name_stands_in_the_section_itself() -> None:
    shared = {"redirect_uri": GOOD["redirect_uri"], "cookie_secret": SECRET}
    found = providers.read_settings({**shared, **CORP})
    assert [one.code for one in found.providers] == ["default"]


def test_the_environment_says_the_same_as_a_secrets_file() -> None:
    found = providers.from_environment(
        {
            "PERF_AUTH_REDIRECT_URI": str(GOOD["redirect_uri"]),
            "STREAMLIT_SERVER_COOKIE_SECRET": SECRET,
            "PERF_AUTH_CORP_CLIENT_ID": "perfboard",
            "PERF_AUTH_CORP_CLIENT_SECRET": "only-for-the-tests",
            "PERF_AUTH_CORP_SERVER_METADATA_URL": str(CORP["server_metadata_url"]),
            "PERF_AUTH_CORP_DISPLAY_NAME": "Corp",
            "PERF_AUTH_CORP_SCOPE": "openid email",
            "PERF_AUTH_CORP_TRUST_EMAIL": "yes",
        }
    )
    assert found is not None
    settings = providers.read_settings(found["auth"])
    assert settings.providers[0].trusts_email
    assert found["auth"]["corp"]["client_kwargs"] == {"scope": "openid email"}


@pytest.mark.parametrize("address", ["0.0.0.0", "", "192.168.1.5", "perf.example.com"])  # noqa: S104
def test_without_a_provider_only_this_machine_is_served(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    providers.current.cache_clear()
    monkeypatch.setattr(st, "get_option", lambda name: address if "address" in name else [])
    with pytest.raises(start.NotLocal, match=r"docs/sign-in\.md"):
        start.refuse_unsafe_settings()
    providers.current.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PERF_METRICS_TOKEN", "short"), ("PERF_SESSION_HOURS", "13"), ("PERF_SESSION_HOURS", "0")],
)
def test_settings_that_would_let_strangers_in_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    providers.current.cache_clear()
    monkeypatch.setattr(st, "get_option", lambda one: "127.0.0.1" if "address" in one else [])
    monkeypatch.setenv(name, value)
    with pytest.raises(start.BadSetting, match=name):
        start.refuse_unsafe_settings()


def _ends(arguments: list[str]) -> str:
    ended = subprocess.run(
        start_command(_free_port(), *arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode != 0
    return ended.stdout + ended.stderr


def test_a_server_with_a_broken_secrets_file_does_not_start(tmp_path: Path) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n", encoding="utf-8")
    assert "cannot be read" in _ends(["--secrets.files", str(broken)])


# --- a fresh server, without a provider -----------------------------------------------------------


@dataclass(frozen=True)
class Fresh:
    """An app on this machine only, that nobody has opened yet."""

    url: str
    store: Store
    log: Path


@pytest.fixture(scope="module")
def fresh(sqlite_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """Start the app without a provider."""
    store = Store(sqlite_stores.fresh("company"), lock_wait_seconds=30)
    port, log = _free_port(), tmp_path_factory.mktemp("fresh") / "server.log"
    url = f"http://localhost:{port}"
    environment = {"PERF_DATABASE_URL": store.url.render_as_string(hide_password=False)}
    with running(start_command(port), url, log, environment=environment):
        yield Fresh(url, store, log)
    store.dispose()


# The order of these tests matters: the first one opens the server.
@pytest.mark.parametrize("page", ["pages/team.py", "team.py", "pages/team", "team", "person"])
def test_no_page_opens_past_its_guard_on_a_fresh_server(fresh: Fresh, page: str) -> None:
    for query in ("as=nobody", "as=manager&me=stranger", "as=employee", "as=brand_head"):
        heard = Visitor(fresh.url).see(page, query)
        assert "Who is looking?" in heard.text
        # The box itself lists whom one may look as; nothing else says a name.
        assert "Canary" not in re.sub(r"Canary\w+ · \w+", "", heard.text)


def test_view_as_is_there_without_a_provider(fresh: Fresh) -> None:
    visitor = Visitor(fresh.url)
    assert "CanaryP1" in visitor.see("team", "as=hr").text
    assert visitor.http.get("/sign-in").headers["location"] == "/"
    assert visitor.http.get("/metrics").status_code == 404
    assert visitor.http.get("/_stcore/metrics").status_code == 404


def test_a_page_that_fails_tells_nothing_of_the_program(fresh: Fresh) -> None:
    with fresh.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE daily_measures RENAME TO measures_gone"))
    heard = Visitor(fresh.url).see("team", "as=hr&period=2026-W20&lang=en")
    assert "Something went wrong on this page" in heard.text
    for secret in ("Traceback", ".py", "OperationalError", "sqlite", "SELECT", str(ROOT)):
        assert secret not in heard.text.replace("pages/team.py", "")
    assert "a page failed" in fresh.log.read_text()
