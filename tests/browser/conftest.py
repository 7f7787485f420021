"""The app in a real browser: a server of its own on a free port, and Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Stores

expect.set_options(timeout=30_000)  # a busy machine has its time

ROOT = Path(__file__).resolve().parents[2]
SIZES = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
    },
}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(url: str, log: Path) -> Iterator[str]:
    """Start the app over a store as its user does, and end it again."""
    port = _free_port()
    environment = {**os.environ, "PERF_DATABASE_URL": url, "PYTHONUTF8": "1"}
    with log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(120):
                assert server.poll() is None, log.read_text()
                try:
                    with urllib.request.urlopen(f"{address}/health", timeout=1):  # noqa: S310
                        break
                except OSError:
                    time.sleep(0.5)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def app(sqlite_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on the small company."""
    url = sqlite_stores.fresh("company")
    with serving(url, tmp_path_factory.mktemp("app") / "server.log") as address:
        yield address


@pytest.fixture(scope="session")
def empty_app(sqlite_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on a store without people."""
    url = sqlite_stores.fresh("catalogue")
    with serving(url, tmp_path_factory.mktemp("empty") / "server.log") as address:
        yield address


OpenTab = Callable[..., Page]


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """Open a tab of a size and language; at the end nothing may have gone wrong in its console."""
    tabs: list[Page] = []
    faults: list[str] = []

    def open_one(address: str, *, size: str = "desktop", locale: str = "en-US") -> Page:
        context = browser.new_context(locale=locale, **SIZES[size])
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.on("pageerror", lambda error: faults.append(f"{tab.url}: {error}"))
        tab.on(
            "console",
            lambda said: faults.append(f"{tab.url}: {said.text}") if said.type == "error" else None,
        )
        tab.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith(("http://127.0.0.1:", "data:", "blob:", "ws:"))
                else faults.append(f"asked elsewhere: {asked.url}")
            ),
        )
        tab.goto(address)
        tabs.append(tab)
        return tab

    yield open_one
    for tab in tabs:
        tab.context.close()
    assert not faults
