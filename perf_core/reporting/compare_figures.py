"""Figures that put groups side by side: ranks and spreads, and what all such figures share.

What can be clicked carries the codes of its group in ``customdata``, as a list: a row's code, or
a row's and a column's. A figure names no theme; its few fixed tones are read on white and black.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from perf_core.language.translate import Reader
from perf_core.reporting.figure_words import as_read, wrapped
from perf_core.reporting.figures import QUIET
from perf_core.reporting.label_room import TICK_SIZE, TICKS_BELOW, left_room
from perf_core.reporting.sketch import Sketch

ACCENT: Final = "#4a71e0"
SIGNAL: Final = "#d0761b"
# Told apart by every kind of colour sight, and by their dashes where colour is not seen at all.
LINES: Final = (
    ("#4a71e0", "solid"),
    ("#d0761b", "solid"),
    ("#2a9d8f", "dash"),
    ("#9b7ae0", "dot"),
    ("#c2497a", "dashdot"),
    ("#77802a", "longdash"),
)
_ROW: Final = 34
_FAR: Final = 4.0
_BEYOND: Final = " »"
_LOW: Final = 30.0
_ALONG: Final = 7

Wording = Callable[[float | None], str]


@dataclass(frozen=True)
class Ranked:
    """One bar: whose it is, how long, what it is measured against, and whether it falls short."""

    code: str
    name: str
    value: float
    standard: float | None
    is_short: bool
    note: str = ""


def ranked_bars(
    bars: Sequence[Ranked],
    *,
    wording: Wording,
    whole: float | None,
    whole_name: str,
    standard_name: str,
) -> Any:
    """Bars in the order given, the first on top, each with its standard as a tick.

    Parameters
    ----------
    bars : sequence of Ranked
        The groups; those that fall short are drawn in the signal colour.
    wording : callable
        Writes a value as the reader does.
    whole : float, optional
        The value of all together, drawn as a line through all bars.
    whole_name, standard_name : str
        What the line and the ticks are called.
    """
    at = list(range(len(bars)))
    standards = [_known(bar.standard) for bar in bars]
    end = _end([bar.value for bar in bars], [*standards, _known(whole)])
    figure = Sketch(
        go.Bar(
            y=at,
            x=[bar.value for bar in bars],
            orientation="h",
            marker={
                "color": [SIGNAL if bar.is_short else ACCENT for bar in bars],
                "cornerradius": 3,
            },
            customdata=[[bar.code] for bar in bars],
            hovertext=[as_read(bar.note or bar.name) for bar in bars],
            hovertemplate="%{hovertext}<extra></extra>",
            unselected={"marker": {"opacity": 1}},
            width=0.62,
            showlegend=False,
        )
    )
    known = [(n, bar.standard) for n, bar in enumerate(bars) if _is_known(bar.standard)]
    if known:
        figure.add_trace(
            go.Scatter(
                y=[n for n, _at in known],
                x=[at for _n, at in known],
                mode="markers",
                marker={
                    "symbol": "line-ns",
                    "size": 20,
                    "line": {"width": 2.5, "color": QUIET},
                    "color": QUIET,
                },
                name=standard_name,
                text=[wording(at) for _n, at in known],
                hovertemplate=standard_name + ": %{text}<extra></extra>",
            )
        )
    if _is_known(whole):
        figure.add_trace(
            go.Scatter(
                y=[0, len(bars) - 1],
                x=[whole, whole],
                mode="lines",
                line={"color": QUIET, "width": 1.5, "dash": "dot"},
                name=f"{whole_name}: {wording(whole)}",
                hoverinfo="skip",
            )
        )
    low = min([0.0, *(bar.value for bar in bars)])
    figure.update_xaxes(visible=False, range=[low, end + 0.04 * ((end - low) or 1.0)])
    # The value stands by the name: in the chart it would be crossed by ticks and lines.
    labels = [
        f"{name}  <b>{wording(bar.value)}{_BEYOND if bar.value > end else ''}</b>"
        for name, bar in zip(_names(bars), bars, strict=True)
    ]
    figure.update_yaxes(
        tickvals=at,
        ticktext=labels,
        range=[len(bars) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    lay_out(figure, legend=True, l=left_room(labels))
    most = max((wrapped(bar.name).count("<br>") for bar in bars), default=0)
    figure.update_layout(
        height=max(150, (_ROW + 12 * most) * len(bars) + 46), hovermode="closest", bargap=0.3
    )
    return figure.drawn()


def _end(values: Sequence[float], standards: Sequence[float]) -> float:
    """Where an axis of bars ends: one that is far beyond all others is cut off there."""
    ordered = sorted([*values, 0.0])
    others = max([ordered[-2] if len(ordered) > 1 else 0.0, *standards, 0.0])
    most = max([ordered[-1], others])
    return most if others <= 0 or most <= _FAR * others else 1.25 * others


def _names(bars: Sequence[Ranked]) -> list[str]:
    """The names on several lines; two groups of one name get their codes."""
    often = Counter(bar.name for bar in bars)
    return [
        wrapped(bar.name) + (f"<br>({as_read(bar.code)})" if often[bar.name] > 1 else "")
        for bar in bars
    ]


def _is_known(value: float | None) -> bool:
    return value is not None and bool(np.isfinite(value))


def _known(value: float | None) -> float:
    return 0.0 if value is None or not np.isfinite(value) else float(value)


@dataclass(frozen=True)
class Spread:
    """How the totals of one group lie."""

    code: str
    name: str
    low: float
    q1: float
    median: float
    q3: float
    high: float
    totals: Sequence[float]


def spreads(
    groups: Sequence[Spread], *, pass_mark: float, few: int, note: Callable[[Spread], str],
    reader: Reader,
) -> Any:  # fmt: skip
    """A box per group, the first on top; of a group of few, its single totals as dots."""
    _ = reader
    figure = Sketch()
    names = [wrapped(one.name) for one in groups]
    boxed = [n for n, one in enumerate(groups) if len(one.totals) > few]
    if boxed:
        chosen = [groups[n] for n in boxed]
        figure.add_trace(
            go.Box(
                y=boxed,
                q1=[one.q1 for one in chosen],
                median=[one.median for one in chosen],
                q3=[one.q3 for one in chosen],
                lowerfence=[one.low for one in chosen],
                upperfence=[one.high for one in chosen],
                orientation="h",
                width=0.5,
                line={"width": 1.4, "color": ACCENT},
                fillcolor="rgba(74,113,224,0.22)",
                hoverinfo="skip",
                showlegend=False,
            )
        )
    dots = [(total, n) for n, one in enumerate(groups) if n not in boxed for total in one.totals]
    figure.add_trace(
        go.Scatter(
            x=[total for total, _n in dots],
            y=[n for _total, n in dots],
            mode="markers",
            marker={"size": 7, "color": ACCENT, "opacity": 0.6},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[one.median for one in groups],
            y=list(range(len(groups))),
            mode="markers",
            marker={
                "size": 13,
                "symbol": "diamond",
                "color": [SIGNAL if one.median < pass_mark else ACCENT for one in groups],
                "line": {"width": 1.5, "color": "rgba(255,255,255,0.85)"},
            },
            customdata=[[one.code] for one in groups],
            hovertext=[as_read(note(one)) for one in groups],
            hovertemplate="%{hovertext}<extra></extra>",
            unselected={"marker": {"opacity": 1}},
            showlegend=False,
        )
    )
    # All of a box is pointed at and clicked, not its median alone: unseen marks lie along it.
    unseen = [(at, n) for n in boxed for at in np.linspace(groups[n].low, groups[n].high, _ALONG)]
    figure.add_trace(
        go.Scatter(
            x=[float(at) for at, _n in unseen],
            y=[n for _at, n in unseen],
            mode="markers",
            marker={"size": 26, "opacity": 0},
            customdata=[[groups[n].code] for _at, n in unseen],
            hovertext=[as_read(note(groups[n])) for _at, n in unseen],
            hovertemplate="%{hovertext}<extra></extra>",
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
            showlegend=False,
        )
    )
    limit_line(figure, "x", pass_mark, _("Pass mark {mark}", mark=f"{pass_mark:g}"))
    lowest = min([pass_mark, *(one.low for one in groups), *(total for total, _n in dots)])
    highest = max([pass_mark, *(one.high for one in groups)])
    # From 0 only where somebody is near it: else all boxes would be pressed into one half.
    start = 0.0 if lowest < _LOW else lowest - 8.0
    figure.update_xaxes(nticks=7, range=[start - 3.0, highest + 6.0], zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(groups))),
        ticktext=names,
        showgrid=False,
        zeroline=False,
        range=[len(groups) - 0.5, -0.5],
    )
    lay_out(figure, legend=False, l=left_room(names), b=TICKS_BELOW)
    figure.update_layout(height=max(180, 38 * len(groups) + 70), hovermode="closest")
    return figure.drawn()


def lay_out(figure: Sketch, *, legend: bool, **margin: float) -> None:
    """Give a figure the room, the legend and the stillness that all of them have.

    Parameters
    ----------
    margin : float
        Pixels at the sides, by their first letters, where they are not the usual ones.
    """
    figure.update_layout(
        margin={"l": 8, "r": 14, "t": 38 if legend else 24, "b": 8} | margin,
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": {"text": ""}},
        dragmode=False,
        clickmode="event+select",
    )
    axes = {"fixedrange": True, "automargin": False, "tickfont": {"size": TICK_SIZE}}
    figure.update_xaxes(**axes)
    figure.update_yaxes(**axes)


def limit_line(
    figure: Sketch, axis: str, at: float | None, name: str, *, at_left: bool = False
) -> None:
    """Draw where a limit lies across an axis, and say what it is; nothing where there is none."""
    if at is None or not np.isfinite(at):
        return
    line = {"color": QUIET, "width": 1.5, "dash": "dash"}
    if axis == "x":
        figure.add_vline(x=at, line=line)
        figure.add_annotation(
            x=at, y=1, yref="paper", yanchor="bottom", text=name, showarrow=False,
            font={"size": 11},
        )  # fmt: skip
    else:
        figure.add_hline(y=at, line=line)
        figure.add_annotation(
            x=0 if at_left else 1, xref="paper", xanchor="left" if at_left else "right",
            y=at, yanchor="bottom", text=name, showarrow=False,
            font={"size": 11},
        )  # fmt: skip
