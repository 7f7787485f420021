"""The room that labels take beside a chart, reckoned from their letters.

Plotly can find it by drawing a chart, measuring its labels and drawing it again, which is most of
what a chart of bars costs. The letters of the app's own font are known, so once is enough.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

TICK_SIZE: Final = 11.25
"""Pixels: the size of letters along an axis."""
TICKS_BELOW: Final = 32
TITLE_ROOM: Final = 28
_GAP: Final = 15.0
_TAG: Final = re.compile(r"(<[^<>]*>)")
# Widths of the bold letters of Source Sans in parts of its size; the thin ones are no wider.
_WIDTHS: Final = {
    letter: width
    for width, letters in {
        0.2: " ",
        0.3: "ijlI.,:;'’·",
        0.37: "f-()/t",
        0.46: "rsczç",
        0.53: "xevyFLJ–»éè0123456789agYZ−+¥$€£×÷äå",
        0.57: "SkCEoTVöø“”bdhnpquAXÄüñ",
        0.62: "PBKR↑",
        0.69: "DGHNU&ÜOQÖß",
        0.87: "MwW—Æm%",
    }.items()
    for letter in letters
}
_WIDE_FROM: Final = 0x2E80
_UNKNOWN: Final = 0.72


def label_width(label: str, *, size: float = TICK_SIZE) -> float:
    """How wide a label is at most, in pixels: its widest line.

    Parameters
    ----------
    label : str
        As Plotly takes it: lines end with ``<br>``, other tags take no room.
    size : float
        The size of its letters in pixels.

    Examples
    --------
    >>> label_width("臻品", size=10), label_width("臻品<br><b>跨境电商</b>", size=10)
    (20.0, 40.0)
    """
    lines = re.split(r"<br\s*/?>", label)
    return max(size * sum(map(_width, html.unescape(_TAG.sub("", one)))) for one in lines)


def _width(letter: str) -> float:
    return 1.0 if ord(letter) >= _WIDE_FROM else _WIDTHS.get(letter, _UNKNOWN)


def left_room(labels: Iterable[str]) -> int:
    """The pixels that the labels of an axis at the left take, with the gap beside them."""
    return round(max((label_width(one) for one in labels), default=0.0) + _GAP)
