"""The one page that a browser opens: where its server is, our style, and what it needs next."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from perf_ui.routes import policy
from perf_ui.style import MENU_SCRIPT, RULES

# Streamlit's page looks for its server under every part of the address it was opened by, and each
# miss is an error in the browser's console. Told where the server is, it asks once.
_WHERE: Final = (
    b"<script>window.__streamlit={BACKEND_BASE_URL:location.origin+'/',"
    b"MAIN_PAGE_BASE_URL:location.origin+'/'}</script>"
)

# Streamlit loads what draws a chart or a table when the first of them arrives, after everything
# before it is on the screen. Here it begins as soon as the server works on the page.
DRAWS: Final = ("PageLink", "Selectbox", "ButtonGroup", "Button", "DataFrame", "PlotlyChart")
_AHEAD: Final = """<script>
new MutationObserver((_changes, watcher) => {
  if (document.querySelector('[data-test-script-state="running"]')) {
    watcher.disconnect();
    for (const module of MODULES) { import("./static/js/" + module); }
  }
}).observe(document, {subtree: true, childList: true, attributes: true,
  attributeFilter: ["data-test-script-state"]});
</script>"""


def modules_ahead() -> list[str]:
    """The files of Streamlit that draw what nearly every page has; their names hold a hash."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return [found.name for draws in DRAWS for found in sorted(folder.glob(f"{draws}.*.js"))]


@cache
def _additions() -> dict[bytes, bytes]:
    """What the first page says instead of what Streamlit wrote there.

    The rules of style stand last: they win against Streamlit's own of the same weight.
    """
    ahead = _AHEAD.replace("MODULES", json.dumps(modules_ahead()))
    scripts = f"{ahead}<script>{MENU_SCRIPT}</script>".encode()
    return {
        b"<head>": b"<head>" + _WHERE,
        b"<title>Streamlit</title>": b"<title>Perfboard</title>",
        b"</head>": scripts + b"</head>",
        b"</body>": RULES.encode() + b"</body>",
    }


_NOT_ASKED: Final = frozenset({b"accept-encoding", b"if-none-match", b"if-modified-since"})


class FirstPage:
    """Tell the page that a browser opens first where its server is, and what the app looks like.

    Parameters
    ----------
    home : str
        The page that opens at ``/``: Streamlit knows it by no other name, a person may.
    """

    def __init__(self, app: ASGIApp, *, home: str) -> None:
        self.app = app
        self.home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the one page that a browser opens, and nothing else."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _opens_page(scope):
            await self.app(scope, receive, send)
            return
        if scope["path"].strip("/") == self.home:
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"/?{query}" if query else "/")(scope, receive, send)
            return
        # As it is and whole, each time: what a browser has kept names the scripts of another page.
        plain = [pair for pair in scope["headers"] if pair[0] not in _NOT_ASKED]
        start: Message | None = None
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body") or start is None:
                return
            headers = MutableHeaders(scope=start)
            if headers.get("content-type", "").startswith("text/html"):
                for place, there in _additions().items():
                    body = body.replace(place, there, 1)
                headers["content-length"] = str(len(body))
                headers["content-security-policy"] = policy(body)
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app({**scope, "headers": plain}, receive, rewrite)


_NO_PAGES: Final = (
    "/_stcore",
    "/static",
    "/media",
    "/health",
    "/metrics",
    "/sign-in",
    "/auth/",
    "/oauth2callback",
    "/r/",
)


def _opens_page(scope: Scope) -> bool:
    wants_page = "text/html" in Headers(scope=scope).get("accept", "")
    return wants_page and not scope["path"].startswith(_NO_PAGES)
