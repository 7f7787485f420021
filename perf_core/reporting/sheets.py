"""Tables as files: CSV and XLSX that say what they show and cannot do harm when opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

import pandas as pd
import xlsxwriter

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_DIGITS: Final = 6
_CENTS: Final = 2
_LARGE: Final = 1_000
# As ``known`` rounds: whole numbers, large ones to the cent, shares and the like to six digits.
_WHOLE_FORM: Final = "#,##0"
_LARGE_FORM: Final = "#,##0.00"
_SMALL_FORM: Final = "0.0#####"


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


def known(value: float, *, digits: int | None = None) -> str:
    """A number as a file holds it: to the digits that are known, whole numbers without a point.

    What a computer adds behind them (0.1 + 0.2 makes 0.30000000000000004) says nothing. To the
    last digit numbers stand in ``perf_core compare --json``.

    Parameters
    ----------
    value : float
        The number.
    digits : int, optional
        So many digits behind the point; without it two from 1,000 on, six below.

    Examples
    --------
    >>> [known(value) for value in (47.0, 0.1 + 0.2, 34399.800000000003, -0.00000001, 2e-6)]
    ['47', '0.3', '34399.8', '0', '0.000002']
    >>> known(345.678, digits=2)
    '345.68'
    """
    if digits is None:
        digits = _CENTS if abs(value) >= _LARGE else _DIGITS
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


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
        writer.writerow([_text(_plain(cell)) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_sheet(frame: pd.DataFrame, about: Mapping[str, str], *, title: str) -> bytes:
    """A table as a workbook of one sheet, with the same first rows as ``csv_sheet``."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        strong = book.add_format({"bold": True, "bottom": 1})
        forms = ("yyyy-mm-dd", _WHOLE_FORM, _LARGE_FORM, _SMALL_FORM)
        looks = {form: book.add_format({"num_format": form}) for form in forms}
        muted = book.add_format({"font_color": "#6B7385"})
        for at, (name, value) in enumerate(about.items()):
            sheet.write_string(at, 0, str(harmless(name)), muted)
            sheet.write_string(at, 1, str(harmless(value)), muted)
        head = len(about) + 1
        for column, name in enumerate(frame.columns):
            sheet.write_string(head, column, str(harmless(str(name))), strong)
        for at, row in enumerate(frame.itertuples(index=False, name=None), start=head + 1):
            for column, cell in enumerate(row):
                _write(sheet, at, column, _plain(cell), looks)
        sheet.freeze_panes(head + 1, 1)
        sheet.autofit()
    return content.getvalue()


def _write(sheet: Any, at: int, column: int, value: object, looks: Mapping[str, Any]) -> None:
    if isinstance(value, date):
        sheet.write_datetime(at, column, datetime.combine(value, time()), looks["yyyy-mm-dd"])
    elif isinstance(value, bool):
        sheet.write_boolean(at, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(at, column, value, looks[_form(value)])
    elif value:
        sheet.write_string(at, column, str(value))


def _form(value: float) -> str:
    if "." not in known(value):
        return _WHOLE_FORM
    return _LARGE_FORM if abs(value) >= _LARGE else _SMALL_FORM


def _text(value: object) -> object:
    return known(value) if isinstance(value, float) else value


def _plain(cell: object) -> object:
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124 - not a number
        return ""
    if isinstance(cell, pd.Timestamp):
        return cell.date()
    if isinstance(cell, list | tuple):
        return " ".join("" if part is None else known(part) for part in cell)
    if hasattr(cell, "item"):
        return _plain(cell.item())
    return harmless(cell)


def sheet_name(title: str) -> str:
    """A name that a workbook takes for a sheet."""
    kept = "".join(letter for letter in title if letter not in "[]:*?/\\'")
    return kept[:31] or "Perfboard"
