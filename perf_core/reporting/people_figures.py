"""Figures of who leaves: rates with how sure they are, and how long people stay."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from perf_core.language.translate import Reader
from perf_core.reporting.axis_labels import Scale, ticks
from perf_core.reporting.compare_figures import ACCENT, LINES
from perf_core.reporting.figure_words import as_read, wrapped
from perf_core.reporting.figures import QUIET

Shares = Callable[[float | None], str]

_BACK: Final = 0.3
"""How strongly marks are drawn that were not chosen, where one was."""
_MOST_NAMED: Final = 5
"""So many lines carry their names at their ends; of more, a legend tells them."""
_YEAR: Final = 12
_FEW_STEPS: Final = 40


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
    language: str,
    picked: str | None = None,
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
    language : str
        The reader's, for the numbers along the axis.
    picked : str, optional
        The code of the group that was chosen: the others stand back.
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
    for strong in (True, False):
        mine = [one for one in held if (picked in (None, rates[one[0]].code)) is strong]
        if not mine and held:
            continue
        figure.add_trace(
            go.Scatter(
                x=[x for _n, low, high in mine for x in (low, high, None)],
                y=[y for n, _low, _high in mine for y in (n, n, None)],
                mode="lines",
                line={"color": ACCENT, "width": 6},
                opacity=0.28 if strong else 0.1,
                name=_("95 % interval"),
                showlegend=strong or picked not in {one.code for one in rates},
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
                "opacity": [1.0 if picked in (None, one.code) else _BACK for one in rates],
                "line": {"width": 2, "color": ACCENT},
            },
            text=[share(one.rate) for one in rates],
            # Beside the line of all together, which would run through it.
            textposition=[
                "top left"
                if whole is not None and 0 <= whole - one.rate < 0.09 * _reach(rates, whole)
                else "top right"
                if one.rate < 0.05 * _reach(rates, whole)
                or (whole is not None and 0 <= one.rate - whole < 0.09 * _reach(rates, whole))
                else "top center"
                for one in rates
            ],
            customdata=[[one.code] for one in rates],
            unselected={"marker": {"opacity": 1}},
            hovertext=[as_read(one.note) for one in rates],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
            cliponaxis=False,
        )
    )
    reach = [0.0, *(one.rate for one in rates), *(high for _n, _low, high in held), whole or 0.0]
    figure.update_xaxes(
        **ticks(reach, Scale("percent", language)),
        range=[-0.02 * max(reach), 1.03 * max(reach) or 1.0],
        zeroline=False,
    )
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


def _reach(rates: Sequence[Rate], whole: float | None) -> float:
    """How far the axis of rates goes."""
    return max([whole or 0.0, *(one.rate for one in rates), *(one.high or 0.0 for one in rates)])


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
    code: str = ""


def retention_lines(
    curves: Sequence[Curve],
    *,
    time_title: str,
    share_title: str,
    language: str,
    reader: Reader,
) -> Any:
    """The share still here over tenure, a step at each leaving.

    A single curve, or a single one beside all together, comes with its interval.

    Parameters
    ----------
    curves : sequence of Curve
        The groups, a few, and all together in quiet grey.
    time_title, share_title : str
        What the axes show.
    language : str
        The reader's, for the numbers along the axes.
    """
    figure = go.Figure()
    if sum(not one.is_whole for one in curves) <= 1 and curves:
        _band(figure, curves[0])
    by_legend = len(curves) > _MOST_NAMED
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
                name=as_read(one.name),
                hoverinfo="skip",
                showlegend=by_legend,
                legendgroup=as_read(one.name),
            )
        )
        figure.add_trace(
            go.Scatter(
                x=list(one.times),
                y=list(one.shares),
                mode="markers",
                # Of many steps large dots would make a band of the line.
                marker={"size": 7 if len(one.times) <= _FEW_STEPS else 4, "color": colour},
                customdata=[[one.code, "all" if one.is_whole else "", time] for time in one.times],
                unselected={"marker": {"opacity": 1}},
                hovertext=[as_read(note) for note in one.notes],
                hovertemplate="%{hovertext}<extra></extra>",
                name=as_read(one.name),
                legendgroup=as_read(one.name),
                showlegend=False,
            )
        )
    low = min((value for one in curves for value in one.shares), default=1.0)
    floor = max(0.0, min(low - 0.08, 0.8))
    figure.update_yaxes(
        range=[floor, 1.02],
        **ticks([floor, 1.0], Scale("percent", language)),
        title={"text": share_title, "font": {"size": 12}},
        automargin=True,
    )
    end = max((one.ends for one in curves), default=_YEAR)
    figure.update_xaxes(
        title={"text": time_title, "font": {"size": 12}},
        range=[0, end * 1.01],
        **_month_ticks(end, reader),
    )
    laid = _laid_out(figure)
    # On a phone each name of the legend takes a line.
    laid.update_layout(height=360 + (14 * len(curves) if by_legend else 0))
    if not by_legend and len(curves) > 1:
        _name_ends(laid, curves, floor)
    return laid


def _month_ticks(end: float, reader: Reader) -> dict[str, Any]:
    """Months along the axis; whole years are marked as such."""
    _ = reader
    step = next((n for n in (3, 6, 12, 24, 36, 60, 120) if end / n <= 7), 240)
    at = list(range(0, math.floor(end) + 1, step))
    text = [
        str(month)
        if not month or month % _YEAR
        else _("{months}<br>{n} y", months=month, n=month // _YEAR)
        for month in at
    ]
    return {"tickmode": "array", "tickvals": at, "ticktext": text}


def _name_ends(figure: Any, curves: Sequence[Curve], floor: float) -> None:
    """Write each line's name to the right of its end, none over another."""
    line = (1.02 - floor) / 17
    labels = [wrapped(one.name, at=14) for one in curves]
    ends = sorted(
        ((one.shares[-1] if one.shares else 1.0, n) for n, one in enumerate(curves)),
        reverse=True,
    )
    half = [line * (0.3 + labels[n].count("<br>") / 2 + 0.5) for _at, n in ends]
    places: list[float] = []
    for row, (at, _n) in enumerate(ends):
        places.append(min(at, places[-1] - half[row - 1] - half[row]) if places else at)
    lowest = floor
    for row in range(len(places) - 1, -1, -1):
        places[row] = max(places[row], lowest + half[row])
        lowest = places[row] + half[row]
    longest = 1
    for (_at, n), place in zip(ends, places, strict=True):
        one = curves[n]
        colour = QUIET if one.is_whole and len(curves) > 1 else LINES[n % len(LINES)][0]
        name = labels[n]
        longest = max(longest, *(_width(line) for line in name.split("<br>")))
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=4, y=place, yanchor="middle",
            text=name, align="left", showarrow=False, font={"size": 12, "color": colour},
        )  # fmt: skip
    figure.update_layout(margin={"r": 14 + 7 * longest})


def _width(text: str) -> int:
    """How many Latin letters a text is as wide as; Chinese ones take two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def reason_bars(
    names: Sequence[str],
    counts: Sequence[int],
    codes: Sequence[str],
    *,
    language: str,
    picked: str = "",
) -> Any:
    """How many left for each reason, the first on top; a chosen one stands out.

    Parameters
    ----------
    names, counts : sequence of str, of int
        The reasons and how many gave each.
    codes : sequence of str
        What each bar carries, to be clicked.
    language : str
        The reader's, for the numbers along the axis.
    picked : str
        The code of the reason that was chosen.
    """
    labels: list[str] = []
    for name in names:
        label = wrapped(name, at=20)
        while label in labels:
            label += "\u200b"
        labels.append(label)
    figure = go.Figure(
        go.Bar(
            y=labels,
            x=list(counts),
            orientation="h",
            marker={
                "color": ACCENT,
                "cornerradius": 3,
                "opacity": [1.0 if picked in ("", code) else _BACK for code in codes],
            },
            width=0.56,
            text=[str(n) for n in counts],
            textposition="outside",
            cliponaxis=False,
            customdata=[[code] for code in codes],
            # Plotly fails on a click on bars with text unless both are there.
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
            hovertext=[as_read(f"{name}: {n}") for name, n in zip(names, counts, strict=True)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    most = max([1, *counts])
    figure.update_xaxes(
        **ticks([0, most], Scale("count", language), most=min(5, most)),
        range=[0, most * 1.1],
        zeroline=False,
    )
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    laid = _laid_out(figure)
    lines = sum(1 + label.count("<br>") for label in labels)
    laid.update_layout(height=18 * lines + 16 * len(labels) + 60, showlegend=False)
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
