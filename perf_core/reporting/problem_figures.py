"""Figures of whose problem it is and of before and after: money by step, shares, two courses.

They name no theme and use the tones of ``compare_figures``; what colour tells, a pattern, a dash
or a shape tells, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from perf_core.reporting.compare_figures import ACCENT, LINES, SIGNAL, Wording, wrapped
from perf_core.reporting.figures import QUIET

_PATTERNS: Final = ("", "/", "", "x")


@dataclass(frozen=True)
class Part:
    """One kind of a stacked bar, with a value for every bar."""

    name: str
    values: Sequence[float | None]


def money_steps(
    names: Sequence[str],
    parts: Sequence[Part],
    *,
    totals: Sequence[float | None],
    total_name: str,
    wording: Wording,
) -> Any:
    """Bars from zero to either side, a colour for each step, and a mark where they sum to.

    Parameters
    ----------
    names : sequence of str
        The groups, the first on top.
    parts : sequence of Part
        The money of each step by group: to the left what cost, to the right what brought.
    totals : sequence of float or None
        Their sum by group.
    total_name : str
        What the mark is called.
    wording : callable
        Writes an amount with its sign.
    """
    labels = _labels(names)
    figure = go.Figure()
    for n, part in enumerate(parts):
        if not any(part.values):
            continue
        figure.add_trace(
            go.Bar(
                y=labels,
                x=list(part.values),
                name=part.name,
                orientation="h",
                marker={
                    "color": LINES[n % len(LINES)][0],
                    "pattern": {
                        "shape": _PATTERNS[n % 4],
                        "fillmode": "overlay",
                        "fgcolor": "rgba(255,255,255,0.6)",
                        "size": 7,
                        "solidity": 0.25,
                    },
                    "line": {"width": 0},
                },
                hovertext=[
                    f"{name} · {part.name}: {wording(value)}"
                    for name, value in zip(names, part.values, strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
                width=0.56,
            )
        )
    figure.add_trace(
        go.Scatter(
            y=labels,
            x=list(totals),
            mode="markers",
            name=total_name,
            marker={
                "symbol": "diamond",
                "size": 10,
                "color": QUIET,
                "line": {"width": 1.5, "color": "rgba(255,255,255,0.9)"},
            },
            hovertext=[
                f"{name} · {total_name}: {wording(value)}"
                for name, value in zip(names, totals, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_layout(barmode="relative")
    figure.update_xaxes(
        showgrid=True,
        gridcolor="rgba(138,147,166,0.18)",
        zeroline=True,
        zerolinecolor=QUIET,
        zerolinewidth=1.5,
        # In the reader's words: Chinese counts in ten thousands, Plotly in thousands.
        tickvals=(ticks := _round_amounts(parts)),
        ticktext=[wording(at) if at else "0" for at in ticks],
    )
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    return _laid_out(figure, height=70 + _row(labels) * len(labels), rows_of_legend=2)


def shares(
    names: Sequence[str],
    values: Sequence[float | None],
    ago: Sequence[float | None],
    *,
    name: str,
    ago_name: str,
    wording: Wording,
) -> Any:
    """A share by group as bars, with a tick where it was a year ago."""
    labels = _labels(names)
    figure = go.Figure(
        go.Bar(
            y=labels,
            x=list(values),
            orientation="h",
            name=name,
            marker={"color": ACCENT, "cornerradius": 3},
            text=[wording(value) for value in values],
            textposition="auto",
            # Away from the mark of a year ago, which stands near the end.
            insidetextanchor="start",
            hovertemplate="%{y}: %{text}<extra></extra>",
            width=0.56,
        )
    )
    known = [(label, at) for label, at in zip(labels, ago, strict=True) if at is not None]
    if known:
        figure.add_trace(
            go.Scatter(
                y=[label for label, _at in known],
                x=[at for _label, at in known],
                mode="markers",
                name=ago_name,
                marker={
                    "symbol": "line-ns",
                    "size": 18,
                    "line": {"width": 2.5, "color": SIGNAL},
                    "color": SIGNAL,
                },
                text=[wording(at) for _label, at in known],
                hovertemplate=ago_name + ": %{text}<extra></extra>",
            )
        )
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    return _laid_out(figure, height=60 + _row(labels) * len(labels))


def two_courses(
    labels: Sequence[str],
    treated: Sequence[float | None],
    untreated: Sequence[float | None],
    *,
    treated_name: str,
    untreated_name: str,
    event_name: str,
    begins_at: int,
    wording: Wording,
    tickformat: str,
    unit: str = "",
) -> Any:
    """The course of the groups with an event beside that of the others, and when it began.

    Parameters
    ----------
    labels : sequence of str
        The months.
    treated, untreated : sequence of float or None
        The mean change of either kind against the months before; none of the second without
        groups that lack the event.
    treated_name, untreated_name, event_name : str
        What the lines and the mark are called.
    begins_at : int
        How many months lie before the event.
    wording : callable
        Writes a change with its sign.
    tickformat : str
        How the scale is written.
    unit : str
        What stands behind its numbers.
    """
    figure = go.Figure()
    lines = (
        (untreated_name, untreated, {"color": QUIET, "width": 2, "dash": "dot"}, "circle-open"),
        (treated_name, treated, {"color": ACCENT, "width": 3}, "circle"),
    )
    for name, values, style, symbol in lines:
        if all(value is None for value in values):
            continue
        figure.add_trace(
            go.Scatter(
                x=list(range(len(labels))),
                y=list(values),
                name=name,
                mode="lines+markers",
                line=style,
                marker={"size": 7, "symbol": symbol},
                connectgaps=False,
                hovertext=[
                    f"{name} · {label}: {wording(value)}"
                    for label, value in zip(labels, values, strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    at = begins_at - 0.5
    figure.add_vrect(x0=at, x1=len(labels) - 0.5, fillcolor=SIGNAL, opacity=0.07, line={"width": 0})
    figure.add_vline(x=at, line={"color": SIGNAL, "width": 2, "dash": "dash"})
    figure.add_annotation(
        x=at,
        y=1,
        yref="paper",
        xanchor="left" if begins_at <= len(labels) / 2 else "right",
        yanchor="top",
        text=f" {wrapped(event_name, at=18)} ",
        align="left",
        showarrow=False,
        font={"size": 12, "color": SIGNAL},
    )
    step = max(1, -(-len(labels) // 8))
    figure.update_xaxes(
        tickvals=list(range(0, len(labels), step)),
        ticktext=[labels[n] for n in range(0, len(labels), step)],
        range=[-0.5, len(labels) - 0.5],
        showgrid=False,
        tickangle=0,
    )
    figure.update_yaxes(
        tickformat=tickformat,
        ticksuffix=unit,
        nticks=5,
        automargin=True,
        zeroline=True,
        zerolinecolor="rgba(138,147,166,0.5)",
    )
    return _laid_out(figure, height=330)


def each_change(
    names: Sequence[str],
    before: Sequence[float | None],
    after: Sequence[float | None],
    *,
    has_event: Sequence[bool],
    before_name: str,
    after_name: str,
    wording: Wording,
    tickformat: str,
) -> Any:
    """From where to where every group went: an open dot before, a full one after."""
    labels = _labels(names)
    colours = [ACCENT if has else QUIET for has in has_event]
    figure = go.Figure()
    for label, one, other, colour in zip(labels, before, after, colours, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[one, other],
                y=[label, label],
                mode="lines",
                line={"color": colour, "width": 2},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    for name, values, symbol in (
        (before_name, before, "circle-open"),
        (after_name, after, "circle"),
    ):
        figure.add_trace(
            go.Scatter(
                x=list(values),
                y=labels,
                mode="markers",
                name=name,
                marker={"size": 11, "symbol": symbol, "color": colours, "line": {"width": 2}},
                hovertext=[
                    f"{label} · {name}: {wording(value)}"
                    for label, value in zip(names, values, strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    figure.update_xaxes(
        tickformat=tickformat, nticks=6, showgrid=True, gridcolor="rgba(138,147,166,0.18)"
    )
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    return _laid_out(figure, height=80 + _row(labels) * len(labels))


def _round_amounts(parts: Sequence[Part], *, most: int = 5) -> list[float]:
    """Round amounts along an axis that the stacked parts span, nought among them."""
    rows = [[at or 0.0 for at in row] for row in zip(*(one.values for one in parts), strict=True)]
    low = min([0.0, *(sum(one for one in row if one < 0) for row in rows)])
    high = max([0.0, *(sum(one for one in row if one > 0) for row in rows)])
    if not math.isfinite(high - low) or high <= low:
        return [0.0]
    unit = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n * most >= high - low)
    return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _labels(names: Sequence[str]) -> list[str]:
    """Labels of several lines, each of its own: two groups of one name must not share a bar."""
    found: list[str] = []
    for name in names:
        label = wrapped(name)
        while label in found:
            label += "\u200b"
        found.append(label)
    return found


def _row(labels: Sequence[str]) -> int:
    """The height of a row with the longest label."""
    return 34 + 12 * max((label.count("<br>") for label in labels), default=0)


def _laid_out(figure: Any, *, height: int, rows_of_legend: int = 1) -> Any:
    figure.update_layout(
        height=max(height, 150),
        margin={"l": 8, "r": 12, "t": 10 + 20 * rows_of_legend, "b": 8},
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": {"text": ""}},
        dragmode=False,
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure
