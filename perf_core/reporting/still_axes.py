"""The axes of a still picture: where a value lies, and what stands at the ticks.

A figure of a page leaves much to the browser: ranges, ticks and how they are written. On paper
there is none, so these are settled here, by the same rules as far as readers notice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel.numbers import format_compact_decimal

_FORM: Final = re.compile(r"^(\+)?(,)?(?:\.(\d+))?(~)?([%sgf])?$")
_USUAL_TICKS: Final = 6
_ROOM: Final = 0.05


@dataclass(frozen=True)
class StillAxis:
    """One axis of a picture.

    Attributes
    ----------
    low, high : float
        The values at its begin and end; swapped where it runs backwards.
    categories : tuple of str
        The names along it, each at its number; empty for an axis of values.
    ticks : tuple of (float, str)
        Where something is written, and what.
    look : mapping
        What the figure says about it besides.
    """

    low: float
    high: float
    categories: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    look: Mapping[str, Any]

    def number(self, value: object) -> float | None:
        """A value of the data as a number along the axis; nothing for what is absent."""
        if self.categories and str(value) in self.categories:
            return float(self.categories.index(str(value)))
        return number(value)

    def part(self, value: object) -> float | None:
        """Where a value lies, from 0 at the begin to 1 at the end."""
        at = self.number(value)
        return None if at is None else (at - self.low) / ((self.high - self.low) or 1.0)


def number(value: object) -> float | None:
    """A finite number, else nothing."""
    if value is None or isinstance(value, str | bool):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]  # what is no number says so
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def axis_of(
    look: Mapping[str, Any],
    values: Sequence[object],
    *,
    from_zero: bool,
    has_marks: bool,
    language: str,
) -> StillAxis:
    """Settle an axis.

    Parameters
    ----------
    look : mapping
        What the figure says about the axis.
    values : sequence of object
        Everything that lies along it, in the order of the figure.
    from_zero : bool
        Whether bars stand on it, so that nought belongs to it.
    has_marks : bool
        Whether marks need room at its ends.
    language : str
        The reader's language, for what stands at the ticks.
    """
    is_named = look.get("type") == "category" or any(isinstance(one, str) for one in values)
    categories = tuple(dict.fromkeys(str(one) for one in values)) if is_named else ()
    if look.get("range") is not None:
        low, high = (float(one) for one in look["range"])
    elif categories:
        low, high = -0.5, len(categories) - 0.5
    else:
        known = [at for at in (number(one) for one in values) if at is not None]
        low, high = _spanned(known, from_zero=from_zero, to_zero=look.get("rangemode") == "tozero")
        room = _ROOM * (high - low)
        low -= room if has_marks and low != 0 else 0.0
        high += room if has_marks or from_zero else 0.0
    if look.get("autorange") == "reversed" and look.get("range") is None:
        low, high = high, low
    ticks = _ticks(look, categories, low, high, language)
    return StillAxis(low, high, categories, ticks, look)


def _spanned(known: Sequence[float], *, from_zero: bool, to_zero: bool) -> tuple[float, float]:
    low, high = min(known, default=0.0), max(known, default=1.0)
    if from_zero or to_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(
    look: Mapping[str, Any], categories: tuple[str, ...], low: float, high: float, language: str
) -> tuple[tuple[float, str], ...]:
    first, last = min(low, high), max(low, high)
    if look.get("tickvals") is not None:
        values = list(look["tickvals"])
        texts = look.get("ticktext")
        if categories:
            places = [categories.index(str(one)) for one in values if str(one) in categories]
            return tuple((float(at), categories[at]) for at in places)
        numbers = [float(one) for one in values]
        named = [str(one) for one in texts] if texts is not None else None
        return tuple(
            (at, named[n] if named else tick_text(at, look, language))
            for n, at in enumerate(numbers)
            if first - 1e-9 <= at <= last + 1e-9
        )
    most = int(look.get("nticks") or (len(categories) if categories else _USUAL_TICKS))
    if categories:
        step = max(1, -(-len(categories) // most))
        return tuple((float(at), categories[at]) for at in range(0, len(categories), step))
    apart = float(look.get("dtick") or _round_step((last - first) / max(most - 1, 1)))
    steps = range(math.ceil(first / apart), math.floor(last / apart + 1e-9) + 1)
    return tuple((n * apart, tick_text(n * apart, look, language)) for n in steps)


def _round_step(least: float) -> float:
    """The next round step: 1, 2 or 5 times a power of ten."""
    unit = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(unit * n for n in (1, 2, 5, 10) if unit * n >= least * (1 - 1e-9))


def tick_text(value: float, look: Mapping[str, Any], language: str) -> str:
    """A value as the figure wants its ticks written.

    Examples
    --------
    >>> tick_text(0.125, {"tickformat": ".1~%"}, "en"), tick_text(20000, {"tickformat": "~s"}, "zh")
    ('12.5%', '2万')
    >>> tick_text(-3, {"tickformat": "+.2~f", "ticksuffix": " pp"}, "en")
    '−3 pp'
    """
    text = _written(value, str(look.get("tickformat") or ""), language)
    return text.replace("-", "−") + str(look.get("ticksuffix") or "")


def _written(value: float, form: str, language: str) -> str:
    found = _FORM.match(form)
    value = 0.0 if abs(value) < 1e-12 else value
    if found is None:
        return f"{value:g}"
    sign, parted, digits, _trim, kind = found.groups()
    plus = "+" if sign and value > 0 else ""
    if kind == "%":
        text = (
            _trimmed(value * 100, int(digits or 6)) if _trim else f"{value * 100:.{digits or 0}f}"
        )
        return f"{plus}{text}%"
    if kind == "s" and abs(value) >= 1000:
        locale = "zh_Hans_CN" if language == "zh" else "en"
        return plus + str(format_compact_decimal(value, locale=locale, fraction_digits=1))
    if kind == "g":
        return f"{plus}{value:g}"
    text = _trimmed(value, int(digits or 6), parted="," if parted else "")
    return plus + text


def _trimmed(value: float, digits: int, *, parted: str = "") -> str:
    text = f"{value:{parted}.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
