"""Rows of a long file that is written plainly to its end, typed as they pass.

What a cast reads is cast by the reader of the file, what stands for a code is decoded once per
different cell, and DuckDB gets columns that need no more than their reasons. A cell in any other
form stops it, and nothing is made: the file is then landed and looked over as a whole. So being
plain never decides what a cell means, only how soon it is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from perf_core.domain.import_tables import Column
from perf_core.sources import cell_dates as dates
from perf_core.sources import cell_numbers as numbers
from perf_core.sources.codes import CodeBook, Decode
from perf_core.sources.column_styles import AROUND, MOST_CODES, Codes, Style
from perf_core.sources.late_text import NotPlain
from perf_core.sources.raw_tables import SQUEEZED_BLANKS, answer
from perf_core.sources.readings import Reading, trimmed
from perf_core.sources.stages import Stages
from perf_core.sources.totals_rows import TOTALS, is_total, says_total
from perf_core.sources.typed_rows import any_of, give_reasons, settle

_TEXT, _CODE = pa.string(), pa.dictionary(pa.int32(), pa.string())
_INSTANT_LENGTH = len("2026-06-01 12:34:56")
_NARROW = ord("!"), ord("~")

Arrays = dict[str, pa.Array]


@dataclass(frozen=True)
class _Cells:
    """One column of the file: how it is read, and what is made of a batch of its cells.

    ``give`` names its arrays as ``typed_rows`` does: ``t_…`` texts, ``q_…`` values, ``x_…`` whether
    a cell is no code.
    """

    name: str
    place: int
    read_as: pa.DataType
    give: Callable[[pa.Array], Arrays]
    kind: dt.DataType = dt.string


@dataclass(frozen=True)
class _Plan:
    """The columns that are needed of a file, and what a blank cell of each coded one stands for."""

    columns: tuple[_Cells, ...]
    blanks: dict[str, str | None]


def clean_plain(
    connection: duckdb.DuckDBPyConnection, reading: Reading, book: CodeBook, relation: str
) -> int | None:
    """Make the relation of clean rows of a file that waits; the number of rows.

    None, and nothing made, where the file is not plain to its end.
    """
    late = reading.raw.late
    plan = None if late is None else _plan(reading, book)
    if late is None or plan is None:
        return None
    try:
        with late.passing({f"c{one.place}": one.read_as for one in plan.columns}) as passing:
            rows = _PassingRows(reading, plan)
            first = rows.typed(passing.reader.read_next_batch())
            style = rows.settled(first)
            batches = chain([first], map(rows.typed, passing.reader))
            stream = pa.RecordBatchReader.from_batches(first.schema, batches)
            _make(connection, relation, _statement(reading, plan, style), stream)
            late.sha256 = passing.sha256()
    except (NotPlain, StopIteration, pa.ArrowException, duckdb.Error, OSError):
        return None
    return rows.done


def _make(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    statement: str,
    stream: pa.RecordBatchReader,
) -> None:
    """Make the relation; its rows are numbered, so that they need not be kept in their order."""
    answer(connection, "set preserve_insertion_order = false")
    connection.register("passing", stream)
    try:
        answer(connection, f"create table {relation} as {statement}")
    finally:
        connection.unregister("passing")
        answer(connection, "set preserve_insertion_order = true")


def _plan(reading: Reading, book: CodeBook) -> _Plan | None:
    """None where a column is to be read in a way that only SQL knows."""
    columns: list[_Cells] = []
    blanks: dict[str, str | None] = {}
    for column in reading.present:
        name = column.name
        decode = book.decoder(reading.table, column, is_workbook=False)
        is_word = decode is not None or column.type in {"id", "text"}
        if not is_word and (name in reading.test or not reading.is_as_written(name)):
            return None
        if decode is not None:
            blank = reading.trimmed(name, None)
            blanks[name] = None if blank is None else decode(blank)
        elif name in reading.columns and not reading.is_as_written(name):
            return None
        if name in reading.columns:
            columns.append(_cells(reading, column, decode))
    for code, place in reading.measures.items():
        if code in reading.values or code in reading.constant:
            return None
        columns.append(_number(code, place, is_money=code in reading.money_measures))
    is_twice = len({one.place for one in columns}) < len(columns)
    has_more = reading.table == "measures" or any(one.type == "month" for one in reading.present)
    return None if is_twice or has_more else _Plan(tuple(columns), blanks)


def _cells(reading: Reading, column: Column, decode: Decode | None) -> _Cells:
    name, place = column.name, reading.columns[column.name]
    if decode is not None:
        is_key = name in reading.shape.key
        give: Callable[[pa.Array], Arrays] = _Decoded(reading, name, decode, is_key=is_key)
        return _Cells(name, place, _CODE, give)
    if column.type == "number":
        return _number(name, place, is_money=reading.is_money(column))
    if column.type == "day":
        return _Cells(name, place, pa.date32(), lambda cells: {f"q_{name}": cells}, dt.date)
    if column.type == "instant":
        return _Cells(name, place, _TEXT, lambda cells: {f"q_{name}": _at(cells)}, dt.timestamp)
    return _Cells(name, place, _TEXT, lambda cells: {f"t_{name}": _without_edges(cells)})


def _number(name: str, place: int, *, is_money: bool) -> _Cells:
    if is_money:
        money = pa.decimal128(18, 4)
        return _Cells(name, place, money, lambda cells: {f"q_{name}": _small(cells)}, numbers.MONEY)
    return _Cells(
        name, place, pa.float64(), lambda cells: {f"q_{name}": _finite(cells)}, dt.float64
    )


def _at(cells: pa.Array) -> pa.Array:
    """Local times of cells that are all written in full, to the second and without an offset."""
    lengths = pc.min_max(pc.binary_length(cells)).as_py()
    if lengths["min"] is not None and set(lengths.values()) != {_INSTANT_LENGTH}:
        raise NotPlain
    return cells.cast(pa.timestamp("us"))


def _small(cells: pa.Array) -> pa.Array:
    found = pc.min_max(cells).as_py()
    if found["min"] is not None and max(-found["min"], found["max"]) > numbers.SMALL:
        raise NotPlain
    return cells


def _finite(cells: pa.Array) -> pa.Array:
    if pc.all(pc.is_finite(cells)).as_py() is False:
        raise NotPlain
    return cells


def _without_edges(cells: pa.Array) -> pa.Array:
    """The cells, if none has blanks around it.

    A cell's first and last byte mostly tell; of those that may belong to a wide blank, the cell is
    trimmed and compared.
    """
    _, offsets, data = cells.buffers()
    if data is None:
        return cells
    ends = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    starts, lasts = ends[:-1], ends[1:] - 1
    if cells.null_count:
        is_filled = lasts >= starts
        starts, lasts = starts[is_filled], lasts[is_filled]
    text = np.frombuffer(data, np.uint8)
    edges = np.stack((text[starts], text[lasts]))
    if len(starts) and (edges.min() < _NARROW[0] or edges.max() > _NARROW[1]):
        trimmed = pc.utf8_trim(cells, characters=SQUEEZED_BLANKS)
        if not pc.all(pc.equal(trimmed, cells)).as_py():
            raise NotPlain
    return cells


class _Decoded:
    """Codes of the cells of a column; each different cell is decoded once."""

    def __init__(self, reading: Reading, name: str, decode: Decode, *, is_key: bool) -> None:
        self._reading, self._name, self._decode, self._is_key = reading, name, decode, is_key
        self._known: dict[str, tuple[str, bool]] = {}

    def __call__(self, cells: pa.Array) -> Arrays:
        found = [self._code(cell) for cell in cells.dictionary.to_pylist()]
        codes = pa.array([code for code, _ in found], _TEXT)
        bad = pa.array([is_bad for _, is_bad in found], pa.bool_())
        return {
            f"t_{self._name}": codes.take(cells.indices),
            f"x_{self._name}": bad.take(cells.indices),
        }

    def _code(self, cell: str) -> tuple[str, bool]:
        if cell not in self._known:
            meant = self._reading.trimmed(self._name, cell)
            if meant is None or not cell.strip(SQUEEZED_BLANKS) or len(self._known) >= MOST_CODES:
                raise NotPlain
            if self._is_key and is_total(cell):
                raise NotPlain
            code = self._decode(meant)
            self._known[cell] = (cell, True) if code is None else (code, False)
        return self._known[cell]


class _PassingRows:
    """Types one batch of rows after the other, numbers them, and stops at what is not plain."""

    def __init__(self, reading: Reading, plan: _Plan) -> None:
        self.done = 0
        self._reading, self._plan = reading, plan
        self._spans: dict[str, tuple[datetime, datetime]] = {}

    def typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the columns that ``_statement`` asks for."""
        columns = self._plan.columns
        if batch.num_rows and all(batch.column(one.place).null_count for one in columns):
            raise NotPlain  # A row may be blank.
        first = self._reading.raw.first_row + self.done
        arrays: Arrays = {"__row": pa.array(np.arange(first, first + batch.num_rows))}
        for one in columns:
            arrays |= one.give(batch.column(one.place))
        if _is_first_left(self._reading):
            arrays["first"] = batch.column(0)
        for name, span in self._spans.items():
            _stay_within(arrays[f"q_{name}"], span)
        self.done += batch.num_rows
        return pa.RecordBatch.from_pydict(arrays)

    def settled(self, first: pa.RecordBatch) -> Style:
        """How the columns are written; what the first batch lets suppose, others must keep to."""
        offsets: dict[str, int] = {}
        for one in self._plan.columns:
            span = _span(first.column(f"q_{one.name}")) if one.kind == dt.timestamp else None
            if span is None:
                continue
            if span[0].year <= 1900 or span[1].year >= 2100:
                raise NotPlain
            span = span[0] - AROUND, span[1] + AROUND
            offset = dates.steady_offset(self._reading.zone, *span)
            if offset is not None:
                offsets[one.name], self._spans[one.name] = offset, span
        codes = {
            name: Codes({}, frozenset(), if_blank=blank)
            for name, blank in self._plan.blanks.items()
        }
        return Style(
            frozenset(one.name for one in self._plan.columns if one.name not in codes),
            codes=codes,
            offsets=offsets,
            small=frozenset(one.name for one in self._plan.columns if one.kind == numbers.MONEY),
        )


