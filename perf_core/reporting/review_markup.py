"""The small parts of a shared review: escaped text, tables, bars and lines as plain markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Final

from perf_core.language.translate import OWN_NAMES, Reader
from perf_core.reporting.review_style import STYLE

_FULL: Final = 1.2
_ROOM: Final = 62.0
_BOUND: Final = 34.0
_LOGO: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 28" width="118" height="25" '
    'role="img" aria-label="Perfboard"><g class="word">'
    '<rect x="1" y="15" width="5" height="10" rx="1.5" opacity=".55"/>'
    '<rect x="9" y="9" width="5" height="16" rx="1.5" opacity=".8"/>'
    '<rect x="17" y="3" width="5" height="22" rx="1.5"/>'
    '<text x="31" y="20" font-size="18" font-weight="650">Perfboard</text></g></svg>'
)


class Markup(str):
    """Text that is markup already: everything else is escaped when it is put into a page."""

    __slots__ = ()


def shown(part: str) -> str:
    """A part as the page carries it: text that came from anywhere is never markup."""
    return part if isinstance(part, Markup) else escape(part, quote=True)


def tag(element: str, /, *parts: str, class_: str = "", **attributes: str) -> Markup:
    """An element around parts, each escaped unless it is markup.

    Examples
    --------
    >>> tag("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    named = {"class": class_, **attributes} if class_ else attributes
    inside = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value, quote=True)}"'
        for key, value in named.items()
    )
    return Markup(f"<{element}{inside}>{''.join(shown(part) for part in parts)}</{element}>")


def joined(parts: Iterable[str]) -> Markup:
    """Several parts, one after the other."""
    return Markup("".join(shown(part) for part in parts))


