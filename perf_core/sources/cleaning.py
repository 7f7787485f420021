"""From a table of text to typed columns, each row with the reason it is set aside for, if any.

The work is Ibis expressions on DuckDB, in steps over the whole table. A plainly written cell costs
a cast; only what that leaves is looked at more closely.
"""

from __future__ import annotations

from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt

from perf_core.sources import cell_dates as dates
from perf_core.sources import cell_numbers as numbers
from perf_core.sources.codes import CodeBook
from perf_core.sources.column_styles import (
    QUICK_DATES,
    Codes,
    Style,
    codes_of,
    guessed_style,
    style_of,
)
from perf_core.sources.raw_tables import answer
from perf_core.sources.readings import Reading, cell
from perf_core.sources.stages import Stages
from perf_core.sources.totals_rows import TOTALS, is_total, says_total
from perf_core.sources.typed_rows import any_of, give_reasons, left_over, settle


def clean(
    connection: duckdb.DuckDBPyConnection, reading: Reading, book: CodeBook, relation: str
) -> int:
    """Make the relation of clean rows; give the number of rows read."""
    codes = codes_of(connection, reading, book)
    guess = guessed_style(connection, reading, codes)
    if guess is None or not _is_cleaned(connection, reading, guess, relation):
        statement = cleaning_sql(reading, style_of(connection, reading, codes))
        answer(connection, f"create table {relation} as {statement}")
    return int(answer(connection, f"select count(*) from {relation}")[0][0])


def _is_cleaned(
    connection: duckdb.DuckDBPyConnection, reading: Reading, guess: Style, relation: str
) -> bool:
    """Clean by a guess; False, and nothing made, where a cell shows that it was wrong."""
    try:
        answer(connection, f"create table {relation} as {cleaning_sql(reading, guess)}")
    except duckdb.Error:
        return False
    return True


def cleaning_sql(reading: Reading, style: Style) -> str:
    """The statement that cleans a table of text.

    Four steps: the cells as texts; the plainly written ones cast, and what is left of dates and
    numbers rewritten; all of them typed, with what is wrong; the reason.
    """
    stages = Stages(reading.raw.relation, reading.raw_schema())
    _take_texts(stages, reading, style)
    counted = reading.counted
    _parse(stages, reading, style, counted)
    faults = settle(stages, reading, style, counted)
    give_reasons(stages, reading, faults)
    return stages.sql()


def _take_texts(stages: Stages, reading: Reading, style: Style) -> None:
    table, raw = stages.table, reading.raw
    texts: dict[str, Any] = {
        "__row": table["__row"] if raw.numbered else table["rowid"] + raw.first_row,
        "__long": table["__long"] if raw.numbered else ibis.literal(False),
        "__totals": _is_total(table, reading, style),
    }
    for column in reading.present:
        name, coded = column.name, style.codes.get(column.name)
        if coded is not None:
            texts[f"t_{name}"], texts[f"x_{name}"] = _decoded(table, reading, name, coded)
        elif name in style.plain:
            texts[f"t_{name}"] = table[f"c{reading.columns[name]}"]
        else:
            text = reading.text(table, name)
            texts[f"t_{name}"] = numbers.absent_dash(text) if column.type == "number" else text
    for code, place in reading.measures.items():
        is_plain = code in style.plain
        rough = numbers.absent_dash(reading.text(table, code))
        texts[f"t_{code}"] = table[f"c{place}"] if is_plain else rough
    if reading.table == "measures":
        texts["t_value_e4"] = texts.get("t_value", ibis.null(dt.string))
    mapped = [*reading.columns.values(), *reading.measures.values()]
    others = sorted(set(range(len(raw.headers))).difference(mapped))
    every = [cell(table, place) for place in (*dict.fromkeys(mapped), *others)]
    first = [texts[f"t_{name}"] for name in reading.shape.required if name in style.plain]
    texts["__filled"] = ibis.coalesce(*first, *every).notnull()
    stages.then(table.select(**texts))
    stages.then(stages.table.filter(stages.table["__filled"]).drop("__filled"))


def _decoded(table: Any, reading: Reading, name: str, coded: Codes) -> tuple[Any, Any]:
    """A coded cell as its code, and whether it is none."""
    if name not in reading.columns:
        return ibis.literal(coded.if_blank, dt.string), ibis.literal(False)
    text = table[f"c{reading.columns[name]}"]
    code = text.cases(*coded.changed.items(), else_=text) if coded.changed else text
    if coded.if_blank is not None:
        code = code.coalesce(coded.if_blank)
    bad = ibis.literal(False)
    if coded.good is not None:
        bad = text.notnull() & ~text.isin(coded.good or ("",))
    elif coded.bad:
        bad = text.isin(sorted(coded.bad))
    return code, bad


def _is_total(table: Any, reading: Reading, style: Style) -> Any:
    keys = [name for name in reading.shape.key if name in reading.columns]
    found = []
    for name in keys:
        place = reading.columns[name]
        codes = style.codes.get(name)
        if codes is not None and codes.good is None:
            # Few different cells: mostly none of them is a total, and no row need be searched.
            totals = [one for one in codes.cells if is_total(one)]
            if totals:
                found.append(table[f"c{place}"].isin(sorted(totals)))
        else:
            text = table[f"c{place}"] if name in style.plain else cell(table, place)
            found.append(says_total(text))
    if 0 not in {*reading.columns.values(), *reading.measures.values()}:
        found.append(cell(table, 0).lower().isin(TOTALS))
    return any_of(found)


def _parse(stages: Stages, reading: Reading, style: Style, counted: dict[str, bool]) -> None:
    """Cast the plain cells; rewrite the others in two steps, lest SQL repeat the first."""
    table, comma = stages.table, style.decimal_comma
    dated = [column for column in reading.present if column.type in QUICK_DATES]
    quick: dict[str, Any] = {}
    for column in dated:
        text, kind = table[f"t_{column.name}"], QUICK_DATES[column.type]
        is_known = column.name in style.plain and not style.is_guess
        is_cast = is_known and column.type != "month"
        quick[column.name] = text.try_cast(kind(text).type()) if is_cast else kind(text)
    for name, is_money in counted.items():
        text = table[f"t_{name}"]
        if name in style.plain:
            quick[name] = text.try_cast(numbers.MONEY if is_money else dt.float64)
        else:
            quick[name] = numbers.quick_number(text, is_money=is_money, decimal_comma=comma)
    stages.then(table.mutate(**{f"q_{name}": value for name, value in quick.items()}))
    rough_dates = [column.name for column in dated if column.name not in style.plain]
    rough_numbers = [name for name in counted if name not in style.plain]
    table = stages.table
    steps = {name: dates.iso_text(left_over(table, name)) for name in rough_dates}
    steps |= {name: numbers.bare_number(left_over(table, name)) for name in rough_numbers}
    _put(stages, steps)
    table = stages.table
    steps = {
        name: dates.year_first(table[f"r_{name}"], style.orders.get(name, ""))
        for name in rough_dates
    }
    steps |= {
        name: numbers.plain_number(table[f"r_{name}"], decimal_comma=comma)
        for name in rough_numbers
    }
    _put(stages, steps)
    table = stages.table
    _put(stages, {name: numbers.valid_number(table[f"r_{name}"]) for name in rough_numbers})


def _put(stages: Stages, steps: dict[str, Any]) -> None:
    if steps:
        stages.then(stages.table.mutate(**{f"r_{name}": value for name, value in steps.items()}))
