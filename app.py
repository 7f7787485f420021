"""The launcher: what happens once per process. The script is ``perf_ui/main.py``.

Start it with ``streamlit run app.py``.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from perf_ui import routes, start

_HERE = Path(__file__).resolve().parent


@asynccontextmanager
async def _lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    start.refuse_other_addresses()
    start.warm_up()
    # Streamlit collects all garbage after every rerun; what was just imported never is any.
    gc.collect()
    gc.freeze()
    yield {}
    start.close()


app = st.App(
    _HERE / "perf_ui" / "main.py",
    lifespan=_lifespan,
    routes=[routes.health_route(start.is_ready)],
    middleware=[
        Middleware(routes.LocalOnly),
        Middleware(routes.SafeHeaders),
        Middleware(routes.KnownServer, home="overview"),
    ],
    on_script_error=start.log_script_error,
)
