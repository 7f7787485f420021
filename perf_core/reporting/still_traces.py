"""The traces of a figure as marks of a still picture: bars, lines, dots, grids, boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from perf_core.reporting.still_axes import StillAxis, number
from perf_core.reporting.still_shapes import (
    INK,
    Point,
    area,
    block,
    box,
    hatch,
    mark,
    path,
    shade,
    words,
)

_TEXT: Final = 12.0
_COLOUR: Final = "#4a71e0"
_ROOM: Final = 6.0
_BAR: Final = 0.8


@dataclass
class Drawing:
    """The room of one pair of axes, and what is drawn in it so far."""

    across: StillAxis
    up: StillAxis
    left: float
    right: float
    top: float
    bottom: float
    layout: Mapping[str, Any]
    patterns: list[str] = field(default_factory=list)
    ends: dict[tuple[float, bool], float] = field(default_factory=dict)

    def x(self, value: object) -> float | None:
        """Where a value lies from left to right."""
        part = self.across.part(value)
        return None if part is None else self.left + part * (self.right - self.left)

    def y(self, value: object) -> float | None:
        """Where a value lies from top to bottom."""
        part = self.up.part(value)
        return None if part is None else self.bottom - part * (self.bottom - self.top)

    def points(self, trace: Mapping[str, Any]) -> list[Point | None]:
        """Where the values of a trace lie; nothing where one is absent."""
        found: list[Point | None] = []
        for x, y in zip(_values(trace, "x"), _values(trace, "y"), strict=True):
            at = (self.x(x), self.y(y))
            found.append(None if at[0] is None or at[1] is None else (at[0], at[1]))
        return found


def _values(trace: Mapping[str, Any], name: str) -> list[Any]:
    held = trace.get(name)
    return [] if held is None else list(held)


def _each(value: Any, n: int) -> list[Any]:
    """A setting for each mark: the same for all, or one of its own."""
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):
        return list(value)
    return [value] * n


def drawn_trace(
    drawing: Drawing, trace: Mapping[str, Any], previous: Mapping[str, Any] | None
) -> str:
    """Draw one trace; a fill reaches down to the trace before it."""
    return TRACES[str(trace["type"])](drawing, trace, previous)


# --- bars -----------------------------------------------------------------------------------------


def _bars(drawing: Drawing, trace: Mapping[str, Any], _previous: object) -> str:
    lies = trace.get("orientation") == "h"
    names, values = (_values(trace, side) for side in (("y", "x") if lies else ("x", "y")))
    axis = drawing.up if lies else drawing.across
    room = abs((drawing.bottom - drawing.top) if lies else (drawing.right - drawing.left))
    thick = room / max(abs(axis.high - axis.low), 1e-9)
    thick *= float(trace.get("width") or 1 - float(drawing.layout.get("bargap") or 1 - _BAR))
    marker = trace.get("marker") or {}
    colours = _each(marker.get("color") or _COLOUR, len(values))
    pattern = _pattern(drawing, marker)
    texts = _each(trace.get("text"), len(values))
    parts = []
    for name, value, colour, text in zip(names, values, colours, texts, strict=True):
        place, length = axis.number(name), number(value)
        if place is None or length is None:
            continue
        begin = 0.0
        if drawing.layout.get("barmode") == "relative":
            held = (place, length < 0)
            begin = drawing.ends.get(held, 0.0)
            drawing.ends[held] = begin + length
        corner, other = _ends(drawing, place, begin, begin + length, thick, lies=lies)
        radius = float(marker.get("cornerradius") or 0)
        fills = [fill for fill in (colour, pattern) if fill is not None]
        parts += [box(corner, other, colour=fill, radius=radius) for fill in fills]
        if text:
            parts.append(_bar_text(str(text), corner, other, trace, lies=lies))
    return "".join(parts)


def _ends(
    drawing: Drawing, place: float, begin: float, end: float, thick: float, *, lies: bool
) -> tuple[Point, Point]:
    if lies:
        middle = drawing.y(place) or 0.0
        first, last = drawing.x(begin) or 0.0, drawing.x(end) or 0.0
        return (first, middle - thick / 2), (last, middle + thick / 2)
    middle = drawing.x(place) or 0.0
    first, last = drawing.y(begin) or 0.0, drawing.y(end) or 0.0
    return (middle - thick / 2, first), (middle + thick / 2, last)


def _pattern(drawing: Drawing, marker: Mapping[str, Any]) -> str | None:
    kind = str((marker.get("pattern") or {}).get("shape") or "")
    name = {"/": "hatch-slash", "x": "hatch-cross", ".": "hatch-dot"}.get(kind)
    if name is None:
        return None
    told = hatch(name, kind)
    if told not in drawing.patterns:
        drawing.patterns.append(told)
    return f"url(#{name})"


def _bar_text(
    text: str,
    corner: Point,
    other: Point,
    trace: Mapping[str, Any],
    *,
    lies: bool,
) -> str:
    """A bar's figure: within it where there is room, else behind its end."""
    width, height = block(text, _TEXT)
    if not lies:
        middle, end = (corner[0] + other[0]) / 2, min(corner[1], other[1])
        return words(text, (middle, end - 2), up="bottom")
    y = (corner[1] + other[1]) / 2
    size = min(_TEXT, abs(other[1] - corner[1]) * 0.9)
    begin, end = corner[0], other[0]
    way = 1 if end >= begin else -1
    if abs(end - begin) >= width + 2 * _ROOM and height:
        starts = trace.get("insidetextanchor") == "start"
        x = begin + way * _ROOM if starts else end - way * _ROOM
        across = "left" if starts == (way > 0) else "right"
        return words(text, (x, y), size=size, colour="#ffffff", across=across)
    return words(text, (end + way * 4, y), size=size, across="left" if way > 0 else "right")


