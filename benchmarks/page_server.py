"""Serve the app as it is, and beside it say how many statements it sent to its store.

``python -m benchmarks.page_server PORT`` serves Perfboard,
``python -m benchmarks.page_server PORT FOLDER`` a bare page with the tables and charts of FOLDER.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from sqlalchemy import Engine, event
from streamlit import config

STATEMENTS = "/benchmark/statements"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_sent = 0


def count_statements() -> None:
    """Count what goes to any store, transactions' beginnings and ends aside."""

    @event.listens_for(Engine, "before_cursor_execute")
    def sending(*_facts: object) -> None:
        global _sent  # noqa: PLW0603
        _sent += 1


class Counting:
    """An ASGI app with one more address, which answers with the count."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the one address, hand on the rest."""
        if scope["type"] == "http" and scope["path"] == STATEMENTS:
            headers = [(b"content-type", b"text/plain")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": str(_sent).encode()})
        else:
            await self.app(scope, receive, send)


@asynccontextmanager
async def _bare_lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    # The same grace as the app gives itself, else the comparison would flatter it.
    importlib.import_module("pandas")
    importlib.import_module("plotly.graph_objects")
    gc.collect()
    gc.freeze()
    yield {}


def main(port: int, folder: str | None = None) -> None:
    """Serve until stopped."""
    if folder is None:
        app = importlib.import_module("app").app
    else:
        os.environ["BARE_PAGE_FOLDER"] = folder
        app = st.App(Path(__file__).parent / "bare_page.py", lifespan=_bare_lifespan)
    count_statements()
    # As ``streamlit run`` serves: by itself uvicorn would also press every message.
    uvicorn.run(
        Counting(app),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=config.get_option("server.enableWebsocketCompression"),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
