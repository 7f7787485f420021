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
from perf_core.sources.column_styles import QUICK_DATES, Codes, Style, style_of
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
    _take_texts(stages, reading, style)
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
            texts[f"t_{name}"] = table[f"c{reading.columns[name]}"].nullif("")
        else:
            text = reading.text(table, name)
            texts[f"t_{name}"] = numbers.absent_dash(text) if column.type == "number" else text
    for code, place in reading.measures.items():
        is_plain = code in style.plain
        text = table[f"c{place}"].nullif("") if is_plain else cell(table, place)
        texts[f"t_{code}"] = text if is_plain else numbers.absent_dash(text)
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
            said = [*codes.changed, *codes.bad, *TOTALS]
            totals = [one for one in said if one.strip().casefold() in TOTALS]
            found.append(table[f"c{place}"].lower().isin(sorted(set(totals))))
        else:
            text = table[f"c{place}"] if name in style.plain else cell(table, place)
            found.append(text.lower().isin(TOTALS))
    if 0 not in {*reading.columns.values(), *reading.measures.values()}:
        found.append(cell(table, 0).lower().isin(TOTALS))
    return _any(found)


def _parse(stages: Stages, reading: Reading, style: Style, counted: dict[str, bool]) -> None:
    """Cast the plain cells; rewrite the others in two steps, lest SQL repeat the first."""
    table, comma = stages.table, style.decimal_comma
    dated = [column for column in reading.present if column.type in QUICK_DATES]
    quick = {
        column.name: QUICK_DATES[column.type](table[f"t_{column.name}"]) for column in dated
    }
    for name, is_money in counted.items():
        quick[name] = numbers.quick_number(
            table[f"t_{name}"], is_money=is_money, decimal_comma=comma
        )
    stages.then(table.mutate(**{f"q_{name}": value for name, value in quick.items()}))
    rough_dates = [column.name for column in dated if column.name not in style.plain]
    rough_numbers = [name for name in counted if name not in style.plain]
    table = stages.table
    steps = {name: dates.iso_text(_left(table, name)) for name in rough_dates}
    steps |= {name: numbers.bare_number(_left(table, name)) for name in rough_numbers}
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
        elif column.type in QUICK_DATES:
            read = _date(table, reading, column, is_plain=column.name in style.plain)
            values |= read
            # A plain column's only bad days are those outside all bounds.
            dates_bad.append(table[f"t_{column.name}"].notnull() & read[column.name].isnull())
        else:
            is_coded = column.name in style.codes
            values[column.name] = _word(table, reading, column, is_coded=is_coded)
            if is_coded:
                bad_ones = dates_bad if column.type == "period" else choices_bad
                bad_ones.append(table[f"x_{column.name}"])
    numbers_bad, large, ratings_bad = [], [], []
    for name, is_money in counted.items():
        quick = table[f"q_{name}"]
        rest = ibis.null(dt.string) if name in style.plain else table[f"r_{name}"]
        value = numbers.exact_e4(quick, rest) if is_money else _float(quick, rest)
        most = numbers.LARGEST * 10_000 if is_money else numbers.LARGEST
        values[_e4_name(reading, name) if is_money else name] = value
        large.append(value.abs() > most)
        if name not in style.plain:
            numbers_bad.append(table[f"t_{name}"].notnull() & quick.isnull() & rest.isnull())
            large.append(rest.notnull() & value.isnull())
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


def _date(table: Any, reading: Reading, column: Column, *, is_plain: bool) -> dict[str, Any]:
    name, quick = column.name, table[f"q_{column.name}"]
    zone, company = reading.zone, reading.company_zone
    if is_plain and column.type == "instant":
        day = dates.in_bounds(dates.local_day(quick, zone, company))
        return _instant(reading, name, _only(day.notnull(), dates.to_utc(quick, zone)), day)
    if is_plain:
        return {name: dates.in_bounds(quick)}
    iso = table[f"r_{name}"]
    # The quick look knows ISO only, which no other format contradicts.
    read = dates.moment(_left(table, name), iso, reading.date_format)
    if column.type == "instant":
        local = quick.coalesce(read.local)
        day = read.bare.coalesce(
            dates.local_day(local, zone, company), dates.utc_day(read.utc, company)
        )
        at = dates.to_utc(local, zone).coalesce(
            read.utc, dates.to_utc(read.bare.cast(dt.timestamp), company)
        )
        day = dates.in_bounds(day)
        return _instant(reading, name, _only(day.notnull(), at), day)
    is_midnight = read.local == read.local.truncate("D")
    day = read.bare.coalesce(
        _only(is_midnight, read.local.date()),
        dates.local_day(read.local, zone, company),
        dates.utc_day(read.utc, company),
    )
    if column.type == "month":
        month = quick.coalesce(dates.slow_month(iso), day)
        return {name: dates.in_bounds(ibis.date(month.year(), month.month(), 1))}
    return {name: dates.in_bounds(quick.coalesce(day))}


def _instant(reading: Reading, name: str, at: Any, day: Any) -> dict[str, Any]:
    first = next(one.name for one in reading.shape.columns if one.type == "instant")
    return {name: at, "day": day} if name == first else {name: at}


def _float(quick: Any, rest: Any) -> Any:
    return quick.coalesce(rest.try_cast(dt.float64))


def _word(table: Any, reading: Reading, column: Column, *, is_coded: bool) -> Any:
    """A text, id or coded cell; ``""`` (for a flag NULL) where it is blank."""
    text = table[f"t_{column.name}"]
    if column.type == "flag":
        answers = ((text == "true", True), (text == "false", False))
        return ibis.cases(*answers, else_=ibis.null(dt.boolean))
    value = _identifier(text) if column.type == "id" and not is_coded else text
    return value.coalesce(DEFAULTS.get(f"{reading.table}.{column.name}", ""))


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
