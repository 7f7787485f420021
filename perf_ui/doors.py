"""Who gets in: with a provider of sign-in, every door but a few asks for a sign-in that holds.

A stranger gets the plain sign-in page and nothing else: no Streamlit session, no socket, no upload,
no file. Whoever is signed in is asked again at every touch: when the sign-in is over, the browser
is sent to the sign-in page before the touch reaches the app.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import encode_provider_token
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from perf_core.domain.errors import PerfError
from perf_core.services.sign_out import this_instant
from perf_core.services.viewers import scope_today
from perf_ui import metrics, providers, sessions, start
from perf_ui.given_files import MEDIA, GivenFiles
from perf_ui.providers import SignInSettings
from perf_ui.routes import host_name, is_loopback
from perf_ui.sessions import SignIn, SignInState
from perf_ui.sign_in import (
    WHY,
    busy_page,
    language_for,
    own_address,
    sign_in_page,
    stranger_page,
)

LANDING_COOKIE: Final = "perf_landing"
_LANDING_SECONDS: Final = 600
_SIGN_IN: Final = "/sign-in"
_OPEN: Final = frozenset({"/health", "/metrics", "/_stcore/health", "/_stcore/metrics", _SIGN_IN})
_OPEN_BELOW: Final = ("/static/", f"{_SIGN_IN}/", "/r/")
_UPLOADS: Final = "/_stcore/upload_file/"


class SignedInOnly:
    """Ask for a sign-in at every door; without a provider, let everybody through.

    What stays open: health, the metrics (which ask for a token themselves), Streamlit's own
    scripts and styles, the sign-in itself, and shared links, which have their own key.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._given = GivenFiles()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on who may come in, answer the rest."""
        settings = providers.current() if scope["type"] in {"http", "websocket"} else None
        if settings is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._http(settings, scope, receive, send)

    async def _http(
        self, settings: SignInSettings, scope: Scope, receive: Receive, send: Send
    ) -> None:
        path = scope["path"]
        if path == "/auth/login":
            await self.app(scope, receive, _after_login(scope, send))
        elif path == "/oauth2callback":
            await self.app(scope, receive, await _after_callback(scope, send))
        elif path == "/auth/logout":
            await self._sign_out(scope, receive, send)
        elif path in _OPEN or path.startswith(_OPEN_BELOW):
            await self.app(scope, receive, send)
        else:
            answer = await self._refusal(settings, scope)
            await (answer or self.app)(scope, receive, send)

    async def _refusal(self, settings: SignInSettings, scope: Scope) -> Response | None:
        """What to answer instead of the app, or nothing for whoever may come in."""
        who, path = await _sign_in_of(scope), scope["path"]
        if who.account is None or not who.is_good:
            return (
                _door_page(settings, scope, who)
                if _is_visit(scope)
                else _told("Sign in first.", 401)
            )
        if path.startswith(MEDIA) and not self._given.has(who.account.account_id, path):
            # As Streamlit answers for a file that is not there: whether it is says nothing.
            return _told("File not found", 404)
        if path.startswith(_UPLOADS) and scope["method"] != "OPTIONS":
            may = await run_in_threadpool(_may_upload, who)
            return None if may else _told("Only HR loads files.", 403)
        return None

    async def _sign_out(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Another site may send somebody here; that is no wish to sign out.
        if Headers(scope=scope).get("sec-fetch-site") == "cross-site":
            await RedirectResponse("/", status_code=303)(scope, receive, send)
            return
        who = await _sign_in_of(scope)
        if who.account is not None:
            await run_in_threadpool(sessions.leave, who.account.account_id)
        await self.app(scope, receive, _after_sign_out(send))

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = await _sign_in_of(scope)
        if who.account is None or not who.is_good:
            metrics.count("perfboard_refused_total", door="socket")
            await receive()
            await send({"type": "websocket.accept", "subprotocol": _subprotocol(scope)})
            await _send_to_sign_in(send)
            return
        account_id = who.account.account_id
        is_closed = False

        async def ask_first() -> Message:
            nonlocal is_closed
            message = await receive()
            while not self._given.may_ask(account_id, message.get("bytes") or b""):
                message = await receive()
            if message["type"] == "websocket.receive" and not (await _sign_in_of(scope)).is_good:
                is_closed = True
                metrics.count("perfboard_sessions_ended_total")
                await _send_to_sign_in(send)
                return {"type": "websocket.disconnect", "code": 1008}
            return message

        async def unless_closed(message: Message) -> None:
            if not is_closed:
                self._given.note(account_id, message.get("bytes") or b"")
                await send(message)

        await self.app(scope, ask_first, unless_closed)


async def _sign_in_of(scope: Scope) -> SignIn:
    cookies = HTTPConnection(scope).cookies
    if sessions.USER_COOKIE not in cookies:
        return sessions.NOBODY
    return await run_in_threadpool(sessions.sign_in_of, cookies)


def _may_upload(who: SignIn) -> bool:
    """Whether somebody may load files at all: only who may change data takes in uploads."""
    if who.account is None or who.identity is None:
        return False
    today = this_instant().date()
    found = sessions.viewer_of(who.account.account_id, today=today, claims=who.identity.claims)
    if found is None:
        return False
    try:
        chosen = start.settings()
        return scope_today(start.store(), found, today=today, settings=chosen).may_edit
    except PerfError:
        return False


def _told(text: str, status: int) -> Response:
    metrics.count("perfboard_refused_total", door="request")
    return PlainTextResponse(text, status_code=status, headers={"cache-control": "no-store"})


def _is_visit(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


def _door_page(
    settings: SignInSettings, scope: Scope, who: SignIn, *, to: str = "", why: str = ""
) -> Response:
    request = HTTPConnection(scope)
    home = _at_home(settings.origin, request.headers.get("host", ""))
    if home:
        return RedirectResponse(f"{home}{own_address(_address(scope))}", status_code=303)
    language = language_for(
        query=request.query_params,
        cookies=request.cookies,
        accepts=request.headers.get("accept-language", ""),
    )
    wanted = own_address(to or _address(scope))
    if who.state in {SignInState.UNKNOWN, SignInState.CLOSED} and who.identity is not None:
        return stranger_page(
            who.identity.email or who.identity.name or who.identity.subject,
            language=language,
            to=wanted,
            contact=start.settings().access_contact,
            is_closed=who.state is SignInState.CLOSED,
        )
    if who.state is SignInState.BUSY:
        return busy_page(language=language, to=wanted)
    if who.state is SignInState.OVER:
        why = why or "over"
    return sign_in_page(settings, language=language, to=wanted, why=why)


def _at_home(origin: str, host: str) -> str:
    """Where to send who opens the app on this machine by another name than the settings say.

    The provider brings people back to one name; a cookie of that name is not sent to the other.
    """
    wanted = urlsplit(origin)
    is_elsewhere = wanted.netloc != host and is_loopback(wanted.hostname)
    return origin if is_elsewhere and is_loopback(host_name(host)) else ""


# --- the sign-in itself ---------------------------------------------------------------------------


async def _sign_in_page(request: Request) -> Response:
    """Show the sign-in page, or go on for whoever is signed in."""
    settings = providers.current()
    if settings is None:
        return RedirectResponse("/", status_code=303)
    who = await _sign_in_of(request.scope)
    to = own_address(request.query_params.get("to") or _came_from(request))
    if who.is_good:
        return RedirectResponse(to, status_code=303)
    why = request.query_params.get("why", "")
    return _door_page(settings, request.scope, who, to=to, why=why if why in WHY else "")


def _came_from(request: Request) -> str:
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.headers.get("host"):
        return "/"
    return f"{came.path}?{came.query}" if came.query else came.path


async def _begin(request: Request) -> Response:
    """Remember where somebody wants to go, and hand over to Streamlit's sign-in."""
    settings = providers.current()
    provider = settings.provider(request.path_params["provider"]) if settings else None
    if provider is None:
        return RedirectResponse("/", status_code=303)
    token = urlencode({"provider": encode_provider_token(provider.code)})
    answer = RedirectResponse(f"/auth/login?{token}", status_code=303)
    answer.set_cookie(
        LANDING_COOKIE,
        own_address(request.query_params.get("to", "/")),
        max_age=_LANDING_SECONDS,
        httponly=True,
        samesite="lax",
    )
    return answer


