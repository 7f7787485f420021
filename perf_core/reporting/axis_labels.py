"""Round numbers along an axis, written as the reader writes them.

Plotly counts in thousands and knows no other way: "200k" means nothing to a Chinese reader, who
counts in ten thousands (20万). So every figure places its own ticks and writes them itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from babel.numbers import format_compact_currency, format_compact_decimal

from perf_core.domain.catalogue import Unit
from perf_core.language.formats import (
    format_number,
    format_seconds,
    format_share,
    format_share_change,
    locale_of,
)

ACROSS: Final = 26
"""So many letters stand side by side below a chart on a phone."""
_MINUS: Final = "\u2212"
_HAN: Final = 0x2E80
_SHORT_FROM: Final = 1000
_MOST_DIGITS: Final = 4
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)
# Clock steps: nobody reads 1,000 seconds.
_SECONDS: Final = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
    3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000,
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """How the numbers along an axis are written.

    Attributes
    ----------
    unit : str
        An indicator's unit (count, money, percent, seconds, points or rating), or
        ``"percent_points"`` for differences of shares.
    language : str
        The reader's.
    currency : str
        The company's, for money; without one, money is written as a bare number.
    is_change : bool
        Whether the numbers are differences: those above 0 get a plus.
    """

    unit: Unit | str
    language: str
    currency: str = ""
    is_change: bool = False


def ticks(
    values: Iterable[float | None], scale: Scale, *, most: int = 5, letters: int = 1000
) -> dict[str, Any]:
    """Give the ticks of an axis that spans some values, for ``update_xaxes`` or ``update_yaxes``.

    Parameters
    ----------
    values : iterable of float or None
        All that is drawn along the axis, or the two ends of its range; with 0 among them where
        the axis begins at 0.
    scale : Scale
        How they are written.
    most : int, default=5
        The most ticks, give or take one.
    letters : int, default=1000
        The most letters of all labels together: those of an axis across stand side by side, on a
        phone, too. With more of them every second tick is left out.

    Examples
    --------
    >>> ticks([0, 230_000], Scale("money", "zh", "CNY"))["ticktext"]
    ['0', '¥5万', '¥10万', '¥15万', '¥20万']
    >>> ticks([0, 230_000], Scale("count", "en"))["ticktext"]
    ['0', '50K', '100K', '150K', '200K']
    >>> ticks([-0.04, 0.11], Scale("percent", "en", is_change=True))["ticktext"]
    ['0', '+5%', '+10%']
    >>> ticks([0, 230_000], Scale("money", "zh", "USD"), letters=20)["ticktext"]
    ['0', 'US$10万', 'US$20万']
    >>> ticks([-150_000, 350_000], Scale("money", "en", "CNY"), letters=26)["ticktext"]
    ['0', 'CN¥200K']
    """
    known = [float(one) for one in values if one is not None and math.isfinite(one)]
    steps = round_steps(min(known), max(known), most=most, unit=scale.unit) if known else []
    texts = [tick_words(at, scale) for at in steps]
    while len(steps) > 2 and _is_tight(steps, texts, max(known) - min(known), letters):
        # What is left out is never the 0.
        first = 1 if 0.0 in steps[1::2] else 0
        steps, texts = steps[first::2], texts[first::2]
    return {"tickmode": "array", "tickvals": steps, "ticktext": texts, "tickangle": 0}


def _is_tight(steps: list[float], texts: list[str], span: float, letters: int) -> bool:
    """Whether labels side by side are too many letters, or two neighbours touch."""
    apart = letters * (steps[1] - steps[0]) / span
    wide = [sum(2 if ord(letter) > _HAN else 1 for letter in text) for text in texts]
    closest = max((one + other) / 2 for one, other in pairwise(wide))
    return sum(map(len, texts)) > letters or apart < closest + 0.5


def round_steps(
    low: float, high: float, *, most: int = 5, unit: Unit | str = "count"
) -> list[float]:
    """Give round numbers between two ends: steps of 1, 2 or 5 times a power of ten.

    Durations step as clocks do (15 s, 30 s, 5 min …).

    Examples
    --------
    >>> round_steps(0, 230_000)
    [0.0, 50000.0, 100000.0, 150000.0, 200000.0]
    >>> round_steps(0, 200, unit="seconds")
    [0.0, 60.0, 120.0, 180.0]
    >>> round_steps(3, 3)
    [3.0]
    """
    if not high > low:
        return [float(low)]
    step = _step((high - low) / max(most, 1), unit)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # Rounded, since 3 × 0.1 is not 0.3.
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(n * step, digits) + 0.0 for n in range(first, last + 1)]


def _step(least: float, unit: Unit | str) -> float:
    if unit == "seconds" and least > _SECONDS[0]:
        found = next((one for one in _SECONDS if one >= least), None)
        if found is not None:
            return float(found)
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(power * n for n in _STEPS if power * n >= least * (1 - 1e-9))


def tick_words(value: float, scale: Scale) -> str:
    """Write a round number in as few letters as say it exactly.

    Examples
    --------
    >>> yuan = Scale("money", "zh", "CNY")
    >>> tick_words(105_000, yuan), tick_words(200_000_000, yuan)
    ('¥10.5万', '¥2亿')
    >>> tick_words(0.025, Scale("percent", "zh")), tick_words(900, Scale("seconds", "zh"))
    ('2.5%', '15 分钟')
    """
    if value == 0:
        return "0"
    if scale.unit == "percent_points":
        return format_share_change(value, scale.language)
    sign = _MINUS if value < 0 else "+" if scale.is_change else ""
    return sign + _short(abs(value), scale)


def _short(value: float, scale: Scale) -> str:
    match scale.unit:
        case "percent":
            return format_share(value, scale.language, digits=2)
        case "seconds":
            return format_seconds(value, scale.language)
    locale = locale_of(scale.language)
    if scale.unit == "money" and scale.currency:
        return str(
            format_compact_currency(
                value, scale.currency, locale=locale, fraction_digits=_digits(value)
            )
        )
    if value >= _SHORT_FROM:
        return str(format_compact_decimal(value, locale=locale, fraction_digits=_digits(value)))
    return format_number(value, scale.language, digits=_MOST_DIGITS)


def _digits(value: float) -> int:
    """Enough for a round number: what it is short of is not rounded away."""
    return _MOST_DIGITS if value >= _SHORT_FROM else 2