# --- lines and dots -------------------------------------------------------------------------------


def _scatter(drawing: Drawing, trace: Mapping[str, Any], previous: Mapping[str, Any] | None) -> str:
    mode = str(trace.get("mode") or "lines")
    opacity = float(trace.get("opacity") or 1.0)
    parts = [_fill(drawing, trace, previous)]
    line = trace.get("line") or {}
    if "lines" in mode:
        parts += [
            path(
                run,
                colour=line.get("color") or _COLOUR,
                width=float(line.get("width", 2.0)),
                dash=line.get("dash"),
                opacity=opacity,
            )
            for run in _runs(drawing, trace)
        ]
    if "markers" in mode:
        parts.append(_marks(drawing, trace))
    if "text" in mode:
        parts.append(_texts(drawing, trace))
    return "".join(parts)


def _runs(drawing: Drawing, trace: Mapping[str, Any]) -> list[list[Point]]:
    """The pieces of a line between its gaps; a line of steps turns at each."""
    steps = (trace.get("line") or {}).get("shape") == "hv"
    runs: list[list[Point]] = [[]]
    for at in drawing.points(trace):
        if at is None:
            runs.append([])
            continue
        if steps and runs[-1]:
            runs[-1].append((at[0], runs[-1][-1][1]))
        runs[-1].append(at)
    return [run for run in runs if run]


def _fill(drawing: Drawing, trace: Mapping[str, Any], previous: Mapping[str, Any] | None) -> str:
    kind = trace.get("fill")
    runs = _runs(drawing, trace) if kind in ("tonexty", "tozeroy") else []
    if not runs:
        return ""
    if kind == "tonexty" and previous is not None:
        upper = [at for run in _runs(drawing, previous) for at in run]
        return area([*runs[0], *reversed(upper)], colour=trace.get("fillcolor"))
    ground = drawing.y(0.0) or drawing.bottom
    return "".join(
        area([(run[0][0], ground), *run, (run[-1][0], ground)], colour=trace.get("fillcolor"))
        for run in runs
    )


def _radii(marker: Mapping[str, Any], n: int) -> list[float]:
    """Half of the size of each mark; sizes by area as Plotly takes them."""
    sizes = _each(marker.get("size") or 6, n)
    if marker.get("sizemode") != "area":
        return [float(size) / 2 for size in sizes]
    ref, least = float(marker.get("sizeref") or 1.0), float(marker.get("sizemin") or 0.0)
    return [max(((number(size) or 0.0) / 2 / ref) ** 0.5, least / 2) for size in sizes]


def _marks(drawing: Drawing, trace: Mapping[str, Any]) -> str:
    marker = trace.get("marker") or {}
    places = drawing.points(trace)
    n = len(places)
    edge = marker.get("line") or {}
    usual = (trace.get("line") or {}).get("color") or _COLOUR
    told = zip(
        places,
        _radii(marker, n),
        _each(marker.get("color") or usual, n),
        _each(marker.get("symbol") or "circle", n),
        _each(marker.get("opacity", 1.0), n),
        strict=True,
    )
    return "".join(
        mark(
            str(symbol),
            at,
            radius=radius,
            colour=colour,
            opacity=float(opacity),
            edge=edge.get("color"),
            edge_width=float(edge.get("width") or 0),
        )
        for at, radius, colour, symbol, opacity in told
        if at is not None and opacity
    )


def _texts(drawing: Drawing, trace: Mapping[str, Any]) -> str:
    places = drawing.points(trace)
    n = len(places)
    font = trace.get("textfont") or {}
    size = min(float(font.get("size") or _TEXT), _TEXT)
    told = zip(
        places,
        _each(trace.get("text"), n),
        _radii(trace.get("marker") or {}, n),
        _each(trace.get("textposition") or "", n),
        _each(font.get("color"), n),
        strict=True,
    )
    return "".join(
        _text(drawing, str(text), at, radius, str(beside), size=size, colour=str(colour or INK))
        for at, text, radius, beside, colour in told
        if at is not None and text
    )


