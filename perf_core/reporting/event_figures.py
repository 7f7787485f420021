"""Figures of before and after: two courses around an event, and where every group went.

They name no theme and use the tones of ``compare_figures``; what colour tells, a dash or a shape
tells, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from perf_core.reporting.axis_labels import Scale, ticks
from perf_core.reporting.compare_figures import ACCENT, SIGNAL, Wording
from perf_core.reporting.figure_words import as_read, own_labels, wrapped
from perf_core.reporting.figures import QUIET

# "25年10月" five times is what the width of a phone holds.
_MONTHS_ON_A_PHONE: Final = 5


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
    scale: Scale,
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
    scale : Scale
        How the numbers along the axis are written.
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
                customdata=[[str(n)] for n in range(len(labels))],
                unselected={"marker": {"opacity": 1}},
                hovertext=[
                    as_read(f"{name} · {label}: {wording(value)}")
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
        yanchor="bottom",
        text=f" {wrapped(event_name, at=24)} ",
        align="left",
        showarrow=False,
        font={"size": 12, "color": SIGNAL},
    )
    step = max(1, -(-len(labels) // _MONTHS_ON_A_PHONE))
    named = range(begins_at % step, len(labels), step)  # the first month of the event among them
    figure.update_xaxes(
        tickvals=list(named),
        ticktext=[labels[n] for n in named],
        range=[-0.5, len(labels) - 0.5],
        showgrid=False,
        tickangle=0,
    )
    figure.update_yaxes(
        **ticks([0.0, *treated, *untreated], scale),
        automargin=True,
        zeroline=True,
        zerolinecolor="rgba(138,147,166,0.5)",
    )
    lines_of_name = 1 + wrapped(event_name, at=24).count("<br>")
    laid = _laid_out(figure, height=350)
    # The event's name stands between the legend and the lines, where it crosses neither.
    laid.update_layout(
        margin={"t": 34 + 17 * lines_of_name}, legend={"y": 1.02 + 0.07 * lines_of_name}
    )
    return laid


def each_change(
    names: Sequence[str],
    before: Sequence[float | None],
    after: Sequence[float | None],
    *,
    has_event: Sequence[bool],
    before_name: str,
    after_name: str,
    wording: Wording,
    scale: Scale,
    keys: Sequence[str],
) -> Any:
    """From where to where every group went: an open dot before, a full one after.

    Parameters
    ----------
    names : sequence of str
        The groups, the first on top.
    before, after : sequence of float or None
        The mean value of each on either side.
    has_event : sequence of bool
        Whether each had the event.
    before_name, after_name : str
        What the dots are called.
    wording : callable
        Writes a value.
    scale : Scale
        How the numbers along the axis are written.
    keys : sequence of str
        What each group's marks carry, to be clicked.
    """
    labels = own_labels(names)
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
                marker={
                    "size": 11,
                    "symbol": symbol,
                    "color": colours,
                    "line": {"width": 2, "color": colours},
                },
                customdata=[[key] for key in keys],
                unselected={"marker": {"opacity": 1}},
                hovertext=[
                    as_read(f"{label} · {name}: {wording(value)}")
                    for label, value in zip(names, values, strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    figure.update_xaxes(
        **ticks([*before, *after], scale), showgrid=True, gridcolor="rgba(138,147,166,0.18)"
    )
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    lines = max((label.count("<br>") for label in labels), default=0)
    return _laid_out(figure, height=80 + (34 + 12 * lines) * len(labels))


def _laid_out(figure: Any, *, height: int) -> Any:
    figure.update_layout(
        height=max(height, 150),
        margin={"l": 8, "r": 12, "t": 30, "b": 8},
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": {"text": ""}},
        dragmode=False,
        clickmode="event+select",
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure
