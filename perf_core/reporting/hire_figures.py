"""The figure of new people: what they bring and are paid, by month since hire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from perf_core.language.translate import Reader
from perf_core.reporting.axis_labels import Scale, ticks
from perf_core.reporting.compare_figures import ACCENT, SIGNAL
from perf_core.reporting.figure_words import as_read
from perf_core.reporting.figures import QUIET
from perf_core.reporting.sketch import Sketch

_HEIGHT: Final = 340


@dataclass(frozen=True)
class MonthSinceHire:
    """One month since hire of the new people: what each brings and is paid in it.

    Attributes
    ----------
    month : int
        1 is the first.
    n : int
        How many people it is of.
    brought, paid : float or None
        Per head and month; ``paid`` is missing where it may not be seen.
    note : str
        What a hover says of it.
    """

    month: int
    n: int
    brought: float | None
    paid: float | None
    note: str


def hire_course(
    months: Sequence[MonthSinceHire],
    *,
    settled: float | None,
    paid: float | None,
    wording: Callable[[float | None], str],
    scale: Scale,
    reader: Reader,
    lit: int = 0,
) -> Any:
    """What new people bring month by month since hire, against their pay and those before them.

    Parameters
    ----------
    months : sequence of MonthSinceHire
        In order.
    settled : float, optional
        What those who were there before bring per head and month.
    paid : float, optional
        What a new person is paid a month; drawn where the months' own pay is missing.
    wording : callable
        Writes an amount as the reader does.
    scale : Scale
        How the numbers along the axis are written.
    lit : int
        The month from which on the new bring as much: its value stands in the figure.
    """
    _ = reader
    labels = [f"{one.month}<br>({one.n})" for one in months]
    figure = Sketch()
    if settled is not None:
        figure.add_trace(
            _level(labels, settled, _("There before: {amount}", amount=wording(settled)), "dash")
        )
    figure.add_trace(
        go.Scatter(
            x=labels,
            y=[one.brought for one in months],
            mode="lines+markers+text",
            name=_("Each new person brings"),
            line={"color": ACCENT, "width": 2.5},
            marker={"size": 9, "color": ACCENT},
            text=_said(months, lit, wording),
            textposition=[_side(months, at, settled) for at in range(len(months))],
            customdata=[[str(one.month)] for one in months],
            unselected={"marker": {"opacity": 1}},
            hovertext=[as_read(one.note) for one in months],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )
    )
    if any(one.paid is not None for one in months):
        figure.add_trace(
            go.Scatter(
                x=labels,
                y=[one.paid for one in months],
                mode="lines+markers",
                name=_("Each is paid"),
                line={"color": SIGNAL, "width": 2.5},
                marker={"size": 8, "color": SIGNAL, "symbol": "square"},
                customdata=[[str(one.month)] for one in months],
                unselected={"marker": {"opacity": 1}},
                hovertext=[as_read(one.note) for one in months],
                hovertemplate="%{hovertext}<extra></extra>",
                cliponaxis=False,
            )
        )
    elif paid is not None:
        name = _("Each is paid: {amount}", amount=wording(paid))
        figure.add_trace(_level(labels, paid, name, "dot", colour=SIGNAL))
    known = [one.brought for one in months] + [one.paid for one in months] + [settled, paid]
    top = max((one for one in known if one is not None), default=1.0) or 1.0
    low = min(0.0, *(one for one in known if one is not None), 0.0)
    figure.update_yaxes(
        **ticks([low, top], scale), range=[low * 1.15, top * 1.18], automargin=True, fixedrange=True
    )
    figure.update_xaxes(
        type="category",
        tickangle=0,
        fixedrange=True,
        title={"text": _("Month since hire (people in it)"), "font": {"size": 12}},
    )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 12, "t": 58, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": {"text": ""}},
        dragmode=False,
        hovermode="closest",
        clickmode="event+select",
    )
    return figure.drawn()


def _level(labels: Sequence[str], value: float, name: str, dash: str, colour: str = QUIET) -> Any:
    """A line at one height: lines and not a shape, so that the legend names it."""
    return go.Scatter(
        x=labels,
        y=[value] * len(labels),
        mode="lines",
        name=name,
        line={"color": colour, "width": 2, "dash": dash},
        hoverinfo="skip",
    )


def _said(
    months: Sequence[MonthSinceHire], lit: int, wording: Callable[[float | None], str]
) -> list[str]:
    """The values that stand in the figure: the first, the last, and where the new catch up."""
    ends = {months[0].month, months[-1].month, lit} if months else set()
    if lit and months:
        # Beside the month that matters there is no room for its neighbours.
        ends -= {one for one in ends if one != lit and abs(one - lit) < 2}
    return [wording(one.brought) if one.month in ends else "" for one in months]


def _side(months: Sequence[MonthSinceHire], at: int, settled: float | None) -> str:
    """Where a value stands: away from the line of those there before and from the course."""
    here = months[at].brought
    if here is None:
        return "top center"
    is_below = settled is not None and here < settled
    row, sign = ("bottom", -1.0) if is_below else ("top", 1.0)

    def is_beyond(other: int) -> bool:
        value = months[other].brought if 0 < at < len(months) - 1 else None
        return value is not None and sign * (value - here) > 0

    if is_beyond(min(at + 1, len(months) - 1)):
        return f"{row} left"
    return f"{row} right" if is_beyond(at - 1) else f"{row} center"
