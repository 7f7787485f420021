"""What a file holds before anyone knows what it means: a table of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

if TYPE_CHECKING:
    from perf_core.sources.late_text import LateText

SQUEEZED_BLANKS = " \t\r\n\f\v\u00a0\u3000\ufeff\u200b"
"""What counts as blank around a cell, also as the whole of it."""

_CHUNK = 50_000


@dataclass(frozen=True)
class RawTable:
    """One table of text as a file holds it, landed in DuckDB.

    Attributes
    ----------
    label : str
        The file as the person knows it, with ``#Sheet`` where a workbook has several.
    path : Path
        The file itself.
    sheet : str
        The sheet of a workbook, else ``""``.
    relation : str
        Columns ``c0`` … of text, an empty cell NULL. With ``numbered`` also ``__row`` and
        ``__long`` (the row has filled cells beyond the header); otherwise rows follow each other
        from ``first_row`` in the order of ``rowid``.
    headers : tuple of str
        The header cells, as they are written, each made unique.
    late : LateText, optional
        The file itself, where it has not been landed: there is no relation then.
    """

    label: str
    path: Path
    relation: str
    headers: tuple[str, ...]
    first_row: int
    sheet: str = ""
    numbered: bool = False
    delimiter: str = ""
    is_workbook: bool = False
    sha256: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    late: LateText | None = None

    @property
    def row_sql(self) -> str:
        """SQL of the row number a person sees."""
        return "__row" if self.numbered else f"rowid + {self.first_row}"

    @property
    def long_sql(self) -> str:
        """SQL that is true where a row has more filled cells than there are headers."""
        return "__long" if self.numbered else "false"


class Relations:
    """Gives each relation of a delivery a name of its own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def next(self, prefix: str) -> str:
        """A name nobody else has."""
        return f"{prefix}_{next(self._numbers)}"


def answer(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement and read its answer to the end: DuckDB does nothing else until then."""
    return connection.execute(statement).fetchall()


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def unique_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Name every column: a blank header by its place, a repeated one with a number.

    Examples
    --------
    >>> unique_headers(["Name", "", "name"])
    ('Name', 'column_2', 'name_2')
    """
    seen: set[str] = set()
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(cell.strip(SQUEEZED_BLANKS).split()) or f"column_{position}"
        plain, repeat = name, 1
        while name.casefold() in seen:
            repeat += 1
            name = f"{plain}_{repeat}"
        seen.add(name.casefold())
        names.append(name)
    return tuple(names)


def land_rows(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    rows: Iterable[tuple[int, Sequence[str | None]]],
    *,
    n_columns: int,
) -> None:
    """Land numbered rows of text; blank rows are left out, short ones filled, long ones marked."""
    columns = [("__row", pa.int64()), ("__long", pa.bool_())]
    columns += [(f"c{position}", pa.string()) for position in range(n_columns)]
    schema = pa.schema(columns)
    # An answer somebody else left unread would stand in the way.
    answer(connection, "select 1")
    connection.register("landing_empty", schema.empty_table())
    answer(connection, f"create table {relation} as select * from landing_empty")
    connection.unregister("landing_empty")
    source = _kept(rows, n_columns)
    while chunk := list(islice(source, _CHUNK)):
        numbers = pa.array([row[0] for row in chunk], pa.int64())
        long = pa.array([row[1] for row in chunk], pa.bool_())
        cells = zip(*(row[2] for row in chunk), strict=True)
        arrays = [numbers, long, *(pa.array(column, pa.string()) for column in cells)]
        connection.register("landing", pa.Table.from_arrays(arrays, schema=schema))
        answer(connection, f"insert into {relation} select * from landing")
        connection.unregister("landing")


def _kept(
    rows: Iterable[tuple[int, Sequence[str | None]]], n_columns: int
) -> Iterator[tuple[int, bool, list[str | None]]]:
    for number, row in rows:
        cells = [None if cell is None or cell == "" else cell for cell in row]
        if all(cell is None or not cell.strip(SQUEEZED_BLANKS) for cell in cells):
            continue
        is_long = any(cell is not None and cell.strip() for cell in cells[n_columns:])
        del cells[n_columns:]
        cells.extend([None] * (n_columns - len(cells)))
        yield number, is_long, cells