def _span(values: pa.Array) -> tuple[datetime, datetime] | None:
    found = pc.min_max(values).as_py()
    return None if found["min"] is None else (found["min"], found["max"])


def _stay_within(values: pa.Array, span: tuple[datetime, datetime]) -> None:
    found = _span(values)
    if found is not None and (found[0] < span[0] or found[1] > span[1]):
        raise NotPlain


def _is_first_left(reading: Reading) -> bool:
    """Whether the first column, in which totals are announced, is none that is needed."""
    return 0 not in {*reading.columns.values(), *reading.measures.values()}


def _statement(reading: Reading, plan: _Plan, style: Style) -> str:
    """The statement that gives each passing row its reason."""
    schema: dict[str, Any] = {"__row": dt.int64}
    for one in plan.columns:
        if one.name in style.codes:
            schema |= {f"t_{one.name}": dt.string, f"x_{one.name}": dt.boolean}
        else:
            schema[f"{'t' if one.kind == dt.string else 'q'}_{one.name}"] = one.kind
    if _is_first_left(reading):
        schema["first"] = dt.string
    stages = Stages("passing", schema)
    stages.then(stages.table.select(**_texts(stages.table, reading, style)))
    faults = settle(stages, reading, style, reading.counted)
    give_reasons(stages, reading, faults)
    return stages.sql()


