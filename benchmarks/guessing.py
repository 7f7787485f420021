"""Wrong tokens at a shared link, many a second, beside readers with right ones and ``/health``.

``python -m benchmarks.guessing`` starts the app on a demo company and prints what it measured.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Guessed:
    """What was measured; times in seconds."""

    sent: int = 0
    wrong_statuses: Counter[int] = field(default_factory=Counter)
    health: list[float] = field(default_factory=list)
    opening: list[float] = field(default_factory=list)
    opened: int = 0

    @property
    def slowest_health(self) -> float:
        """The longest that ``/health`` took."""
        return max(self.health)

    @property
    def slowest_opening(self) -> float:
        """The longest that a right link took, from the button to the page."""
        return max(self.opening)

    def __str__(self) -> str:
        """Tell all of it in a few lines."""
        return "\n".join(
            [
                f"wrong tokens sent: {self.sent}, answered: {dict(self.wrong_statuses)}",
                f"/health: {_spread(self.health)}",
                f"right link, button to page: {_spread(self.opening)}, opened {self.opened}",
            ]
        )


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"median {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms, max {ordered[-1] * 1000:.0f}"


async def _ask(
    address: str, method: str, path: str, cookie: str = ""
) -> tuple[int, dict[str, str]]:
    host, port = urlsplit(address).hostname, urlsplit(address).port
    reader, writer = await asyncio.open_connection(host, port)
    lines = [
        f"{method} {path} HTTP/1.1",
        f"host: {host}:{port}",
        "content-length: 0",
        "connection: close",
        "accept: text/html",
    ]
    if cookie:
        lines.append(f"cookie: {cookie}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    await reader.read()
    writer.close()
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    original = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in head[1:] if line}
    return int(head[0].split()[1]), {**headers, **original}


async def _wrong(address: str, found: Guessed) -> None:
    status, _ = await _ask(address, "POST", f"/r/o{secrets.token_urlsafe(32)}")
    found.wrong_statuses[status] += 1


async def _right(address: str, token: str, found: Guessed) -> None:
    began = time.perf_counter()
    status, headers = await _ask(address, "POST", f"/r/{token}")
    if status == 303:
        cookie = headers["set-cookie"].split(";")[0]
        status, _ = await _ask(address, "GET", headers["location"], cookie)
    found.opening.append(time.perf_counter() - began)
    found.opened += status == 200


async def _health(address: str, found: Guessed) -> None:
    began = time.perf_counter()
    status, _ = await _ask(address, "GET", "/health")
    if status == 200:
        found.health.append(time.perf_counter() - began)


async def _guess(address: str, tokens: Sequence[str], rate: int, seconds: float) -> Guessed:
    found, tasks = Guessed(), []
    began = time.perf_counter()
    steps = int(rate * seconds)
    right_at = {int((n + 1) * steps / (len(tokens) + 1)): token for n, token in enumerate(tokens)}
    for step in range(steps):
        await asyncio.sleep(max(0.0, began + step / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(_wrong(address, found)))
        found.sent += 1
        if step % (rate // 10) == 0:
            tasks.append(asyncio.create_task(_health(address, found)))
        if step in right_at:
            tasks.append(asyncio.create_task(_right(address, right_at[step], found)))
    await asyncio.gather(*tasks)
    return found


def guess(address: str, tokens: Sequence[str], *, rate: int, seconds: float) -> Guessed:
    """Send wrong tokens at a rate, right ones and ``/health`` beside them.

    Parameters
    ----------
    address : str
        Where the app is.
    tokens : sequence of str
        Right ones, spread evenly over the time.
    rate : int
        Wrong tokens a second.
    seconds : float
        For how long.
    """
    # In a thread of its own: whoever asks may have a loop running, as a browser's driver has.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, _guess(address, tokens, rate, seconds)).result()


def main() -> None:
    """Measure over the demo company."""
    from perf_core.domain.access import Viewer, ViewerKind
    from perf_core.domain.period import month_of
    from perf_core.domain.share import LinkKind, LinkWish
    from perf_core.services.directory import read_directory
    from perf_core.services.open_store import open_store
    from perf_core.services.share_review import create_link, this_instant
    from perf_core.services.viewers import scope_today

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--rate", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--port", type=int, default=8599)
    wish = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'demo.db').as_posix()}"
        environment = {**os.environ, "PERF_DATABASE_URL": url}
        python = [sys.executable, "-m"]
        subprocess.run(
            [*python, "perf_core", "init", "--demo", "--people", "28"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        store = open_store(url)
        directory = read_directory(store)
        day = directory.data_day
        if day is None:
            raise SystemExit("The demo company has no data.")
        scope = scope_today(store, Viewer(ViewerKind.HR), today=day)
        link = LinkWish(LinkKind.TEAM, "", month_of(day).previous())
        tokens = [create_link(store, scope, link, this_instant()).token for _ in range(20)]
        store.dispose()
        started = subprocess.Popen(
            [*python, "streamlit", "run", "app.py", "--server.port", str(wish.port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{wish.port}"
            _wait_for(address)
            print(guess(address, tokens, rate=wish.rate, seconds=wish.seconds))
        finally:
            started.terminate()
            started.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=1):  # noqa: S310  # our own
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The app did not start.")


if __name__ == "__main__":
    main()
