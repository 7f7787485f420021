"""Typed columns out of cells that have been read, and the reason a row is set aside for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from perf_core.domain.import_tables import Column
from perf_core.sources import cell_dates as dates
from perf_core.sources import cell_numbers as numbers
from perf_core.sources.codes import DEFAULTS
from perf_core.sources.column_styles import QUICK_DATES, Style
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


@dataclass
class _Faults:
    """What is wrong with the cells of a row, by reason."""

    bad_date: list[Any] = field(default_factory=list)
    bad_number: list[Any] = field(default_factory=list)
    bad_choice: list[Any] = field(default_factory=list)
    bad_rating: list[Any] = field(default_factory=list)
    too_large: list[Any] = field(default_factory=list)


def settle(stages: Stages, reading: Reading, style: Style, counted: dict[str, bool]) -> None:
    """Add the step that types every column and says what is wrong with its cells."""
    table = stages.table
    present = {column.name for column in reading.present}
    kept = {"__row": table["__row"], "__long": table["__long"], "__totals": table["__totals"]}
    missing = [name for name in reading.shape.required if name in present]
    kept |= {f"__no_{name}": table[f"t_{name}"].isnull() for name in missing}
    faults = _Faults()
    values: dict[str, Any] = {}
    for column in reading.shape.columns:
        if column.name not in present:
            values |= _absent(reading, column)
        elif column.type != "number":
            values |= _named(table, reading, style, column, faults)
    for name, is_money in counted.items():
        called = _e4_name(reading, name) if is_money else name
        values[called] = _number(table, reading, name, faults, style=style, is_money=is_money)
    patterns = [
        table[f"t_{name}"].re_search(_pattern(pattern))
        for name, patterns in reading.test.items()
        if name in present
        for pattern in patterns
    ]
    bad = {f"__{reason}": any_of(found) for reason, found in vars(faults).items()}
    stages.then(table.select(**kept, **values, **bad, __pattern=any_of(patterns)))


def _named(
    table: Any, reading: Reading, style: Style, column: Column, faults: _Faults
) -> dict[str, Any]:
    """A column that is no number."""
    name = column.name
    if column.type in QUICK_DATES:
        read = _date(table, reading, column, is_plain=name in style.plain)
        # A plain column's only bad days are those outside all bounds.
        faults.bad_date.append(table[f"t_{name}"].notnull() & read[name].isnull())
        return read
    if name in style.codes:
        bad = faults.bad_date if column.type == "period" else faults.bad_choice
        bad.append(table[f"x_{name}"])
    return {name: _word(table, reading, column, is_coded=name in style.codes)}


def _number(
    table: Any, reading: Reading, name: str, faults: _Faults, *, style: Style, is_money: bool
) -> Any:
    quick, text = table[f"q_{name}"], table[f"t_{name}"]
    rest = ibis.null(dt.string) if name in style.plain else table[f"r_{name}"]
    value = numbers.exact_e4(quick, rest) if is_money else quick.coalesce(rest.try_cast(dt.float64))
    faults.too_large.append(value.abs() > numbers.LARGEST * (10_000 if is_money else 1))
    if name not in style.plain:
        faults.bad_number.append(text.notnull() & quick.isnull() & rest.isnull())
        faults.too_large.append(rest.notnull() & value.isnull())
    if f"{reading.table}.{name}" in RATINGS:
        faults.bad_rating.append(value.notnull() & ~value.between(1, 5))
    return value


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
        return _instant(reading, name, only(day.notnull(), dates.to_utc(quick, zone)), day)
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


def _word(table: Any, reading: Reading, column: Column, *, is_coded: bool) -> Any:
    """A text, id or coded cell; ``""`` (for a flag NULL) where it is blank."""
    text = table[f"t_{column.name}"]
    if column.type == "flag":
        answers = ((text == "true", True), (text == "false", False))
        return ibis.cases(*answers, else_=ibis.null(dt.boolean))
    value = text
    if column.type == "id" and not is_coded:
        value = _identifier(text)
    elif column.type == "text":
        value = _unguarded(text)
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


def _unguarded(text: Any) -> Any:
    """A text without the apostrophe that an export puts before what a spreadsheet would run."""
    return ibis.cases(
        (text.startswith("'"), text.re_replace(r"^'(['=+@-])", r"\1")),
        else_=text,
    )


def _pattern(pattern: str) -> str:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return f"(?is)^{''.join(parts)}$"


def give_reasons(stages: Stages, reading: Reading) -> None:
    """Add the step that gives each row the first reason that holds, in their order."""
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
        reasons.append((reduce(and_, nobody), "missing_employee_id"))
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
