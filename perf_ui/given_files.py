"""Which files of pages were given to whom: anybody else who asks for one finds nothing.

Streamlit keeps the pictures and downloads of all sessions in one place, by a name made of what is
in them, and gives them to whoever knows the name; a file that is written when somebody asks for it
has a random name, which any session may ask for. So what goes out over a socket is looked through
for such names, and they are kept beside the account of that socket. Only fields that hold names
count: who types the address of somebody else's file sees it on the page, and gets nothing by it.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

MEDIA: Final = "/media/"
_MARK: Final = MEDIA.encode()
_ADDRESS: Final = re.compile(r"/media/([0-9a-f]{16,64})(?:\.\w{1,10})?")
_HOLDS_ADDRESS: Final = frozenset({"url", "image"})
_LARGEST_BUTTON: Final = 16_384
_MOST_OF_ACCOUNT: Final = 2_000
_MOST_ACCOUNTS: Final = 10_000


class GivenFiles:
    """Remembers by account which files were given, the newest of them.

    Parameters
    ----------
    most_of_account, most_accounts : int
        How many are kept; the one longest ago is forgotten, which is to give it no more.
    """

    def __init__(
        self, *, most_of_account: int = _MOST_OF_ACCOUNT, most_accounts: int = _MOST_ACCOUNTS
    ) -> None:
        self._most_of_account = most_of_account
        self._most_accounts = most_accounts
        self._by_account: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, account_id: str, sent: bytes) -> None:
        """Keep what a message over an account's socket gives."""
        names = list(files_in(sent))
        if not names:
            return
        with self._lock:
            mine = self._by_account.setdefault(account_id, OrderedDict())
            self._by_account.move_to_end(account_id)
            for name in names:
                mine[name] = None
                mine.move_to_end(name)
            while len(mine) > self._most_of_account:
                mine.popitem(last=False)
            while len(self._by_account) > self._most_accounts:
                self._by_account.popitem(last=False)

    def has(self, account_id: str, path: str) -> bool:
        """Whether a file, by its path, was given to an account."""
        found = _ADDRESS.fullmatch(path)
        return found is not None and self._is_given(account_id, found[1])

    def may_ask(self, account_id: str, received: bytes) -> bool:
        """Whether a message from a browser asks for no file that was offered to somebody else."""
        asked = BackMsg()
        try:
            asked.ParseFromString(received)
        except DecodeError:
            return True
        name = asked.backend_operation_request.deferred_file.file_id
        return not name or self._is_given(account_id, name)

    def _is_given(self, account_id: str, name: str) -> bool:
        with self._lock:
            return name in self._by_account.get(account_id, {})


def files_in(sent: bytes) -> Iterator[str]:
    """The names of the files that a message to a browser gives or offers."""
    has_address = _MARK in sent
    if not has_address and len(sent) > _LARGEST_BUTTON:
        return
    message = ForwardMsg()
    try:
        message.ParseFromString(sent)
    except DecodeError:
        return
    if has_address:
        yield from _addresses(message)
    if offered := message.delta.new_element.download_button.deferred_file_id:
        yield offered


def _addresses(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.message_type is not None:
            # A map shows as a message, too, but is none: nothing we send keeps an address in one.
            parts = [value] if isinstance(value, Message) else list(value)
            for part in parts:
                if isinstance(part, Message):
                    yield from _addresses(part)
        elif field.name in _HOLDS_ADDRESS and (found := _ADDRESS.fullmatch(str(value))):
            yield found[1]
