"""A cloud of groups by two numbers, with the limits drawn and the names that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from perf_core.reporting.axis_labels import ACROSS, Scale, ticks
from perf_core.reporting.compare_figures import ACCENT, SIGNAL, lay_out, limit_line
from perf_core.reporting.figure_words import as_read, wrapped
from perf_core.reporting.label_room import TICKS_BELOW, TITLE_ROOM, label_width, left_room
from perf_core.reporting.sketch import Sketch

_MANY: Final = 15
_MOST_NAMED: Final = 10
_NAME_SIZE: Final = 12.0
_ROOM: Final = 0.18
_BELOW: Final = 0.1
_PLOT: Final = (430.0, 290.0)
# So far from the middle a limit runs through the name at the end of the other one.
_AT_END: Final = 0.15
_PHONE_WIDE: Final = 240.0
_MARGIN: Final = 10.0
_MARGIN_LEFT: Final = 45.0


@dataclass(frozen=True)
class Dot:
    """One group in the cloud."""

    code: str
    name: str
    x: float
    y: float
    size: float
    is_short: bool
    is_named: bool
    note: str


def cloud(
    dots: Sequence[Dot],
    *,
    x_title: str,
    y_title: str,
    x_scale: Scale,
    y_scale: Scale,
    x_limit: float | None,
    y_limit: float | None,
    x_limit_name: str,
    y_limit_name: str,
) -> Any:
    """Groups by two numbers, larger ones as larger discs, with the limits drawn."""
    figure = Sketch()
    most = max((dot.size for dot in dots), default=1.0) or 1.0
    # The large ones first: a small one must not lie hidden under them.
    ordered = sorted(dots, key=lambda dot: -dot.size)
    ranges = {
        "x": _room([dot.x for dot in dots], x_limit),
        # The name of the limit across stands on top: the highest disc's own stays below it.
        "y": _room([dot.y for dot in dots], y_limit, above=_ROOM if x_limit is None else 0.24),
    }
    widest = 46.0 if len(dots) <= _MANY else 24.0
    sizes = {dot.code: max(widest * (dot.size / most) ** 0.5, 6.0) for dot in dots}
    at_left = _is_crowded(dots, ranges, x_limit, y_limit)

    rows = _rows(dots, ranges, sizes, y_limit, label_width(y_limit_name, size=11), at_left=at_left)
    if "bottom" in rows.values():
        # Names below their discs need room there.
        low, high = ranges["y"]
        ranges["y"] = [low - _BELOW * (high - low), high]
    written = {dot.code: _beside(dot, ranges["x"], rows.get(dot.code, "top")) for dot in dots}
    figure.add_trace(
        go.Scatter(
            x=[dot.x for dot in ordered],
            y=[dot.y for dot in ordered],
            mode="markers+text",
            text=[written[dot.code][0] if dot.code in rows else "" for dot in ordered],
            textposition=[written[dot.code][1] for dot in ordered],
            textfont={"size": _NAME_SIZE},
            marker={
                # Of nobody, a closed group say, a disc of size 0 would not be drawn at all.
                "size": [max(dot.size, 1e-6 * most) for dot in ordered],
                "sizemode": "area",
                "sizeref": 2.0 * most / widest**2,
                "sizemin": 6,
                "color": [SIGNAL if dot.is_short else ACCENT for dot in ordered],
                "opacity": 0.72,
                "line": {"width": 1, "color": "rgba(255,255,255,0.7)"},
            },
            customdata=[[dot.code] for dot in ordered],
            hovertext=[as_read(dot.note) for dot in ordered],
            hovertemplate="%{hovertext}<extra></extra>",
            unselected={"marker": {"opacity": 0.72}},
            showlegend=False,
            cliponaxis=False,
        )
    )
    limit_line(figure, "x", x_limit, x_limit_name)
    limit_line(figure, "y", y_limit, y_limit_name, at_left=at_left)
    told: dict[str, dict[str, Any]] = {
        axis: ticks(
            _told(ranges[axis], [getattr(dot, axis) for dot in dots]), scale, letters=letters
        )
        for axis, scale, letters in (("x", x_scale, ACROSS), ("y", y_scale, 1000))
    }
    for axis, title in (("x", x_title), ("y", y_title)):
        settings = {
            "title": {"text": title, "font": {"size": 12}},
            "range": ranges[axis],
            "zeroline": False,
            **told[axis],
        }
        (figure.update_xaxes if axis == "x" else figure.update_yaxes)(**settings)
    below = TICKS_BELOW + TITLE_ROOM
    lay_out(figure, legend=False, l=left_room(told["y"]["ticktext"]) + TITLE_ROOM, b=below)
    figure.update_layout(height=380, hovermode="closest")
    return figure.drawn()


def _rows(
    dots: Sequence[Dot],
    ranges: Mapping[str, Sequence[float]],
    sizes: Mapping[str, float],
    y_limit: float | None,
    limit_wide: float,
    *,
    at_left: bool,
) -> dict[str, str]:
    """The groups whose names fit, and whether above or below their discs: outermost ones first.

    A name lies on no other, on no disc, and neither on the line of the limit nor on what the
    limit is called. Reckoned in the pixels of a chart of the usual size; names beside each other
    and at the limit's end must have room on a phone, too.

    Parameters
    ----------
    sizes : mapping of str to float
        How wide each disc is.
    limit_wide : float
        How wide the words of the limit are, at the left or the right end of its line.
    """
    (left, right), (low, high) = ranges["x"], ranges["y"]
    wide, tall = _PLOT[0] / (right - left), _PLOT[1] / (high - low)
    places = {dot.code: ((dot.x - left) * wide, (dot.y - low) * tall) for dot in dots}
    line = np.nan if y_limit is None else (y_limit - low) * tall
    narrower = _PHONE_WIDE / _PLOT[0]
    taken: list[tuple[float, float, float]] = []
    found: dict[str, str] = {}

    def is_free(dot: Dot, middle: float, half: float) -> bool:
        x, _y = places[dot.code]
        end = (x if at_left else _PLOT[0] - x) * narrower - half
        if abs(middle - line) < _NAME_SIZE * 0.8 or (
            end < limit_wide and abs(middle - line - _NAME_SIZE * 0.7) < _NAME_SIZE * 1.2
        ):
            return False
        if any(
            abs(x - at) * narrower < half + other and abs(middle - up) < _NAME_SIZE * 1.3
            for at, up, other in taken
        ):
            return False
        return not any(
            one is not dot
            and abs(places[one.code][0] - x) < half + sizes[one.code] / 2
            and abs(places[one.code][1] - middle) < (_NAME_SIZE + sizes[one.code]) / 2
            for one in dots
        )

    middle_x, middle_y = np.median(list(places.values()) or [(0.0, 0.0)], axis=0)

    def outwards(dot: Dot) -> float:
        x, y = places[dot.code]
        return -float(np.hypot(x - middle_x, y - middle_y))

    for dot in sorted((one for one in dots if one.is_named), key=outwards):
        if len(found) == _MOST_NAMED:
            break
        half = label_width(as_read(dot.name), size=_NAME_SIZE) / 2
        x, y = places[dot.code]
        for row, way in (("top", 1), ("bottom", -1)):
            middle = y + way * (sizes[dot.code] / 2 + _NAME_SIZE * 0.7)
            if is_free(dot, middle, half):
                found[dot.code] = row
                taken.append((x, middle, half))
                break
    return found


def _beside(dot: Dot, across: Sequence[float], row: str) -> tuple[str, str]:
    """A name as it is written, and where it stands by its disc.

    At the ends of a phone's width it is of several lines, or stands towards the middle.
    """
    left, right = across
    room_right = (right - dot.x) / (right - left) * _PHONE_WIDE + _MARGIN
    room_left = (dot.x - left) / (right - left) * _PHONE_WIDE + _MARGIN_LEFT
    name = as_read(dot.name)
    for text in (name, wrapped(dot.name)):
        if label_width(text, size=_NAME_SIZE) / 2 <= min(room_left, room_right):
            return text, f"{row} center"
    return name, f"{row} left" if room_right < room_left else f"{row} right"


def _room(values: Sequence[float], limit: float | None, *, above: float = _ROOM) -> list[float]:
    """A range with room for discs and names at its ends."""
    known = [*values, *([limit] if limit is not None and np.isfinite(limit) else [])]
    low, high = min(known, default=0.0), max(known, default=1.0)
    reach = high - low or abs(high) or 0.5
    return [low - _ROOM * reach, high + above * reach]


def _told(ends: list[float], values: Sequence[float]) -> list[float]:
    """The part of a range that has ticks: where nothing is below 0, only room is."""
    return [max(ends[0], 0.0), ends[1]] if min(values, default=0.0) >= 0 else ends


def _is_crowded(
    dots: Sequence[Dot],
    ranges: dict[str, list[float]],
    x_limit: float | None,
    y_limit: float | None,
) -> bool:
    """Whether more dots, or the other limit, stand by the right end of a limit's line."""
    if y_limit is None or not np.isfinite(y_limit):
        return False
    (left, right), (low, high) = ranges["x"], ranges["y"]
    near = [
        (dot.x - left) / (right - left)
        for dot in dots
        if abs(dot.y - y_limit) < 0.15 * (high - low)
    ]
    if x_limit is not None and np.isfinite(x_limit):
        across = (x_limit - left) / (right - left)
        near += [across] * (abs(across - 0.5) > _AT_END)
    return sum(at > 0.5 for at in near) > sum(at < 0.5 for at in near)
