"""A visitor that speaks the browser's protocol to a Streamlit server and times its runs."""

from __future__ import annotations

import http.client
import io
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.apart import ROOT
from benchmarks.page_server import STATEMENTS

_RERUN_FOLLOWS = 2


@dataclass
class Seen:
    """The tables and charts of one run, its other elements, and what went wrong in it."""

    tables: list[bytes] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    others: list[tuple[str, str, list[str]]] = field(default_factory=list)
    blocks: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def elements(self) -> int:
        """How many elements there were."""
        return len(self.tables) + len(self.charts) + len(self.others)

    def add(self, element: Element) -> None:
        """Look at one element."""
        kind = element.WhichOneof("type") or ""
        if kind == "dataframe":
            self.tables.append(element.dataframe.arrow_data.data)
        elif kind == "plotly_chart":
            self.charts.append(element.plotly_chart.spec)
        elif kind == "exception" and not element.exception.is_warning:
            self.faults.append(f"{element.exception.type}: {element.exception.message}")
        else:
            part = getattr(element, kind, None)
            text = getattr(part, "body", "") or getattr(part, "label", "")
            options = [str(option) for option in getattr(part, "options", ())]
            self.others.append((kind, str(text), options))

    def keep(self, folder: Path) -> None:
        """Write tables and charts to a folder, for a bare page."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for number, data in enumerate(self.tables):
            if data:
                table = pa.ipc.open_stream(io.BytesIO(data)).read_all()
                pq.write_table(table, folder / f"{number}.parquet")
        for number, spec in enumerate(self.charts):
            (folder / f"{number}.json").write_text(spec, encoding="utf-8")
        others = json.dumps({"elements": self.others, "blocks": self.blocks})
        (folder / "others.txt").write_text(others, encoding="utf-8")


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
        self._known: set[str] = set()

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
            if kind == "delta" and message.delta.WhichOneof("type") == "add_block":
                seen.blocks += 1
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                seen.add(message.delta.new_element)
                if message.metadata.cacheable and message.hash:
                    self._known.add(message.hash)
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
