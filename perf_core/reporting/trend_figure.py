"""Lines of groups over months, quarters or years: a few in colour, the rest in quiet grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import plotly.graph_objects as go

from perf_core.reporting.axis_labels import Scale, ticks
from perf_core.reporting.compare_figures import LINES, Wording, lay_out
from perf_core.reporting.figure_words import as_read
from perf_core.reporting.figures import QUIET
from perf_core.reporting.label_room import TICKS_BELOW, left_room
from perf_core.reporting.sketch import Sketch

MOST_LIT: Final = 6
"""So many lines can still be told apart."""
_FAR: Final = 4.0


@dataclass(frozen=True)
class Line:
    """One group over the periods; a lit one is drawn in colour and named."""

    code: str
    name: str
    values: Sequence[float | None]
    is_lit: bool


def trend_lines(
    labels: Sequence[str],
    lines: Sequence[Line],
    *,
    wording: Wording,
    scale: Scale,
    quiet_name: str,
    limit: float | None = None,
    limit_name: str = "",
) -> Any:
    """Groups period by period.

    Parameters
    ----------
    labels : sequence of str
        The periods in a few letters, oldest first.
    lines : sequence of Line
        Lit ones are drawn in colour; all others are one quiet trace, which is drawn at once.
    wording : callable
        Writes a value as the reader does.
    quiet_name : str
        What the grey lines are called.
    """
    figure = Sketch()
    lit = [line for line in lines if line.is_lit]
    quiet = [line for line in lines if not line.is_lit]
    if quiet:
        figure.add_trace(_quiet_trace(labels, quiet, wording, quiet_name))
    for n, line in enumerate(lit):
        colour, dash = LINES[n % len(LINES)]
        figure.add_trace(
            go.Scatter(
                **_points(labels, [line], wording),
                name=as_read(line.name),
                mode="lines+markers",
                line={"color": colour, "width": 2.5, "dash": dash},
                marker={"size": 5},
                connectgaps=False,
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    known = [one for line in lines for one in line.values if one is not None]
    top = _top(lines, limit)
    shown = [min(one, top) for one in known]
    is_cut = any(one > top for one in known)
    # A limit far above all lines would press them flat: it is named, and lies outside.
    near = [one for one in [limit] if one is not None and one <= _FAR * max(shown, default=0.0)]
    ends = [*shown, *near]
    if limit is not None:
        # Named in the legend: wherever its name stood in the chart, lines would cross it.
        figure.add_trace(
            go.Scatter(
                x=[-0.4, len(labels) - 0.6],
                y=[limit, limit],
                name=limit_name if near else f"{limit_name} ↑",
                mode="lines",
                line={"color": QUIET, "width": 1.5, "dash": "dash"},
                hoverinfo="skip",
            )
        )
    figure.update_xaxes(
        tickvals=_spread_out(len(labels)),
        ticktext=[labels[at] for at in _spread_out(len(labels))],
        range=[-0.4, len(labels) - 0.6],
        tickangle=0,
    )
    steps: dict[str, Any] = ticks(ends, scale)
    figure.update_yaxes(zeroline=False, **steps)
    low, high = min(ends, default=0.0), top if is_cut else max(ends, default=1.0)
    room = 0.06 * ((high - low) or abs(high) or 1.0)
    figure.update_yaxes(range=[low - room, high if is_cut else high + room])
    lay_out(figure, legend=bool(lit), l=left_room(steps["ticktext"]), b=TICKS_BELOW)
    figure.update_layout(height=330, hovermode="closest")
    return figure.drawn()


def _spread_out(n: int, *, most: int = 6) -> list[int]:
    """Some places among ``n``, evenly apart, the last one with them."""
    step = max(1, -(-n // most))
    return list(range(n - 1, -1, -step))[::-1]


def _top(lines: Sequence[Line], limit: float | None) -> float:
    """Where the axis ends: a line that is far beyond all others leaves the chart there."""
    highest = sorted(max((v for v in one.values if v is not None), default=0.0) for one in lines)
    if not highest:
        return 0.0
    usual = max(median(highest), limit or 0.0)
    most = highest[-1]
    return most if usual <= 0 or most <= _FAR * usual else 2 * usual


def _points(labels: Sequence[str], lines: Sequence[Line], wording: Wording) -> dict[str, Any]:
    """Places, values, codes and words of lines, one after the other with gaps between them."""
    x: list[int | None] = []
    y: list[float | None] = []
    codes: list[list[str]] = []
    said: list[str] = []
    for line in lines:
        if x:
            x.append(None)
            y.append(None)
            codes.append([line.code])
            said.append("")
        for at, (label, value) in enumerate(zip(labels, line.values, strict=True)):
            x.append(at)
            y.append(value)
            codes.append([line.code])
            said.append(as_read(f"{line.name} · {label}: {wording(value)}"))
    return {"x": x, "y": y, "customdata": codes, "hovertext": said}


def _quiet_trace(labels: Sequence[str], lines: Sequence[Line], wording: Wording, name: str) -> Any:
    return go.Scatter(
        **_points(labels, lines, wording),
        name=name,
        mode="lines",
        line={"color": QUIET, "width": 1},
        opacity=0.45,
        connectgaps=False,
        hovertemplate="%{hovertext}<extra></extra>",
    )
