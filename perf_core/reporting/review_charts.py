"""Charts of a shared comparison as plain markup: lines over time, how far groups went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

from perf_core.reporting.review_markup import Markup, joined, tag

_WIDE: Final = 480.0
_TALL: Final = 210.0
_LEFT: Final = 60.0
_FOOT: Final = 26.0
_MOST_LABELS: Final = 6
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_PARTS: Final = 4
MOST_LINES: Final = 5


@dataclass(frozen=True)
class Line:
    """A line of a chart: its name and a value for each place, nothing where none is known."""

    name: str
    values: Sequence[float | None]


def lines(
    labels: Sequence[str],
    drawn: Sequence[Line],
    *,
    wording: Callable[[float], str],
    alt: str,
    begins_at: int | None = None,
    least: tuple[float, ...] = (),
    every: int = 1,
) -> Markup:
    """Lines over places that stand side by side, told apart by colour and by dashes.

    Parameters
    ----------
    labels : sequence of str
        The places, in order.
    drawn : sequence of Line
        At most ``MOST_LINES`` of them.
    wording : callable
        Writes a value of the axis.
    alt : str
        What it shows, for who cannot see it.
    begins_at : int, optional
        The place from which on something was so: a line is drawn before it.
    least : tuple of float
        What the axis holds in any case.
    every : int, default=1
        Labels stand at multiples of so many places.
    """
    known = [value for line in drawn for value in line.values if value is not None]
    ticks = _ticks(min([*known, *least]), max([*known, *least]))
    low, high = ticks[0], ticks[-1]
    step = (_WIDE - _LEFT - 16) / max(len(labels) - 1, 1)

    def x(at: float) -> float:
        return _LEFT + 8 + at * step

    def y(value: float) -> float:
        return 10 + (_TALL - _FOOT - 10) * (1 - (value - low) / (high - low))

    parts = []
    for value in ticks:
        at = y(value)
        parts.append(
            f'<line class="axis" x1="{_LEFT}" x2="{_WIDE}" y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">'
            f"{escape(wording(value))}</text>"
        )
    apart = every * -(-len(labels) // (_MOST_LABELS * every))
    parts += [
        f'<text x="{x(at):.1f}" y="{_TALL - 6}" text-anchor="middle">{escape(label)}</text>'
        for at, label in enumerate(labels)
        if at % apart == 0
    ]
    if begins_at is not None:
        at = x(begins_at - 0.5)
        parts.append(
            f'<line class="mark" x1="{at:.1f}" x2="{at:.1f}" y1="6" y2="{_TALL - _FOOT}"/>'
        )
    parts += [_line(line.values, x, y, f"line-{n}") for n, line in enumerate(drawn)]
    chart = Markup(
        f'<svg class="chart lines" viewBox="0 0 {_WIDE:g} {_TALL:g}" role="img" '
        f'aria-label="{escape(alt, quote=True)}">{"".join(parts)}</svg>'
    )
    return joined([chart, _keys([line.name for line in drawn])])


def _ticks(low: float, high: float) -> list[float]:
    """Round values from below the lowest to above the highest.

    Examples
    --------
    >>> _ticks(0.0, 1.0)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    >>> [round(tick, 2) for tick in _ticks(-0.12, 0.15)]
    [-0.2, -0.1, 0.0, 0.1, 0.2]
    """
    span = (high - low) or abs(high) or 1.0
    scale = 10.0 ** floor(log10(span / _PARTS))
    step = scale * next(one for one in _STEPS if one * scale >= span / _PARTS * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [step * n for n in range(first, max(last, first + 1) + 1)]


def _line(
    values: Sequence[float | None],
    x: Callable[[float], float],
    y: Callable[[float], float],
    kind: str,
) -> str:
    """A line that stops where nothing is known; a place alone is a dot."""
    told, dots = [], []
    for at, value in enumerate(values):
        if value is None:
            continue
        before = values[at - 1] if at else None
        after = values[at + 1] if at + 1 < len(values) else None
        told.append(f"{'M' if before is None else 'L'}{x(at):.1f} {y(value):.1f}")
        if before is None and after is None:
            dots.append(f'<circle class="{kind} dot" cx="{x(at):.1f}" cy="{y(value):.1f}" r="3"/>')
    path = f'<path class="line {kind}" d="{" ".join(told)}"/>' if told else ""
    return path + "".join(dots)


def _keys(names: Sequence[str]) -> Markup:
    return tag(
        "p",
        *(
            tag(
                "span",
                Markup(
                    f'<svg class="dash" viewBox="0 0 26 10"><path class="line line-{n}" '
                    'd="M0 5 L26 5"/></svg>'
                ),
                name,
                class_="key",
            )
            for n, name in enumerate(names)
        ),
    )


def heat(value: float | None, text: str) -> Markup:
    """How far something went, as words on a ground: orange falls short, blue went beyond."""
    if value is None:
        return tag("span", text, class_="heat")
    steps = ((0.8, "short-2"), (0.95 - 1e-9, "short-1"), (1 - 1e-9, "near"), (1.1, "beyond-1"))
    kind = next((name for below, name in steps if value < below), "beyond-2")
    return tag("span", text, class_=f"heat {kind}")
