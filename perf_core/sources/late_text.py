"""A long text file is not landed: its rows are typed as they pass, and fetched when asked for.

Keeping every cell of a million orders as text costs as much as reading them. So a file that looks
plain from its beginning (UTF-8, no quotes) waits until it is known what its columns mean, and then
passes once from the file into typed columns (``plain_rows``). What is no plain file after all is
landed as a whole, as a short one is at once.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import RawTable, answer

LATE_FROM = 500_000
"""Bytes from which a text file waits: below, landing it costs nothing worth saving."""

LandLater = Callable[[], RawTable | FileProblem]
"""Lands a file as a whole."""

_BLOCK = 1 << 22
_PEEK = 1 << 18
_LINE_ENDS = b"\r\n"


class NotPlain(ValueError):
    """The file is not as plain as it looked."""


@dataclass
class LateText:
    """A text file in UTF-8 without quotes, as far as its beginning shows, each line of it a row.

    Attributes
    ----------
    path : Path
        The file, or its copy in UTF-8.
    start, end : int
        The bytes at which the first row begins and the last one that is not blank ends.
    first_row : int
        The number of the first row as a person sees it.
    land : callable
        Lands the file as a whole.
    sha256 : str
        Of the file's bytes, once they have passed.
    landed : RawTable or FileProblem, optional
        What landing came to, once somebody asked.
    """

    path: Path
    delimiter: str
    n_columns: int
    start: int
    end: int
    first_row: int
    land: LandLater
    sha256: str = ""
    landed: RawTable | FileProblem | None = None

    def whole(self) -> RawTable | FileProblem:
        """The file landed as a whole, however often somebody asks."""
        if self.landed is None:
            self.landed = self.land()
        return self.landed

    @contextmanager
    def passing(self, types: Mapping[str, pa.DataType]) -> Iterator[Passing]:
        """Open the rows: columns ``c0`` … as text, or as the types say.

        What cannot be read so stops the reader with an ``ArrowInvalid`` or ``NotPlain``.
        """
        stream = PassingBytes(self.path, self.start, self.end)
        try:
            with pc.open_csv(pa.PythonFile(stream, mode="r"), **self._options(types)) as reader:
                yield Passing(reader, stream)
        finally:
            stream.close()

    def rows(self, numbers: Sequence[int]) -> pa.Table:
        """Fetch some rows as text, with their ``__number``; ``numbers`` are sorted.

        Cells are blank where the file has gone since.
        """
        wanted = np.asarray(numbers, dtype=np.int64)
        try:
            lines = _lines(self.path, self.start, self.end, wanted - self.first_row)
            found = pc.read_csv(BytesIO(b"".join(lines)), **self._options({}))
            return found.append_column("__number", pa.array(wanted))
        except (OSError, pa.ArrowException):
            blank = pa.nulls(len(wanted), pa.string())
            cells = {f"c{place}": blank for place in range(self.n_columns)}
            return pa.table(cells | {"__number": pa.array(wanted)})

    def _options(self, types: Mapping[str, pa.DataType]) -> dict[str, object]:
        names = [f"c{place}" for place in range(self.n_columns)]
        return {
            "read_options": pc.ReadOptions(column_names=names, block_size=_BLOCK),
            # A blank line is then a row with too few cells, which stops the reader.
            "parse_options": pc.ParseOptions(
                delimiter=self.delimiter, quote_char=False, ignore_empty_lines=False
            ),
            "convert_options": pc.ConvertOptions(
                column_types={name: pa.string() for name in names} | dict(types),
                strings_can_be_null=True,
                null_values=[""],
            ),
        }


@dataclass(frozen=True)
class Passing:
    """A long text file that is being read."""

    reader: pc.CSVStreamingReader
    stream: PassingBytes

    def sha256(self) -> str:
        """Of the whole file, once its rows have passed."""
        return self.stream.sha256()


class PassingBytes:
    """The bytes of a file's rows, read once: hashed as they pass, stopped where not plain."""

    closed = False

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._stream: BinaryIO = path.open("rb")
        self._hash = hashlib.sha256(self._stream.read(start))
        self._left = end - start
        self._half_end = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none after the last row."""
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self._hash.update(data)
        if b'"' in data or b"\x00" in data or self._has_lone_return(data):
            raise NotPlain
        return data

    def _has_lone_return(self, data: bytes) -> bool:
        """Whether a carriage return stands alone; of one at the end the next bytes tell."""
        broken = self._half_end and not data.startswith(b"\n")
        self._half_end = data.endswith(b"\r")
        if b"\r" in data:
            broken |= data.count(b"\r") - self._half_end != data.count(b"\r\n")
        return broken

    def sha256(self) -> str:
        """Of the whole file: what comes after the last row as well."""
        while data := self._stream.read(_BLOCK):
            self._hash.update(data)
        return self._hash.hexdigest()

    def readable(self) -> bool:
        """Yes."""
        return True

    def close(self) -> None:
        """Let go of the file."""
        self.closed = True
        self._stream.close()


def looks_plain(path: Path) -> bool:
    """Whether a file begins as UTF-8 in which neither quotes nor zeros stand."""
    with path.open("rb") as stream:
        data = stream.read(_PEEK)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    has_lone_return = data.count(b"\r") - data.endswith(b"\r") != data.count(b"\r\n")
    return not (has_lone_return or b'"' in data or b"\x00" in data)


def late_text(raw: RawTable, path: Path, *, skip: int, land: LandLater) -> LateText:
    """A file that waits, of which so many lines come before the first row."""
    with path.open("rb") as stream:
        start = sum(len(stream.readline()) for _ in range(skip))
    end = max(start, _end_of_rows(path))
    return LateText(path, raw.delimiter, len(raw.headers), start, end, raw.first_row, land)


def _end_of_rows(path: Path) -> int:
    """The byte after the last one that ends no line: blank lines at the end are no rows."""
    with path.open("rb") as stream:
        end = stream.seek(0, SEEK_END)
        while end:
            start = max(0, end - 4096)
            stream.seek(start)
            content = stream.read(end - start).rstrip(_LINE_ENDS)
            if content:
                return start + len(content)
            end = start
    return 0


@contextmanager
def rows_as_they_were(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, numbers: str
) -> Iterator[str]:
    """SQL for rows of a table of text and their ``__number``; ``numbers`` is SQL for which."""
    if raw.late is None:
        yield f"select *, {raw.row_sql} as __number from {raw.relation}"
        return
    wanted = [int(number) for (number,) in answer(connection, numbers)]
    connection.register("fetched", raw.late.rows(wanted))
    try:
        yield "select * from fetched"
    finally:
        connection.unregister("fetched")


def _lines(path: Path, start: int, end: int, wanted: np.ndarray) -> list[bytes]:
    """Some lines with their ends, by their number from 0 in rising order."""
    lines: list[bytes] = []
    done = taken = 0
    rest = b""
    with path.open("rb") as stream:
        stream.seek(start)
        while taken < len(wanted) and (left := end - stream.tell()) > 0:
            data = rest + stream.read(min(_BLOCK, left))
            if left <= _BLOCK:
                data += b"\n"
            ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
            here = wanted[taken : taken + np.searchsorted(wanted[taken:], done + len(ends))] - done
            begins = np.concatenate(([0], ends))[here]
            lines += [data[a:b] for a, b in zip(begins.tolist(), ends[here].tolist(), strict=True)]
            taken += len(here)
            done += len(ends)
            rest = data[ends[-1] :] if len(ends) else data
    return lines
