"""Counters for whoever watches the server, in Prometheus' text format; nothing about persons."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

SHORTEST_TOKEN: Final = 20
_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_HELP: Final = {
    "perfboard_runs_total": ("counter", "Runs of pages."),
    "perfboard_run_errors_total": ("counter", "Runs that ended in a fault of the program."),
    "perfboard_run_seconds": ("histogram", "How long runs took."),
    "perfboard_open_sockets": ("gauge", "Open browser connections."),
    "perfboard_sign_ins_total": ("counter", "Sign-ins that worked."),
    "perfboard_sign_outs_total": ("counter", "Sign-outs."),
    "perfboard_sign_in_failures_total": ("counter", "Sign-ins that did not work, by reason."),
    "perfboard_sessions_ended_total": ("counter", "Touches after a sign-in was over."),
    "perfboard_refused_total": ("counter", "Requests refused at a door, by door."),
}

Labels = tuple[tuple[str, str], ...]

_lock = Lock()
_counts: dict[tuple[str, Labels], float] = {}
_under_way: list[float] = []
_run_buckets: list[int] = [0] * (len(_BUCKETS) + 1)


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a counter (or to a gauge, also downwards)."""
    key = (name, tuple(sorted(labels.items())))
    with _lock:
        _counts[key] = _counts.get(key, 0) + amount


@contextmanager
def timed_run() -> Iterator[None]:
    """Count a run of a page and how long it took."""
    started = time.perf_counter()
    _under_way.append(started)
    try:
        yield
    finally:
        took = time.perf_counter() - started
        with _lock:
            _under_way.remove(started)
            _run_buckets[next((n for n, most in enumerate(_BUCKETS) if took <= most), -1)] += 1
        count("perfboard_run_seconds_sum", took)
        count("perfboard_runs_total")


def is_busy() -> bool:
    """Whether a page is being made for somebody at the moment."""
    return bool(_under_way)


def exposition(gauges: Mapping[str, tuple[str, float]]) -> str:
    """Write everything counted, and some gauges of the moment, as Prometheus reads it.

    Examples
    --------
    >>> "perfboard_store_version 7" in exposition({"perfboard_store_version": ("Version.", 7)})
    True
    """
    with _lock:
        counts, buckets = dict(_counts), list(_run_buckets)
    lines: list[str] = []
    for name, (kind, told) in _HELP.items():
        lines += [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]
        if kind == "histogram":
            lines += _histogram(name, buckets, counts.get((f"{name}_sum", ()), 0.0))
            continue
        found = {labels: value for (of, labels), value in counts.items() if of == name} or {(): 0.0}
        lines += [f"{name}{_worded(labels)} {value:g}" for labels, value in sorted(found.items())]
    for name, (told, value) in gauges.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += [f"# HELP {name} {told}", f"# TYPE {name} {kind}", f"{name} {value:.10g}"]
    return "\n".join(lines) + "\n"


def _histogram(name: str, buckets: list[int], total: float) -> list[str]:
    lines, so_far = [], 0
    for most, n in zip((*map(str, _BUCKETS), "+Inf"), buckets, strict=True):
        so_far += n
        lines.append(f'{name}_bucket{{le="{most}"}} {so_far}')
    return [*lines, f"{name}_sum {total:.6f}", f"{name}_count {so_far}"]


def _worded(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}" if labels else ""


def process_gauges() -> dict[str, tuple[str, float]]:
    """What the process itself uses, under the names Prometheus' own clients use."""
    found = {
        "process_cpu_seconds_total": ("Processor time used.", time.process_time()),
    }
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmRSS:"):
                size = float(line.split()[1]) * 1024
                found["process_resident_memory_bytes"] = ("Memory in use.", size)
    return found


def is_allowed(headers: Headers, token: str) -> bool:
    """Whether a request carries the token; without one set, nobody's does."""
    scheme, _space, given = headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.encode(), token.encode())
    return bool(token) and scheme.lower() == "bearer" and same


class Watched:
    """Count open sockets, and close Streamlit's own metrics to strangers."""

    def __init__(self, app: ASGIApp, *, token: Callable[[], str]) -> None:
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, refuse, or pass on."""
        if scope["type"] == "websocket":
            count("perfboard_open_sockets")
            try:
                await self.app(scope, receive, send)
            finally:
                count("perfboard_open_sockets", -1)
            return
        is_theirs = scope["type"] == "http" and scope["path"].startswith("/_stcore/metrics")
        if is_theirs and not is_allowed(Headers(scope=scope), self.token()):
            await _not_found()(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _not_found() -> Response:
    count("perfboard_refused_total", door="metrics")
    return PlainTextResponse("Not Found", status_code=404)


def metrics_route(
    token: Callable[[], str], gauges: Callable[[], Mapping[str, tuple[str, float]]]
) -> Route:
    """The route Prometheus asks, with ``Authorization: Bearer`` and the token of the settings."""

    async def answer(request: Request) -> Response:
        if not is_allowed(request.headers, token()):
            return _not_found()
        text = exposition({**await run_in_threadpool(gauges), **process_gauges()})
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    return Route("/metrics", answer)
