"""Typed columns out of cells that have been read, and the reason a row is set aside for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, itemgetter, or_
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from perf_core.domain.import_tables import Column
from perf_core.sources import cell_dates as dates
from perf_core.sources import cell_numbers as numbers
from perf_core.sources.codes import DEFAULTS
from perf_core.sources.column_styles import QUICK_DATES, Style, misfits
from perf_core.sources.readings import Reading
from perf_core.sources.recognise import WHO
from perf_core.sources.stages import Stages

RATINGS = frozenset({"ratings.score", "tickets.csat"})
"""Numbers that must lie between 1 and 5."""


def only(condition: Any, value: Any) -> Any:
    """The value where the condition holds, else NULL."""
    return ibis.cases((condition, value), else_=ibis.null(value.type()))


def any_of(conditions: Iterable[Any]) -> Any:
    """Whether one of the conditions holds."""
    return reduce(or_, conditions, ibis.literal(False))


def left_over(table: Any, name: str) -> Any:
    """The text of a cell that the quick look could not read."""
    return only(table[f"q_{name}"].isnull(), table[f"t_{name}"])


@ibis.udf.scalar.builtin(name="error")
def _stop(why: str) -> str:  # type: ignore[empty-body]
    ...


Found = Callable[[Any], Any]
"""A condition over the typed columns, which are computed a step before it."""


@dataclass
class Faults:
    """What can be wrong with the cells of a row, by reason."""

    bad_date: list[Found] = field(default_factory=list)
    bad_number: list[Found] = field(default_factory=list)
    bad_choice: list[Found] = field(default_factory=list)
    bad_rating: list[Found] = field(default_factory=list)
    too_large: list[Found] = field(default_factory=list)
    test: list[Found] = field(default_factory=list)


def settle(stages: Stages, reading: Reading, style: Style, counted: dict[str, bool]) -> Faults:
    """Add the step that types every column; give what the next must look for in them."""
    table = stages.table
    present = {column.name for column in reading.present}
    kept = {name: table[name] for name in ("__row", "__long", "__totals")}
    kept |= {f"__has_{name}": table[f"t_{name}"].notnull() for name in present}
    kept |= _misfit(table, reading, style, counted)
    faults = Faults()
    values: dict[str, Any] = {}
    for column in reading.shape.columns:
        name = column.name
        if name not in present:
            values |= _absent(reading, column)
        elif column.type in QUICK_DATES:
            values |= _date(table, reading, style, column)
            faults.bad_date.append(_lost(name, f"__has_{name}"))
        elif column.type != "number":
            values[name] = _word(table, reading, column, style)
            if name in style.codes:
                kept[f"__bad_{name}"] = table[f"x_{name}"]
                bad = faults.bad_date if column.type == "period" else faults.bad_choice
                bad.append(itemgetter(f"__bad_{name}"))
    for name, is_money in counted.items():
        number, flags = _number(table, style, name, is_money=is_money)
        called = _e4_name(reading, name) if is_money else name
        values[called] = number
        kept |= flags
        faults.too_large.append(_beyond(called, numbers.LARGEST * (10_000 if is_money else 1)))
        if flags:
            faults.bad_number.append(itemgetter(f"__bad_{name}"))
            faults.too_large.append(_lost(called, f"__rest_{name}"))
        if f"{reading.table}.{name}" in RATINGS:
            faults.bad_rating.append(_no_mark(called))
    if patterns := _test_patterns(table, reading, present):
        kept["__pattern"] = any_of(patterns)
        faults.test.append(itemgetter("__pattern"))
    stages.then(table.select(**kept, **values))
    return faults


def _misfit(table: Any, reading: Reading, style: Style, counted: dict[str, bool]) -> dict[str, Any]:
    """Whether a row shows that the columns are not written as was supposed."""
    if not style.is_guess:
        return {}
    return {"__misfit": any_of(misfits(table, reading, style, counted))}


def _test_patterns(table: Any, reading: Reading, present: set[str]) -> list[Any]:
    return [
        table[f"t_{name}"].re_search(_pattern(pattern))
        for name, patterns in reading.test.items()
        if name in present
        for pattern in patterns
    ]


def _number(table: Any, style: Style, name: str, *, is_money: bool) -> tuple[Any, dict[str, Any]]:
    """A number, and where its column is not plain what its cells came to."""
    quick, text = table[f"q_{name}"], table[f"t_{name}"]
    if name in style.plain and not is_money:
        return quick, {}
    if name in style.small:
        return numbers.small_e4(quick), {}
    if name in style.plain:
        return numbers.exact_e4(quick, ibis.null(dt.string)), {}
    rest = table[f"r_{name}"]
    slow = quick.coalesce(rest.try_cast(dt.float64))
    bad = text.notnull() & quick.isnull() & rest.isnull()
    flags = {f"__bad_{name}": bad, f"__rest_{name}": rest.notnull()}
    return numbers.exact_e4(quick, rest) if is_money else slow, flags


def _lost(name: str, had: str) -> Found:
    """The cell held something, and nothing came of it."""
    return lambda table: table[had] & table[name].isnull()


def _beyond(name: str, most: int) -> Found:
    return lambda table: table[name].abs() > most


def _no_mark(name: str) -> Found:
    return lambda table: ~table[name].between(1, 5)


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


def _date(table: Any, reading: Reading, style: Style, column: Column) -> dict[str, Any]:
    name, quick = column.name, table[f"q_{column.name}"]
    zone, company = reading.zone, reading.company_zone
    is_plain = name in style.plain
    if is_plain and column.type == "instant":
        at = dates.to_utc(quick, zone, style.offsets.get(name))
        day = dates.in_bounds(dates.local_day(quick, zone, company))
        return _instant(reading, name, only(day.notnull(), at), day)
    if is_plain:
        return {name: dates.in_bounds(quick)}
    iso = table[f"r_{name}"]
    # The quick look knows ISO only, which no other format contradicts.
    read = dates.moment(left_over(table, name), iso, reading.date_format)
    if column.type == "instant":
        local = quick.coalesce(read.local)
        day = read.bare.coalesce(
            dates.local_day(local, zone, company), dates.utc_day(read.utc, company)
        )
        at = dates.to_utc(local, zone).coalesce(
            read.utc, dates.to_utc(read.bare.cast(dt.timestamp), company)
        )
        day = dates.in_bounds(day)
        return _instant(reading, name, only(day.notnull(), at), day)
    is_midnight = read.local == read.local.truncate("D")
    day = read.bare.coalesce(
        only(is_midnight, read.local.date()),
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


def _word(table: Any, reading: Reading, column: Column, style: Style) -> Any:
    """A text, id or coded cell; ``""`` (for a flag NULL) where it is blank."""
    text = table[f"t_{column.name}"]
    if column.type == "flag":
        answers = ((text == "true", True), (text == "false", False))
        return ibis.cases(*answers, else_=ibis.null(dt.boolean))
    value = text
    if column.type == "id" and column.name not in style.codes:
        value = _identifier(text)
    elif column.type == "text":
        value = _unguarded(text)
    return value.coalesce(DEFAULTS.get(f"{reading.table}.{column.name}", ""))


def _identifier(text: Any) -> Any:
    """An id as it was meant: ``17850.0``, ``="00123"`` and ``'00123`` are what machines made of it.

    Leading zeros stay. How a text begins is found by comparing it, at next to no cost; what falls
    into a range without fitting its pattern stays as it is.
    """
    is_decimal = text.between("-", ":") & text.contains(".0")
    return ibis.cases(
        (is_decimal, text.re_replace(r"^(-?\d+)\.0+$", r"\1")),
        (text.between("=", ">"), text.re_replace(r'^="(.*)"$', r"\1")),
        (text.between("'", "("), text.re_replace(r"^'+", "")),
        else_=text,
    )


def _unguarded(text: Any) -> Any:
    """A text without the apostrophe that an export puts before what a spreadsheet would run."""
    return ibis.cases(
        (text.between("'", "("), text.re_replace(r"^'(['=+@-])", r"\1")),
        else_=text,
    )


def _pattern(pattern: str) -> str:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return f"(?is)^{''.join(parts)}$"


def give_reasons(stages: Stages, reading: Reading, faults: Faults) -> None:
    """Add the step that gives each row the first reason that holds, in their order."""
    table, shape = stages.table, reading.shape
    present = {column.name for column in reading.present}
    reasons: list[tuple[Any, Any]] = [
        (table["__long"], "bad_row"),
        (table["__totals"], "totals_row"),
    ]
    if "__misfit" in table.columns:
        reasons.insert(0, (table["__misfit"], _stop("not as the first rows are")))
    for name in shape.required:
        absent = ~table[f"__has_{name}"] if name in present else ibis.literal(True)
        reasons.append((absent, f"missing_{name}"))
    if reading.table in WHO:
        nobody = [table[name] == "" for name in WHO[reading.table]]
        reasons.append((reduce(and_, nobody), "missing_employee_id"))
    if "status" in present and reading.table in {"orders", "tickets"}:
        faults.test.insert(0, lambda table: table["status"] == "test")
    if "is_test" in present:
        faults.test.append(itemgetter("is_test"))
    for reason in ("bad_date", "bad_number", "bad_choice", "bad_rating", "too_large"):
        reasons += [(found(table), reason) for found in getattr(faults, reason)]
    if "status" in present and reading.table in {"orders", "tickets"}:
        reasons.append((table["status"] == "cancelled", "cancelled"))
    reasons += [(found(table), "test") for found in faults.test]
    columns = {name: table[name] for name in table.columns if not name.startswith("__")}
    if reading.table == "measures":
        is_money = table["measure"].isin(sorted(reading.money_measures) or [""])
        columns["value_e4"] = only(is_money, table["value_e4"])
        columns["currency"] = ibis.cases((is_money, table["currency"]), else_="")
    stages.then(
        table.select(
            __row=table["__row"],
            __file=ibis.literal(reading.raw.label),
            __reason=ibis.cases(*reasons, else_=ibis.null(dt.string)),
            **columns,
        )
    )
