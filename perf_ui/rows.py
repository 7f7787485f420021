"""Tiles and rows of lists: first as words, which are kept, then on the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd
import streamlit as st

from perf_ui import navigation

Tone = Literal["accent", "behind", "muted"]

# Seen on white and on black alike: the bars are pictures and cannot ask for the theme.
_TONES: Final = {"accent": "#4a71e0", "behind": "#d0761b", "muted": "#9aa3b5"}


@dataclass(frozen=True)
class Tile:
    """One figure with its name, its change, and how to read it."""

    label: str
    value: str
    note: str
    change: str | None = None
    colour: Literal["normal", "inverse", "off"] = "normal"


def show_tiles(tiles: Iterable[Tile]) -> None:
    """Five figures side by side, fewer where there is less room."""
    grid = st.grid(5, min_column_width=150, gap="small")
    for tile in tiles:
        grid.metric(
            tile.label,
            tile.value,
            delta=tile.change,
            delta_color=tile.colour,
            help=tile.note,
            border=True,
            height="stretch",
        )


@dataclass(frozen=True)
class Row:
    """One row of a list: what it is about, a sentence over a bar, and its figure.

    Attributes
    ----------
    key : str
        Tells this row apart on the page.
    name, under : str
        What it is about, and a line of small print (markdown).
    sentence : str
        Markdown.
    picture, alt : str
        The bar (``bar_picture``), and the same in words for who cannot see it.
    figure, note : str
        Markdown at the right end, and small print under it.
    person : str
        Whose card the name leads to; none for a name that leads nowhere.
    """

    key: str
    name: str
    under: str
    sentence: str
    picture: str
    alt: str
    figure: str
    note: str
    person: str = ""


def bar_picture(
    value: float | None,
    *,
    expected: float | None = None,
    tone: Tone = "accent",
    full: float = 1.2,
) -> str:
    """Draw how far something went: a track to ``full``, the way made, a tick where it should be.

    Parameters
    ----------
    value : float or None
        1.0 is the whole way; absent leaves the track empty.
    expected : float, optional
        Where the tick stands; 1.0 unless said otherwise.
    tone : {"accent", "behind", "muted"}
        The colour of the way made.
    full : float, default=1.2
        The end of the track.

    Returns
    -------
    str
        A picture (SVG) as wide as its place.
    """
    wide, high = 1000, 20
    way = 0 if value is None or pd.isna(value) else max(0.0, min(value / full, 1.0)) * wide
    mark = min(max((1.0 if expected is None else expected) / full, 0.0), 1.0) * wide
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
        f'width="{wide}" height="{high}" preserveAspectRatio="none">'
        f'<rect y="4" width="{wide}" height="12" rx="6" fill="#8891a5" opacity=".22"/>'
        f'<rect y="4" width="{way:.0f}" height="12" rx="6" fill="{_TONES[tone]}"/>'
        f'<rect x="{mark - 2.5:.1f}" width="5" height="{high}" fill="#8891a5"/></svg>'
    )


def show_rows(rows: Iterable[Row], *, width: int = 210) -> None:
    """A list of rows, one under the other; the name is so many pixels wide."""
    with st.container(gap=None):
        for row in rows:
            _show_row(row, width)


def _show_row(row: Row, width: int) -> None:
    with st.container(
        key=f"row_{row.key}", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        with st.container(width=width, gap=None, key=f"who_{row.key}"):
            if row.person:
                navigation.link_to("person", row.name, person=row.person)
            else:
                st.markdown(row.name)
            st.caption(row.under)
        with st.container(gap="xxsmall", key=f"why_{row.key}"):
            st.markdown(row.sentence)
            st.image(row.picture, width="stretch", alt=row.alt)
        with st.container(
            width=110, gap=None, key=f"figure_{row.key}", horizontal_alignment="right"
        ):
            st.markdown(row.figure, text_alignment="right")
            st.caption(row.note, text_alignment="right")