def tiles(figures: Sequence[tuple[str, str, str]]) -> Markup:
    """Figures side by side: what it is, the figure, and a word on it."""
    return tag(
        "dl",
        *(
            tag("div", tag("dt", name), tag("dd", value, tag("small", word) if word else ""))
            for name, value, word in figures
        ),
        class_="tiles",
    )


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, whether it holds numbers, and whether it is wide."""

    title: str
    is_number: bool = False
    is_wide: bool = False

    @property
    def kind(self) -> str:
        """How the style sheet knows it."""
        names = (("n", self.is_number), ("wide", self.is_wide))
        return " ".join(name for name, holds in names if holds)


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], *, caption: str = "") -> Markup:
    """A table that becomes a list of cards on a phone."""
    head = (tag("th", one.title, scope="col", class_=one.kind) for one in columns)
    body = (
        tag(
            "tr",
            *(
                _cell(column, cell, at)
                for at, (column, cell) in enumerate(zip(columns, row, strict=True))
            ),
        )
        for row in rows
    )
    return tag(
        "table",
        tag("caption", caption) if caption else "",
        tag("thead", tag("tr", *head)),
        tag("tbody", *body),
        class_="rows",
    )


def _cell(column: Column, cell: str, at: int) -> Markup:
    if at == 0 or not cell:
        return tag("td", cell, class_=column.kind)
    return tag("td", cell, class_=column.kind, data_label=column.title)


# --- pictures -------------------------------------------------------------------------------------


def bar(
    value: float | None,
    *,
    alt: str,
    is_behind: bool = False,
    full: float = _FULL,
    has_tick: bool = True,
) -> Markup:
    """How far something went: a track to ``full``, the way made, a tick at 1."""
    way = 0.0 if value is None else max(0.0, min(value / full, 1.0)) * 240
    tone = "behind" if is_behind else "way"
    tick = f'<rect class="tick" x="{240 / full - 1:.1f}" width="2" height="10"/>'
    return Markup(
        f'<svg class="bar" viewBox="0 0 240 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(alt, quote=True)}"><rect class="track" y="2" width="240" height="6"/>'
        f'<rect class="{tone}" y="2" width="{way:.1f}" height="6"/>'
        f"{tick if has_tick else ''}</svg>"
    )


def line_chart(
    labels: Sequence[str],
    own: Sequence[float | None],
    peers: Sequence[float | None],
    *,
    mark: float,
    alt: str,
) -> Markup:
    """Totals over periods, the median of others dotted, a thin line at the pass mark."""
    known = [value for value in (*own, *peers, mark) if value is not None]
    low, high = max(0.0, min(known) - 10), max(known) + 8
    wide, tall, left, foot = 440.0, 190.0, 34.0, 24.0
    step = (wide - left - 48) / max(len(labels) - 1, 1)

    def x(at: int) -> float:
        return left + 20 + at * step

    def y(value: float) -> float:
        return 12 + (tall - foot - 12) * (1 - (value - low) / (high - low))

    parts = [
        f'<line class="axis" x1="{left}" x2="{wide}" y1="{tall - foot}" y2="{tall - foot}"/>',
        f'<line class="mark" x1="{left}" x2="{wide}" y1="{y(mark):.1f}" y2="{y(mark):.1f}"/>',
        f'<text x="{left - 6}" y="{y(mark) + 4:.1f}" text-anchor="end">{mark:g}</text>',
        _path(peers, x, y, "peers"),
        _path(own, x, y, "own"),
    ]
    for at, (label, value) in enumerate(zip(labels, own, strict=True)):
        parts.append(
            f'<text x="{x(at):.1f}" y="{tall - 6}" text-anchor="middle">{escape(label)}</text>'
        )
        if value is not None:
            parts.append(f'<circle class="dot" cx="{x(at):.1f}" cy="{y(value):.1f}" r="3.5"/>')
            parts.append(
                f'<text class="value" x="{x(at):.1f}" y="{y(value) - 8:.1f}" '
                f'text-anchor="middle">{value:.1f}</text>'
            )
    return _chart(parts, wide, tall, alt)


def _path(
    values: Sequence[float | None],
    x: Callable[[int], float],
    y: Callable[[float], float],
    kind: str,
) -> str:
    """A line that stops where nothing is known."""
    told, starts = [], True
    for at, value in enumerate(values):
        if value is None:
            starts = True
            continue
        told.append(f"{'M' if starts else 'L'}{x(at):.1f} {y(value):.1f}")
        starts = False
    return f'<path class="{kind}" d="{" ".join(told)}"/>' if told else ""


def columns_chart(bins: Sequence[Sequence[int]], *, width: int, mark: float, alt: str) -> Markup:
    """How many lie between bounds: a column for each, those below the mark in the signal."""
    first, last = bins[0][0], bins[-1][0]
    counts = {pair[0]: pair[1] for pair in bins}
    bounds = list(range(first, last + width, width))
    most = max(counts.values())
    wide, tall, foot = 440.0, 150.0, 22.0
    step = min((wide - 20) / len(bounds), 64)
    parts = []
    # Narrow columns leave no room for both of their bounds, very narrow ones not even for each one.
    nth = max(1, ceil(_BOUND / step))
    for at, lower in enumerate(bounds):
        count = counts.get(lower, 0)
        height = (tall - foot - 22) * count / most
        left = 10 + at * step
        tone = "behind" if lower + width <= mark else "way"
        parts.append(
            f'<rect class="{tone}" x="{left + 2:.1f}" y="{tall - foot - height:.1f}" '
            f'width="{step - 4:.1f}" height="{height:.1f}" rx="2"/>'
        )
        middle = left + step / 2
        if step > _ROOM:
            named = [(middle, f"{lower}–{lower + width}")]
        else:
            named = [(left, f"{lower}")] if at % nth == 0 else []
        if step <= _ROOM and lower == last and (at + 1) % nth == 0:
            named.append((left + step, f"{lower + width}"))
        parts += [
            f'<text x="{place:.1f}" y="{tall - 6}" text-anchor="middle">{name}</text>'
            for place, name in named
        ]
        if count:
            parts.append(
                f'<text class="value" x="{middle:.1f}" y="{tall - foot - height - 6:.1f}" '
                f'text-anchor="middle">{count}</text>'
            )
    return _chart(parts, wide, tall, alt)


def _chart(parts: Iterable[str], wide: float, tall: float, alt: str) -> Markup:
    return Markup(
        f'<svg class="chart" viewBox="0 0 {wide:g} {tall:g}" role="img" '
        f'aria-label="{escape(alt, quote=True)}">{"".join(parts)}</svg>'
    )


def shares(parts: Sequence[tuple[str, float]], words: Sequence[str], *, alt: str) -> Markup:
    """Parts of a whole as one bar, each with its word below."""
    at, drawn = 0.0, []
    for number, (_name, share) in enumerate(parts):
        drawn.append(
            f'<rect class="part-{min(number, 3)}" x="{at * 440:.1f}" width="{share * 440:.1f}" '
            f'height="18"/>'
        )
        at += share
    keys = [
        tag(
            "span",
            Markup(
                f'<svg viewBox="0 0 10 10"><rect class="part-{min(number, 3)}" width="10" '
                'height="10" rx="2"/></svg>'
            ),
            word,
            class_="key",
        )
        for number, word in enumerate(words)
    ]
    return joined([_chart(drawn, 440, 18, alt), tag("p", *keys)])


def watermark(text: str) -> Markup:
    """The same words all over the page, on paper too: where it came from cannot be cut away."""
    # A Chinese sign is as wide as the letters are tall; the rest is about half of that.
    step = 90 + sum(18 if ord(sign) > 0x2E80 else 9 for sign in text)
    return Markup(
        '<svg class="watermark" aria-hidden="true"><defs><pattern id="w" '
        f'width="{step}" height="150" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(-24)"><text x="0" y="60">{escape(text)}</text></pattern></defs>'
        '<rect width="100%" height="100%" fill="url(#w)"/></svg>'
    )


# --- the page around ------------------------------------------------------------------------------


def page(
    *parts: str, title: str, reader: Reader, switch: str, class_: str = "", mark: str = ""
) -> str:
    """A whole page: no script, one style sheet, a link to the other language.

    Parameters
    ----------
    *parts : str
        What stands in it.
    title : str
        Its title in the browser's tab.
    reader : Reader
        The language.
    switch : str
        The address of the same page without its language.
    class_ : str
        Of the page's main part.
    mark : str
        The watermark; nothing for none.
    """
    other = next(code for code in OWN_NAMES if code != reader.language)
    link = tag("a", OWN_NAMES[other], href=f"{switch}?lang={other}", hreflang=other, lang=other)
    body = joined(
        [
            tag("header", Markup(_LOGO), tag("nav", link, class_="screen"), class_="top"),
            tag("main", *parts, class_=class_) if class_ else tag("main", *parts),
            watermark(mark) if mark else "",
        ]
    )
    language = "zh-Hans" if reader.language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )
