"""Names and pay that nothing else looks like, and everything that reaches a client searched."""

from __future__ import annotations

import base64
import io
import itertools
import re
import struct
import uuid
import zipfile
from collections.abc import Iterable, Iterator

import pandas as pd
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from perf_core.domain.access import everything
from perf_core.services.load_files import load_typed
from perf_core.store.engine import Store
from tests.pages.company import LAST, LEADERS, STAFF
from tests.sign_in.visitor import Heard, Visitor, run

PEOPLE = (*LEADERS, *STAFF)
MONTHS = ("2026-04", "2026-05", "2026-06")


def pay_of(at: int, month: int) -> float:
    """A pay that no sum of other figures gives by chance: odd to the last cent."""
    return round(41_113.37 + 1_709.13 * at + 17.29 * at * at + 3.71 * month, 2)


PAY = {
    (who, month): pay_of(at, n)
    for at, who in enumerate(PEOPLE, start=1)
    for n, month in enumerate(MONTHS, start=1)
}


def plant(store: Store) -> None:
    """Give everybody a pay of their own and those without one a name that tells."""
    pay = pd.DataFrame(
        [
            {"employee_id": who, "month": month, "amount": f"{amount:.2f}"}
            for (who, month), amount in PAY.items()
        ]
    )
    names = pd.DataFrame(
        {
            "employee_id": LEADERS,
            "name": [f"Canary{who}" for who in LEADERS],
            "hire_date": "2025-01-01",
        }
    )
    account = load_typed(
        store, {"pay": pay, "employees": names}, today=LAST, by="canaries", scope=everything()
    )
    assert not account.refused


def names_in(said: bytes) -> set[str]:
    """Whose names stand in what was said."""
    return {found.decode() for found in re.findall(rb"Canary(B1|M[12]|P10|P[1-9])", said)}


def pay_in(said: bytes, whose: Iterable[str]) -> set[str]:
    """Whose pay stands in what was said: alone, or as that of two together.

    Looked for as text in every shape the app writes, as the bytes of a table's column, and as
    the packed numbers of a chart.
    """
    told = sorted(whose)
    searched = said + b"".join(_unpacked(said))
    found = set()
    for month in MONTHS:
        amounts = {(one,): PAY[one, month] for one in told}
        amounts |= {
            pair: round(PAY[pair[0], month] + PAY[pair[1], month], 2)
            for pair in itertools.combinations(told, 2)
        }
        for who, amount in amounts.items():
            if any(shape in searched for shape in shapes(amount)):
                found.add("+".join(who))
    return found


def shapes(amount: float) -> list[bytes]:
    """How an amount may look to whoever listens."""
    e4 = round(amount * 10_000)
    return [
        f"{amount:.2f}".encode(),
        f"{amount:,.2f}".encode(),
        f"{amount / 10_000:.4f}".rstrip("0").encode() + "万".encode(),
        struct.pack("<d", amount),
        struct.pack("<q", e4),
        str(e4).encode(),
    ]


def _unpacked(said: bytes) -> Iterator[bytes]:
    """The numbers of charts, which travel as base64."""
    for found in re.findall(rb'"bdata":\s?"([A-Za-z0-9+/=\\u]+)"', said):
        text = found.replace(rb"\u002b", b"+").replace(rb"\u002f", b"/").replace(rb"\u003d", b"=")
        try:
            yield base64.b64decode(text)
        except ValueError:
            continue


def everything_of(visitor: Visitor, page: str, query: str) -> bytes:
    """All that a page sends over the socket, and all its files."""
    with visitor.socket() as socket:
        heard = run(socket, page, query)
        files = b"".join(_files(visitor, socket, heard))
    return heard.raw + files


def _files(visitor: Visitor, socket: ClientConnection, heard: Heard) -> Iterator[bytes]:
    session = next(
        (
            one.new_session.initialize.session_id
            for one in heard.messages
            if one.HasField("new_session")
        ),
        "",
    )
    for message in heard.messages:
        if not message.HasField("delta"):
            continue
        element = message.delta.new_element
        if not element.HasField("download_button"):
            continue
        button = element.download_button
        url = button.url
        if button.HasField("deferred_file_id"):
            url = _written(socket, session, button.deferred_file_id)
        if url:
            yield _opened(visitor.http.get(url).content)


def _written(socket: ClientConnection, session: str, file_id: str) -> str:
    asked = BackMsg()
    asked.backend_operation_request.request_id = str(uuid.uuid4())
    asked.backend_operation_request.session_id = session
    asked.backend_operation_request.deferred_file.file_id = file_id
    socket.send(asked.SerializeToString())
    while True:
        data = socket.recv(timeout=30)
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        if message.HasField("backend_operation_response"):
            return message.backend_operation_response.deferred_file.url


def _opened(content: bytes) -> bytes:
    """What is in a file, also in one that is packed."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"".join(_opened(packed.read(name)) for name in packed.namelist())
