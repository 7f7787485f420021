"""A page to take away: worded once, written as PDF, as a workbook or as CSV.

Everything in it is already in the reader's language; beside each worded figure stands its value,
so that a workbook holds numbers and not their pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Value = float | int | str | None


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
    form : {"text", "count", "money", "share", "points"}
        What its values are, for the number format of a workbook.
    """

    title: str
    definition: str = ""
    form: Literal["text", "count", "money", "share", "points"] = "text"


@dataclass(frozen=True)
class TablePart:
    """A table; every row has a cell per column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its figure, and the mark it is held against."""

    name: str
    figure: Cell
    target: float | None = None
    is_behind: bool = False


@dataclass(frozen=True)
class BarsPart:
    """Bars one below the other, in the order given."""

    title: str
    bars: tuple[Bar, ...]
    note: str = ""


@dataclass(frozen=True)
class HeatPart:
    """A grid of figures; ``shade`` runs from -1 (behind) over 0 to 1 (ahead)."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    shades: tuple[tuple[float | None, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Course:
    """One line of a chart: a value per place on the time axis, ``None`` where there is none."""

    name: str
    values: tuple[float | None, ...]
    last: str = ""


@dataclass(frozen=True)
class CoursesPart:
    """Lines over time, each in a small chart of its own with the same scale."""

    title: str
    times: tuple[str, ...]
    courses: tuple[Course, ...]
    note: str = ""


@dataclass(frozen=True)
class WordsPart:
    """Sentences."""

    title: str
    sentences: tuple[str, ...]


Part = TablePart | BarsPart | HeatPart | CoursesPart | WordsPart


@dataclass(frozen=True)
class Document:
    """A page to take away.

    Attributes
    ----------
    title : str
        What it is about.
    facts : tuple of (str, str)
        Filters, period and data date by their names.
    parts : tuple of Part
        What it shows, in order.
    footer : str
        Who may read it, in a sentence.
    page_words : str
        The words of the page number, with ``{page}`` and ``{pages}``.
    definitions_title, name_title, definition_title : str
        The words above the definitions of a workbook.
    language : {"zh", "en"}
        The language it is in.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    footer: str = ""
    page_words: str = "{page} / {pages}"
    definitions_title: str = "Definitions"
    name_title: str = "Figure"
    definition_title: str = "Definition"
    language: str = "en"

    def tables(self) -> list[TablePart]:
        """The tables of the document; what a chart shows becomes one too."""
        return [table for part in self.parts if (table := _as_table(part)) is not None]


def _as_table(part: Part) -> TablePart | None:
    match part:
        case TablePart():
            return part
        case BarsPart():
            return TablePart(
                part.title,
                (Column(""), Column(part.title, part.note, "points")),
                tuple((Cell(bar.name, bar.name), bar.figure) for bar in part.bars),
            )
        case HeatPart():
            return TablePart(
                part.title,
                (Column(""), *(Column(name, "", "points") for name in part.columns)),
                tuple(
                    (Cell(name, name), *cells)
                    for name, cells in zip(part.rows, part.cells, strict=True)
                ),
            )
        case CoursesPart():
            return TablePart(
                part.title,
                (Column(""), *(Column(time, "", "points") for time in part.times)),
                tuple(
                    (Cell(course.name, course.name), *(Cell("", value) for value in course.values))
                    for course in part.courses
                ),
            )
        case WordsPart():
            return None


def definitions(tables: Sequence[TablePart]) -> list[tuple[str, str]]:
    """The definitions of all columns that have one, each once, in the order they appear."""
    found: dict[str, str] = {}
    for table in tables:
        for column in table.columns:
            if column.definition:
                found.setdefault(column.title, column.definition)
    return list(found.items())
