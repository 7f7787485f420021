"""Values that stand for a code: names of brands and roles, statuses in any wording, periods.

There are few different ones in a column, so each is looked at once, in Python; the rows follow by
one expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from perf_core.domain.errors import BadPeriod
from perf_core.domain.import_tables import Column
from perf_core.domain.period import month_of, parse_period
from perf_core.sources.headers import KnownHeaders, value_key

AXIS_OF: Mapping[str, str] = {
    "brand": "brand",
    "region": "region",
    "department": "department",
    "channel": "channel",
    "role": "role",
    "dimension": "dimension",
    "indicator": "indicator",
    "veto_events.kind": "veto",
}
"""Which columns (or ``table.column``) hold the names or codes of an axis."""

DEFAULTS: Mapping[str, str] = {
    "orders.status": "paid",
    "pay.kind": "base",
}
"""What a blank choice stands for."""

Decode = Callable[[str], str | None]
"""Gives the code of a trimmed text, or None where it is none."""


@dataclass(frozen=True)
class CodeBook:
    """What reading must know of the company to understand codes and names."""

    known: KnownHeaders
    currency: str
    axis_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    title_roles: Mapping[str, str] = field(default_factory=dict)

    def decoder(self, table: str, column: Column, *, is_workbook: bool) -> Decode | None:
        """How a column's texts become codes; None where they are taken as they are."""
        place = f"{table}.{column.name}"
        if column.type == "choice":
            return self._choice(place, column.choices)
        if column.type == "flag":
            return self._flag
        if column.type == "period":
            return _workbook_period if is_workbook else period_code
        if column.name == "currency":
            return self._currency
        if place == "measures.measure":
            return self._measure
        axis = AXIS_OF.get(place) or (AXIS_OF.get(column.name) if column.type == "id" else None)
        return self._axis(axis) if axis else None

    def _choice(self, place: str, choices: tuple[str, ...]) -> Decode:
        words = {**self.known.choices.get(place, {}), **{value_key(one): one for one in choices}}
        return lambda text: words.get(value_key(text))

    def _flag(self, text: str) -> str | None:
        answer = self.known.flags.get(value_key(text))
        return None if answer is None else ("true" if answer else "false")

    def _currency(self, text: str) -> str:
        code = self.known.currencies.get(value_key(text), text.upper())
        return "" if code == self.currency else code

    def _measure(self, text: str) -> str | None:
        found = self.known.measure_of(text)
        return found[0] if found else None

    def _axis(self, axis: str) -> Decode:
        names = self.axis_names.get(axis, {})
        codes = set(names.values())
        by_key = {value_key(name): code for name, code in names.items()}
        by_key |= {value_key(code): code for code in codes}
        titles = self.title_roles if axis == "role" else {}

        def decode(text: str) -> str:
            text = plain_id(text)
            if text in codes:
                return text
            return titles.get(text) or by_key.get(value_key(text)) or text

        return decode


_MADE_BY_MACHINES = (
    (re.compile(r"(-?\d+)\.0+"), r"\1"),
    (re.compile(r'="(.*)"'), r"\1"),
    (re.compile(r"'+(.+)"), r"\1"),
)


def plain_id(text: str) -> str:
    """An id as it was meant, leading zeros and all.

    Examples
    --------
    >>> plain_id("4.0"), plain_id('="007"'), plain_id("'@shop")
    ('4', '007', '@shop')
    """
    for pattern, meant in _MADE_BY_MACHINES:
        if match := pattern.fullmatch(text):
            return match.expand(meant)
    return text


_CHINESE_MONTH = re.compile(r"(\d{4})\s*[年/.]\s*(\d{1,2})\s*月?(?:份)?")
_CHINESE_QUARTER = re.compile(r"(\d{4})\s*年?\s*第?\s*([1-4一二三四])\s*季度?")
_CHINESE_YEAR = re.compile(r"(\d{4})\s*年度?")
_TIGHT_MONTH = re.compile(r"(\d{4})(0[1-9]|1[0-2])")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")


def period_code(text: str) -> str | None:
    """The code of a period as files write it; None where the text names none.

    Examples
    --------
    >>> period_code("2026年6月"), period_code("2026q2"), period_code("2026/5/30..2026/8/29")
    ('2026-06', '2026-Q2', '2026-05-30..2026-08-29')
    """
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９－～", "0123456789-~"))
    for sign in ("..", "~", "至", " to "):
        if sign in plain:
            ends = [_iso_day(part.strip()) for part in plain.split(sign, 1)]
            plain = "..".join(ends)
            break
    else:
        plain = _iso_period(plain)
    try:
        return parse_period(plain).code
    except BadPeriod:
        return None


def _workbook_period(text: str) -> str | None:
    """As ``period_code``; but Excel turns a typed 2026-06 into its first day, which is undone."""
    code = period_code(text)
    if code is None or not _DAY.fullmatch(text):
        return code
    day = parse_period(code).start
    return month_of(day).code if day.day == 1 else code


def _iso_day(text: str) -> str:
    if match := _DAY.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    return text


def _iso_period(text: str) -> str:
    if match := _CHINESE_QUARTER.fullmatch(text):
        quarter = "一二三四".find(match[2]) + 1 or int(match[2])
        return f"{match[1]}-Q{quarter}"
    if match := _CHINESE_MONTH.fullmatch(text) or _TIGHT_MONTH.fullmatch(text):
        return f"{match[1]}-{int(match[2]):02d}"
    if match := _CHINESE_YEAR.fullmatch(text):
        return match[1]
    return _iso_day(text)
