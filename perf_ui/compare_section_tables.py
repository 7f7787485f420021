"""Tables of the page as tables of a document: as worded for paper, with numbers for a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import pandas as pd

from perf_core.language.formats import (
    ABSENT,
    format_day,
    format_number,
    format_seconds,
    format_share,
    format_share_change,
    format_value,
    is_absent,
)
from perf_core.reporting.document import Cell, Column, Form, Table
from perf_core.services.directory import Directory
from perf_ui.i18n import _, language

OF_UNIT: Final[Mapping[str, Form]] = {
    "percent": "share",
    "percent_points": "points",
    "money": "money",
    "seconds": "seconds",
    "rating": "rating",
    "count": "number",
    "points": "number",
}
"""What the values of an indicator are, by its unit."""

_MOST_ROWS: Final = 80

Kind = tuple[Form, str]
"""What the values of a column are, and how they are defined."""


def worded(directory: Directory, value: Any, form: Form) -> str:
    """A value as the reader writes it."""
    if is_absent(value):
        return ABSENT
    spoken = language()
    if isinstance(value, date):
        return format_day(value, spoken)
    ways: dict[str, Callable[[], str]] = {
        "count": lambda: format_number(value, spoken, digits=0),
        "money": lambda: format_value(value, "money", spoken, currency=directory.currency),
        "share": lambda: format_share(value, spoken),
        "change": lambda: format_share_change(value, spoken, points=False),
        "points": lambda: format_share_change(value, spoken),
        "seconds": lambda: format_seconds(value, spoken),
        "number": lambda: format_number(value, spoken, digits=2),
        "rating": lambda: format_number(value, spoken, digits=2),
    }
    return ways.get(form, lambda: str(value))()


def numbers_table(
    directory: Directory,
    title: str,
    frame: pd.DataFrame,
    kinds: Mapping[str, Kind],
    *,
    note: str = "",
) -> Table:
    """A table with numbers as numbers, for a workbook.

    Parameters
    ----------
    title : str
        The name of its sheet.
    frame : DataFrame
        As the page's own files hold it: titled columns, values as they are.
    kinds : mapping of str to (Form, str)
        What each column of figures is, and how it is defined; the others are names.
    """
    columns = [
        Column(str(name), kinds[str(name)][1], kinds[str(name)][0])
        if str(name) in kinds
        else Column(str(name))
        for name in frame.columns
    ]
    series = [
        [_cell(directory, value, column.form) for value in frame.iloc[:, at].tolist()]
        for at, column in enumerate(columns)
    ]
    rows = tuple(zip(*series, strict=True)) if series else ()
    return Table(title, tuple(columns), rows, note, place="book")


def _cell(directory: Directory, value: Any, form: Form) -> Cell:
    if is_absent(value) or value == ABSENT:
        return Cell(ABSENT)
    if isinstance(value, bool):
        return Cell(text := _("yes") if value else _("no"), text)
    if isinstance(value, pd.Timestamp):
        return Cell(format_day(value.date(), language()), value.date())
    if form == "text" or isinstance(value, str):
        return Cell(str(value), str(value))
    return Cell(worded(directory, value, form), float(value))


def paper_table(frame: pd.DataFrame, *, title: str = "", note: str = "", n_last: int = 0) -> Table:
    """A table in the words of the page, for paper; a very long one is cut, and says so."""
    if len(frame) > _MOST_ROWS:
        cut = _("The first {n} of {of} rows; the workbook has all.", n=_MOST_ROWS, of=len(frame))
        frame, note = frame.head(_MOST_ROWS), f"{cut} {note}".strip()
    texts = [[_said(value) for value in frame.iloc[:, at]] for at in range(frame.shape[1])]
    columns = [
        Column(str(name), is_figure=at > 0 and _are_figures(texts[at]))
        for at, name in enumerate(frame.columns)
    ]
    rows = tuple(tuple(Cell(text, text) for text in row) for row in zip(*texts, strict=True))
    return Table(title, tuple(columns), rows, note, n_last, place="paper")


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ""
    return ABSENT if is_absent(value) else str(value)


def _are_figures(texts: list[str]) -> bool:
    told = [text for text in texts if text not in ("", ABSENT)]
    return not told or sum(any(letter.isdigit() for letter in one) for one in told) > len(told) / 2
