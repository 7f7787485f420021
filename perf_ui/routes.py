"""The doors beside the pages: health, headers, and who may knock."""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from perf_core.language.translate import LANGUAGES
from perf_ui.i18n import LANGUAGE_COOKIE
from perf_ui.style import FOLLOW_SCRIPT

# Scripts come from the server itself, and the few that stand in the page are named by their hash:
# what somebody slips into a page does not run. Styles are set by script all over Streamlit, so
# they need the word "unsafe-inline". Nothing is fetched from, or framed by, another place.
_POLICY: Final = (
    "default-src 'self'; "
    "script-src 'self' {scripts}; "
    "worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "connect-src 'self' data: blob:; "
    "frame-ancestors 'none'; "
    "base-uri 'self'; "
    "form-action 'self'; "
    "object-src 'none'"
)
_INLINE_SCRIPT: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def _hash(script: bytes) -> str:
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"


def policy(page: bytes = b"") -> str:
    """The content security policy of an answer, with the hashes of the scripts in it.

    Examples
    --------
    >>> "unsafe-eval" in policy(), "unsafe-inline" in policy().partition("style-src")[0]
    (False, False)
    """
    own = [_hash(one) for one in _INLINE_SCRIPT.findall(page)]
    scripts = ["'wasm-unsafe-eval'", _hash(FOLLOW_SCRIPT.encode()), *own]
    return _POLICY.format(scripts=" ".join(scripts))


_HEADERS: Final = {
    "content-security-policy": policy(),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_LONGEST_GREETING: Final = 100_000
_SCRIPT_NAME: Final = "perfboard"
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})

REFUSAL: Final = (
    "Perfboard answers this machine only: “view as” is no sign-in. "
    "Open it as http://localhost or http://127.0.0.1, and leave server.address at 127.0.0.1; "
    "or set up a provider of sign-in ([auth] in .streamlit/secrets.toml, or PERF_AUTH_… in the "
    "environment: docs/sign-in.md)."
)


def is_loopback(host: str | None) -> bool:
    """Whether an address or name is this machine's own.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if not host:
        return False
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_name(header: str) -> str:
    """The name in a ``Host`` header, without its port."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


class LocalOnly:
    """Refuse whoever reaches the server by another address or name than this machine's.

    The name is looked at too: a page of somebody else's can make its own name point here.

    Parameters
    ----------
    has_sign_in : callable
        Whether a provider vouches for who comes; then anybody may knock.
    """

    def __init__(self, app: ASGIApp, *, has_sign_in: Callable[[], bool]) -> None:
        self.app = app
        self.has_sign_in = has_sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is local, answer the rest."""
        is_request = scope["type"] in {"http", "websocket"}
        if not is_request or self.has_sign_in() or _is_local(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(REFUSAL, status_code=403)(scope, receive, send)


def _is_local(scope: Scope) -> bool:
    server = scope.get("server")
    host = Headers(scope=scope).get("host", "")
    return is_loopback(host_name(host)) and (server is None or is_loopback(server[0]))


class SafeHeaders:
    """Send the security headers with every answer, and remember a language chosen by address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add to what the app answers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cookie = _language_cookie(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if cookie:
                    headers.append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, with_headers)


def _language_cookie(scope: Scope) -> str:
    if scope["method"] != "GET":
        return ""
    chosen = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=50).get("lang", [""])
    if chosen[0] not in LANGUAGES:
        return ""
    cookie: SimpleCookie = SimpleCookie()
    cookie[LANGUAGE_COOKIE] = chosen[0]
    cookie[LANGUAGE_COOKIE].update({"path": "/", "max-age": "31536000", "samesite": "Lax"})
    return cookie[LANGUAGE_COOKIE].OutputString()


class NoPaths:
    """Keep the server's folders out of what reaches the browser.

    Streamlit tells each session where its script lies; nobody outside needs to know.

    Parameters
    ----------
    folder : str
        The folder of the program.
    """

    def __init__(self, app: ASGIApp, *, folder: str) -> None:
        self.app = app
        self.folder = folder.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the one message that begins a session, and nothing else."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def without_paths(message: Message) -> None:
            data = message.get("bytes")
            if data and len(data) < _LONGEST_GREETING and self.folder in data:
                said = ForwardMsg.FromString(data)
                if said.WhichOneof("type") == "new_session":
                    said.new_session.main_script_path = _SCRIPT_NAME
                    message = {**message, "bytes": said.SerializeToString()}
            await send(message)

        await self.app(scope, receive, without_paths)


def health_route(is_ready: Callable[[], bool]) -> Route:
    """The route a load balancer asks: 200 when the store answers, else 503."""

    def health(_request: Request) -> JSONResponse:
        ready = is_ready()
        return JSONResponse(
            {"status": "ok" if ready else "store not ready"}, status_code=200 if ready else 503
        )

    return Route("/health", health)
