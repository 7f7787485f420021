"""From a table of text to typed columns, each row with the reason it is set aside for, if any.

The work is Ibis expressions on DuckDB, in steps over the whole table. A plainly written cell costs
a cast; only what that leaves is looked at more closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt

from perf_core.domain.import_tables import Column
from perf_core.sources import cell_dates as dates
from perf_core.sources import cell_numbers as numbers
from perf_core.sources.codes import DEFAULTS, CodeBook
from perf_core.sources.column_styles import DATED, Codes, Style, style_of
from perf_core.sources.readings import Reading, cell
from perf_core.sources.recognise import WHO
from perf_core.sources.stages import Stages

RATINGS = frozenset({"ratings.score", "tickets.csat"})
"""Numbers that must lie between 1 and 5."""

TOTALS = (
    *("合计", "总计", "小计", "汇总", "总和", "合计:", "总计:", "合计：", "总计："),
    *("total", "totals", "total:", "grand total", "subtotal", "sum"),
)
"""What the key of a totals row says."""


def clean(
    connection: duckdb.DuckDBPyConnection, reading: Reading, book: CodeBook, relation: str
) -> int:
    """Make the relation of clean rows; give the number of rows read."""
    statement = cleaning_sql(reading, style_of(connection, reading, book))
    connection.execute(f"create table {relation} as {statement}")
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0


def cleaning_sql(reading: Reading, style: Style) -> str:
    """The statement that cleans a table of text.

    Four steps: the cells as texts; the plainly written ones cast, and what is left of dates and
    numbers rewritten; all of them typed, with what is wrong; the reason.
    """
    stages = Stages(reading.raw.relation, reading.raw_schema())
    _take_texts(stages, reading)
    counted = _counted(reading)
    _parse(stages, reading, style, counted)
    _settle(stages, reading, style, counted)
    _give_reasons(stages, reading)
    return stages.sql()


def _counted(reading: Reading) -> dict[str, bool]:
    """The number columns, and whether each is money."""
    counted = {
        column.name: reading.is_money(column)
        for column in reading.present
        if column.type == "number"
    }
    if reading.table == "measures":
        counted["value_e4"] = True
    return counted | {code: code in reading.money_measures for code in reading.measures}


def _take_texts(stages: Stages, reading: Reading) -> None:
    table = stages.table
    raw = reading.raw
    texts: dict[str, Any] = {
        "__row": table["__row"] if raw.numbered else table["rowid"] + raw.first_row,
        "__long": table["__long"] if raw.numbered else ibis.literal(False),
        "__totals": _is_total(table, reading),
    }
    for column in reading.present:
        text = reading.text(table, column.name)
        is_number = column.type == "number"
        texts[f"t_{column.name}"] = numbers.absent_dash(text) if is_number else text
    for code, place in reading.measures.items():
        texts[f"t_{code}"] = numbers.absent_dash(reading.filled(cell(table, place), code))
    if reading.table == "measures":
        texts["t_value_e4"] = texts.get("t_value", ibis.null(dt.string))
    mapped = [*reading.columns.values(), *reading.measures.values()]
    others = sorted(set(range(len(raw.headers))).difference(mapped))
    every = [cell(table, place) for place in (*dict.fromkeys(mapped), *others)]
    texts["__filled"] = ibis.coalesce(*every).notnull()
    stages.then(table.select(**texts))
    stages.then(stages.table.filter(stages.table["__filled"]).drop("__filled"))


def _is_total(table: Any, reading: Reading) -> Any:
    places = {reading.columns[name] for name in reading.shape.key if name in reading.columns}
    if 0 not in {*reading.columns.values(), *reading.measures.values()}:
        places.add(0)
    return _any(cell(table, place).lower().isin(TOTALS) for place in sorted(places))


def _parse(stages: Stages, reading: Reading, style: Style, counted: dict[str, bool]) -> None:
    table = stages.table
    comma = style.decimal_comma
    quick: dict[str, Any] = {}
    parsers = {
        "day": dates.quick_day,
        "instant": dates.quick_local,
        "month": dates.quick_month,
    }
    dated = [column for column in reading.present if column.type in DATED]
    for column in dated:
        quick[column.name] = parsers[column.type](table[f"t_{column.name}"])
    for name, is_money in counted.items():
        quick[name] = numbers.quick_number(
            table[f"t_{name}"], is_money=is_money, decimal_comma=comma
        )
    stages.then(table.mutate(**{f"q_{name}": value for name, value in quick.items()}))
    table = stages.table
    rest: dict[str, Any] = {}
    for column in dated:
        order = style.orders.get(column.name, "")
        rest[f"r_{column.name}"] = dates.iso_text(_left(table, column.name), order)
    for name in counted:
        rest[f"r_{name}"] = numbers.plain_number(_left(table, name), decimal_comma=comma)
    stages.then(table.mutate(**rest))


def _left(table: Any, name: str) -> Any:
    """The text of a cell that the quick look could not read."""
    return _only(table[f"q_{name}"].isnull(), table[f"t_{name}"])


def _settle(stages: Stages, reading: Reading, style: Style, counted: dict[str, bool]) -> None:
    table = stages.table
    present = {column.name for column in reading.present}
    kept = {"__row": table["__row"], "__long": table["__long"], "__totals": table["__totals"]}
    missing = [name for name in reading.shape.required if name in present]
    kept |= {f"__no_{name}": table[f"t_{name}"].isnull() for name in missing}
    values: dict[str, Any] = {}
    dates_bad, choices_bad = [], []
    for column in reading.shape.columns:
        if column.type == "number":
            continue
        if column.name not in present:
            values |= _absent(reading, column)
        elif column.type in DATED:
            read = _date(table, reading, column)
            values |= read
            dates_bad.append(table[f"t_{column.name}"].notnull() & read[column.name].isnull())
        else:
            value, bad = _word(table[f"t_{column.name}"], reading, column, style.codes)
            values[column.name] = value
            choices_bad.append(bad)
    numbers_bad, large, ratings_bad = [], [], []
    for name, is_money in counted.items():
        quick, rest = table[f"q_{name}"], table[f"r_{name}"]
        value = (
            numbers.exact_e4(quick, rest)
            if is_money
            else quick.coalesce(rest.try_cast(dt.float64))
        )
        most = numbers.LARGEST * 10_000 if is_money else numbers.LARGEST
        values[_e4_name(reading, name) if is_money else name] = value
        numbers_bad.append(table[f"t_{name}"].notnull() & quick.isnull() & rest.isnull())
        large.append((rest.notnull() & value.isnull()) | (value.abs() > most))
        if f"{reading.table}.{name}" in RATINGS:
            ratings_bad.append(value.notnull() & ~value.between(1, 5))
    for column in reading.shape.columns:
        if column.type == "number" and column.name not in present:
            values |= _absent(reading, column)
    bad = {
        "__bad_date": _any(dates_bad),
        "__bad_number": _any(numbers_bad),
        "__bad_choice": _any(choices_bad),
        "__bad_rating": _any(ratings_bad),
        "__too_large": _any(large),
        "__pattern": _any(
            table[f"t_{name}"].re_search(_pattern(pattern))
            for name, patterns in reading.test.items()
            if name in present
            for pattern in patterns
        ),
    }
    stages.then(table.select(**kept, **values, **bad))


def _e4_name(reading: Reading, name: str) -> str:
    return name if name in reading.measures or name.endswith("_e4") else f"{name}_e4"


def _absent(reading: Reading, column: Column) -> dict[str, Any]:
    match column.type:
        case "day" | "month":
            return {column.name: ibis.null(dt.date)}
        case "instant":
            return {column.name: ibis.null(dt.timestamp)}
        case "flag":
            return {column.name: ibis.null(dt.boolean)}
        case "number" if reading.is_money(column):
            return {f"{column.name}_e4": ibis.null(dt.int64)}
        case "number":
            return {column.name: ibis.null(dt.float64)}
        case _:
            return {column.name: ibis.literal(DEFAULTS.get(f"{reading.table}.{column.name}", ""))}


def _date(table: Any, reading: Reading, column: Column) -> dict[str, Any]:
    name = column.name
    text, quick, iso = table[f"t_{name}"], table[f"q_{name}"], table[f"r_{name}"]
    if reading.date_format:
        # The quick look knows ISO only, which no other format contradicts.
        read = dates.moment(_left(table, name), iso, reading.date_format)
    else:
        read = dates.moment(text, iso, "")
    zone, company = reading.zone, reading.company_zone
    if column.type == "instant":
        local = quick.coalesce(read.local)
        day = read.bare.coalesce(
            dates.local_day(local, zone, company), dates.utc_day(read.utc, company)
        )
        at = dates.to_utc(local, zone).coalesce(
            read.utc, dates.to_utc(read.bare.cast(dt.timestamp), company)
        )
        day = dates.in_bounds(day)
        first = next(one.name for one in reading.shape.columns if one.type == "instant")
        value = {name: _only(day.notnull(), at)}
        return value | {"day": day} if name == first and "day" not in value else value
    is_midnight = read.local == read.local.truncate("D")
    day = read.bare.coalesce(
        _only(is_midnight, read.local.date()),
        dates.local_day(read.local, zone, company),
        dates.utc_day(read.utc, company),
    )
    if column.type == "month":
        day = dates.slow_month(iso).coalesce(day.truncate("M"))
        return {name: dates.in_bounds(quick.coalesce(day).truncate("M"))}
    return {name: dates.in_bounds(quick.coalesce(day))}


def _word(
    text: Any, reading: Reading, column: Column, codes: dict[str, Codes] | Any
) -> tuple[Any, Any]:
    """A text, id or coded cell, and whether it is no value of its column."""
    known: Codes | None = codes.get(column.name)
    bad = ibis.literal(False)
    if known is None:
        value = _identifier(text) if column.type == "id" else text
    else:
        value = text.cases(*known.changed.items(), else_=text) if known.changed else text
        if known.good is not None:
            bad = text.notnull() & (~text.isin(known.good) if known.good else ibis.literal(True))
    if column.type == "flag":
        answers = ((value == "true", True), (value == "false", False))
        return ibis.cases(*answers, else_=ibis.null(dt.boolean)), bad
    return value.coalesce(DEFAULTS.get(f"{reading.table}.{column.name}", "")), bad


def _identifier(text: Any) -> Any:
    """An id as it was meant: ``17850.0``, ``="00123"`` and ``'00123`` are what machines made of it.

    Leading zeros stay.
    """
    return ibis.cases(
        (text.contains(".0"), text.re_replace(r"^(-?\d+)\.0+$", r"\1")),
        (text.startswith("="), text.re_replace(r'^="(.*)"$', r"\1")),
        (text.startswith("'"), text.re_replace(r"^'+", "")),
        else_=text,
    )


def _pattern(pattern: str) -> str:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return f"(?is)^{''.join(parts)}$"


def _give_reasons(stages: Stages, reading: Reading) -> None:
    table, shape = stages.table, reading.shape
    present = {column.name for column in reading.present}
    reasons: list[tuple[Any, str]] = [
        (table["__long"], "bad_row"),
        (table["__totals"], "totals_row"),
    ]
    for name in shape.required:
        absent = table[f"__no_{name}"] if name in present else ibis.literal(True)
        reasons.append((absent, f"missing_{name}"))
    if reading.table in WHO:
        nobody = [table[name] == "" for name in WHO[reading.table]]
        reasons.append((reduce(lambda one, other: one & other, nobody), "missing_employee_id"))
    reasons += [
        (table[f"__{reason}"], reason)
        for reason in ("bad_date", "bad_number", "bad_choice", "bad_rating", "too_large")
    ]
    if "status" in present and reading.table in {"orders", "tickets"}:
        reasons.append((table["status"] == "cancelled", "cancelled"))
        reasons.append((table["status"] == "test", "test"))
    if "is_test" in present:
        reasons.append((table["is_test"].fill_null(False), "test"))
    if reading.test:
        reasons.append((table["__pattern"].fill_null(False), "test"))
    columns = {name: table[name] for name in table.columns if not name.startswith("__")}
    if reading.table == "measures":
        is_money = table["measure"].isin(sorted(reading.money_measures) or [""])
        columns["value_e4"] = _only(is_money, table["value_e4"])
        columns["currency"] = ibis.cases((is_money, table["currency"]), else_="")
    stages.then(
        table.select(
            __row=table["__row"],
            __file=ibis.literal(reading.raw.label),
            __reason=ibis.cases(*reasons, else_=ibis.null(dt.string)),
            **columns,
        )
    )


def _only(condition: Any, value: Any) -> Any:
    return ibis.cases((condition, value), else_=ibis.null(value.type()))


def _any(conditions: Iterable[Any]) -> Any:
    return reduce(or_, conditions, ibis.literal(False))
