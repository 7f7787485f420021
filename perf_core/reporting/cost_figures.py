"""Figures of pay against revenue: what moved the cost ratio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from perf_core.language.translate import N_, Reader
from perf_core.reporting.axis_labels import Scale, ticks
from perf_core.reporting.compare_figures import ACCENT, SIGNAL
from perf_core.reporting.figure_words import as_read, wrapped
from perf_core.reporting.figures import QUIET
from perf_core.reporting.sketch import Sketch

CAUSE_TONES: Final = {"pay": SIGNAL, "people": ACCENT, "revenue": "#2a9d8f"}
"""One tone per cause, told apart by every kind of colour sight; hatched as well."""

_LEAST: Final = 0.5
_BACK: Final = 0.3
_LEAST_HIGH: Final = 190
"""How strongly bars are drawn that were not chosen, where one was."""
_HATCH: Final = {"pay": "", "people": "/", "revenue": "."}
_CAUSES: Final = ("pay", "people", "revenue")
_TITLES: Final = {
    "pay": N_("Pay per head"),
    "people": N_("People"),
    "revenue": N_("Revenue"),
}

_LAID_OUT: Final[dict[str, Any]] = {
    "margin": {"l": 8, "r": 12, "t": 34, "b": 8},
    "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": {"text": ""}},
    "dragmode": False,
    "hovermode": "closest",
    "clickmode": "event+select",
}

Points = Callable[[float | None], str]
"""Writes a difference of two shares as the reader does."""


@dataclass(frozen=True)
class Moved:
    """One group or month: how far its cost ratio moved, and by what (shares, not percent)."""

    name: str
    change: float | None
    pay: float | None
    people: float | None
    revenue: float | None
    note: str = ""
    codes: tuple[str, ...] = ()

    def part(self, cause: str) -> float | None:
        """What one cause did."""
        return {"pay": self.pay, "people": self.people, "revenue": self.revenue}[cause]


def cause_bars(
    moved: Sequence[Moved],
    *,
    wording: Points,
    reader: Reader,
    language: str,
    picked: tuple[str, ...] | None = None,
) -> Any:
    """A bar per group, made of its causes: to the right they raise the ratio, to the left not.

    Parameters
    ----------
    moved : sequence of Moved
        The groups, the first on top; all of them known.
    wording : callable
        Writes points as the reader does.
    language : str
        The reader's, for the numbers along the axis.
    picked : tuple of str, optional
        The codes of the group that was chosen: the others stand back.
    """
    _ = reader
    names = _apart([wrapped(one.name, at=22) for one in moved])
    opacity = [1.0 if picked is None or one.codes == picked else _BACK for one in moved]
    figure = Sketch()
    for cause in _CAUSES:
        figure.add_trace(
            go.Bar(
                y=names,
                x=[_points(one.part(cause)) for one in moved],
                orientation="h",
                name=_(_TITLES[cause]),
                marker={**_tone(cause), "opacity": opacity},
                width=0.6,
                customdata=[list(one.codes) for one in moved],
                unselected={"marker": {"opacity": 1}},
                hovertext=[
                    as_read(f"{one.name} · {_(_TITLES[cause])}: {wording(one.part(cause))}")
                    for one in moved
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            y=names,
            x=[_points(one.change) for one in moved],
            mode="markers",
            name=_("Whole change"),
            customdata=[list(one.codes) for one in moved],
            unselected={"marker": {"opacity": 1}},
            marker={
                "symbol": "diamond",
                "size": 11,
                "color": QUIET,
                "opacity": opacity,
                "line": {"width": 1.5, "color": "rgba(255,255,255,0.9)"},
            },
            hovertext=[as_read(one.note or f"{one.name}: {wording(one.change)}") for one in moved],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.add_vline(x=0, line={"color": QUIET, "width": 1})
    figure.update_xaxes(
        **ticks(_ends(moved), Scale("points", language, is_change=True)),
        title={"text": _("percentage points"), "font": {"size": 12}},
        zeroline=False,
    )
    figure.update_yaxes(
        autorange="reversed", showgrid=False, automargin=True, type="category", tickson="labels"
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    lines = sum(1 + name.count("<br>") for name in names)
    high = max(_LEAST_HIGH, 20 * lines + 16 * len(names) + 96)
    figure.update_layout(**_LAID_OUT, barmode="relative", height=high)
    return figure.drawn()


def _ends(moved: Sequence[Moved]) -> list[float]:
    """How far stacked parts reach to either side of nothing, in points."""
    found = [0.0]
    for one in moved:
        parts = [_points(one.part(cause)) or 0.0 for cause in _CAUSES]
        found += [sum(at for at in parts if at > 0), sum(at for at in parts if at < 0)]
    return found


@dataclass(frozen=True)
class RatioMonth:
    """One month of a group: its cost ratio, and what moved it since the month before."""

    label: str
    ratio: float | None
    moved: Moved
    is_estimated: bool = False
    code: str = ""


def _ceiling(months: Sequence[RatioMonth], limit: float | None) -> float:
    """Where the scale ends: one month of almost no revenue must not flatten all others."""
    known = sorted(one.ratio for one in months if one.ratio is not None)
    if not known:
        return 1.0
    usual = known[(3 * len(known)) // 4 if len(known) > 3 else -1]
    return min(known[-1], max(3 * usual, 2 * (limit or 0.0)))


def is_cut(months: Sequence[RatioMonth], limit: float | None) -> bool:
    """Whether a month lies beyond the scale of :func:`ratio_course`."""
    top = _ceiling(months, limit)
    return any(one.ratio is not None and one.ratio > top for one in months)


def ratio_course(
    months: Sequence[RatioMonth],
    *,
    limit: float | None,
    share: Callable[[float | None], str],
    wording: Points,
    reader: Reader,
    language: str,
) -> Any:
    """A group's cost ratio month by month, and below it what moved it since the month before.

    Parameters
    ----------
    months : sequence of RatioMonth
        In order; where there is no ratio the line has a gap.
    limit : float, optional
        The ratio from which a warning comes.
    share, wording : callable
        Write a share, and a difference of two, as the reader does.
    language : str
        The reader's, for the numbers along the axes.
    """
    _ = reader
    labels = [one.label for one in months]
    top = _ceiling(months, limit)
    stand_in = _("pay estimated")
    figure = Sketch()
    figure.add_trace(
        go.Scatter(
            x=labels,
            y=[None if one.ratio is None else min(one.ratio, top) for one in months],
            mode="lines+markers",
            name=_("Cost ratio"),
            line={"color": QUIET, "width": 2.5},
            marker={
                "size": 7,
                "color": QUIET,
                "symbol": [_symbol(one, top) for one in months],
                "line": {"width": 2, "color": QUIET},
            },
            connectgaps=False,
            customdata=[[one.code] for one in months],
            unselected={"marker": {"opacity": 1}},
            hovertext=[
                f"{one.label}: {share(one.ratio)}" + (f" ({stand_in})" if one.is_estimated else "")
                for one in months
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
            xaxis="x",
            yaxis="y",
        )
    )
    for cause in _CAUSES:
        figure.add_trace(
            go.Bar(
                x=labels,
                y=[_points(one.moved.part(cause)) for one in months],
                name=_(_TITLES[cause]),
                marker=_tone(cause),
                customdata=[[one.code] for one in months],
                unselected={"marker": {"opacity": 1}},
                hovertext=[
                    f"{one.label} · {_(_TITLES[cause])}: {wording(one.moved.part(cause))}"
                    for one in months
                ],
                hovertemplate="%{hovertext}<extra></extra>",
                xaxis="x2",
                yaxis="y2",
            )
        )
    high = max(top, limit or 0.0) * 1.2
    if limit is not None:
        figure.add_hline(y=limit, line={"color": SIGNAL, "width": 1.5, "dash": "dash"})
        _name_limit(figure, months, limit, _("Limit {limit}", limit=share(limit)), high)
    low, far = _bar_ends(months, top, is_cut=is_cut(months, limit))
    # Few enough to stand side by side on a phone.
    step = -(-len(labels) // 5)
    across = {
        "domain": [0.0, 1.0],
        "type": "category",
        "tickvals": labels[::step],
        "tickangle": 0,
        "fixedrange": True,
    }
    figure.update_xaxes(**across, anchor="y", matches="x2", showticklabels=False)
    figure.update_yaxes(
        **ticks([0, high], Scale("percent", language), most=4),
        anchor="x",
        domain=[0.55, 1.0],
        range=[0, high],
        fixedrange=True,
    )
    below = {
        **ticks([low, far], Scale("points", language, is_change=True), most=4),
        "anchor": "x2",
        "domain": [0.0, 0.45],
        "range": [low * 1.1, far * 1.1],
        "title": {"text": _("percentage points"), "font": {"size": 12}},
        "automargin": True,
        "zeroline": True,
        "zerolinecolor": QUIET,
        "fixedrange": True,
    }
    figure.update_layout(
        **_LAID_OUT,
        xaxis2={**across, "anchor": "y2"},
        yaxis2=below,
        barmode="relative",
        height=460,
        bargap=0.25,
    )
    return figure.drawn()


def _name_limit(
    figure: Any, months: Sequence[RatioMonth], limit: float, text: str, high: float
) -> None:
    """Write the limit where no month's mark is near: at the end with room, above or below."""
    near = 0.12 * high
    third = max(1, len(months) // 3)

    def is_free(some: Sequence[RatioMonth], side: int) -> bool:
        gaps = [side * (one.ratio - limit) for one in some if one.ratio is not None]
        return not any(-0.3 * near < gap < near for gap in gaps)

    places = [(some, side) for side in (1, -1) for some in (months[:third], months[-third:])]
    some, side = next((place for place in places if is_free(*place)), places[0])
    is_first = some is places[0][0]
    figure.add_annotation(
        x=0 if is_first else 1, xref="x domain", xanchor="left" if is_first else "right",
        y=limit, yref="y", yanchor="bottom" if side > 0 else "top", text=text,
        showarrow=False, font={"size": 11, "color": SIGNAL},
    )  # fmt: skip


def _bar_ends(months: Sequence[RatioMonth], top: float, *, is_cut: bool) -> tuple[float, float]:
    """Where the scale of the causes ends, in points: never flat, and cut as the line is."""
    ends = _ends([one.moved for one in months])
    low, far = min(ends), max(ends)
    if is_cut:
        low, far = max(low, -100 * top), min(far, 100 * top)
    # Half a point at least, so that hundredths do not look like a landslide.
    return min(low, -_LEAST), max(far, _LEAST)


def _symbol(month: RatioMonth, top: float) -> str:
    if month.ratio is not None and month.ratio > top:
        return "triangle-up"
    return "circle-open" if month.is_estimated else "circle"


def _points(share: float | None) -> float | None:
    return None if share is None else share * 100


def _tone(cause: str) -> dict[str, Any]:
    return {
        "color": CAUSE_TONES[cause],
        "pattern": {
            "shape": _HATCH[cause],
            "size": 6,
            "solidity": 0.3,
            "fillmode": "overlay",
            "fgcolor": "rgba(255,255,255,0.55)",
        },
        "line": {"width": 0},
    }


def _apart(names: Sequence[str]) -> list[str]:
    """Labels of their own: two groups of one name must not share a bar."""
    found: list[str] = []
    for name in names:
        # A zero-width space is not seen and makes another label of it.
        found.append(name + "\u200b" * sum(one.rstrip("\u200b") == name for one in found))
    return found
