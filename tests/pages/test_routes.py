"""The doors beside the pages: who may knock, and what every answer carries."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from perf_ui import first_page, routes
from perf_ui.i18n import LANGUAGE_COOKIE
from perf_ui.style import RULES

_PLAIN = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")


def _page(_request: Request) -> HTMLResponse:
    return HTMLResponse(_PLAIN)


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@dataclass
class Answer:
    """What came back."""

    sent: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> Headers:
        return Headers(raw=self.sent[0]["headers"])

    @property
    def text(self) -> str:
        return b"".join(one.get("body", b"") for one in self.sent[1:]).decode()


def ask(
    path: str = "/",
    *,
    host: str = "localhost",
    server: str = "127.0.0.1",
    kind: str = "http",
    is_ready: bool = True,
    has_sign_in: bool = False,
) -> Answer:
    """Ask the doors as a server would hand a request on."""
    app = Starlette(
        routes=[
            routes.health_route(lambda: is_ready),
            WebSocketRoute("/_stcore/stream", _socket),
            Route("/{rest:path}", _page),
        ],
        middleware=[
            Middleware(routes.LocalOnly, has_sign_in=lambda: has_sign_in),
            Middleware(routes.SafeHeaders),
            Middleware(first_page.FirstPage, home="overview"),
        ],
    )
    path, _, query = path.partition("?")
    answer = Answer()
    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", f"{host}:8501".encode()), (b"accept", b"text/html")],
        "server": (server, 8501),
        "subprotocols": [],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: Any) -> None:
        answer.sent.append(message)

    # In a thread of its own: a browser of other tests may have a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    return answer


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_is_answered(host: str) -> None:
    assert ask("/health", host=host).status == 200


@pytest.mark.parametrize(
    ("host", "server"),
    [("evil.example", "127.0.0.1"), ("10.0.0.7", "10.0.0.7"), ("localhost", "192.168.1.5")],
)
def test_any_other_name_or_address_is_refused(host: str, server: str) -> None:
    answer = ask(host=host, server=server)
    assert answer.status == 403
    assert "sign-in" in answer.text


def test_with_a_provider_of_sign_in_any_name_may_knock() -> None:
    answer = ask(host="perf.example", server="10.0.0.7", has_sign_in=True)
    assert answer.status == 200


def test_a_socket_from_elsewhere_is_closed_before_it_opens() -> None:
    answer = ask("/_stcore/stream", host="evil.example", kind="websocket")
    assert [one["type"] for one in answer.sent] == ["websocket.close"]
    answer = ask("/_stcore/stream", kind="websocket")
    assert answer.sent[0]["type"] == "websocket.accept"


def test_a_store_that_is_not_ready_is_told() -> None:
    assert ask("/health", is_ready=False).status == 503


def test_every_answer_carries_the_headers() -> None:
    headers = ask("/team").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_the_first_page_knows_its_server_and_its_name() -> None:
    answer = ask("/team")
    assert "<title>Perfboard</title>" in answer.text
    assert "BACKEND_BASE_URL" in answer.text
    assert RULES in answer.text
    assert int(answer.headers["content-length"]) == len(answer.text.encode())


def test_every_script_in_the_first_page_may_run() -> None:
    answer = ask("/team")
    allowed = answer.headers["content-security-policy"]
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert len(scripts) == 4
    for script in scripts:
        assert b64encode(sha256(script.encode()).digest()).decode() in allowed


def test_what_draws_charts_and_tables_is_found_under_its_name_of_this_version() -> None:
    named = [one.partition(".")[0] for one in first_page.modules_ahead()]
    assert named == [*first_page.DRAWS]


def test_a_language_in_the_address_is_remembered() -> None:
    cookie = ask("/?lang=zh").headers["set-cookie"]
    assert f"{LANGUAGE_COOKIE}=zh" in cookie
    assert "SameSite=Lax" in cookie
    assert "set-cookie" not in ask("/?lang=xx").headers


def test_the_first_page_is_found_by_its_name_too() -> None:
    answer = ask("/overview?period=2026-05")
    assert answer.status == 307
    assert answer.headers["location"] == "/?period=2026-05"
