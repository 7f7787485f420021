"""CSV, TSV and TXT as they come: any of the usual encodings, separators and mistakes.

A clean file goes through DuckDB's own reader, so that ten million rows pass in bounded memory.
One with blank lines, ragged rows or stray quotes is walked with Python's reader instead.
"""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from perf_core.sources.files import FoundFile
from perf_core.sources.header_rows import KnownCount, header_index
from perf_core.sources.late_text import LATE_FROM, LandLater, late_text, looks_plain
from perf_core.sources.problems import FileProblem
from perf_core.sources.raw_tables import (
    RawTable,
    answer,
    land_rows,
    literal,
    unique_headers,
)

_CHUNK = 1 << 22
_PEEK = 1 << 18
_SEPARATORS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 200

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class _Text:
    """A file in UTF-8, itself or a copy, and how many lines it has before its last blank ones."""

    path: Path
    n_lines: int


@dataclass(frozen=True)
class _Shape:
    """Where the rows of a text file begin, and whether its header is as plain as it can be."""

    raw: RawTable
    skip: int
    is_simple: bool


def land_text(
    connection: duckdb.DuckDBPyConnection,
    file: FoundFile,
    *,
    relation: str,
    workdir: Path,
    count_known: KnownCount,
    later: LandLater | None = None,
) -> RawTable | FileProblem:
    """Land a text file as one table of text.

    With ``later``, which lands it when somebody asks, a long and plain file is not landed yet.
    """
    is_long = later is not None and file.path.stat().st_size >= LATE_FROM
    if later and is_long and (waiting := _waiting(file, file.path, relation, count_known, later)):
        return waiting
    text = _as_utf8(file.path, workdir / f"{relation}.txt")
    if text is None:
        return FileProblem(file.label, "bad_encoding")
    if later and is_long and text.path != file.path:
        waiting = _waiting(file, text.path, relation, count_known, later)
        if waiting:
            return waiting
    shape = _shape(file, text.path, relation, count_known)
    if shape is None:
        return FileProblem(file.label, "empty")
    if shape.is_simple and _land_fast(connection, shape.raw, text, shape.skip):
        return shape.raw
    land_rows(
        connection,
        relation,
        _numbered(text.path, shape.raw.delimiter, after=shape.skip - 1),
        n_columns=len(shape.raw.headers),
    )
    return replace(shape.raw, numbered=True)


def _shape(file: FoundFile, path: Path, relation: str, count_known: KnownCount) -> _Shape | None:
    peek = _peek(path)
    separator = _separator(peek)
    rows = [row for _, row in zip(range(_SNIFFED_ROWS), _records(peek, separator), strict=False)]
    index = header_index(rows, count_known)
    if index is None:
        return None
    header = rows[index]
    while header and not header[-1].strip():
        header = header[:-1]
    if not header:
        # Letters that only look like something: a lone separator of records is a blank, too.
        return None
    raw = RawTable(
        label=file.label,
        path=file.path,
        relation=relation,
        headers=unique_headers(header),
        first_row=index + 2,
        delimiter=separator,
    )
    preamble = peek.splitlines()[: index + 1]
    is_simple = len(header) > 1 and len(rows[index]) == len(header)
    if is_simple and '"' not in "".join(preamble[:-1]) and len(preamble) == index + 1:
        plain_header = next(csv.reader([preamble[-1]], delimiter=separator), [])
        return _Shape(raw, index + 1, len(plain_header) == len(header))
    return _Shape(raw, index + 1, is_simple=False)


def _waiting(
    file: FoundFile, path: Path, relation: str, count_known: KnownCount, later: LandLater
) -> RawTable | None:
    """The file as one that waits, if it looks plain; ``path`` is itself or its copy in UTF-8."""
    shape = _shape(file, path, relation, count_known) if looks_plain(path) else None
    if shape is None or not shape.is_simple:
        return None
    return replace(shape.raw, late=late_text(shape.raw, path, skip=shape.skip, land=later))


def _as_utf8(path: Path, copy: Path) -> _Text | None:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _transcoded(path, copy, "utf-16")
    n_lines = _utf8_lines(path)
    return _transcoded(path, copy, "gb18030") if n_lines is None else _Text(path, n_lines)


def _utf8_lines(path: Path) -> int | None:
    """Lines up to the last that is not blank; None where the bytes are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    n_lines = n_ends = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            try:
                # Looking for a byte beyond ASCII costs a tenth of decoding.
                if decoder.getstate()[0] or not chunk.isascii():
                    decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            content = chunk.rstrip(b"\r\n")
            if content:
                n_lines = n_ends + content.count(b"\n") + 1
            n_ends += chunk.count(b"\n")
    return n_lines


def _has_blank_lines(path: Path) -> bool:
    """Whether a line is blank before the last that is not."""
    ends = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            # Line ends at the end of a chunk are looked at again with what follows them.
            joined = ends + chunk
            content = joined.rstrip(b"\r\n")
            if content and _holds_blank_line(content):
                return True
            ends = joined[len(content) :]
    return False


def _holds_blank_line(data: bytes) -> bool:
    return b"\n\n" in data or b"\n\r\n" in data or b"\r\r" in data


def _transcoded(path: Path, copy: Path, encoding: str) -> _Text | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as source, copy.open("w", encoding="utf-8", newline="") as target:
        try:
            while chunk := source.read(_CHUNK):
                target.write(decoder.decode(chunk))
        except UnicodeDecodeError:
            return None
    # A character cut off at the very end is dropped: the row it stood in is short and says so.
    return _Text(copy, _utf8_lines(copy) or 0)


def _peek(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(_PEEK)
        is_whole = len(data) < _PEEK
    text = data.decode("utf-8-sig", errors="ignore")
    if is_whole or "\n" not in text:
        return text
    return text[: text.rindex("\n") + 1]


def _separator(peek: str) -> str:
    """The separator under which most of the first rows fall into equally many cells."""
    if peek[:4].lower() == "sep=" and len(peek) > 4:
        return peek[4]

    def fit(separator: str) -> tuple[int, int]:
        widths = Counter(
            len(row)
            for _, row in zip(range(_SNIFFED_ROWS), _records(peek, separator), strict=False)
            if len(row) > 1
        )
        if not widths:
            return (0, 0)
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]))
        return (rows, width)

    return max(_SEPARATORS, key=fit)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _land_fast(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, text: _Text, skip: int
) -> bool:
    """Land a clean file by DuckDB's reader; False where it is not as clean as that.

    The reader passes over blank lines, and every row below one would be misnumbered. Where rows
    and lines do not agree in number, line breaks within cells may be why, or blank lines.
    """
    columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(raw.headers)))
    try:
        answer(
            connection,
            f"create table {raw.relation} as select * from read_csv({literal(str(text.path))}, "
            f"delim = {literal(raw.delimiter)}, skip = {skip}, columns = {{{columns}}}, "
            "header = false, auto_detect = false, null_padding = false, strict_mode = true, "
            "quote = '\"', escape = '\"', nullstr = '')",
        )
        rows = int(answer(connection, f"select count(*) from {raw.relation}")[0][0])
        if rows == text.n_lines - skip or not _has_blank_lines(text.path):
            return True
    except duckdb.Error:
        pass
    answer(connection, f"drop table if exists {raw.relation}")
    return False


def _numbered(path: Path, separator: str, *, after: int) -> Iterator[tuple[int, Sequence[str]]]:
    is_quoted = _quotes_close(path, separator)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        clean = (line.replace("\x00", "") for line in stream)
        reader = csv.reader(
            clean,
            delimiter=separator,
            quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE,
        )
        for index, row in enumerate(reader):
            if index > after:
                yield index + 1, row if is_quoted else [cell.strip('"') for cell in row]


def _quotes_close(path: Path, separator: str) -> bool:
    """Whether every quoted cell ends: one that does not would swallow the rest of the file."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        try:
            for _ in csv.reader(stream, delimiter=separator, strict=True):
                pass
        except csv.Error as error:
            return "unexpected end of data" not in str(error)
    return True
