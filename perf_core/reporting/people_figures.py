"""Figures of who leaves: rates with how sure they are, and how long people stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from perf_core.language.translate import Reader
from perf_core.reporting.compare_figures import ACCENT, LINES, wrapped
from perf_core.reporting.figures import QUIET

Shares = Callable[[float | None], str]


@dataclass(frozen=True)
class Rate:
    """A group's rate with its interval; one of a few people is drawn hollow."""

    name: str
    rate: float
    low: float | None
    high: float | None
    is_few: bool
    note: str
    code: str = ""


def rates_with_intervals(
    rates: Sequence[Rate],
    *,
    whole: float | None,
    whole_name: str,
    share: Shares,
    reader: Reader,
) -> Any:
    """A dot per group on the interval that it might as well lie in; the first on top.

    Parameters
    ----------
    rates : sequence of Rate
        The groups.
    whole : float, optional
        The rate of all together, drawn as a line.
    whole_name : str
        What it is called.
    share : callable
        Writes a share as the reader does.
    """
    _ = reader
    names = [wrapped(one.name, at=20) for one in rates]
    at = list(range(len(rates)))
    figure = go.Figure()
    held = [
        (n, one.low, one.high)
        for n, one in enumerate(rates)
        if one.low is not None and one.high is not None
    ]
    figure.add_trace(
        go.Scatter(
            x=[x for _n, low, high in held for x in (low, high, None)],
            y=[y for n, _low, _high in held for y in (n, n, None)],
            mode="lines",
            line={"color": ACCENT, "width": 6},
            opacity=0.28,
            name=_("95 % interval"),
            hoverinfo="skip",
        )
    )
    if whole is not None:
        figure.add_trace(
            go.Scatter(
                x=[whole, whole],
                y=[-0.5, len(rates) - 0.5],
                mode="lines",
                line={"color": QUIET, "width": 1.5, "dash": "dash"},
                name=f"{whole_name}: {share(whole)}",
                hoverinfo="skip",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=[one.rate for one in rates],
            y=at,
            mode="markers+text",
            marker={
                "size": 11,
                "color": ACCENT,
                "symbol": ["circle-open" if one.is_few else "circle" for one in rates],
                "line": {"width": 2, "color": ACCENT},
            },
            text=[share(one.rate) for one in rates],
            textposition="top center",
            customdata=[[one.code] for one in rates],
            unselected={"marker": {"opacity": 1}},
            hovertext=[one.note for one in rates],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
            cliponaxis=False,
        )
    )
    figure.update_xaxes(tickformat=".1~%", rangemode="tozero", nticks=6, zeroline=False)
    figure.update_yaxes(
        tickvals=at,
        ticktext=names,
        range=[len(rates) - 0.4, -0.75],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    laid = _laid_out(figure)
    laid.update_layout(height=44 * len(rates) + 90)
    return laid


@dataclass(frozen=True)
class Curve:
    """How many of a group are still here: times in months, the share after each, from a start."""

    name: str
    begins: float
    ends: float
    times: Sequence[float]
    shares: Sequence[float]
    lows: Sequence[float | None]
    highs: Sequence[float | None]
    notes: Sequence[str]
    is_whole: bool = False


def retention_lines(curves: Sequence[Curve], *, time_title: str, share_title: str) -> Any:
    """The share still here over tenure, a step at each leaving; a single curve with its interval.

    Parameters
    ----------
    curves : sequence of Curve
        The groups, a few, and all together in quiet grey.
    time_title, share_title : str
        What the axes show.
    """
    figure = go.Figure()
    if len(curves) == 1:
        _band(figure, curves[0])
    for n, one in enumerate(curves):
        colour, dash = LINES[n % len(LINES)]
        if one.is_whole and len(curves) > 1:
            colour, dash = QUIET, "dashdot"
        style = {"color": colour, "width": 2.5, "dash": dash}
        end = one.shares[-1] if one.shares else 1.0
        figure.add_trace(
            go.Scatter(
                x=[one.begins, *one.times, one.ends],
                y=[1.0, *one.shares, end],
                mode="lines",
                line={**style, "shape": "hv"},
                name=one.name,
                hoverinfo="skip",
                showlegend=len(curves) > 1,
                legendgroup=one.name,
            )
        )
        figure.add_trace(
            go.Scatter(
                x=list(one.times),
                y=list(one.shares),
                mode="markers",
                marker={"size": 5, "color": colour},
                hovertext=list(one.notes),
                hovertemplate="%{hovertext}<extra></extra>",
                name=one.name,
                legendgroup=one.name,
                showlegend=False,
            )
        )
    low = min((value for one in curves for value in one.shares), default=1.0)
    figure.update_yaxes(
        range=[max(0.0, min(low - 0.08, 0.8)), 1.02],
        tickformat=".0%",
        nticks=6,
        title={"text": share_title, "font": {"size": 12}},
        automargin=True,
    )
    figure.update_xaxes(
        title={"text": time_title, "font": {"size": 12}}, rangemode="tozero", dtick=12
    )
    laid = _laid_out(figure)
    # On a phone each name of the legend takes a line.
    laid.update_layout(height=340 + 14 * len(curves))
    return laid


def _band(figure: Any, one: Curve) -> None:
    known = [
        (time, low, high)
        for time, low, high in zip(one.times, one.lows, one.highs, strict=True)
        if low is not None and high is not None
    ]
    if not known:
        return
    times, lows, highs = zip(*known, strict=True)
    for edge, fill in ((highs, None), (lows, "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=[*times, one.ends],
                y=[*edge, edge[-1]],
                mode="lines",
                line={"width": 0, "shape": "hv"},
                fill=fill,
                fillcolor="rgba(74,113,224,0.18)",
                hoverinfo="skip",
                showlegend=False,
            )
        )


def _laid_out(figure: Any) -> Any:
    figure.update_layout(
        margin={"l": 8, "r": 16, "t": 34, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": {"text": ""}},
        dragmode=False,
        hovermode="closest",
        clickmode="event+select",
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure
