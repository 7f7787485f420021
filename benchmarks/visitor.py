"""A visitor that speaks the browser's protocol to a Streamlit server and times its runs."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.apart import ROOT
from benchmarks.page_server import STATEMENTS
from benchmarks.recorded import Recording

_RERUN_FOLLOWS = 2
_WATCHED = 2.0
_IDLE = 0.03


@dataclass
class Seen:
    """What one run showed, and what went wrong in it."""

    recording: Recording = field(default_factory=Recording)
    faults: list[str] = field(default_factory=list)

    def add(self, path: list[int], delta: Delta) -> None:
        """Look at one container or element."""
        if delta.WhichOneof("type") == "add_block":
            self.recording.add_block(path, delta.add_block)
        elif delta.WhichOneof("type") == "new_element":
            element = delta.new_element
            self.recording.add_element(path, element)
            if element.WhichOneof("type") == "exception" and not element.exception.is_warning:
                self.faults.append(f"{element.exception.type}: {element.exception.message}")


class Visitor:
    """One session on one server."""

    def __init__(self, port: int) -> None:
        self._socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            origin=Origin(f"http://127.0.0.1:{port}"),
            subprotocols=[Subprotocol("streamlit"), Subprotocol("PLACEHOLDER_AUTH_TOKEN")],
            max_size=None,
            proxy=None,
        )
        self._base = f"http://127.0.0.1:{port}"
        self._page = ""
        self._hash = ""
        self._known: dict[str, Delta] = {}

    def visit(self, page: str, query: str = "") -> tuple[float, Seen]:
        """Run a page with a query, and read until its script has finished.

        Returns
        -------
        tuple of float and Seen
            Seconds, and what was shown.
        """
        if page != self._page:
            self._page, self._hash = page, ""
        back = BackMsg()
        state = back.rerun_script
        state.query_string, state.page_script_hash = query, self._hash
        if not self._hash:
            state.page_name = page
        state.cached_message_hashes.extend(self._known)
        state.context_info.timezone = "Asia/Shanghai"
        state.context_info.locale = "en-US"
        state.context_info.url = f"{self._base}/{page}"
        seen = Seen()
        started = time.perf_counter()
        self._socket.send(back.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(self._socket.recv(timeout=120, decode=False))
            kind = message.WhichOneof("type")
            if kind == "delta":
                seen.add(list(message.metadata.delta_path), message.delta)
                if message.metadata.cacheable and message.hash:
                    self._known[message.hash] = message.delta
            elif kind == "ref_hash":
                # What was sent before is only named: without it a page would seem to show less.
                seen.add(list(message.metadata.delta_path), self._known[message.ref_hash])
            elif kind in {"new_session", "navigation"}:
                self._hash = getattr(message, kind).page_script_hash or self._hash
            elif kind == "page_not_found":
                seen.faults.append(f"no page {page}")
            elif kind == "script_finished" and message.script_finished != _RERUN_FOLLOWS:
                return time.perf_counter() - started, seen

    def close(self) -> None:
        """End the session."""
        self._socket.close()


@dataclass
class Server:
    """A server of its own, its port, and what it used."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def come_to_rest(self, longest: float = 120.0) -> None:
        """Wait until nothing is read ahead or worked out beside the pages any more."""
        until = time.monotonic() + longest
        while time.monotonic() < until:
            before = self.cpu_seconds()
            time.sleep(_WATCHED)
            if self.cpu_seconds() - before < _IDLE * _WATCHED:
                return

    def statements(self) -> int:
        """Statements sent to the store so far."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        asked.request("GET", STATEMENTS)
        return int(asked.getresponse().read())


@contextmanager
def serving(environment: dict[str, str], *arguments: str) -> Iterator[Server]:
    """Start ``page_server`` on a free port and stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.page_server", str(port), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    server = Server(port, psutil.Process(process.pid))
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError("the server ended; its reason stands above")
            try:
                server.statements()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield server
    finally:
        process.terminate()
        process.wait(20)
