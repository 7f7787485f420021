"""A page to take away: worded once, written as PDF, as a workbook or as CSV.

Everything in it is already in the reader's language; beside each worded figure stands its value,
so that a workbook holds numbers and not their pictures. A picture is the figure of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Value = float | int | str | date | None

Form = Literal[
    "text", "count", "number", "money", "share", "change", "points", "seconds", "rating", "day"
]
"""What the values of a column are: ``change`` a growth, ``points`` a difference of two shares."""

Place = Literal["everywhere", "paper", "book"]


@dataclass(frozen=True)
class Cell:
    """One figure: how it reads, and what it is (``None``: unknown or withheld)."""

    text: str
    value: Value = None


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title : str
        What stands above it.
    definition : str
        How its figures are defined, in a sentence; empty for a name.
    form : Form
        What its values are, for the number format of a workbook.
    is_figure : bool
        Whether it stands at the right on paper, though it is worded.
    """

    title: str
    definition: str = ""
    form: Form = "text"
    is_figure: bool = False


@dataclass(frozen=True)
class Table:
    """A table; every row has a cell per column.

    Attributes
    ----------
    title : str
        What it is called; on paper left out where it is empty.
    note : str
        What is to be said of it.
    n_last : int
        How many rows at its end are of all together, and set apart.
    place : {"everywhere", "paper", "book"}
        Where it belongs: as the page words it on paper, with all numbers in a workbook.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    n_last: int = 0
    place: Place = "everywhere"


@dataclass(frozen=True)
class Heading:
    """What the blocks below it are about."""

    title: str


@dataclass(frozen=True)
class Words:
    """Sentences below each other; quiet ones are notes, marked ones a list."""

    sentences: tuple[str, ...]
    is_quiet: bool = False
    is_list: bool = False


@dataclass(frozen=True)
class Tile:
    """One figure, large, with what it is and what it is beside."""

    title: str
    figure: str
    note: str = ""


@dataclass(frozen=True)
class Tiles:
    """Figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Picture:
    """A figure of the page.

    Attributes
    ----------
    title, note : str
        What stands above and below it.
    figure : plotly Figure
        The very figure of the page.
    is_wide : bool
        Whether it needs the whole width.
    """

    title: str
    figure: Any = field(compare=False)
    note: str = ""
    is_wide: bool = False


Block = Heading | Words | Tiles | Table | Picture


@dataclass(frozen=True)
class Section:
    """One part of the page."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Labels:
    """The words that a document puts around what it says."""

    footer: str = ""
    page: str = "{page} / {pages}"
    about: str = "About this file"
    sheet: str = "Sheet"
    part: str = "Part"
    definitions: str = "Definitions"
    figure: str = "Figure"
    definition: str = "Definition"


@dataclass(frozen=True)
class Document:
    """A page to take away.

    Attributes
    ----------
    title : str
        What it is about.
    facts : tuple of (str, str)
        Period, data date, filters, who made it and when, by their names.
    sections : tuple of Section
        What it shows, in order.
    labels : Labels
        The words around it.
    language : {"zh", "en"}
        The language it is in.
    currency : str
        The sign of its money, for the number formats of a workbook.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    labels: Labels = Labels()
    language: str = "en"
    currency: str = "¥"

    def blocks(self) -> Iterator[Block]:
        """Everything it shows, in order."""
        for section in self.sections:
            yield from section.blocks

    def tables(self, *, place: Place = "book") -> list[Table]:
        """The tables that belong to a place."""
        return [
            one
            for one in self.blocks()
            if isinstance(one, Table) and one.place in ("everywhere", place)
        ]


@dataclass(frozen=True)
class Meaning:
    """How one figure is defined, and where it stands."""

    where: str
    title: str
    definition: str


def definitions(document: Document) -> list[Meaning]:
    """How every figure is defined, each once for a part of the page, in the order they appear."""
    found: dict[Meaning, None] = {}
    for section in document.sections:
        for table in section.blocks:
            if isinstance(table, Table):
                for one in table.columns:
                    if one.definition:
                        found.setdefault(Meaning(section.title, one.title, one.definition))
    return list(found)