def _text(
    drawing: Drawing, text: str, at: Point, radius: float, beside: str, *, size: float, colour: str
) -> str:
    """The text of a mark: above, below, at its left or right, or on it."""
    width = block(text, size)[0]
    x, y = at
    up = "bottom" if "top" in beside else "top" if "bottom" in beside else "middle"
    y += {"bottom": -radius - 2, "top": radius + 2, "middle": 0.0}[up]
    if "right" in beside or "left" in beside:
        way = 1 if "right" in beside else -1
        x += way * (radius + 3 if up == "middle" else 3)
        return words(
            text, (x, y), size=size, colour=colour, across="left" if way > 0 else "right", up=up
        )
    if up != "middle":
        x = min(max(x, width / 2 + 2), drawing.right + 12 - width / 2)
    return words(text, (x, y), size=size, colour=colour, up=up)


# --- grids and boxes ------------------------------------------------------------------------------


def _grid(drawing: Drawing, trace: Mapping[str, Any], _previous: object) -> str:
    low, high = float(trace["zmin"]), float(trace["zmax"])
    gap = float(trace.get("xgap") or 0) / 2
    parts = []
    for y, row in zip(_values(trace, "y"), trace["z"], strict=True):
        for x, value in zip(_values(trace, "x"), row, strict=True):
            held = number(value)
            corner = (drawing.x(x - 0.5) or 0.0, drawing.y(y - 0.5) or 0.0)
            other = (drawing.x(x + 0.5) or 0.0, drawing.y(y + 0.5) or 0.0)
            colour = (
                "#f4f5f8"
                if held is None
                else shade(min(max((held - low) / (high - low), 0.0), 1.0), trace["colorscale"])
            )
            parts.append(
                box(
                    (min(corner[0], other[0]) + gap, min(corner[1], other[1]) + gap),
                    (max(corner[0], other[0]) - gap, max(corner[1], other[1]) - gap),
                    colour=colour,
                    radius=2,
                )
            )
    return "".join(parts)


def _boxes(drawing: Drawing, trace: Mapping[str, Any], _previous: object) -> str:
    """Lying boxes: the middle half, its median, and lines to the ends."""
    line = trace.get("line") or {}
    colour, width = line.get("color") or _COLOUR, float(line.get("width") or 1)
    room = abs(drawing.bottom - drawing.top) / max(abs(drawing.up.high - drawing.up.low), 1e-9)
    half = room * float(trace.get("width") or 0.5) / 2
    parts = []
    names = ("y", "lowerfence", "q1", "median", "q3", "upperfence")
    for place, *ends in zip(*(_values(trace, name) for name in names), strict=True):
        y = drawing.y(place)
        low, q1, median, q3, high = (drawing.x(one) or 0.0 for one in ends)
        if y is None:
            continue
        look: dict[str, Any] = {"colour": colour, "width": width}
        parts.append(path([(low, y), (q1, y)], **look))
        parts.append(path([(q3, y), (high, y)], **look))
        parts += [path([(end, y - half / 2), (end, y + half / 2)], **look) for end in (low, high)]
        parts.append(
            box(
                (q1, y - half),
                (q3, y + half),
                colour=trace.get("fillcolor"),
                edge=colour,
                edge_width=width,
            )
        )
        parts.append(
            path([(median, y - half), (median, y + half)], colour=colour, width=width * 1.5)
        )
    return "".join(parts)


# --- the legend -----------------------------------------------------------------------------------


def sign(trace: Mapping[str, Any], at: Point) -> str:
    """What a trace looks like, small, for the legend."""
    x, y = at
    marker, line = trace.get("marker") or {}, trace.get("line") or {}
    first = _each(marker.get("color") or line.get("color") or _COLOUR, 1)
    colour = first[0] if first else _COLOUR
    if trace["type"] == "bar":
        kind = str((marker.get("pattern") or {}).get("shape") or "")
        over = {"/": "hatch-slash", "x": "hatch-cross", ".": "hatch-dot"}.get(kind)
        corner, other = (x + 4, y - 6), (x + 20, y + 6)
        told = box(corner, other, colour=colour, radius=2)
        return told + (box(corner, other, colour=f"url(#{over})", radius=2) if over else "")
    mode = str(trace.get("mode") or "lines")
    parts = []
    if "lines" in mode:
        parts.append(
            path(
                [(x, y), (x + 24, y)],
                colour=line.get("color") or _COLOUR,
                width=float(line.get("width", 2.0)),
                dash=line.get("dash"),
                opacity=float(trace.get("opacity") or 1.0),
            )
        )
    if "markers" in mode:
        symbol = _each(marker.get("symbol") or "circle", 1)
        edge = marker.get("line") or {}
        parts.append(
            mark(
                str(symbol[0] if symbol else "circle"),
                (x + 12, y),
                radius=4.5 if "lines" not in mode else 3.5,
                colour=colour,
                edge=edge.get("color"),
                edge_width=float(edge.get("width") or 0),
            )
        )
    return "".join(parts)


TRACES: Final = {"bar": _bars, "scatter": _scatter, "heatmap": _grid, "box": _boxes}
"""The kinds of traces that can be drawn."""
