"""What the columns of a file look like as a whole, found out before any is read.

Most columns are written plainly throughout, and then a cast reads them. What this look costs is
saved many times over by not searching every cell of such a column for what could be wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import ibis

from perf_core.domain.import_tables import Column
from perf_core.sources import cell_dates as dates
from perf_core.sources import cell_numbers as numbers
from perf_core.sources.codes import CodeBook
from perf_core.sources.raw_tables import answer
from perf_core.sources.readings import Reading, cell, has_blank_edge
from perf_core.sources.stages import compiled

QUICK_DATES = {
    "day": dates.quick_day,
    "instant": dates.quick_local,
    "month": dates.quick_month,
}
"""How a plainly written cell of each kind of date is read."""

MOST_CODES = 20_000
_GUESSED_FROM = 10_000
AROUND = timedelta(days=3650)

Span = tuple[datetime | None, datetime | None]


@dataclass(frozen=True)
class Codes:
    """The cells of a coded column, as they stand in the file.

    Attributes
    ----------
    changed : dict of str to str
        Cells whose code is another text, and that code; None for a cell of blanks.
    bad : frozenset of str
        Cells that are no code.
    good : tuple of str, or None
        The cells that are, where the column has too many different ones to know the bad.
    if_blank : str or None
        What an empty cell stands for.
    cells : frozenset of str
        All different cells, as far as they are known.
    """

    changed: Mapping[str, str | None]
    bad: frozenset[str]
    good: tuple[str, ...] | None = None
    if_blank: str | None = None
    cells: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Style:
    """How a file writes what can be written in several ways.

    Attributes
    ----------
    plain : frozenset of str
        Columns and measures of which every cell can be taken as it is: a cast reads it, or it is
        a text without blanks around it.
    orders : dict of str to {"dmy", "mdy"}
        By column, whether day or month comes first in ``03/04/2026``, as its other values show.
    decimal_comma : bool
        Whether the file writes 1.234,5 for 1234.5.
    codes : dict of str to Codes
        By coded column.
    offsets : dict of str to int
        Seconds that the source's zone is ahead of UTC, by plain column of instants over which
        that stays the same.
    small : frozenset of str
        Plain columns whose numbers are all small (``cell_numbers.SMALL``).
    is_guess : bool
        Whether only the first rows were looked at: whoever reads by it has to check every cell.
    spans : dict of str to (datetime, datetime)
        In a guess, from when to when the ``offsets`` hold, in local time.
    """

    plain: frozenset[str] = frozenset()
    orders: Mapping[str, dates.DayOrder] = field(default_factory=dict)
    decimal_comma: bool = False
    codes: Mapping[str, Codes] = field(default_factory=dict)
    offsets: Mapping[str, int] = field(default_factory=dict)
    small: frozenset[str] = frozenset()
    is_guess: bool = False
    spans: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)


def codes_of(
    connection: duckdb.DuckDBPyConnection, reading: Reading, book: CodeBook
) -> dict[str, Codes]:
    """Decode the different cells of each coded column of a landed table."""
    codes = {}
    for column in reading.present:
        found = _codes(connection, reading, column, book)
        if found is not None:
            codes[column.name] = found
    return codes


def guessed_style(
    connection: duckdb.DuckDBPyConnection, reading: Reading, codes: Mapping[str, Codes]
) -> Style | None:
    """Suppose that a long table is written plainly to its end, as its first rows are.

    None where the first rows are not all plain, or there are no more than those.
    """
    raw = reading.raw.relation
    if answer(connection, f"select count(*) from {raw}")[0][0] <= _GUESSED_FROM:
        return None
    number_places = _number_places(reading)
    look = _first_look(connection, reading, set(codes), number_places, rows=_GUESSED_FROM)
    dated = {one.name for one in reading.present if one.type in QUICK_DATES}
    in_doubt = (dated & set(reading.columns)) | set(number_places)
    if any(look.rough.values()) or not in_doubt <= set(look.rough):
        return None
    plain = frozenset(look.rough) | ({"value_e4"} if "value" in look.rough else set())
    spans = {
        name: (first - AROUND, last + AROUND)
        for name, (first, last) in look.spans.items()
        if first is not None and last is not None and first.year > 1900 and last.year < 2100
    }
    offsets = {name: _offset(reading, span) for name, span in spans.items()}
    if set(offsets) != set(look.spans) or None in offsets.values():
        return None
    return Style(
        plain,
        codes=codes,
        offsets={name: offset for name, offset in offsets.items() if offset is not None},
        small=frozenset(name for name, most in look.largest.items() if _is_small(most)),
        is_guess=True,
        spans=spans,
    )


def misfits(table: Any, reading: Reading, style: Style, money: Mapping[str, bool]) -> list[Any]:
    """What shows that a guess was wrong, for each plain column.

    ``table`` has the texts (``t_…``) and what the quick look made of them (``q_…``); ``money`` are
    the number columns, and whether each is money.
    """
    found = []
    dated = {one.name for one in reading.present if one.type in QUICK_DATES}
    for name in sorted(style.plain):
        text = table[f"t_{name}"]
        if name not in money and name not in dated:
            found.append(has_blank_edge(text))
            continue
        quick = table[f"q_{name}"]
        found.append(text.notnull() & quick.isnull())
        if name in money:
            found.append(numbers.is_no_number(text, quick))
        if name in style.spans:
            found.append(~quick.between(*map(ibis.literal, style.spans[name])))
        if name in style.small:
            found.append(quick.abs() > numbers.SMALL)
    return found


def style_of(
    connection: duckdb.DuckDBPyConnection, reading: Reading, codes: Mapping[str, Codes]
) -> Style:
    """Look over a landed table."""
    number_places = _number_places(reading)
    look = _first_look(connection, reading, set(codes), number_places)
    plain = frozenset(name for name, is_rough in look.rough.items() if not is_rough)
    signs = _signs(connection, reading, plain, number_places)
    orders: dict[str, dates.DayOrder] = {}
    for column in reading.present:
        is_dmy, is_mdy = f"dmy {column.name}" in signs, f"mdy {column.name}" in signs
        if is_dmy != is_mdy:
            orders[column.name] = "dmy" if is_dmy else "mdy"
    decimal_comma = "comma" in signs and "point" not in signs
    if decimal_comma:
        plain = plain.difference(number_places)
    if "value" in plain:
        plain |= {"value_e4"}
    offsets = {name: _offset(reading, look.spans[name]) for name in plain & set(look.spans)}
    return Style(
        plain,
        orders,
        decimal_comma,
        codes,
        {name: offset for name, offset in offsets.items() if offset is not None},
        frozenset(name for name in plain & set(look.largest) if _is_small(look.largest[name])),
    )


def _number_places(reading: Reading) -> dict[str, int]:
    columns = {
        column.name: reading.columns[column.name]
        for column in reading.present
        if column.type == "number" and column.name in reading.columns
    }
    return {**columns, **reading.measures}


@dataclass(frozen=True)
class _FirstLook:
    """By column: whether a cell needs more than a cast, from when to when, how large."""

    rough: dict[str, bool]
    spans: dict[str, Span]
    largest: dict[str, Decimal | None]


def _first_look(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    coded: set[str],
    number_places: Mapping[str, int],
    *,
    rows: int | None = None,
) -> _FirstLook:
    table = reading.raw_table().limit(rows)
    asked: dict[tuple[str, str], Any] = {}
    for column in reading.present:
        name = column.name
        if name in coded or name in number_places or not reading.is_as_written(name):
            continue
        text = table[f"c{reading.columns[name]}"]
        if column.type not in QUICK_DATES:
            asked["rough", name] = has_blank_edge(text).any()
            continue
        quick = QUICK_DATES[column.type](text)
        asked["rough", name] = (text.notnull() & quick.isnull()).any()
        if column.type == "instant":
            asked["first", name], asked["last", name] = quick.min(), quick.max()
    for name, place in number_places.items():
        if name not in reading.constant and name not in reading.values:
            text = table[f"c{place}"]
            quick = numbers.quick_number(text, is_money=True, decimal_comma=False)
            asked["rough", name] = (text.notnull() & quick.isnull()).any()
            asked["largest", name] = quick.abs().max()
    named = {" ".join(key): question for key, question in asked.items()}
    found = dict(zip(asked, _asked(connection, table, named).values(), strict=True))
    return _FirstLook(
        {name: bool(value) for (what, name), value in found.items() if what == "rough"},
        {
            name: (found["first", name], found["last", name])
            for what, name in found
            if what == "first"
        },
        {name: value for (what, name), value in found.items() if what == "largest"},
    )


def _offset(reading: Reading, span: Span) -> int | None:
    first, last = span
    if first is None or last is None:
        return None
    return dates.steady_offset(reading.zone, first, last)


def _is_small(largest: Decimal | None) -> bool:
    return largest is not None and largest <= numbers.SMALL


def _signs(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    plain: frozenset[str],
    number_places: Mapping[str, int],
) -> set[str]:
    """Which way round dates and decimals are, as far as values that leave no doubt tell."""
    table = reading.raw_table()
    asked: dict[str, Any] = {}
    for column in reading.present:
        is_rough = column.name in reading.columns and column.name not in plain
        if column.type in QUICK_DATES and is_rough:
            text = reading.text(table, column.name)
            first, second = dates.numeric_parts(text)
            is_numeric = dates.is_numeric_order(text)
            asked[f"dmy {column.name}"] = is_numeric & (first > 12) & (second <= 12)
            asked[f"mdy {column.name}"] = is_numeric & (second > 12) & (first <= 12)
    commas = [
        numbers.has_comma_decimals(cell(table, place), semicolons=reading.raw.delimiter == ";")
        for name, place in number_places.items()
        if name not in plain
    ]
    for number, comma in enumerate(commas):
        asked[f"comma {number}"] = comma
    found = _found(connection, table, asked)
    if any(sign.startswith("comma") for sign in found):
        points = {
            name: numbers.has_point_decimals(cell(table, place))
            for name, place in number_places.items()
        }
        found |= {"comma"} | ({"point"} if _found(connection, table, points) else set())
    return found


def _found(
    connection: duckdb.DuckDBPyConnection, table: Any, conditions: Mapping[str, Any]
) -> set[str]:
    """The names of the conditions that hold somewhere."""
    asked = {name: condition.any() for name, condition in conditions.items()}
    return {name for name, holds in _asked(connection, table, asked).items() if holds}


def _asked(
    connection: duckdb.DuckDBPyConnection, table: Any, questions: Mapping[str, Any]
) -> dict[str, Any]:
    """One value over the whole table for each question."""
    if not questions:
        return {}
    (found,) = answer(connection, compiled(table.aggregate(**questions)))
    return dict(zip(questions, found, strict=True))


def _codes(
    connection: duckdb.DuckDBPyConnection, reading: Reading, column: Column, book: CodeBook
) -> Codes | None:
    decode = book.decoder(reading.table, column, is_workbook=reading.raw.is_workbook)
    if decode is None:
        return None
    cells: list[str] = []
    if column.name in reading.columns:
        distinct = f"select distinct c{reading.columns[column.name]} from {reading.raw.relation}"
        found = answer(connection, f"{distinct} limit {MOST_CODES}")
        cells = [text for (text,) in found if text is not None]
    changed: dict[str, str | None] = {}
    bad, good = set(), []
    for text in cells:
        meant = reading.trimmed(column.name, text)
        code = None if meant is None else decode(meant)
        if meant is not None and code is None:
            bad.add(text)
            continue
        good.append(text)
        if code != text:
            changed[text] = code
    blank = reading.trimmed(column.name, None)
    is_whole = len(cells) < MOST_CODES - 1
    return Codes(
        changed,
        frozenset(bad),
        None if is_whole else tuple(sorted(good)),
        None if blank is None else decode(blank),
        frozenset(cells),
    )
