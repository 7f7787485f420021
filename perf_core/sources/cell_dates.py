"""Days, instants and months as files write them, read exactly and never guessed.

All functions take and give Ibis expressions on DuckDB. The usual ISO forms are cast at once
(``quick_…``); only what that leaves is rewritten into ISO (``iso_text``) and read in three ways:
a bare day, a local time, a time with its offset.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.datatypes as dt

DayOrder = Literal["", "dmy", "mdy"]

_FULL = "０１２３４５６７８９：－／．　\u00a0，"
_HALF = "0123456789:-/.  ,"
_NUMERIC = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})((?:[ T].*)?)$"
_DAY = r"^\d{4}-\d{1,2}-\d{1,2}$"
_TIME = r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_OFFSET = r"[+-]\d{2}(:\d{2})?"
_SPOKEN = [
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%b %d, %Y %I:%M:%S %p",
    "%d %b %Y %H:%M:%S",
    "%d-%b-%Y %H:%M:%S",
]

_UTC = dt.Timestamp(timezone="UTC")
_DAY_LONG = timedelta(days=1)
_MOST_DAYS = 20_000
_FORMATS = dt.Array(dt.string)


@ibis.udf.scalar.builtin(name="translate")
def _translate(text: str, old: str, new: str) -> str:  # type: ignore[empty-body]
    ...


@ibis.udf.scalar.builtin(name="substring")
def _sub(text: str, first: int, length: int) -> str:  # type: ignore[empty-body]
    ...


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, dt.timestamp), _UTC))
def _at_zone(zone: Any, local: Any) -> Any: ...


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, _UTC), dt.timestamp))
def _in_zone(zone: Any, instant: Any) -> Any: ...


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, _FORMATS), dt.timestamp))
def _try_strptime(text: Any, formats: Any) -> Any: ...


@ibis.udf.scalar.builtin(name="make_timestamp", signature=((dt.int64,), dt.timestamp))
def _from_micros(micros: Any) -> Any: ...


class Moment(NamedTuple):
    """A cell read in three ways; at most one is not NULL."""

    bare: Any
    """DATE: a day without a time."""
    local: Any
    """TIMESTAMP: a time in the zone of the source."""
    utc: Any
    """TIMESTAMP: a time with its offset, in UTC."""


def quick_day(text: Any) -> Any:
    """The day of ``2026-06-01`` or ``2026/6/1``; NULL for everything else."""
    is_fit = text.length().between(8, 10) & _sub(text, 5, 1).isin(("-", "/"))
    return _if(is_fit, text.try_cast(dt.date))


def quick_local(text: Any) -> Any:
    """The time of ``2026-06-01 12:34:56``, with a space or a T; NULL for everything else."""
    time = text.try_cast(dt.timestamp)
    shapes = [f"____{sign}__{sign}__{gap}__:__:__" for sign in "-/" for gap in " T"]
    return ibis.cases(
        *((text.like(shape), time) for shape in shapes), else_=ibis.null(dt.timestamp)
    )


def is_numeric_order(text: Any) -> Any:
    """Whether day and month stand before the year, in an order that must be found out."""
    return _if(
        ~_sub(text, 5, 1).isin(("-", "/", "年")), text.re_search(_NUMERIC), ibis.literal(False)
    )


def numeric_parts(text: Any) -> tuple[Any, Any]:
    """The first two numbers of such a date."""
    first, second = (text.re_extract(_NUMERIC, part).try_cast(dt.int64) for part in (1, 2))
    return first, second


def iso_text(text: Any) -> Any:
    """Rewrite a date or time that begins with its year into ISO; else give back what there was."""
    iso = _translate(text, _FULL, _HALF).strip()
    iso = iso.re_replace(r"^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?\s*", r"\1-\2-\3 ")
    iso = iso.re_replace(r"(\d{1,2})\s*[时点]\s*(\d{1,2})\s*分\s*", r"\1:\2:")
    iso = iso.re_replace(r"(\d{1,2})\s*秒$", r"\1").re_replace(r"[:\s]+$", "")
    iso = iso.re_replace(r"^(\S+)\s*上午\s*(\S+)$", r"\1 \2 AM")
    iso = iso.re_replace(r"^(\S+)\s*下午\s*(\S+)$", r"\1 \2 PM")
    iso = iso.re_replace(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})", r"\1-\2-\3")
    iso = iso.re_replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")
    iso = iso.re_replace(
        r"^(\d{4})(\d{2})(\d{2})[ T]*(\d{2}):?(\d{2}):?(\d{2})$", r"\1-\2-\3 \4:\5:\6"
    )
    return iso.re_replace(r"^(\d{4})(\d{2})(\d{2})[ T]+(\d{1,2}:\d{2})$", r"\1-\2-\3 \4")


def year_first(iso: Any, order: DayOrder) -> Any:
    """Put the year of ``13/04/2026`` first; NULL where day and month cannot be told apart."""
    return _if(iso.re_search(_NUMERIC), _reordered(iso, order), iso)


def _reordered(iso: Any, order: DayOrder) -> Any:
    first, second = numeric_parts(iso)
    dmy = iso.re_replace(_NUMERIC, r"\3-\2-\1\4")
    mdy = iso.re_replace(_NUMERIC, r"\3-\1-\2\4")
    otherwise = {"dmy": dmy, "mdy": mdy, "": ibis.null(dt.string)}[order]
    return ibis.cases(((first > 12) | (first == second), dmy), (second > 12, mdy), else_=otherwise)


def moment(text: Any, iso: Any, date_format: str) -> Moment:
    """Read a cell, given as it is and rewritten into ISO, as one of the three."""
    bare = _if(iso.re_search(_DAY), iso.try_cast(dt.date))
    local = _if(iso.re_search(rf"^{_TIME}$"), iso.replace(",", ".").try_cast(dt.timestamp))
    zoned = iso.re_replace(r"\[.*\]$", "").re_replace(r"\s*(Z|UTC|GMT)$", "+00")
    zoned = zoned.re_replace(r"\s*([+-]\d{2}):?(\d{2})$", r"\1:\2")
    zoned = zoned.re_replace(r"\s+([+-]\d{2})$", r"\1")
    is_zoned = zoned.re_search(rf"^{_TIME}{_OFFSET}$")
    utc = _if(is_zoned, _in_zone("UTC", zoned.replace(",", ".").try_cast(_UTC)))
    spoken = _if(
        iso.re_search(r"[A-Za-z]{2}.*\d|\d.*[A-Za-z]{2}"),
        _try_strptime(iso, ibis.literal(_SPOKEN, _FORMATS)),
    )
    has_time = iso.contains(":")
    serial = _if(iso.re_search(r"^[2-7]\d{4}(\.\d+)?$"), iso.try_cast(dt.float64))
    counted = _from_micros(((serial - 25_569) * 86_400).round(0).cast(dt.int64) * 1_000_000)
    is_whole = serial == serial.floor()
    bare = bare.coalesce(_if(~has_time, spoken.date()), _if(is_whole, counted.date()))
    local = local.coalesce(_if(has_time, spoken), _if(~is_whole, counted))
    if not date_format:
        return Moment(bare, local, utc)
    return _with_format(Moment(bare, local, utc), text, date_format)


def _with_format(otherwise: Moment, text: Any, date_format: str) -> Moment:
    told = _try_strptime(text, ibis.literal([date_format], _FORMATS))
    nothing = told.isnull()
    bare, local, utc = otherwise
    has_time = any(code in date_format for code in ("%H", "%I", "%M", "%c", "%X", "%T"))
    if has_time:
        return Moment(_if(nothing, bare), told.coalesce(local), _if(nothing, utc))
    return Moment(told.date().coalesce(bare), _if(nothing, local), _if(nothing, utc))


def to_utc(local: Any, zone: str, offset: int | None = None) -> Any:
    """The instant of a local time, in UTC.

    ``offset`` is the zone's, in seconds, where it is the same for every time in the column:
    a subtraction costs a fraction of a look into the zone's calendar.
    """
    if offset is not None:
        return local - ibis.interval(seconds=offset)
    return _in_zone("UTC", _at_zone(zone, local))


def steady_offset(zone: str, first: datetime, last: datetime) -> int | None:
    """The zone's offset in seconds if it stays the same from one local time to another."""
    calendar, days = ZoneInfo(zone), (last - first).days + 3
    if days > _MOST_DAYS:
        return None
    start = datetime(first.year, first.month, first.day, tzinfo=calendar) - _DAY_LONG
    offsets = {(start + number * _DAY_LONG).utcoffset() for number in range(days + 1)}
    offset = offsets.pop()
    return None if offsets or offset is None else int(offset.total_seconds())


