"""What a workbook unpacks to, found out before anything unpacks it.

A workbook is a packed folder, and a small one can hold gigabytes, or a cell at the far end of its
sheet for which a reader makes room for seventeen billion. What the folder says of itself is not
believed: everything in it is unpacked once, piece by piece, and looked at in passing.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_UNPACKED = 1_000_000_000
"""Bytes a workbook may unpack to: a sheet of a million rows and nine columns comes to half."""

MAX_MEMBERS = 10_000
"""Files in a workbook; pictures and all, real ones have some hundreds."""

MAX_CELLS = 40_000_000
"""Cells from the first to the last of a sheet, empty ones too: a reader makes room for each."""

MAX_CELLS_AT_EASE = 10_000_000
"""As many may be empty; beyond, a sheet must have a byte for each."""

_MAX_RATIO = 250
_RATIO_FROM = 100_000_000
_PIECE = 1 << 22
_LONGEST_TAG = 1 << 20
_KNOWN_PACKING = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

_TAG = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s>/])")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)(\d*)")
_COUNT = re.compile(rb"\suniqueCount\s*=\s*[\"'](\d+)")


class TooLarge(Exception):
    """The workbook unpacks to more than a computer should hold."""


class Damaged(Exception):
    """The workbook is not what it says it is."""


def check_workbook(archive: zipfile.ZipFile) -> None:
    """Unpack everything once and keep nothing; raise what is wrong with it."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED:
        raise TooLarge
    packed_size = Path(archive.filename or "").stat().st_size
    total = 0
    for member in members:
        if member.compress_type not in _KNOWN_PACKING:
            raise Damaged
        looked = _Look()
        for piece in _pieces(archive, member):
            total += len(piece)
            is_dense = total > _RATIO_FROM and total > _MAX_RATIO * packed_size
            if total > MAX_UNPACKED or is_dense:
                raise TooLarge
            looked.at(piece)
        looked.check()


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one file, as many as really are in it."""
    stream = archive.fp
    if stream is None:  # pragma: no cover - an open archive has its file
        return
    stream.seek(member.header_offset)
    header = stream.read(30)
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    stream.seek(skip, 1)
    left = member.compress_size
    is_packed = member.compress_type == zipfile.ZIP_DEFLATED
    unpacker = zlib.decompressobj(-15)
    while left > 0 and (packed := stream.read(min(left, 1 << 16))):
        left -= len(packed)
        if not is_packed:
            yield packed
            continue
        while packed and (piece := unpacker.decompress(packed, _PIECE)):
            yield piece
            packed = unpacker.unconsumed_tail
    if is_packed and (rest := unpacker.flush()):
        yield rest


@dataclass
class _Look:
    """What one file of a workbook would make a reader make room for."""

    size: int = 0
    last_row: int = 0
    last_column: int = 0
    _tags: int = 0
    _places: int = 0
    _rows: int = 0
    _in_row: int = 0
    _widest: int = 0
    _promised: int = 0
    _rest: bytes = b""

    def at(self, piece: bytes) -> None:
        """Look at the next bytes, as far as the last tag that ends in them."""
        self.size += len(piece)
        text = self._rest + piece
        end = text.rfind(b">") + 1
        self._rest = text[end:]
        if len(self._rest) > _LONGEST_TAG:
            if b"<" in self._rest:
                raise Damaged
            self._rest = b""
        if end:
            self._at_tags(text[:end])

    def _at_tags(self, text: bytes) -> None:
        rows = b"".join(tag[:1] for tag in _TAG.findall(text)).split(b"r")
        self._tags += sum(map(len, rows)) + len(rows) - 1
        self._rows += len(rows) - 1
        self._widest = max(self._widest, self._in_row + len(rows[0]), *map(len, rows[1:]), 0)
        self._in_row = len(rows[-1]) + (self._in_row if len(rows) == 1 else 0)
        places = _PLACE.findall(text)
        self._places += len(places)
        for letters, digits in set(places):
            self.last_row = max(self.last_row, int(digits[:20] or b"0"))
            self.last_column = max(self.last_column, _column(letters[:20]))
        self._promised = max([self._promised, *(int(n[:20]) for n in _COUNT.findall(text))])

    def check(self) -> None:
        """Raise what a reader would fall over."""
        if self._promised > self.size:
            raise Damaged
        # What does not say where it stands comes after what does.
        is_placed = self._places >= self._tags
        rows = max(self.last_row, self._rows) if is_placed else self.last_row + self._rows
        columns = (
            max(self.last_column, self._widest) if is_placed else self.last_column + self._widest
        )
        if rows * columns > max(MAX_CELLS_AT_EASE, min(MAX_CELLS, self.size)):
            raise TooLarge


def _column(letters: bytes) -> int:
    """The number of a column, A being 1.

    Examples
    --------
    >>> _column(b"A"), _column(b"xfd")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
