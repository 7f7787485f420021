"""Tables as files: CSV and XLSX that say what they show and cannot do harm when opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import pandas as pd
import xlsxwriter

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula; numbers and days stay what they are.

    Examples
    --------
    >>> harmless("=1+1"), harmless("Lin"), harmless(-3.5)
    ("'=1+1", 'Lin', -3.5)
    """
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_RISKY):
        return "'" + cell
    return cell


def csv_sheet(frame: pd.DataFrame, about: Mapping[str, str]) -> bytes:
    """A table as CSV: what it shows in the first rows, a blank one, then the table.

    Parameters
    ----------
    frame : DataFrame
        Columns carry the titles the reader sees; lists (small trends) are written with spaces.
    about : mapping of str to str
        Filters, period and data date by their titles.

    Returns
    -------
    bytes
        UTF-8 with a byte order mark, so that a spreadsheet reads Chinese as Chinese.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    for title, value in about.items():
        writer.writerow([harmless(title), harmless(value)])
    writer.writerow([])
    writer.writerow([harmless(str(column)) for column in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow([_plain(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_sheet(frame: pd.DataFrame, about: Mapping[str, str], *, title: str) -> bytes:
    """A table as a workbook of one sheet, with the same first rows as ``csv_sheet``."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        strong = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        muted = book.add_format({"font_color": "#6B7385"})
        for at, (name, value) in enumerate(about.items()):
            sheet.write_string(at, 0, str(harmless(name)), muted)
            sheet.write_string(at, 1, str(harmless(value)), muted)
        head = len(about) + 1
        for column, name in enumerate(frame.columns):
            sheet.write_string(head, column, str(harmless(str(name))), strong)
        for at, row in enumerate(frame.itertuples(index=False, name=None), start=head + 1):
            for column, cell in enumerate(row):
                _write(sheet, at, column, _plain(cell), day=day)
        sheet.freeze_panes(head + 1, 1)
        sheet.autofit()
    return content.getvalue()


def _write(sheet: Any, at: int, column: int, value: object, *, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(at, column, datetime.combine(value, time()), day)
    elif isinstance(value, bool | int | float):
        sheet.write(at, column, value)
    elif value:
        sheet.write_string(at, column, str(value))


def _plain(cell: object) -> object:
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124 - not a number
        return ""
    if isinstance(cell, pd.Timestamp):
        return cell.date()
    if isinstance(cell, list | tuple):
        return " ".join("" if part is None else f"{part:g}" for part in cell)
    if hasattr(cell, "item"):
        return _plain(cell.item())
    return harmless(cell)


def sheet_name(title: str) -> str:
    """A name that a workbook takes for a sheet."""
    kept = "".join(letter for letter in title if letter not in "[]:*?/\\'")
    return kept[:31] or "Perfboard"