def local_day(local: Any, zone: str, company_zone: str) -> Any:
    """The company's calendar day of a local time of a source."""
    if zone == company_zone:
        return local.date()
    return _in_zone(company_zone, _at_zone(zone, local)).date()


def utc_day(utc: Any, company_zone: str) -> Any:
    """The company's calendar day of an instant in UTC."""
    return _in_zone(company_zone, _at_zone("UTC", utc)).date()


def in_bounds(day: Any) -> Any:
    """The day, or NULL where its year is none a company writes."""
    return _if(day >= ibis.literal("1900-01-01").cast(dt.date), day)


def quick_month(text: Any) -> Any:
    """The first day of ``2026-06``; NULL for everything else."""
    is_fit = (text.length() == 7) & (_sub(text, 5, 1) == "-")
    return _if(is_fit, (text + "-01").try_cast(dt.date))


def slow_month(iso: Any) -> Any:
    """The first day of a month in the other forms it is written in."""
    text = iso.re_replace(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(份)?$", r"\1-\2-01")
    text = text.re_replace(r"^(\d{4})(\d{2})$", r"\1-\2-01")
    spoken = _if(
        text.re_search(r"^[A-Za-z]+[ -]\d{4}$"),
        _try_strptime(text, ibis.literal(["%b %Y", "%B %Y", "%b-%Y"], _FORMATS)).date(),
    )
    return _if(text.re_search(_DAY), text.try_cast(dt.date)).coalesce(spoken)


def _if(condition: Any, value: Any, otherwise: Any | None = None) -> Any:
    return ibis.cases(
        (condition, value), else_=ibis.null(value.type()) if otherwise is None else otherwise
    )
