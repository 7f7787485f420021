"""A visitor without a browser: follows the sign-in over HTTP and speaks the app's websocket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

USER_COOKIE = "_streamlit_user"


@dataclass
class Heard:
    """What came over the socket until a run was over."""

    messages: list[ForwardMsg] = field(default_factory=list)
    raw: bytes = b""
    is_closed: bool = False

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", errors="replace")

    @property
    def sent_to(self) -> str:
        """Where the browser is told to go."""
        return next(
            (one.auth_redirect.url for one in self.messages if one.HasField("auth_redirect")), ""
        )

    @property
    def is_run(self) -> bool:
        """Whether the app began a run for this visitor."""
        return any(one.HasField("new_session") for one in self.messages)


class Visitor:
    """Somebody with a cookie jar.

    Parameters
    ----------
    base : str
        The address of the app.
    verify : bool
        Whether its certificate must be known.
    """

    def __init__(self, base: str, *, verify: bool = True) -> None:
        self.base = base
        self.http = httpx.Client(base_url=base, follow_redirects=False, timeout=20, verify=verify)
        self.session = ""

    def page(self, path: str, **headers: str) -> httpx.Response:
        """Open a page as a browser asks for it."""
        return self.http.get(path, headers={"accept": "text/html", **headers})

    def sign_in(self, subject: str, *, to: str = "/") -> httpx.Response:
        """Sign in with the provider; give the app's answer to the way back."""
        begun = self.http.get("/sign-in/corp", params={"to": to})
        login = self.http.get(begun.headers["location"])
        asked = httpx.post(login.headers["location"], data={"sub": subject}, timeout=20)
        return self.http.get(asked.headers["location"])

    @property
    def cookie(self) -> str:
        """The sign-in cookie, as it lies in the jar."""
        return self.http.cookies.get(USER_COOKIE) or ""

    def hold(self, cookie: str) -> None:
        """Put a sign-in cookie into the jar: a copied or a made one."""
        if self.cookie:
            self.http.cookies.delete(USER_COOKIE)
        # The jar knows this machine by this longer name, as the older cookie standard has it.
        self.http.cookies.set(USER_COOKIE, cookie, domain="localhost.local", path="/")
        assert self.http.build_request("GET", "/").headers["cookie"].count(f"{USER_COOKIE}=") == 1

    def socket(self, **options: Any) -> ClientConnection:
        """Open the websocket as the page in a browser does."""
        if "_streamlit_xsrf" not in self.http.cookies:
            self.http.get("/_stcore/health")
        xsrf = self.http.cookies.get("_streamlit_xsrf") or "none"
        protocols = ["streamlit", xsrf, *([self.session] if self.session else [])]
        jar = "; ".join(f"{one.name}={one.value}" for one in self.http.cookies.jar)
        return connect(
            self.base.replace("http", "ws", 1) + "/_stcore/stream",
            origin=Origin(self.base),
            subprotocols=[Subprotocol(one) for one in protocols],
            additional_headers={"Cookie": jar},
            max_size=None,
            open_timeout=20,
            proxy=None,
            **options,
        )

    def see(self, page: str, query: str = "", *, socket: ClientConnection | None = None) -> Heard:
        """Run a page and hear everything it sends."""
        if socket is not None:
            return run(socket, page, query)
        with self.socket() as opened:
            return run(opened, page, query)


def run(socket: ClientConnection, page: str, query: str = "") -> Heard:
    """Ask for a run of a page, and listen until it is over or the socket is closed."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = query
    asked.rerun_script.context_info.locale = "en-US"
    heard = Heard()
    try:
        socket.send(asked.SerializeToString())
    except ConnectionClosed:
        heard.is_closed = True
    while True:
        try:
            data = socket.recv(timeout=60)
        except ConnectionClosed:
            heard.is_closed = True
            return heard
        assert isinstance(data, bytes)
        heard.raw += data
        message = ForwardMsg.FromString(data)
        heard.messages.append(message)
        if message.WhichOneof("type") == "script_finished" and message.script_finished == 0:
            return heard


def made_cookie(cookie: str, secret: str, *, seconds_ago: int = 0, **claims: Any) -> str:
    """A genuine cookie with other contents, signed some time ago: for those who know the secret."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - seconds_ago

    kept = URLSafeTimedSerializer(secret, salt=USER_COOKIE)
    said = {**json.loads(kept.loads(cookie)), **claims}
    earlier = URLSafeTimedSerializer(secret, salt=USER_COOKIE, signer=Earlier)
    return str(earlier.dumps(json.dumps(said)))
