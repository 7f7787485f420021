"""What a still picture is drawn with: lines, bars, marks and words as SVG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr, unescape

INK: Final = "#1c2230"
SOFT: Final = "#5b6475"
GRID: Final = "#e3e7ee"
_FONT: Final = "Noto Sans SC"
_DASHES: Final = {"dot": "1.5 3.5", "dash": "7 5", "dashdot": "7 4 1.5 4", "longdash": "11 5"}
_COLOUR: Final = re.compile(r"rgba?\(\s*([\d.]+)\s*,\s*([\d.]+)\s*,\s*([\d.]+)\s*(?:,\s*([\d.]+))?")
_TAG: Final = re.compile(r"</?(?:b|i|sup|sub|span)(?:\s[^>]*)?>")
_HIGH: Final = 1.25
_HAN: Final = 0x2E80

Point = tuple[float, float]


def wide(text: str, size: float) -> float:
    """About how wide a line of text is: Chinese signs are square, others half of it.

    Examples
    --------
    >>> wide("高端", 10), wide("ab", 10)
    (20.0, 11.2)
    """
    return round(sum(1.0 if ord(letter) > _HAN else 0.56 for letter in text) * size, 3)


def lines_of(text: str) -> list[str]:
    """The lines of a label; marks that are not seen are left out.

    Examples
    --------
    >>> lines_of("<b>12</b> of R&amp;D<br>&lt;old&gt;")
    ['12 of R&D', '<old>']
    """
    shown = _TAG.sub("", text.replace("\u200b", ""))
    return [unescape(line) for line in shown.split("<br>")]


def plain_line(text: str) -> str:
    """A label on one line: Chinese is not parted by spaces.

    Examples
    --------
    >>> plain_line("跨境电商<br>一部"), plain_line("Platform<br>operations")
    ('跨境电商一部', 'Platform operations')
    """
    found = ""
    for line in lines_of(text):
        is_joined = found and line and ord(found[-1]) > _HAN and ord(line[0]) > _HAN
        found += ("" if is_joined or not found else " ") + line.strip()
    return found


def block(text: str, size: float) -> tuple[float, float]:
    """How wide and how high a label is."""
    lines = lines_of(text)
    return max(wide(line, size) for line in lines), len(lines) * size * _HIGH


def paint(colour: object, name: str = "fill", *, opacity: float = 1.0) -> str:
    """A colour as attributes of SVG."""
    text = str(colour or INK)
    found = _COLOUR.match(text)
    if found:
        red, green, blue, alpha = found.groups()
        text = f"#{round(float(red)):02x}{round(float(green)):02x}{round(float(blue)):02x}"
        opacity *= float(alpha) if alpha is not None else 1.0
    more = f' {name}-opacity="{opacity:.3g}"' if opacity < 1 else ""
    return f"{name}={quoteattr(text)}{more}"


def words(
    text: str,
    at: Point,
    *,
    size: float = 12.0,
    colour: str = INK,
    across: str = "middle",
    up: str = "middle",
    turned: float = 0.0,
) -> str:
    """A label: ``across`` says which end is at the point, ``up`` which of its edges."""
    x, y = at
    lines = lines_of(text)
    high = len(lines) * size * _HIGH
    top = {"top": y, "middle": y - high / 2, "bottom": y - high}[up]
    anchor = {"left": "start", "middle": "middle", "right": "end"}[across]
    turn = f' transform="rotate({turned:g} {x:.1f} {y:.1f})"' if turned else ""
    return "".join(
        f'<text x="{x:.1f}" y="{top + size * (n * _HIGH + 0.98):.1f}" font-family="{_FONT}" '
        f'font-size="{size:g}" text-anchor="{anchor}" {paint(colour)}{turn}>{escape(line)}</text>'
        for n, line in enumerate(lines)
        if line
    )


def path(
    points: Sequence[Point],
    *,
    colour: object,
    width: float,
    dash: str | None = None,
    opacity: float = 1.0,
) -> str:
    """A line through points."""
    if len(points) < 2 or width <= 0:
        return ""
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    broken = f' stroke-dasharray="{_DASHES[dash]}"' if dash in _DASHES else ""
    return (
        f'<polyline points="{told}" fill="none" stroke-width="{width:g}" '
        f'stroke-linejoin="round"{broken} {paint(colour, "stroke", opacity=opacity)}/>'
    )


def area(points: Sequence[Point], *, colour: object) -> str:
    """A filled shape between points."""
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{told}" {paint(colour)}/>'


def box(
    corner: Point,
    other: Point,
    *,
    colour: object,
    opacity: float = 1.0,
    radius: float = 0.0,
    edge: object = None,
    edge_width: float = 0.0,
) -> str:
    """A rectangle between two corners."""
    (x0, y0), (x1, y1) = corner, other
    line = f' {paint(edge, "stroke")} stroke-width="{edge_width:g}"' if edge_width else ""
    return (
        f'<rect x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}" width="{abs(x1 - x0):.1f}" '
        f'height="{abs(y1 - y0):.1f}" rx="{radius:g}" {paint(colour, opacity=opacity)}{line}/>'
    )


def hatch(name: str, kind: str) -> str:
    """A pattern that tells what colour tells, too."""
    marks = {
        "/": '<path d="M-1,1 L1,-1 M0,7 L7,0 M6,8 L8,6" stroke="#fff" stroke-width="1.6"/>',
        "x": '<path d="M0,0 L7,7 M7,0 L0,7" stroke="#fff" stroke-width="1.2"/>',
        ".": '<circle cx="3.5" cy="3.5" r="1.3" fill="#fff"/>',
    }.get(kind)
    if marks is None:
        return ""
    return (
        f'<pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse">'
        f'<g opacity="0.6">{marks}</g></pattern>'
    )


def mark(
    kind: str,
    at: Point,
    *,
    radius: float,
    colour: object,
    opacity: float = 1.0,
    edge: object = None,
    edge_width: float = 0.0,
) -> str:
    """A mark of a kind at a point."""
    x, y = at
    is_open = kind.endswith("-open")
    line = paint(colour if is_open else edge, "stroke")
    look = (
        f'fill="#ffffff" {line} stroke-width="{max(edge_width, 1.6):g}"'
        if is_open
        else paint(colour, opacity=opacity)
        + (f' {line} stroke-width="{edge_width:g}"' if edge_width and edge else "")
    )
    match kind.removesuffix("-open"):
        case "line-ns":
            return path(
                [(x, y - radius), (x, y + radius)], colour=edge or colour, width=edge_width or 2
            )
        case "diamond":
            points = [(x, y - radius * 1.3), (x + radius * 1.3, y), (x, y + radius * 1.3)]
            told = " ".join(f"{a:.1f},{b:.1f}" for a, b in [*points, (x - radius * 1.3, y)])
            return f'<polygon points="{told}" {look}/>'
        case "triangle-up":
            told = f"{x:.1f},{y - radius:.1f} {x + radius:.1f},{y + radius:.1f} "
            return f'<polygon points="{told}{x - radius:.1f},{y + radius:.1f}" {look}/>'
        case "square":
            return box(
                (x - radius, y - radius), (x + radius, y + radius), colour=colour, opacity=opacity
            )
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {look}/>'


def shade(value: float, scale: Sequence[Sequence[Any]]) -> str:
    """The colour of a scale at a place from 0 to 1."""
    lower = [one for one in scale if one[0] <= value][-1]
    upper = next((one for one in scale if one[0] > value), lower)
    span = float(upper[0]) - float(lower[0])
    part = (value - float(lower[0])) / span if span else 0.0
    mixed = [a + (b - a) * part for a, b in zip(_rgba(lower[1]), _rgba(upper[1]), strict=True)]
    red, green, blue, alpha = mixed
    return f"rgba({red:.0f},{green:.0f},{blue:.0f},{alpha:.3f})"


def _rgba(colour: str) -> tuple[float, float, float, float]:
    found = _COLOUR.match(colour)
    if found:
        red, green, blue, alpha = found.groups()
        return float(red), float(green), float(blue), float(alpha) if alpha else 1.0
    text = colour.lstrip("#")
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16), 1.0