def _texts(table: Any, reading: Reading, style: Style) -> dict[str, Any]:
    """What typing starts from; of dates and numbers it asks no more than whether they are there."""
    texts: dict[str, Any] = {"__row": table["__row"], "__long": ibis.literal(False)}
    totals = []
    for column in reading.present:
        name, coded = column.name, style.codes.get(column.name)
        is_read = name in reading.columns
        if coded is not None:
            text = table[f"t_{name}"] if is_read else ibis.null(dt.string)
            texts[f"t_{name}"] = text if coded.if_blank is None else text.coalesce(coded.if_blank)
            texts[f"x_{name}"] = table[f"x_{name}"] if is_read else ibis.literal(False)
        elif not is_read:
            texts[f"t_{name}"] = ibis.literal(reading.constant[name])
        elif f"q_{name}" in table.columns:
            texts[f"t_{name}"] = texts[f"q_{name}"] = table[f"q_{name}"]
        else:
            texts[f"t_{name}"] = table[f"t_{name}"]
            if name in reading.shape.key:
                totals.append(says_total(table[f"t_{name}"]))
    for code in reading.measures:
        texts[f"t_{code}"] = texts[f"q_{code}"] = table[f"q_{code}"]
    if _is_first_left(reading):
        totals.append(trimmed(table["first"]).lower().isin(TOTALS))
    texts["__totals"] = any_of(totals)
    return texts