def sign_in_routes() -> list[Route]:
    """The sign-in page, and the way from its buttons to the provider."""
    return [
        Route(_SIGN_IN, _sign_in_page),
        Route(f"{_SIGN_IN}/{{provider:str}}", _begin),
    ]


def _landing(scope: Scope) -> str:
    return own_address(HTTPConnection(scope).cookies.get(LANDING_COOKIE, "/").strip('"'))


def _go(message: Message, address: str) -> None:
    """Turn an answer into a redirect that keeps its cookies."""
    message["status"] = 303
    headers = MutableHeaders(scope=message)
    headers["location"] = address
    headers["cache-control"] = "no-store"
    for name in ("content-length", "content-type"):
        del headers[name]


def _to_sign_in(scope: Scope, why: str) -> str:
    return f"{_SIGN_IN}?{urlencode({'why': why, 'to': _landing(scope)})}"


def _after_login(scope: Scope, send: Send) -> Send:
    """A provider that cannot be reached is told on the sign-in page."""
    is_lost = False

    async def tell(message: Message) -> None:
        nonlocal is_lost
        if message["type"] == "http.response.start":
            is_lost = message["status"] >= 400
            if is_lost:
                metrics.count("perfboard_sign_in_failures_total", reason="down")
                _go(message, _to_sign_in(scope, "down"))
        elif is_lost:
            message = {**message, "body": b""}
        await send(message)

    return tell


async def _after_callback(scope: Scope, send: Send) -> Send:
    """Land where somebody wanted to go, or tell on the sign-in page what went wrong."""
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    was_good = (await _sign_in_of(scope)).is_good

    async def land(message: Message) -> None:
        if message["type"] != "http.response.start":
            await send({**message, "body": b""})
            return
        if _gives_cookie(message):
            metrics.count("perfboard_sign_ins_total")
            address = _landing(scope)
        elif was_good:
            address = "/"
        elif not asked:
            address = _to_sign_in(scope, "out")
        else:
            why = "declined" if asked.get("error") == ["access_denied"] else "failed"
            metrics.count("perfboard_sign_in_failures_total", reason=why)
            address = _to_sign_in(scope, why)
        _go(message, address)
        forget: SimpleCookie = SimpleCookie()
        forget[LANDING_COOKIE] = ""
        forget[LANDING_COOKIE].update({"path": "/", "max-age": "0"})
        MutableHeaders(scope=message).append("set-cookie", forget[LANDING_COOKIE].OutputString())
        await send(message)

    return land


def _gives_cookie(message: Message) -> bool:
    cookies = Headers(raw=message["headers"]).getlist("set-cookie")
    name = f"{sessions.USER_COOKIE}="
    return any(
        one.startswith(name) and not one.startswith((f'{name}"";', f"{name};")) for one in cookies
    )


def _after_sign_out(send: Send) -> Send:
    async def land(message: Message) -> None:
        if message["type"] == "http.response.start":
            metrics.count("perfboard_sign_outs_total")
            headers = MutableHeaders(scope=message)
            headers["cache-control"] = "no-store"
            if headers.get("location") == "/":
                headers["location"] = f"{_SIGN_IN}?why=out"
        await send(message)

    return land


# --- the socket -----------------------------------------------------------------------------------


def _subprotocol(scope: Scope) -> str | None:
    offered: list[str] = scope.get("subprotocols") or []
    return offered[0] if offered else None


async def _send_to_sign_in(send: Send) -> None:
    """Tell the page in the browser, in Streamlit's own words, to go to the sign-in."""
    message = ForwardMsg()
    message.auth_redirect.url = f"{_SIGN_IN}?why=over"
    await send({"type": "websocket.send", "bytes": message.SerializeToString()})
    await send({"type": "websocket.close", "code": 1008})
