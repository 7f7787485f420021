"""Numbers, shares, amounts, days and periods as a reader of a language writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

import pandas as pd
from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from babel.dates import format_interval, format_skeleton
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
)

from perf_core.domain.catalogue import Unit
from perf_core.domain.period import Period

ABSENT: Final = "–"
"""What stands where there is no data: never a zero."""

_LOCALES: Final = {"zh": "zh_Hans_CN", "en": "en"}
_MINUS: Final = "−"
_IN_TIMES_FROM: Final = 10.0
_WHOLE_TIMES_FROM: Final = 100.0


def locale_of(language: str) -> str:
    """The locale that numbers and days are written in."""
    return _LOCALES.get(language, "en")


def is_absent(value: object) -> bool:
    """Whether there is nothing to write."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and not math.isfinite(value)


def _with_minus(text: str) -> str:
    return text.replace("-", _MINUS, 1) if text.startswith("-") else text


def _pattern(digits: int, *, fixed: bool) -> str:
    if digits == 0:
        return "#,##0"
    return "#,##0." + ("0" if fixed else "#") * digits


def listed(names: Iterable[str], language: str) -> str:
    """Names one after the other, as the language sets them apart.

    Examples
    --------
    >>> listed(["A", "B"], "en"), listed(["甲", "乙"], "zh")
    ('A, B', '甲、乙')
    """
    return ("、" if language == "zh" else ", ").join(names)


def format_number(
    value: float | None, language: str, *, digits: int = 1, fixed: bool = False
) -> str:
    """A number with its thousands parted.

    Examples
    --------
    >>> format_number(60000, "en"), format_number(92.345, "zh"), format_number(None, "en")
    ('60,000', '92.3', '–')
    """
    if value is None or is_absent(value):
        return ABSENT
    text = format_decimal(
        round(value, digits) + 0.0, _pattern(digits, fixed=fixed), locale=locale_of(language)
    )
    return _with_minus(text)


def format_share(value: float | None, language: str, *, digits: int = 1) -> str:
    """A share of one in percent.

    Examples
    --------
    >>> format_share(0.025, "en"), format_share(1.12, "zh", digits=0)
    ('2.5%', '112%')
    """
    if value is None or is_absent(value):
        return ABSENT
    return f"{format_number(value * 100, language, digits=digits)}%"


def format_amount(
    value: float | None,
    currency: str,
    language: str,
    *,
    compact: bool = False,
    whole: bool = False,
) -> str:
    """An amount in its currency: ``¥123.5万`` in Chinese, ``CN¥1.2M`` in English when compact.

    From 10,000 on the parts of a unit are left out, from 1,000 on when compact, with ``whole``
    always.

    Examples
    --------
    >>> format_amount(1234567.8, "CNY", "zh", compact=True)
    '¥123.5万'
    >>> format_amount(1234567.8, "USD", "en", compact=True)
    '$1.2M'
    >>> format_amount(1234.5, "CNY", "zh")
    '¥1,234.50'
    >>> format_amount(3835.27, "CNY", "zh", compact=True)
    '¥3,835'
    >>> format_amount(1234.5, "CNY", "zh", whole=True)
    '¥1,234'
    """
    if value is None or is_absent(value):
        return ABSENT
    locale = locale_of(language)
    if compact and abs(value) >= 10_000:
        text = format_compact_currency(
            value, currency, locale=locale, fraction_digits=1 if abs(value) < 1e10 else 0
        )
    elif whole or abs(value) >= (1_000 if compact else 10_000):
        text = format_currency(
            round(value), currency, locale=locale, format="¤#,##0", currency_digits=False
        )
    else:
        text = format_currency(value, currency, locale=locale)
    return _with_minus(text)


def format_seconds(value: float | None, language: str) -> str:
    """A duration: seconds below two minutes, minutes below two hours, hours and days above.

    Examples
    --------
    >>> format_seconds(40, "en"), format_seconds(5400, "zh"), format_seconds(180000, "en")
    ('40 s', '90 分钟', '2.1 d')
    """
    if value is None or is_absent(value):
        return ABSENT
    units = {"zh": ("秒", "分钟", "小时", "天"), "en": ("s", "min", "h", "d")}
    seconds, minutes, hours, days = units["zh" if language == "zh" else "en"]
    for limit, size, unit in ((120, 1, seconds), (7200, 60, minutes), (172800, 3600, hours)):
        if abs(value) < limit:
            return f"{format_number(value / size, language)} {unit}"
    return f"{format_number(value / 86400, language)} {days}"


def format_value(
    value: float | None, unit: Unit | str, language: str, *, currency: str, compact: bool = False
) -> str:
    """A measure's or an indicator's value by its unit.

    Examples
    --------
    >>> format_value(0.028, "percent", "en", currency="CNY")
    '2.8%'
    >>> format_value(60000, "count", "zh", currency="CNY", compact=True)
    '6万'
    """
    if value is None or is_absent(value):
        return ABSENT
    match unit:
        case "percent":
            return format_share(value, language, digits=1 if abs(value) >= 0.095 else 2)
        case "money":
            return format_amount(value, currency, language, compact=compact)
        case "seconds":
            return format_seconds(value, language)
        case "rating":
            return format_number(value, language, digits=2)
        case _:
            if compact and abs(value) >= 10_000:
                text = format_compact_decimal(value, locale=locale_of(language), fraction_digits=1)
                return _with_minus(text)
            return format_number(value, language, digits=1 if abs(value) < 1000 else 0)


def format_change(value: float | None, language: str, *, digits: int = 1) -> str:
    """A difference with its sign, in points or pieces.

    Examples
    --------
    >>> format_change(2.25, "en"), format_change(-3, "en"), format_change(0.0, "zh")
    ('+2.2', '−3', '±0')
    """
    if value is None or is_absent(value):
        return ABSENT
    rounded = round(value, digits)
    if rounded == 0:
        return "±0"
    return ("+" if rounded > 0 else "") + format_number(rounded, language, digits=digits)


def format_share_change(value: float | None, language: str, *, points: bool = True) -> str:
    """A difference of two shares in percentage points, or a growth in percent, with its sign.

    Growth from almost nothing is told in times: nobody pictures +123,456%. English says how many
    times as much there is now, Chinese how many times as much has come.

    Examples
    --------
    >>> format_share_change(0.031, "en"), format_share_change(-0.2, "zh", points=False)
    ('+3.1 pp', '−20%')
    >>> [format_share_change(1234.0, language, points=False) for language in ("en", "zh")]
    ['×1,235', '+1,234 倍']
    """
    if value is None or is_absent(value):
        return ABSENT
    if not points and value >= _IN_TIMES_FROM:
        digits = 1 if value < _WHOLE_TIMES_FROM else 0
        if language == "zh":
            return f"+{format_number(value, language, digits=digits)} 倍"
        return f"×{format_number(value + 1.0, language, digits=digits)}"
    unit = {"zh": " 百分点", "en": " pp"}["zh" if language == "zh" else "en"] if points else "%"
    return format_change(value * 100, language) + unit


def format_day(day: date | None, language: str, *, with_weekday: bool = False) -> str:
    """A day, its weekday before or behind it as the language has it.

    Examples
    --------
    >>> format_day(date(2026, 6, 17), "zh"), format_day(date(2026, 6, 17), "en")
    ('2026年6月17日', 'Jun 17, 2026')
    """
    if day is None or is_absent(day):
        return ABSENT
    locale = locale_of(language)
    if not with_weekday:
        return str(babel_date(day, "medium", locale=locale))
    pattern = "y年M月d日 EEE" if language == "zh" else "EEE, MMM d, y"
    return str(babel_date(day, pattern, locale=locale))


def format_short_day(day: date, language: str) -> str:
    """A day without its year, for axes."""
    return str(format_skeleton("MMMd", day, locale=locale_of(language)))


def format_instant(instant: datetime | None, language: str) -> str:
    """An instant to the minute, in the zone it carries."""
    if instant is None or is_absent(instant):
        return ABSENT
    pattern = "y-MM-dd HH:mm"
    return str(babel_datetime(instant, pattern, locale=locale_of(language)))


def format_period(period: Period, language: str) -> str:
    """A period by its name.

    Examples
    --------
    >>> from perf_core.domain.period import parse_period
    >>> [format_period(parse_period(code), "en") for code in ("2026-06", "2026-Q2", "2026-W23")]
    ['Jun 2026', 'Q2 2026', 'Week 23, 2026']
    >>> [format_period(parse_period(code), "zh") for code in ("2026-06", "2026-Q2", "2026-W23")]
    ['2026年6月', '2026年第2季度', '2026年第23周']
    """
    locale = locale_of(language)
    chinese = language == "zh"
    match period.kind:
        case "month":
            return str(format_skeleton("yMMM", period.start, locale=locale))
        case "quarter":
            return str(format_skeleton("yQQQ", period.start, locale=locale))
        case "week":
            year, week = period.code.split("-W")
            return f"{year}年第{int(week)}周" if chinese else f"Week {int(week)}, {year}"
        case "year":
            return f"{period.code}年" if chinese else period.code
        case "day":
            return format_day(period.start, language)
        case "window":
            return str(format_interval(period.start, period.last_day, "yMMMd", locale=locale))


def format_short_period(period: Period, language: str) -> str:
    """A period in a few letters, for axes."""
    locale = locale_of(language)
    match period.kind:
        case "month":
            pattern = "yy年M月" if language == "zh" else "MMM yy"
            return str(babel_date(period.start, pattern, locale=locale))
        case "quarter":
            year, quarter = period.code.split("-")
            return f"{year[2:]}{quarter}"
        case "week":
            return period.code[5:]
        case "year":
            return period.code
        case "day":
            return format_short_day(period.start, language)
        case "window":
            pattern = "yy年M月d日" if language == "zh" else "d MMM yy"
            return str(babel_date(period.start, pattern, locale=locale))
