"""A figure of a page as a still picture, for paper: the same marks from the same values.

Figures are Plotly's, which draws in a browser. A document has none, and starting one takes
seconds and a program of its own; the few kinds of marks that the figures use are drawn here.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from perf_core.reporting.still_axes import StillAxis, axis_of
from perf_core.reporting.still_shapes import (
    GRID,
    INK,
    SOFT,
    block,
    box,
    path,
    plain_line,
    wide,
    words,
)
from perf_core.reporting.still_traces import TRACES, Drawing, drawn_trace, sign

_WIDE: Final = 640.0
_TEXT: Final = 12.0
_GAP: Final = 8.0
_MOST_LABEL: Final = 0.34
_USUAL_HEIGHT: Final = 360.0


@dataclass(frozen=True)
class Still:
    """A picture: SVG, and its size in the units it is drawn in."""

    svg: str
    width: float
    height: float


@dataclass(frozen=True)
class _Panel:
    """One pair of axes with the room it has."""

    across: StillAxis
    up: StillAxis
    left: float
    right: float
    top: float
    bottom: float
    traces: tuple[Mapping[str, Any], ...]

    def drawing(self, spec: Mapping[str, Any]) -> Drawing:
        return Drawing(
            self.across, self.up, self.left, self.right, self.top, self.bottom, spec["layout"]
        )


def still(
    figure: Any, *, language: str, width: float = _WIDE, most_height: float | None = None
) -> Still:
    """Draw a figure as SVG.

    Parameters
    ----------
    figure : plotly Figure
        Bars, lines, marks, grids and boxes on one or more pairs of axes.
    language : str
        The reader's language, for what stands at the ticks.
    width : float, default=640
        How wide it is drawn; text keeps its size.
    most_height : float, optional
        A figure that is higher is drawn closer.

    Raises
    ------
    ValueError
        For a kind of mark that is not known here: better no picture than a wrong one.
    """
    spec = _unpacked(figure.to_plotly_json())
    layout = spec["layout"]
    unknown = {str(one.get("type")) for one in spec["data"]} - set(TRACES)
    if unknown:
        raise ValueError(f"no still picture of {', '.join(sorted(unknown))}")
    height = float(layout.get("height") or _USUAL_HEIGHT)
    height = height if most_height is None else min(height, most_height)
    legend, legend_height = _legend(spec, width)
    found = _panels(spec, language, width, height, legend_height)
    parts = [_ground(one) for one in found]
    parts += [_shapes(layout, found, below=True)]
    definitions = ""
    for panel in found:
        drawing = panel.drawing(spec)
        previous: Mapping[str, Any] | None = None
        for trace in panel.traces:
            parts.append(drawn_trace(drawing, trace, previous))
            previous = trace
        definitions += "".join(drawing.patterns)
    parts += [_labels(one) for one in found]
    parts += [_shapes(layout, found, below=False), _annotations(layout, found), legend]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}"><defs>{definitions}</defs>{"".join(parts)}</svg>'
    )
    return Still(svg, width, height)


def _unpacked(held: Any) -> Any:
    """A figure's data with its arrays as lists: Plotly packs those of numpy."""
    if isinstance(held, dict):
        if "bdata" in held:
            found = np.frombuffer(b64decode(held["bdata"]), dtype=held["dtype"])
            shape = [int(part) for part in str(held.get("shape") or found.size).split(",")]
            return found.reshape(shape).tolist()
        return {name: _unpacked(value) for name, value in held.items()}
    if isinstance(held, list | tuple):
        return [_unpacked(value) for value in held]
    return held.tolist() if isinstance(held, np.ndarray) else held


# --- room -----------------------------------------------------------------------------------------


def _name(axis: str) -> str:
    """``x2`` of a trace is ``xaxis2`` of the layout."""
    return f"{axis[0]}axis{axis[1:]}"


def _panels(
    spec: Mapping[str, Any], language: str, width: float, height: float, legend: float
) -> list[_Panel]:
    layout = spec["layout"]
    pairs: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for trace in spec["data"]:
        pairs.setdefault((trace.get("xaxis") or "x", trace.get("yaxis") or "y"), []).append(trace)
    found = []
    for (x, y), traces in pairs.items():
        across = _axis(layout.get(_name(x)) or {}, traces, "x", layout, language)
        up = _axis(layout.get(_name(y)) or {}, traces, "y", layout, language)
        found.append(_Panel(across, up, 0, 0, 0, 0, tuple(traces)))
    left = max(_left_room(one.up, width) for one in found)
    margin = layout.get("margin") or {}
    right = width - max(float(margin.get("r") or 0), 14.0)
    right -= max(_right_room(one.across) for one in found)
    top = 6 + legend + max(_top_room(one.across, layout) for one in found)
    bottom = height - max(_bottom_room(one.across) for one in found)
    placed = []
    for panel in found:
        first, last = panel.up.look.get("domain") or (0.0, 1.0)
        placed.append(
            replace(
                panel,
                left=left,
                right=right,
                top=bottom - (bottom - top) * float(last),
                bottom=bottom - (bottom - top) * float(first),
            )
        )
    return placed


def _axis(
    look: Mapping[str, Any],
    traces: Sequence[Mapping[str, Any]],
    side: str,
    layout: Mapping[str, Any],
    language: str,
) -> StillAxis:
    values: list[object] = []
    stands = False
    for trace in traces:
        values += list(trace[side]) if trace.get(side) is not None else []
        if trace["type"] == "box" and side == "x":
            values += [*trace["lowerfence"], *trace["upperfence"]]
        is_long = trace["type"] == "bar" and (trace.get("orientation") == "h") == (side == "x")
        stands = stands or is_long
    if stands and layout.get("barmode") == "relative":
        values += _stacked(traces, side)
    has_marks = any("markers" in str(one.get("mode", "")) for one in traces)
    return axis_of(look, values, from_zero=stands, has_marks=has_marks, language=language)


def _stacked(traces: Sequence[Mapping[str, Any]], side: str) -> list[object]:
    """Where stacked bars end, on either side of nought."""
    other = "y" if side == "x" else "x"
    ends: dict[tuple[str, bool], float] = {}
    for trace in traces:
        if trace["type"] == "bar":
            for name, value in zip(trace[other], trace[side], strict=True):
                if value is not None and value == value:  # noqa: PLR0124 - not a number
                    held = (str(name), value < 0)
                    ends[held] = ends.get(held, 0.0) + float(value)
    return list(ends.values())


def _is_shown(axis: StillAxis) -> bool:
    return axis.look.get("visible") is not False and axis.look.get("showticklabels") is not False


def _title(axis: StillAxis) -> str:
    title = axis.look.get("title") or {}
    return str(title.get("text") or "")


def _left_room(axis: StillAxis, width: float) -> float:
    if not _is_shown(axis):
        return 8.0
    room = max((block(text, _TEXT)[0] for _at, text in axis.ticks), default=0.0) + _GAP + 4
    return min(room, width * _MOST_LABEL) + (_TEXT + 8 if _title(axis) else 0)


def _right_room(axis: StillAxis) -> float:
    """Half of a last label that reaches over the end."""
    if not _is_shown(axis) or not axis.ticks:
        return 0.0
    at, text = axis.ticks[-1]
    return block(text, _TEXT)[0] / 2 if (axis.part(at) or 0.0) > 0.97 else 0.0


def _turned(axis: StillAxis) -> bool:
    return float(axis.look.get("tickangle") or 0) != 0


def _label_height(axis: StillAxis) -> float:
    if not _is_shown(axis):
        return 0.0
    if _turned(axis):
        return max((wide(plain_line(text), _TEXT) for _at, text in axis.ticks), default=0) * 0.75
    return max((block(text, _TEXT)[1] for _at, text in axis.ticks), default=0.0)


def _top_room(axis: StillAxis, layout: Mapping[str, Any]) -> float:
    above = any(
        one.get("yref") == "paper" and one.get("yanchor") == "bottom"
        for one in layout.get("annotations") or ()
    )
    high = _label_height(axis) + _GAP if axis.look.get("side") == "top" else 0.0
    return max(high, 18.0 if above else 6.0)


def _bottom_room(axis: StillAxis) -> float:
    title = _TEXT + 8 if _title(axis) else 0.0
    if axis.look.get("side") == "top" or not _is_shown(axis):
        return 8.0 + title
    return _label_height(axis) + _GAP + 6 + title


# --- ground and labels ----------------------------------------------------------------------------


def _x(panel: _Panel, value: object) -> float | None:
    part = panel.across.part(value)
    return None if part is None else panel.left + part * (panel.right - panel.left)


def _y(panel: _Panel, value: object) -> float | None:
    part = panel.up.part(value)
    return None if part is None else panel.bottom - part * (panel.bottom - panel.top)


def _ground(panel: _Panel) -> str:
    parts = []
    for axis, place, ends in (
        (panel.across, _x, ((panel.top, panel.bottom))),
        (panel.up, _y, ((panel.left, panel.right))),
    ):
        is_across = axis is panel.across
        look = axis.look
        if look.get("visible") is False:
            continue
        if look.get("showgrid") is not False and not axis.categories:
            for at, _text in axis.ticks:
                here = place(panel, at)
                if here is not None:
                    parts.append(_rule(here, ends, is_across=is_across, colour=GRID, width=0.8))
        if look.get("zeroline"):
            here = place(panel, 0.0)
            if here is not None and 0 <= (axis.part(0.0) or 0.0) <= 1:
                colour = look.get("zerolinecolor") or SOFT
                parts.append(_rule(here, ends, is_across=is_across, colour=colour, width=1.2))
    return "".join(parts)


def _rule(
    at: float, ends: tuple[float, float], *, is_across: bool, colour: object, width: float
) -> str:
    first, last = ends
    points = [(at, first), (at, last)] if is_across else [(first, at), (last, at)]
    return path(points, colour=colour, width=width)


def _labels(panel: _Panel) -> str:
    parts = []
    if _is_shown(panel.across):
        is_top = panel.across.look.get("side") == "top"
        for at, text in panel.across.ticks:
            x = _x(panel, at)
            if x is None:
                continue
            y = panel.top - _GAP / 2 if is_top else panel.bottom + _GAP / 2
            if _turned(panel.across):
                line = plain_line(text)
                parts.append(
                    words(line, (x, y), colour=SOFT, across="left", up="bottom", turned=-45)
                )
            else:
                up = "bottom" if is_top else "top"
                parts.append(words(text, (x, y), colour=SOFT, up=up))
    if _title(panel.across):
        middle = (panel.left + panel.right) / 2
        y = panel.bottom + _GAP / 2 + _label_height(panel.across) + 4
        parts.append(words(_title(panel.across), (middle, y), colour=SOFT, up="top"))
    if _is_shown(panel.up):
        row = _row_height(panel)
        parts += [_row_label(panel, at, text, row) for at, text in panel.up.ticks]
    if _title(panel.up):
        middle = (panel.top + panel.bottom) / 2
        parts.append(words(_title(panel.up), (_TEXT / 2 + 4, middle), colour=SOFT, turned=-90))
    return "".join(parts)


def _row_height(panel: _Panel) -> float:
    """How far apart the two closest labels beside the panel are, whatever their unit."""
    places = sorted(y for at, _text in panel.up.ticks if (y := _y(panel, at)) is not None)
    gaps = [other - one for one, other in pairwise(places)]
    return min(gaps, default=panel.bottom - panel.top)


def _row_label(panel: _Panel, at: float, text: str, row: float) -> str:
    """A label beside its row: on one line, and smaller, where rows are close."""
    y = _y(panel, at)
    if y is None:
        return ""
    size = _TEXT
    if block(text, size)[1] > row:
        text = plain_line(text)
        room = panel.left - _GAP - 4
        size = min(_TEXT, row * 0.8, room / max(wide(text, 1.0), 0.1))
    return words(text, (panel.left - _GAP, y), size=size, colour=INK, across="right")


# --- what is laid over it -------------------------------------------------------------------------


def _panel_of(panels: Sequence[_Panel], ref: str, side: str) -> _Panel:
    """The panel that a mark refers to by ``y``, ``y2`` or ``y2 domain``."""
    name = ref.split(" ", maxsplit=1)[0]
    axis = side if name == "paper" else name
    return next(
        (one for one in panels if (one.traces[0].get(f"{side}axis") or side) == axis), panels[0]
    )


def _place(panels: Sequence[_Panel], mark: Mapping[str, Any], side: str, at: object) -> float:
    ref = str(mark.get(f"{side}ref") or side)
    panel = _panel_of(panels, ref, side)
    first, last = (panel.left, panel.right) if side == "x" else (panel.bottom, panel.top)
    if ref == "paper" and side == "y":
        first, last = max(one.bottom for one in panels), min(one.top for one in panels)
    if ref == "paper" or ref.endswith("domain"):
        return first + (last - first) * float(at)  # type: ignore[arg-type]  # a part of the room
    found = _x(panel, at) if side == "x" else _y(panel, at)
    return first if found is None else found


def _shapes(layout: Mapping[str, Any], panels: Sequence[_Panel], *, below: bool) -> str:
    parts = []
    for one in layout.get("shapes") or ():
        if (one.get("type") == "rect") != below:
            continue
        start = (_place(panels, one, "x", one["x0"]), _place(panels, one, "y", one["y0"]))
        end = (_place(panels, one, "x", one["x1"]), _place(panels, one, "y", one["y1"]))
        opacity = float(one.get("opacity") or 1.0)
        line = one.get("line") or {}
        if one.get("type") == "rect":
            parts.append(box(start, end, colour=one.get("fillcolor"), opacity=opacity))
        else:
            parts.append(
                path(
                    [start, end],
                    colour=line.get("color"),
                    width=float(line.get("width", 1.0)),
                    dash=line.get("dash"),
                    opacity=opacity,
                )
            )
    return "".join(parts)


def _annotations(layout: Mapping[str, Any], panels: Sequence[_Panel]) -> str:
    parts = []
    for one in layout.get("annotations") or ():
        x, y = _place(panels, one, "x", one["x"]), _place(panels, one, "y", one["y"])
        font = one.get("font") or {}
        across = {"left": "left", "right": "right"}.get(str(one.get("xanchor")), "middle")
        up = {"top": "top", "bottom": "bottom"}.get(str(one.get("yanchor")), "middle")
        size = float(font.get("size") or _TEXT)
        half = block(str(one["text"]), size)[0] / 2
        if across == "middle":
            x = min(max(x, panels[0].left + half), panels[0].right - half)
        parts.append(
            words(
                str(one["text"]),
                (x, y),
                size=size,
                colour=str(font.get("color") or SOFT),
                across=across,
                up=up,
            )
        )
    return "".join(parts)


def _legend(spec: Mapping[str, Any], width: float) -> tuple[str, float]:
    """What each colour and mark means, in rows above the picture; how high it is."""
    shown = [one for one in spec["data"] if one.get("showlegend") is not False and one.get("name")]
    asked = spec["layout"].get("showlegend")
    if asked is False or not shown or (asked is None and len(shown) < 2):
        return "", 0.0
    parts, x, y = [], 8.0, 4.0
    for trace in shown:
        name = str(trace["name"])
        room = 30 + wide(name, _TEXT) + 18
        if x > 8.0 and x + room > width:
            x, y = 8.0, y + 18
        parts.append(sign(trace, (x, y + 8)))
        parts.append(words(name, (x + 28, y + 8), colour=INK, across="left"))
        x += room
    return "".join(parts), y + 20
