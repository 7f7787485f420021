"""What the columns of a file look like as a whole, found out before any is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
import ibis

from perf_core.domain.import_tables import Column
from perf_core.sources import cell_dates as dates
from perf_core.sources import cell_numbers as numbers
from perf_core.sources.codes import CodeBook
from perf_core.sources.readings import Reading, cell

DATED = frozenset({"day", "instant", "month"})

_MOST_CODES = 20_000


@dataclass(frozen=True)
class Codes:
    """The texts of a coded column: which are codes, and which of them change.

    ``good`` is None where every text is one.
    """

    changed: Mapping[str, str]
    good: tuple[str, ...] | None


@dataclass(frozen=True)
class Style:
    """How a file writes what can be written in several ways.

    Attributes
    ----------
    orders : dict of str to {"dmy", "mdy", ""}
        By column, whether day or month comes first in ``03/04/2026``, as its other values show.
    decimal_comma : bool
        Whether the file writes 1.234,5 for 1234.5.
    codes : dict of str to Codes
        By coded column.
    """

    orders: Mapping[str, dates.DayOrder] = field(default_factory=dict)
    decimal_comma: bool = False
    codes: Mapping[str, Codes] = field(default_factory=dict)


def style_of(
    connection: duckdb.DuckDBPyConnection, reading: Reading, book: CodeBook
) -> Style:
    """Look over a landed table once."""
    coded = {}
    for column in reading.present:
        codes = _codes(connection, reading, column, book)
        if codes is not None:
            coded[column.name] = codes
    found = _signs(connection, reading)
    has_comma = any(sign.startswith("comma") for sign in found)
    has_point = any(sign.startswith("point") for sign in found)
    orders: dict[str, dates.DayOrder] = {}
    for column in reading.present:
        is_dmy, is_mdy = f"dmy {column.name}" in found, f"mdy {column.name}" in found
        if is_dmy != is_mdy:
            orders[column.name] = "dmy" if is_dmy else "mdy"
    return Style(orders, has_comma and not has_point, coded)


def _signs(connection: duckdb.DuckDBPyConnection, reading: Reading) -> set[str]:
    table = reading.raw_table()
    asked = {}
    for column in reading.present:
        if column.type in DATED and column.name in reading.columns:
            text = reading.text(table, column.name)
            first, second = dates.numeric_parts(text)
            is_numeric = dates.is_numeric_order(text)
            asked[f"dmy {column.name}"] = (is_numeric & (first > 12) & (second <= 12)).any()
            asked[f"mdy {column.name}"] = (is_numeric & (second > 12) & (first <= 12)).any()
    places = [
        reading.columns[column.name]
        for column in reading.present
        if column.type == "number" and column.name in reading.columns
    ]
    for place in (*places, *reading.measures.values()):
        text = cell(table, place)
        is_comma = numbers.has_comma_decimals(text, semicolons=reading.raw.delimiter == ";")
        asked[f"comma {place}"] = is_comma.any()
        asked[f"point {place}"] = numbers.has_point_decimals(text).any()
    if not asked:
        return set()
    statement = ibis.to_sql(table.aggregate(**asked), dialect="duckdb")
    answer = connection.execute(statement).fetchone() or ()
    return {sign for sign, is_there in zip(asked, answer, strict=True) if is_there}


def _codes(
    connection: duckdb.DuckDBPyConnection, reading: Reading, column: Column, book: CodeBook
) -> Codes | None:
    decode = book.decoder(reading.table, column, is_workbook=reading.raw.is_workbook)
    if decode is None:
        return None
    table = reading.raw_table()
    # The distinct cells first: trimming each of a million rows would cost more than the look.
    if column.name in reading.columns:
        texts = table.select(text=table[f"c{reading.columns[column.name]}"]).distinct()
        found = connection.execute(
            ibis.to_sql(texts.limit(_MOST_CODES), dialect="duckdb")
        ).fetchall()
    else:
        found = [(None,)]
    cells = {reading.trimmed(column.name, text) for (text,) in found}
    changed, good, is_open = {}, [], True
    for text in cells - {None}:
        code = decode(text)
        if code is None:
            is_open = False
            continue
        good.append(text)
        if code != text:
            changed[text] = code
    is_whole = len(found) < _MOST_CODES
    return Codes(changed, None if is_open and is_whole else tuple(sorted(good)))
