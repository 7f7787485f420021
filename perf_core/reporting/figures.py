"""The figures of pages and reports: few kinds, one accent, a quiet grey for comparison.

A figure names no theme: the page or document lays its own over it. Only the grey of targets and
peers is fixed, a tone that is read on white and on black alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from perf_core.language.translate import Reader
from perf_core.reporting.axis_labels import Scale, ticks

QUIET: Final = "#8a93a6"
_ACCENT: Final = "#4a71e0"
_HEIGHT: Final = 260
_ROOM: Final = 0.08

Wording = Callable[[float | None], str]
"""Writes a value as the reader does."""


def totals_over_time(
    labels: Sequence[str],
    totals: Sequence[float | None],
    *,
    peers: Sequence[float | None] | None,
    pass_mark: float,
    reader: Reader,
) -> Any:
    """One person's totals over the last periods, beside the median of the role's others."""
    _ = reader
    figure = go.Figure()
    if peers is not None and any(value is not None for value in peers):
        figure.add_trace(
            go.Scatter(
                x=list(labels),
                y=list(peers),
                name=_("Median of the role"),
                mode="lines",
                line={"color": QUIET, "width": 1.5, "dash": "dot"},
                hovertemplate="%{y:.1f}",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=list(labels),
            y=list(totals),
            name=_("Total"),
            mode="lines+markers",
            line={"color": _ACCENT, "width": 2.5},
            marker={"size": 7},
            connectgaps=False,
            # A total of 0 stands at the very edge.
            cliponaxis=False,
            hovertemplate="%{y:.1f}",
        )
    )
    figure.add_hline(y=pass_mark, line={"color": QUIET, "width": 1}, opacity=0.5)
    known = [v for v in [*totals, *(peers or []), pass_mark] if v is not None and pd.notna(v)]
    low, top = max(0.0, min(known) - 15), max([*known, 100.0]) + 6
    own = [v for v in totals if v is not None and pd.notna(v)]
    is_clear = [
        all(v < pass_mark for v in ends) or all(v > pass_mark + _ROOM * (top - low) for v in ends)
        for ends in (own[:2], own[-2:])
    ]
    # The word stands above the mark, at the end where the line leaves it room.
    is_left = is_clear == [True, False]
    figure.add_annotation(
        x=0 if is_left else 1,
        xref="paper",
        xanchor="left" if is_left else "right",
        y=pass_mark,
        yanchor="bottom",
        text=_("Pass mark {mark}", mark=f"{pass_mark:g}"),
        showarrow=False,
        font={"size": 11},
    )
    figure.update_yaxes(range=[low, top], nticks=5)
    return _laid_out(figure, legend=peers is not None)


def daily_course(
    days: Sequence[Any],
    values: Sequence[float | None],
    target: Sequence[float | None],
    *,
    name: str,
    wording: Wording,
    is_sum: bool,
    scale: Scale,
    reader: Reader,
) -> Any:
    """An indicator day by day: its sum against the even pace, or its value against the target."""
    _ = reader
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=list(days),
            y=list(target),
            name=_("Even pace to the target") if is_sum else _("Target"),
            mode="lines",
            line={"color": QUIET, "width": 1.5, "dash": "dot"},
            customdata=[wording(value) for value in target],
            hovertemplate="%{customdata}",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=list(days),
            y=list(values),
            name=name,
            mode="lines",
            line={"color": _ACCENT, "width": 2.5},
            fill="tozeroy" if is_sum else None,
            fillcolor="rgba(74,113,224,0.10)",
            customdata=[wording(value) for value in values],
            hovertemplate="%{customdata}",
        )
    )
    figure.update_yaxes(rangemode="tozero", **ticks([0.0, *values, *target], scale))
    days_written = "%-m月%-d日" if reader.language == "zh" else "%b %-d"
    figure.update_xaxes(tickformat=days_written, hoverformat=days_written, nticks=8)
    return _laid_out(figure, legend=True)


def amounts_by_name(
    names: Sequence[str], values: Sequence[float | None], *, wording: Wording
) -> Any:
    """Bars for a few names, the longest on top, each with its value beside it."""
    order = sorted(
        range(len(names)), key=lambda at: (values[at] is None, -(values[at] or 0)), reverse=True
    )
    shown = [values[at] for at in order]
    figure = go.Figure(
        go.Bar(
            y=[names[at] for at in order],
            x=shown,
            orientation="h",
            marker={"color": _ACCENT, "cornerradius": 3},
            text=[wording(value) for value in shown],
            textposition="auto",
            insidetextanchor="end",
            hovertemplate="%{y}: %{text}<extra></extra>",
            width=0.55,
        )
    )
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_yaxes(showgrid=False, automargin=True)
    laid = _laid_out(figure, legend=False)
    laid.update_layout(height=max(120, 44 * len(names) + 24), hovermode="closest")
    return laid


def spread_of_totals(
    totals: Sequence[float], *, own: float | None, pass_mark: float, reader: Reader
) -> Any:
    """How the totals of a group lie, ten points to a bar; the own one is marked."""
    _ = reader
    figure = go.Figure(
        go.Histogram(
            x=list(totals),
            xbins={"start": 0, "end": 130, "size": 10},
            marker={"color": _ACCENT if own is None else QUIET, "cornerradius": 3},
            opacity=0.85,
            hovertemplate="%{x}: %{y}<extra></extra>",
        )
    )
    figure.add_vline(x=pass_mark, line={"color": QUIET, "width": 1})
    if own is not None:
        figure.add_vline(x=own, line={"color": _ACCENT, "width": 3})
    figure.update_layout(bargap=0.08)
    figure.update_xaxes(title={"text": _("Total")}, range=[0, 125], showgrid=False)
    figure.update_yaxes(title={"text": _("Scorecards")}, nticks=4)
    laid = _laid_out(figure, legend=False)
    laid.update_layout(hovermode="closest")
    return laid


def _laid_out(figure: Any, *, legend: bool) -> Any:
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 28 if legend else 8, "b": 8},
        hovermode="x unified",
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": {"text": ""}},
        dragmode=False,
    )
    figure.update_xaxes(showgrid=False, fixedrange=True)
    figure.update_yaxes(fixedrange=True, zeroline=False)
    return figure
