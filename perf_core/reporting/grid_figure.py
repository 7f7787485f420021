"""A grid of groups, coloured by how far each is from its standard.

What is clicked carries the codes of its row and column in ``customdata``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from perf_core.reporting.compare_figures import Wording, lay_out
from perf_core.reporting.figure_words import as_read, wrapped
from perf_core.reporting.label_room import label_width, left_room
from perf_core.reporting.sketch import Sketch

_COVERED: Final = 0.45
"""A cell of a grid that is further from its standard is filled, and its text white."""
_MOST_WIDE: Final = 5
_SLANT: Final = 45
_ONE_LINE: Final = 30
_PHONE_WIDE: Final = 210.0
_LETTER_WIDE: Final = 5.6
_GAP: Final = 16
_USUAL_TOP: Final = 60


def heat_map(
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    values: Sequence[Sequence[float | None]],
    *,
    shading: Sequence[Sequence[float | None]],
    wording: Wording,
    absent: str,
    short: Wording | None = None,
) -> Any:
    """A grid of groups: blue where better than the standard, orange where worse.

    Parameters
    ----------
    rows, columns : sequence of (code, name)
        The groups of either axis.
    values : sequence of sequences of float or None, shape (n_rows, n_columns)
        What each cell says.
    shading : sequence of sequences of float or None, shape (n_rows, n_columns)
        How far each is better (up to 1) or worse (down to −1).
    wording : callable
        Writes a value as the reader does.
    short : callable, optional
        Writes it in fewer letters, for the cells of a grid of many columns.
    absent : str
        What a cell without a value says.
    """
    row_names = [wrapped(name) for _code, name in rows]
    column_names, is_slanted = _across([name for _code, name in columns])
    tone = np.array(
        [[np.nan if one is None else one for one in line] for line in shading], dtype=float
    ).reshape(len(rows), len(columns))
    figure = Sketch(
        go.Heatmap(
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            z=tone,
            zmin=-1.0,
            zmax=1.0,
            # Clear in the middle, so that the page's own ground shows in light and dark; towards
            # the ends it is covered, so that white is read on it in both.
            colorscale=[
                [0.0, "rgb(168,82,10)"],
                [0.5 - _COVERED / 2, "rgb(196,106,26)"],
                [0.5 - _COVERED / 2, "rgba(208,118,27,0.34)"],
                [0.5, "rgba(138,147,166,0.08)"],
                [0.5 + _COVERED / 2, "rgba(74,113,224,0.34)"],
                [0.5 + _COVERED / 2, "rgb(84,122,226)"],
                [1.0, "rgb(47,86,200)"],
            ],
            showscale=False,
            xgap=3,
            ygap=3,
            hoverinfo="skip",
        )
    )
    is_narrow = len(columns) > _MOST_WIDE
    cells = [(x, y) for y in range(len(rows)) for x in range(len(columns))]
    for is_covered in (False, True):
        some = [
            (x, y)
            for x, y in cells
            if bool(abs(np.nan_to_num(tone[y][x])) > _COVERED) == is_covered
        ]
        if not some:
            continue
        said = [wording(values[y][x]) if values[y][x] is not None else absent for x, y in some]
        shown = said
        if is_narrow and short is not None:
            shown = [short(values[y][x]) if values[y][x] is not None else absent for x, y in some]
        figure.add_trace(
            go.Scatter(
                x=[x for x, _y in some],
                y=[y for _x, y in some],
                mode="markers+text",
                text=shown,
                textfont={
                    **({"color": "#ffffff"} if is_covered else {}),
                    **({"size": 10} if is_narrow else {}),
                },
                marker={"size": 30, "opacity": 0, "symbol": "square"},
                customdata=[[rows[y][0], columns[x][0]] for x, y in some],
                hovertext=[
                    as_read(f"{rows[y][1]} · {columns[x][1]}: {text}")
                    for (x, y), text in zip(some, said, strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
                selected={"marker": {"opacity": 0}},
                unselected={"marker": {"opacity": 0}},
                showlegend=False,
            )
        )
    figure.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=column_names,
        side="top",
        showgrid=False,
        zeroline=False,
        # They rise to the left, where the names of the rows make room for the first of them.
        tickangle=_SLANT if is_slanted else 0,
        range=[-0.5, len(columns) - 0.5],
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=row_names,
        showgrid=False,
        zeroline=False,
        range=[len(rows) - 0.5, -0.5],
    )
    height, left = max(180, 38 * len(rows) + 90), left_room(row_names)
    if is_slanted:
        rise = round(max(map(label_width, column_names)) * math.sin(math.radians(_SLANT)))
        lay_out(figure, legend=False, l=max(left, rise), t=rise + _GAP)
        height += max(0, rise + _GAP - _USUAL_TOP)
    else:
        lay_out(figure, legend=False, l=left)
        # Names of several lines take room that only a drawing tells.
        figure.update_xaxes(automargin=True)
    figure.update_layout(height=height, hovermode="closest")
    return figure.drawn()


def _across(names: Sequence[str]) -> tuple[list[str], bool]:
    """The names of columns, and whether they are slanted: where their words are too wide.

    Slanted names are of one line each, or they would lie over each other on a phone.
    """
    if len(names) <= _MOST_WIDE:
        return [wrapped(name, at=12 if len(names) < _MOST_WIDE else 8) for name in names], False
    room = _PHONE_WIDE / len(names)
    flat = [wrapped(name, at=max(4, int(room / _LETTER_WIDE))) for name in names]
    if max(map(label_width, flat)) <= room:
        return flat, False
    return [wrapped(name, at=_ONE_LINE) for name in names], True
