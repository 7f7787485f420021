"""Figures of whose problem it is: groups on one indicator, money by step, shares.

What can be clicked carries its codes in ``customdata``. They name no theme and use the tones of
``compare_figures``; what colour tells, a pattern or a shape tells, too. Where one group is in
question the others stand back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from perf_core.reporting.axis_labels import ACROSS, Scale, ticks
from perf_core.reporting.compare_figures import (
    ACCENT,
    LINES,
    SIGNAL,
    Ranked,
    Wording,
    ranked_bars,
)
from perf_core.reporting.figure_words import as_read, own_labels
from perf_core.reporting.figures import QUIET

_BACK: Final = 0.3
_ROOM: Final = 0.04
_FAR: Final = 0.3
# What is clicked is chosen by the page: the figure itself pales nothing.
_UNSELECTED: Final = {"marker": {"opacity": 1}}
_PATTERNS: Final = ("", "/", "", "x")


@dataclass(frozen=True)
class Part:
    """One kind of a stacked bar, with a value for every bar."""

    code: str
    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Standing:
    """One group on an indicator: how far it is, what it should be, and where it was a year ago."""

    code: str
    name: str
    value: float
    standard: float | None
    ago: float | None
    is_short: bool
    note: str


def standings(
    groups: Sequence[Standing],
    *,
    wording: Wording,
    whole: float | None,
    whole_name: str,
    standard_name: str,
    ago_name: str,
    picked: str = "",
) -> Any:
    """Groups on one indicator, each with its own target and where it was a year ago.

    Parameters
    ----------
    groups : sequence of Standing
        The groups, the first on top; those that fall short are drawn in the signal colour.
    wording : callable
        Writes a value as the reader does.
    whole : float, optional
        The value of all together, drawn as a line through all bars.
    whole_name, standard_name, ago_name : str
        What the line, the ticks and the dots are called.
    picked : str
        The group in question: the others stand back.
    """
    figure = ranked_bars(
        [
            Ranked(one.code, one.name, one.value, one.standard, one.is_short, one.note)
            for one in groups
        ],
        wording=wording,
        whole=whole,
        whole_name=whole_name,
        standard_name=standard_name,
    )
    bars = figure.data[0]
    bars.marker.color = [
        _toned(SIGNAL if one.is_short else ACCENT, one.code, picked) for one in groups
    ]
    known = [(label, one) for label, one in zip(bars.y, groups, strict=True) if one.ago is not None]
    if known:
        figure.add_trace(
            go.Scatter(
                y=[label for label, _one in known],
                x=[one.ago for _label, one in known],
                mode="markers",
                name=ago_name,
                # White with a dark rim: seen on either colour of bar and on either ground.
                marker={
                    "symbol": "diamond",
                    "size": 10,
                    "color": "#ffffff",
                    "line": {"width": 2, "color": "#3d4658"},
                },
                customdata=[[one.code] for _label, one in known],
                text=[wording(one.ago) for _label, one in known],
                hovertemplate=ago_name + ": %{text}<extra></extra>",
                unselected=_UNSELECTED,
            )
        )
        low, high = figure.layout.xaxis.range
        agos = [one.ago for _label, one in known if one.ago is not None]
        # A past that lies far off must not press the bars flat: the hover tells it.
        far, room = _FAR * (high - low), _ROOM * (high - low)
        figure.update_xaxes(
            range=[
                max(low - far, min(low, min(agos) - room)),
                min(high + far, max(high, max(agos) + room)),
            ]
        )
    figure.update_layout(legend={"entrywidth": 0, "font": {"size": 12}})
    return figure


def money_steps(
    names: Sequence[str],
    parts: Sequence[Part],
    *,
    totals: Sequence[float | None],
    total_name: str,
    wording: Wording,
    scale: Scale,
    codes: Sequence[str],
    picked: str = "",
) -> Any:
    """Bars from zero to either side, a colour for each step, and a mark where they sum to.

    A bar carries the code of its group and of its step in ``customdata``.

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
    scale : Scale
        How the amounts along the axis are written.
    codes : sequence of str
        The groups' codes.
    picked : str
        The group in question: the others stand back.
    """
    labels = own_labels(names)
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
                    "color": [_toned(LINES[n % len(LINES)][0], code, picked) for code in codes],
                    "pattern": {
                        "shape": _PATTERNS[n % 4],
                        "fillmode": "overlay",
                        "fgcolor": "rgba(255,255,255,0.6)",
                        "size": 7,
                        "solidity": 0.25,
                    },
                    "line": {"width": 0},
                },
                customdata=[[code, part.code] for code in codes],
                unselected=_UNSELECTED,
                hovertext=[
                    as_read(f"{name} · {part.name}: {wording(value)}")
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
                as_read(f"{name} · {total_name}: {wording(value)}")
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
        **ticks(_ends(parts), scale, letters=ACROSS),
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
    codes: Sequence[str],
    picked: str = "",
) -> Any:
    """A share by group as bars, with a tick where it was a year ago.

    A bar carries its group's code in ``customdata``; the group in question stands out.
    """
    labels = own_labels(names)
    figure = go.Figure(
        go.Bar(
            y=labels,
            x=list(values),
            orientation="h",
            name=name,
            marker={
                "color": [_toned(ACCENT, code, picked) for code in codes],
                "cornerradius": 3,
            },
            customdata=[[code] for code in codes],
            unselected=_UNSELECTED,
            hovertext=[
                as_read(f"{group}: {wording(value)}")
                for group, value in zip(names, values, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
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
    figure.update_yaxes(
        autorange="reversed",
        type="category",
        automargin=True,
        showgrid=False,
        # The value stands by the name: in the bar it would be crossed by the mark.
        tickvals=labels,
        ticktext=[
            f"{label}  <b>{wording(value)}</b>" for label, value in zip(labels, values, strict=True)
        ],
    )
    return _laid_out(figure, height=60 + _row(labels) * len(labels))


def _ends(parts: Sequence[Part]) -> list[float]:
    """How far the stacked parts reach to either side, nought among them."""
    rows = [[at or 0.0 for at in row] for row in zip(*(one.values for one in parts), strict=True)]
    return [
        min([0.0, *(sum(one for one in row if one < 0) for row in rows)]),
        max([0.0, *(sum(one for one in row if one > 0) for row in rows)]),
    ]


def _toned(colour: str, code: str, picked: str) -> str:
    """A colour in full, or paler for a group that is not the one in question."""
    strength = 1.0 if picked in ("", code) else _BACK
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{strength})"


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
        clickmode="event+select",
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure
