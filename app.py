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

from perf_ui import doors, first_page, metrics, providers, routes, share_routes, start, warming

_HERE = Path(__file__).resolve().parent


@asynccontextmanager
async def _lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    start.refuse_unsafe_settings()
    start.warm_up()
    # Streamlit collects all garbage after every rerun; what was just imported never is any.
    gc.collect()
    gc.freeze()
    warming.begin()
    yield {}
    gc.unfreeze()  # what stays frozen is never taken down, and DuckDB complains of it at the end
    warming.end()
    start.close()


def _metrics_token() -> str:
    return start.settings().metrics_token


def _has_sign_in() -> bool:
    return providers.current() is not None


app = st.App(
    _HERE / "perf_ui" / "main.py",
    secrets=providers.from_environment(),
    lifespan=_lifespan,
    routes=[
        routes.health_route(start.is_ready),
        metrics.metrics_route(_metrics_token, start.gauges),
        *doors.sign_in_routes(),
        *share_routes.routes(),
    ],
    middleware=[
        Middleware(metrics.Watched, token=_metrics_token),
        Middleware(routes.LocalOnly, has_sign_in=_has_sign_in),
        Middleware(routes.SafeHeaders),
        Middleware(doors.SignedInOnly),
        Middleware(first_page.FirstPage, home="overview"),
        Middleware(routes.NoPaths, folder=str(_HERE)),
    ],
    on_script_error=start.log_script_error,
)
